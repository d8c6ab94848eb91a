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
#include <bench/mark.h>

enum { SAMPLES_MAX = 101 };

struct samples {
	uint64_t ticks[SAMPLES_MAX];
	unsigned count;
};

/* What a sample takes in which nothing is done. */
uint64_t sample_empty(void);

/* The counter at the beginning of a sample. */
static inline uint64_t sample_begin(void)
{
	uint64_t high, ticks;

	asm volatile("rdtsc\n\tshl $32, %1\n\tor %1, %0\n\t" MARK_TEXT(MARK_BEGIN)
	             : "=a"(ticks), "=d"(high)
	             :
	             : "memory", "cc");
	return ticks;
}

/* The end of one: the ticks since its beginning, without those for reading the counter. */
static inline uint64_t sample_end(uint64_t begin)
{
	uint64_t high, ticks;

	asm volatile(MARK_TEXT(MARK_END) "rdtsc\n\tshl $32, %1\n\tor %1, %0"
	             : "=a"(ticks), "=d"(high)
	             :
	             : "memory", "cc");
	return ticks - begin - sample_empty();
}

/* Sorts them into place; more than SAMPLES_MAX are ignored. */
void samples_add(struct samples *samples, uint64_t ticks);
uint64_t samples_median(const struct samples *samples);
/* The line `bench ID VALUE instructions`, in the log; `divisor` operations make one sample. */
void samples_report(const struct samples *samples, struct env *env, const char *id,
                    unsigned divisor);
