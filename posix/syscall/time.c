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

struct timespec time_from_ns(uint64_t time_ns)
{
	return (struct timespec){.tv_sec = (time_t)(time_ns / SECOND_NS),
	                         .tv_nsec = (long)(time_ns % SECOND_NS)};
}

int time_to_ns(const struct timespec *time, uint64_t *out_ns)
{
	if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= SECOND_NS)
		return -EINVAL;
	if ((uint64_t)time->tv_sec > UINT64_MAX / 2 / SECOND_NS)
		*out_ns = UINT64_MAX / 2;
	else
		*out_ns = (uint64_t)time->tv_sec * SECOND_NS + (uint64_t)time->tv_nsec;
	return 0;
}

int time_deadline(const struct timespec *time, bool absolute, uint64_t *out_deadline)
{
	uint64_t time_ns;

	const int error = time_to_ns(time, &time_ns);
	if (error)
		return error;
	if (!absolute)
		time_ns += native_time_ns();
	*out_deadline = time_ns ? time_ns : 1;
	return 0;
}

/* Needs no lock: the time is nobody's state. A timer that is due is for the general way. */
long direct_clock_gettime(long number, long a, long b, long c, long d, long e, long f)
{
	const uint64_t now_ns = native_time_ns();

	(void)number, (void)c, (void)d, (void)e, (void)f;
	if (!clock_known(a))
		return -EINVAL;
	*(struct timespec *)call_pointer(b) = time_from_ns(now_ns);
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

/* A sleep is a wait for nothing but its end. `left` is told when a signal ends it. */
static long sleep_for(struct process *process, const struct timespec *wanted, bool absolute,
                      struct timespec *left)
{
	struct wait_queue nothing = {0};
	uint64_t deadline_ns;

	int error = time_deadline(wanted, absolute, &deadline_ns);
	if (error)
		return error;
	error = thread_wait(thread_current(&process->main), &nothing, deadline_ns);
	if (error == -EINTR && left && !absolute) {
		const uint64_t now_ns = native_time_ns();
		*left = time_from_ns(now_ns < deadline_ns ? deadline_ns - now_ns : 0);
	}
	return error == -ETIMEDOUT ? 0 : error;
}

long sys_nanosleep(struct process *process, const long *arguments)
{
	return sleep_for(process, call_pointer(arguments[0]), false, call_pointer(arguments[1]));
}

long sys_clock_nanosleep(struct process *process, const long *arguments)
{
	if (!clock_known(arguments[0]))
		return -EINVAL;
	return sleep_for(process, call_pointer(arguments[2]), arguments[1] & TIMER_ABSTIME,
	                 call_pointer(arguments[3]));
}
