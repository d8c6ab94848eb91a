/* SPDX-License-Identifier: MIT */
/*
 * Timers that raise signals. CLOCK_REALTIME and CLOCK_MONOTONIC run alike, since nobody sets the
 * former. CPU time is not known, so ITIMER_VIRTUAL and ITIMER_PROF are EINVAL.
 */
#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include <native.h>

#include "calls.h"

enum { SECOND_US = 1000000, MICROSECOND_NS = 1000 };

static uint64_t left_of(const struct timer *timer)
{
	const uint64_t now_ns = native_time_ns();

	if (!timer->next_ns)
		return 0;
	return timer->next_ns > now_ns ? timer->next_ns - now_ns : 1; /* 0 is: not set */
}

/* ---- setitimer ------------------------------------------------------------------------------ */

static struct timeval timeval_from_ns(uint64_t time_ns)
{
	const uint64_t time_us = (time_ns + MICROSECOND_NS - 1) / MICROSECOND_NS;

	return (struct timeval){.tv_sec = (time_t)(time_us / SECOND_US),
	                        .tv_usec = (suseconds_t)(time_us % SECOND_US)};
}

static int timeval_to_ns(const struct timeval *time, uint64_t *out_ns)
{
	const struct timespec wanted = {.tv_sec = time->tv_sec,
	                                .tv_nsec = time->tv_usec * MICROSECOND_NS};

	if (time->tv_usec < 0 || time->tv_usec >= SECOND_US)
		return -EINVAL;
	return time_to_ns(&wanted, out_ns);
}

static void itimer_status(const struct timer *timer, struct itimerval *out_status)
{
	*out_status = (struct itimerval){.it_interval = timeval_from_ns(timer->interval_ns),
	                                 .it_value = timeval_from_ns(left_of(timer))};
}

long sys_getitimer(struct process *process, const long *arguments)
{
	if (arguments[0] != ITIMER_REAL)
		return -EINVAL;
	itimer_status(&process->timers.timers[TIMER_ALARM], call_pointer(arguments[1]));
	return 0;
}

long sys_setitimer(struct process *process, const long *arguments)
{
	struct timer *timer = &process->timers.timers[TIMER_ALARM];
	const struct itimerval *wanted = call_pointer(arguments[1]);
	struct itimerval *old = call_pointer(arguments[2]);
	uint64_t interval_ns;
	uint64_t first_ns;

	if (arguments[0] != ITIMER_REAL)
		return -EINVAL;
	int error = timeval_to_ns(&wanted->it_interval, &interval_ns);
	if (!error)
		error = timeval_to_ns(&wanted->it_value, &first_ns);
	if (error)
		return error;
	if (old)
		itimer_status(timer, old);
	timer->info = (siginfo_t){.si_signo = SIGALRM, .si_code = SI_KERNEL};
	timer_arm(process, timer, first_ns ? native_time_ns() + first_ns : 0, interval_ns);
	return 0;
}

/* ---- timer_create --------------------------------------------------------------------------- */

/* The kernel's form of struct sigevent, as musl passes it. */
struct timer_event {
	union sigval value;
	int signal;
	int notify;
	int thread_id;
};

static int event_check(struct process *process, const struct timer_event *event)
{
	switch (event->notify) {
	case SIGEV_NONE: return 0;
	case SIGEV_THREAD_ID:
		if (!thread_find(process, event->thread_id))
			return -EINVAL;
		[[fallthrough]];
	case SIGEV_SIGNAL: return event->signal >= 1 && event->signal <= SIGNAL_COUNT ? 0 : -EINVAL;
	default: return -EINVAL;
	}
}

long sys_timer_create(struct process *process, const long *arguments)
{
	const struct timer_event *event = call_pointer(arguments[1]);
	int *out_number = call_pointer(arguments[2]);

	if (arguments[0] != CLOCK_REALTIME && arguments[0] != CLOCK_MONOTONIC &&
	    arguments[0] != CLOCK_BOOTTIME)
		return -EINVAL;
	const int error = event ? event_check(process, event) : 0;
	if (error)
		return error;
	struct timer *timer = timer_make(&process->timers);
	if (!timer)
		return -EAGAIN;
	*out_number = (int)(timer - process->timers.timers);
	timer->clock = (clockid_t)arguments[0];
	timer->info = (siginfo_t){.si_signo = SIGALRM, .si_code = SI_TIMER};
	timer->info.si_timerid = *out_number;
	if (!event) {
		timer->info.si_value.sival_int = *out_number;
		return 0;
	}
	timer->quiet = event->notify == SIGEV_NONE;
	timer->thread_id = event->notify == SIGEV_THREAD_ID ? event->thread_id : 0;
	timer->info.si_signo = event->signal;
	timer->info.si_value = event->value;
	return 0;
}

void timer_status(const struct timer *timer, struct itimerspec *out_status)
{
	*out_status = (struct itimerspec){.it_interval = time_from_ns(timer->interval_ns),
	                                  .it_value = time_from_ns(left_of(timer))};
}

long sys_timer_gettime(struct process *process, const long *arguments)
{
	const struct timer *timer = timer_of(&process->timers, arguments[0]);

	if (!timer)
		return -EINVAL;
	timer_status(timer, call_pointer(arguments[1]));
	return 0;
}

int timer_set(struct process *process, struct timer *timer, const struct itimerspec *wanted,
              bool absolute, struct itimerspec *old)
{
	uint64_t interval_ns;
	uint64_t first_ns;

	int error = time_to_ns(&wanted->it_interval, &interval_ns);
	if (!error)
		error = time_to_ns(&wanted->it_value, &first_ns);
	if (error)
		return error;
	if (old)
		timer_status(timer, old);
	if (first_ns && !absolute)
		first_ns += native_time_ns();
	timer->overrun = 0;
	timer_arm(process, timer, first_ns, interval_ns);
	return 0;
}

long sys_timer_settime(struct process *process, const long *arguments)
{
	struct timer *timer = timer_of(&process->timers, arguments[0]);

	if (!timer)
		return -EINVAL;
	return timer_set(process, timer, call_pointer(arguments[2]), arguments[1] & TIMER_ABSTIME,
	                 call_pointer(arguments[3]));
}

long sys_timer_getoverrun(struct process *process, const long *arguments)
{
	const struct timer *timer = timer_of(&process->timers, arguments[0]);

	return timer ? timer->overrun : -EINVAL;
}

long sys_timer_delete(struct process *process, const long *arguments)
{
	struct timer *timer = timer_of(&process->timers, arguments[0]);

	if (!timer)
		return -EINVAL;
	timer_arm(process, timer, 0, 0);
	timer->used = false;
	return 0;
}
