/* SPDX-License-Identifier: MIT */
/*
 * Signals, as far as a program sends them to itself: raise, abort, kill(getpid(), …).
 *
 * Dispositions, mask and pending set are those of POSIX; a signal that is not blocked is delivered
 * before the call that raised or unblocked it returns, its handler being called like a function.
 * Nothing else raises signals yet: a fault is the component's, and nobody interrupts a call.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { SIGNAL_COUNT = 64 };

/* What musl hands to rt_sigaction: the kernel's form, not POSIX's struct sigaction. */
struct signal_action {
	void (*handler)(int); /* or SIG_DFL, SIG_IGN */
	unsigned long flags;
	void (*restorer)(void); /* unused: handlers return to us */
	uint64_t mask;
};

struct signals {
	struct signal_action actions[SIGNAL_COUNT]; /* [signal - 1] */
	uint64_t blocked;                           /* bit signal - 1 */
	uint64_t pending;
};

/* 0, or EINVAL for no signal, ENOSYS for one that would stop the process. */
int signals_raise(struct signals *signals, int signal);
/* Delivers what is pending and not blocked. May not return. */
void signals_deliver(struct signals *signals);
/* Sets the mask, without the two signals nobody can block. */
void signals_block(struct signals *signals, uint64_t blocked);
