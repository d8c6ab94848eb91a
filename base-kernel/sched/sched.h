/* SPDX-License-Identifier: MIT */
/*
 * Scheduler: which thread runs next.
 *
 * The current thread is in no queue. A ready context stands in the run queue of
 * its priority; the highest one's first thread runs. Equal ones take turns
 * by the clock. Who serves on the context of a less urgent caller takes its
 * turns with its home's; it is `boosted` while that keeps others waiting that
 * are more urgent than the caller.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct thread;
struct sched_context;

enum { PRIORITIES = 256, QUANTUM_NS = 5 * 1000 * 1000 };

void sched_init(void);
void sched_enqueue(struct thread *thread);
/* Takes a ready thread out: from its queue, or off the CPU if it is the current one. */
void sched_dequeue(struct thread *thread);
/* The thread is about to vanish. */
void sched_forget(struct thread *thread);

/* The thread that runs on the one CPU; becomes per-CPU data. */
extern struct thread *sched_running;

/*
 * Something has changed that the way out of the kernel must look at: who is ready or runs, on which
 * context, a deadline, a doomed grant. Otherwise the current thread just goes on.
 */
extern bool sched_attention;

static inline struct thread *sched_current(void)
{
	return sched_running;
}

/*
 * Runs `thread`, which is blocked in no queue, on the context of the current one, which is about to
 * block: nobody else has become more urgent by that, so that nothing is picked.
 */
void sched_hand_over(struct thread *thread);
/* Runs `thread`, which is blocked in no queue, instead of the current one. */
void sched_switch_to(struct thread *thread);
/* The current thread has blocked. */
void sched_block_current(void);
/* Lets others of the same priority go first. */
void sched_yield(void);
/* Whether a clock tick is needed so that equals take turns. */
bool sched_turns(void);

/* Decides who runs and arms the clock; waits in the idle loop while there is nobody. */
_Noreturn void sched_leave_kernel(void);
