/* SPDX-License-Identifier: MIT */
/*
 * Timers that raise signals: the one of setitimer, and those of timer_create.
 *
 * Nobody runs when a timer is due but the threads of the program: one that waits does so no longer
 * than to the next timer, and each system call looks whether one is due. A due timer raises its
 * signal and is set again if it has an interval; turns that were missed are counted.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum { TIMERS_MAX = 48, TIMER_ALARM = 0 /* setitimer's */ };

struct process;

struct timer {
	bool used;
	bool quiet;                                      /* expires without a signal */
	void (*expired)(void *argument, uint64_t turns); /* instead of a signal; or NULL */
	void *argument;
	clockid_t clock;
	uint64_t next_ns; /* 0: not set */
	uint64_t interval_ns;
	siginfo_t info; /* what is raised */
	int thread_id;  /* for whom; 0: the process */
	int overrun;    /* turns missed when it last expired */
};

struct timers {
	struct timer timers[TIMERS_MAX];
	uint64_t next_ns; /* the earliest; 0: none */
};

/* When the first one is due, 0: none is set. */
static inline uint64_t timers_next(const struct timers *timers)
{
	return timers->next_ns;
}

/* Raises the signals of those due at `now_ns`. */
void timers_expire(struct process *process, uint64_t now_ns);
/* Sets `timer` to expire at `next_ns` (0: never), then each `interval_ns` (0: once). */
void timer_arm(struct process *process, struct timer *timer, uint64_t next_ns,
               uint64_t interval_ns);
/* A free one, or NULL. */
struct timer *timer_make(struct timers *timers);
/* One that was made, by its number; or NULL. */
struct timer *timer_of(struct timers *timers, long number);
