/* SPDX-License-Identifier: MIT */
#include <limits.h>

#include "process.h"
#include "timers.h"

static void find_next(struct timers *timers)
{
	timers->next_ns = 0;
	for (int i = 0; i < TIMERS_MAX; i++) {
		const uint64_t next_ns = timers->timers[i].next_ns;
		if (next_ns && (!timers->next_ns || next_ns < timers->next_ns))
			timers->next_ns = next_ns;
	}
}

static void expire(struct process *process, struct timer *timer, uint64_t now_ns)
{
	uint64_t missed = 0;

	if (timer->interval_ns) {
		missed = (now_ns - timer->next_ns) / timer->interval_ns;
		timer->next_ns += (missed + 1) * timer->interval_ns;
	} else {
		timer->next_ns = 0;
	}
	if (timer->expired)
		timer->expired(timer->argument, missed + 1);
	if (timer->expired || timer->quiet)
		return;
	timer->overrun = missed > INT_MAX ? INT_MAX : (int)missed;
	timer->info.si_overrun = timer->overrun;
	struct thread *target = timer->thread_id ? thread_find(process, timer->thread_id) : NULL;
	if (!timer->thread_id || target)
		(void)signals_raise(process, target,
		                    &timer->info); /* what can't be queued is lost */
}

void timers_expire(struct process *process, uint64_t now_ns)
{
	struct timers *timers = &process->timers;

	for (int i = 0; i < TIMERS_MAX; i++)
		if (timers->timers[i].next_ns && timers->timers[i].next_ns <= now_ns)
			expire(process, &timers->timers[i], now_ns);
	find_next(timers);
}

void timer_arm(struct process *process, struct timer *timer, uint64_t next_ns, uint64_t interval_ns)
{
	timer->next_ns = next_ns;
	timer->interval_ns = interval_ns;
	find_next(&process->timers);
	if (process->timers.next_ns == next_ns)
		threads_recompute(process);
}

struct timer *timer_make(struct timers *timers)
{
	for (int i = TIMER_ALARM + 1; i < TIMERS_MAX; i++)
		if (!timers->timers[i].used) {
			timers->timers[i] = (struct timer){.used = true};
			return &timers->timers[i];
		}
	return NULL;
}

struct timer *timer_of(struct timers *timers, long number)
{
	if (number <= TIMER_ALARM || number >= TIMERS_MAX || !timers->timers[number].used)
		return NULL;
	return &timers->timers[number];
}
