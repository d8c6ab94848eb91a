/* SPDX-License-Identifier: MIT */
#include <base/env.h>
#include <base/log.h>
#include <bench/samples.h>

uint64_t sample_empty(void)
{
	uint64_t high, begin, end;

	/* as sample_begin() and sample_end() have it */
	asm volatile("rdtsc\n\tshl $32, %1\n\tlea (%1, %0), %2\n\tnop\n\tnop\n\t"
	             "rdtsc\n\tshl $32, %1\n\tor %1, %0"
	             : "=&a"(end), "=&d"(high), "=&r"(begin)
	             :
	             : "memory", "cc");
	return end - begin;
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
	mark_report(id, divisor);
	log_line(env, "bench %s %lu instructions", id, samples_median(samples) / divisor);
}
