/* SPDX-License-Identifier: MIT */
/*
 * Clocks and sleep.
 *
 * CLOCK_REALTIME counts from the boot as if that were 1970, as on a machine without a
 * battery-backed clock, until there is a session that knows better. CPU time is not known: EINVAL.
 */
#include <errno.h>
#include <sys/time.h>
#include <time.h>

#include <native.h>
#include <syscall/error.h>

#include "calls.h"

enum { SECOND_NS = 1000000000, MICROSECOND_NS = 1000 };

static bool clock_known(long clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_BOOTTIME: return true;
	default: return false;
	}
}

static struct timespec time_from_ns(uint64_t time_ns)
{
	return (struct timespec){.tv_sec = (time_t)(time_ns / SECOND_NS),
	                         .tv_nsec = (long)(time_ns % SECOND_NS)};
}

/* Saturating: a far deadline is as good as none. */
static int time_to_ns(const struct timespec *time, uint64_t *out_ns)
{
	if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= SECOND_NS)
		return -EINVAL;
	if ((uint64_t)time->tv_sec > UINT64_MAX / 2 / SECOND_NS)
		*out_ns = UINT64_MAX / 2;
	else
		*out_ns = (uint64_t)time->tv_sec * SECOND_NS + (uint64_t)time->tv_nsec;
	return 0;
}

long sys_clock_gettime(struct process *process, const long *arguments)
{
	(void)process;
	if (!clock_known(arguments[0]))
		return -EINVAL;
	*(struct timespec *)call_pointer(arguments[1]) = time_from_ns(native_time_ns());
	return 0;
}

long sys_clock_getres(struct process *process, const long *arguments)
{
	struct timespec *resolution = call_pointer(arguments[1]);

	(void)process;
	if (!clock_known(arguments[0]))
		return -EINVAL;
	if (resolution)
		*resolution = time_from_ns(1);
	return 0;
}

long sys_gettimeofday(struct process *process, const long *arguments)
{
	struct timeval *time = call_pointer(arguments[0]);
	const struct timespec now = time_from_ns(native_time_ns());

	(void)process;
	if (time)
		*time = (struct timeval){.tv_sec = now.tv_sec,
		                         .tv_usec = now.tv_nsec / MICROSECOND_NS};
	return 0;
}

/* No signal interrupts a sleep, so the time that is left is never asked for. */
static long sleep_for(const struct timespec *wanted, bool absolute)
{
	uint64_t time_ns;

	const int error = time_to_ns(wanted, &time_ns);
	if (error)
		return error;
	return error_of(native_sleep_until(absolute ? time_ns : native_time_ns() + time_ns));
}

long sys_nanosleep(struct process *process, const long *arguments)
{
	(void)process;
	return sleep_for(call_pointer(arguments[0]), false);
}

long sys_clock_nanosleep(struct process *process, const long *arguments)
{
	(void)process;
	if (!clock_known(arguments[0]))
		return -EINVAL;
	return sleep_for(call_pointer(arguments[2]), arguments[1] & TIMER_ABSTIME);
}
