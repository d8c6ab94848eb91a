/* SPDX-License-Identifier: MIT */
/* Time. */
#include "suite.h"

#include <errno.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

enum { SECOND_NS = 1000000000, MILLISECOND_NS = 1000000 };

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * (int64_t)SECOND_NS + time.tv_nsec;
}

void check_clock(void)
{
	const struct timespec bad = {.tv_nsec = SECOND_NS};
	struct timespec time;

	const int64_t before = now();
	check(before > 0 && now() >= before, "the clock runs");
	check(usleep(20000) == 0 && now() - before >= 20 * MILLISECOND_NS, "usleep sleeps");
	time = (struct timespec){.tv_sec = (before + 50 * MILLISECOND_NS) / SECOND_NS,
	                         .tv_nsec = (before + 50 * MILLISECOND_NS) % SECOND_NS};
	check(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == 0 &&
	              now() - before >= 50 * MILLISECOND_NS,
	      "clock_nanosleep sleeps until a point in time");
	check(refused(nanosleep(&bad, NULL), EINVAL), "a second has a thousand million ns");
	check(clock_getres(CLOCK_MONOTONIC, &time) == 0 && time.tv_sec == 0, "the clock is fine");
	check(refused(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), EINVAL),
	      "CPU time is not known, and not guessed");
}
