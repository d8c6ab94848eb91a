/* SPDX-License-Identifier: MIT */
/*
 * Signals: dispositions, masks, what is pending, delivery.
 *
 * A signal is raised for the process or for one thread and is pending until a thread that does not
 * block it takes it: at the end of any of its system calls, the handler then being called like a
 * function, or by sigwait. One that comes while a thread waits ends the wait. Code that makes no
 * calls is not interrupted: what is raised for it waits for its next call.
 *
 * Of the signals below SIGRTMIN one of a kind is pending at most; the others queue up.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SIGNAL_COUNT = 64,
	SIGNAL_QUEUED_FIRST = 32, /* from here on they queue up */
	SIGNAL_CANCEL = 33,       /* musl's own: always ends a wait */
};

struct process;
struct thread;

/* What musl hands to rt_sigaction: the kernel's form, not POSIX's struct sigaction. */
struct signal_action {
	void (*handler)(int); /* or SIG_DFL, SIG_IGN */
	unsigned long flags;
	void (*restorer)(void); /* unused: handlers return to us */
	uint64_t mask;
};

struct queued_signal;

struct pending_signals {
	uint64_t set;                /* bit signal - 1 */
	struct queued_signal *first; /* who sent them, oldest first */
	struct queued_signal *last;
};

/* The process's. */
struct signals {
	struct signal_action actions[SIGNAL_COUNT]; /* [signal - 1] */
	struct pending_signals pending;
};

/* A thread's. */
struct thread_signals {
	uint64_t blocked;     /* bit signal - 1 */
	uint64_t awaited;     /* by sigwait: they end its wait though they are blocked */
	uint64_t mask_before; /* of sigsuspend and the like: to be set when the call is over */
	bool mask_changed;    /* is there one? */
	unsigned handlers;    /* that run */
	stack_t alternate;    /* ss_flags: SS_DISABLE or 0; a zeroed one is disabled */
	struct pending_signals pending;
};

static inline uint64_t signal_bit(int signal)
{
	return UINT64_C(1) << (signal - 1);
}

/* Is there one for this thread to take? */
bool signals_due(const struct thread *thread);
/*
 * Raises `info->si_signo` for `target`, or for any thread of the process (NULL). EAGAIN: no memory
 * to queue it; ENOSYS: a stop of a process that nobody has spawned.
 */
int signals_raise(struct process *process, struct thread *target, const siginfo_t *info);
/*
 * Delivers what is due; handlers run without the lock. Answers whether an interrupted call is to be
 * made again. May not return.
 */
bool signals_deliver(struct process *process, struct thread *self);
/* Does it end the process as soon as it comes, whatever its threads do? */
bool signals_fatal(const struct process *process, int signal);
bool signals_ignored_by_default(int signal);
/* Takes one of `set` that is pending; false: none is. */
bool signals_take(struct process *process, struct thread *self, uint64_t set, siginfo_t *out_info);
/* Sets the mask, without the two signals nobody can block. */
void signals_block(struct thread *thread, uint64_t blocked);
/* Sets the mask until the call is over, or the handler it ends with. */
void signals_block_for_call(struct thread *thread, uint64_t blocked);
/* Does the calling thread run on its alternate stack? */
bool signals_on_alternate(const struct thread *self);
/* Forgets what is pending. */
void pending_signals_clear(struct pending_signals *pending, uint64_t set);
