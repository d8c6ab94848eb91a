/* SPDX-License-Identifier: MIT */
/*
 * A thread as POSIX sees it, and how it waits.
 *
 * Life: thread_create makes it and lets it run; thread_end is called by itself with the lock held.
 * The main thread is part of the process and stays in memory. All fields but those of the wait are
 * the thread's own or under the lock.
 *
 * Waiting: a thread waits in at most one queue. Whoever changes what the queue stands for wakes
 * it; a signal that is not blocked, a cancellation and the deadline end the wait, too. While the
 * thread waits it does not hold the lock, so what it knew before may have changed behind it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <native.h>
#include <process/signals.h>
#include <thread_slot.h>

struct process;

/* Threads that wait for the same thing, who came first first. Zeroed: nobody. */
struct wait_queue {
	struct thread *first;
	struct thread *last;
};

struct thread {
	struct native_thread *native;
	struct process *process;
	struct thread *next; /* in the process's list */
	int id;
	volatile int *clear_at_end; /* zeroed and woken, for who joins it; or NULL */
	void *robust_list;          /* for the program: it asks for it by get_robust_list */
	size_t robust_list_size;
	struct thread_signals signals;
	/* the word by which the caller of a cancellation point learns of its cancellation, or NULL */
	const volatile int *cancel;

	/* the wait */
	struct wait_queue *queue; /* NULL: woken, or not waiting */
	struct thread *queue_next;
	uintptr_t key;     /* what exactly it waits for, if a queue has several things */
	bool may_be_ended; /* by a signal */
};

/* What __capos_clone is told of a thread. */
struct thread_request {
	int (*function)(void *);
	void *argument;
	void *stack;
	void *tls;
	volatile int *clear_at_end;
	int *out_parent_id;
};

/* The calling one; the main one until another is said. */
static inline struct thread *thread_current(struct thread *main)
{
	struct thread *current = thread_slot_get();

	return current ? current : main;
}

/* The process's first thread; it runs already. */
void thread_init_main(struct thread *thread, struct process *process);
/* The new thread's id, or EAGAIN. */
int thread_create(struct process *process, const struct thread_request *request);
/* Ends the calling thread, which holds the lock; not for the last one. */
_Noreturn void thread_end(struct thread *self);
/* Likewise, and frees memory of its own: the stack. */
_Noreturn void thread_end_unmapping(struct thread *self, void *base, size_t size);
/* NULL: there is none. */
struct thread *thread_find(struct process *process, int id);

/*
 * Waits in `queue` until woken (0), to the deadline (0: none; ETIMEDOUT), or until a signal or a
 * cancellation comes (EINTR). The lock is given up meanwhile.
 */
int thread_wait(struct thread *self, struct wait_queue *queue, uint64_t deadline_ns);
/* Waits until woken, whatever else comes. */
void thread_wait_closed(struct thread *self, struct wait_queue *queue);
/* Wakes up to `count` who wait for `key`; answers how many there were. */
unsigned wait_queue_wake_key(struct wait_queue *queue, uintptr_t key, unsigned count);
void wait_queue_wake_all(struct wait_queue *queue);
/* Ends the thread's wait if a signal may. */
void thread_interrupt(struct thread *thread);
/* Who waits with a deadline computes it anew: a timer was set. */
void threads_recompute(struct process *process);

/* An interrupted call that is made again if the signal's handler says so; never told a program. */
enum { CALL_AGAIN = 512 };
