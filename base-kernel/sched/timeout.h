/* SPDX-License-Identifier: MIT */
/*
 * Timeouts: one armed deadline per waiting thread and per ring, and the clock
 * that serves them. Absolute nanoseconds since boot; no periodic tick.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "memory/tree.h"

struct thread;

struct timeout {
	struct tree_node armed; /* key: the deadline, 0: not armed */
	void (*expire)(
		struct timeout *timeout); /* it is disarmed by then, and may be armed again */
};

/* At `deadline` it expires. 0 arms nothing. Both rare, and kept out of what is not. */
__attribute__((noinline)) void timeout_set(struct timeout *timeout, uint64_t deadline);
__attribute__((noinline)) void timeout_clear(struct timeout *timeout);
/* At `deadline` the thread's wait ends with ERR_TIMEOUT. 0: never. */
void timeout_arm(struct thread *thread, uint64_t deadline);
void timeout_disarm(struct thread *thread);
bool timeout_any(void);
/* Expires those whose deadline has passed, but for what the next interrupt, at once, is left to do. */
void timeout_expire(void);
/* Sets the clock to what comes first: a deadline, a turn, the end of the guest's time budget. */
void timeout_program(void);
/* The machine's budget of busy time in ns, 0: none; past it the kernel gives up. */
void timeout_set_budget(uint64_t ns);
