/* SPDX-License-Identifier: MIT */
#include "timeout.h"

#include "boot/panic.h"
#include "object/thread.h"
#include "sched.h"
#include "x86_64/clock.h"

enum { EXPIRE_AT_ONCE = 16 };

static struct {                /* one clock; becomes per-CPU data */
	struct tree armed;     /* struct timeout */
	struct timeout *first; /* of them, NULL: there is none */
	uint64_t budget_end;   /* 0: none */
	uint64_t turn_end;     /* when equals take turns, 0: not decided */
	uint64_t programmed;   /* what the clock is set to, 0: nothing */
} timeouts;

void timeout_set_budget(uint64_t ns)
{
	timeouts.budget_end = ns;
}

void timeout_set(struct timeout *timeout, uint64_t deadline)
{
	timeout->armed.key = deadline;
	if (deadline == 0)
		return;
	sched_attention = true;
	tree_insert(&timeouts.armed, &timeout->armed);
	if (!timeouts.first || deadline < timeouts.first->armed.key)
		timeouts.first = timeout;
}

void timeout_clear(struct timeout *timeout)
{
	struct tree_node *next;

	if (timeout->armed.key == 0)
		return;
	tree_remove(&timeouts.armed, &timeout->armed);
	timeout->armed.key = 0;
	if (timeouts.first != timeout)
		return;
	for (next = timeouts.armed.root; next && next->left; next = next->left)
		;
	timeouts.first = next ? list_entry(next, struct timeout, armed) : NULL;
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
	return timeouts.first;
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
	for (unsigned i = 0; i < EXPIRE_AT_ONCE; i++) {
		struct timeout *timeout = timeouts.first;

		if (!timeout || timeout->armed.key > now)
			break;
		timeout_clear(timeout);
		timeout->expire(timeout);
	}
}

void timeout_program(void)
{
	uint64_t next = UINT64_MAX;

	if (timeout_any())
		next = timeouts.first->armed.key;
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
