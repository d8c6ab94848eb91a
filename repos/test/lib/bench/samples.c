/* SPDX-License-Identifier: MIT */
#include <base/env.h>
#include <base/log.h>
#include <bench/samples.h>

uint64_t ticks_empty(void)
{
	const uint64_t begin = ticks_now();

	return ticks_now() - begin;
}

void samples_add(struct samples *samples, uint64_t ticks)
{
	unsigned at = samples->count;

	if (at == SAMPLES_MAX)
		return;
	for (; at > 0 && samples->ticks[at - 1] > ticks; at--)
		samples->ticks[at] = samples->ticks[at - 1];
	samples->ticks[at] = ticks;
	samples->count++;
}

uint64_t samples_median(const struct samples *samples)
{
	return samples->count ? samples->ticks[samples->count / 2] : 0;
}

void samples_report(const struct samples *samples, struct env *env, const char *id,
                    unsigned divisor)
{
	log_line(env, "bench %s %lu instructions", id, samples_median(samples) / divisor);
}
