/* SPDX-License-Identifier: MIT */
#include "timeout.h"

#include "boot/panic.h"
#include "object/thread.h"
#include "sched.h"
#include "x86_64/clock.h"

static struct {                 /* one clock; becomes per-CPU data */
	struct list_node armed; /* struct timeout, by deadline */
	uint64_t budget_end;    /* 0: none */
	uint64_t turn_end;      /* when equals take turns, 0: not decided */
	uint64_t programmed;    /* what the clock is set to, 0: nothing */
} timeouts;

void timeout_init(void)
{
	list_init(&timeouts.armed);
}

void timeout_set_budget(uint64_t ns)
{
	timeouts.budget_end = ns;
}

static struct timeout *first(void)
{
	return list_entry(list_first(&timeouts.armed), struct timeout, armed);
}

void timeout_set(struct timeout *timeout, uint64_t deadline)
{
	timeout->deadline = deadline;
	if (deadline == 0)
		return;
	sched_attention = true;
	list_for_each (node, &timeouts.armed) {
		if (list_entry(node, struct timeout, armed)->deadline > deadline) {
			list_insert_before(node, &timeout->armed);
			return;
		}
	}
	list_append(&timeouts.armed, &timeout->armed);
}

void timeout_clear(struct timeout *timeout)
{
	list_remove(&timeout->armed);
	timeout->deadline = 0;
}

static void expire_thread(struct timeout *timeout)
{
	thread_wake(list_entry(timeout, struct thread, timeout), ERR_TIMEOUT);
}

void timeout_arm(struct thread *thread, uint64_t deadline)
{
	if (deadline == 0)
		return;
	thread->timeout.expire = expire_thread;
	thread->deadline_armed = true;
	timeout_set(&thread->timeout, deadline);
}

void timeout_disarm(struct thread *thread)
{
	if (!thread->deadline_armed)
		return;
	thread->deadline_armed = false;
	timeout_clear(&thread->timeout);
}

bool timeout_any(void)
{
	return !list_empty(&timeouts.armed);
}

void timeout_expire(void)
{
	const uint64_t now = clock_now();

	timeouts.programmed = 0;
	sched_attention = true;
	if (timeouts.turn_end && timeouts.turn_end <= now) {
		timeouts.turn_end = 0;
		if (sched_turns())
			sched_yield();
	}
	if (timeouts.budget_end && clock_busy() > timeouts.budget_end)
		panic("guest time budget exhausted: a component is still busy");
	while (!list_empty(&timeouts.armed)) {
		struct timeout *timeout = first();

		if (timeout->deadline > now)
			break;
		timeout_clear(timeout);
		timeout->expire(timeout);
	}
}

void timeout_program(void)
{
	uint64_t next = UINT64_MAX;

	if (timeout_any())
		next = first()->deadline;
	if (sched_turns() || (sched_current() && timeouts.budget_end)) {
		if (timeouts.turn_end == 0)
			timeouts.turn_end = clock_now() + QUANTUM_NS;
		if (timeouts.turn_end < next)
			next = timeouts.turn_end;
	}
	if (next == UINT64_MAX || next == timeouts.programmed)
		return;
	timeouts.programmed = next;
	clock_program(next);
}
