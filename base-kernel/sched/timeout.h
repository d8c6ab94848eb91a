/* SPDX-License-Identifier: MIT */
/*
 * Timeouts: one armed deadline per waiting thread, and the clock that serves
 * them. Absolute nanoseconds since boot; no periodic tick.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct thread;

void timeout_init(void);
/* At `deadline` the thread's wait ends with ERR_TIMEOUT. 0 arms nothing. */
void timeout_arm(struct thread *thread, uint64_t deadline);
void timeout_disarm(struct thread *thread);
bool timeout_any(void);
/* Wakes all whose deadline has passed. */
void timeout_expire(void);
/* Sets the clock to what comes first: a deadline, a turn, the end of the guest's time budget. */
void timeout_program(void);
/* The machine's budget of busy time in ns, 0: none; past it the kernel gives up. */
void timeout_set_budget(uint64_t ns);
