/* SPDX-License-Identifier: MIT */
/*
 * Samples: how many instructions something takes, measured often; the median counts.
 *
 * With counted instructions (-icount) the time-stamp counter is the number of instructions
 * executed, so that the median of a few rounds repeats exactly: what differs from the others
 * is the round in which a clock interrupt fell.
 */
#pragma once

#include <base/env.h>

enum { SAMPLES_MAX = 101 };

struct samples {
	uint64_t ticks[SAMPLES_MAX];
	unsigned count;
};

static inline uint64_t ticks_now(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* What two readings of the counter, one right after the other, are apart. */
uint64_t ticks_empty(void);

/* Sorts them into place; more than SAMPLES_MAX are ignored. */
void samples_add(struct samples *samples, uint64_t ticks);
uint64_t samples_median(const struct samples *samples);
/* The line `bench ID VALUE instructions`, in the log; `divisor` operations make one sample. */
void samples_report(const struct samples *samples, struct env *env, const char *id,
                    unsigned divisor);
