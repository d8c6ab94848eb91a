/* SPDX-License-Identifier: MIT */
#include "sched.h"

#include "object/sched_context.h"
#include "syscall/syscall.h"
#include "x86_64/resume.h"

static struct { /* of the one CPU; becomes per-CPU data */
	struct list_node queues[PRIORITIES];
	uint64_t occupied[PRIORITIES / 64];
	int highest; /* the first of the occupied ones, or -1 */
	/*
	 * Has become ready and is more urgent than the current thread: in no queue, it takes over on
	 * the way out of the kernel.
	 */
	struct thread *urgent;
} run;

struct thread *sched_running;
bool sched_attention;

void sched_init(void)
{
	for (unsigned i = 0; i < PRIORITIES; i++)
		list_init(&run.queues[i]);
	run.highest = -1;
	run.urgent = NULL;
}

static void queue_context(struct sched_context *context)
{
	list_append(&run.queues[context->priority], &context->queue);
	run.occupied[context->priority / 64] |= 1ul << (context->priority % 64);
	if (context->priority > run.highest)
		run.highest = context->priority;
	context->queued = true;
}

static int find_highest(void)
{
	for (int i = PRIORITIES / 64 - 1; i >= 0; i--) {
		if (run.occupied[i])
			return i * 64 + 63 - __builtin_clzl(run.occupied[i]);
	}
	return -1;
}

static void unqueue_context(struct sched_context *context)
{
	list_remove(&context->queue);
	if (list_empty(&run.queues[context->priority])) {
		run.occupied[context->priority / 64] &= ~(1ul << (context->priority % 64));
		run.highest = find_highest();
	}
	context->queued = false;
}

/* Whose turns it takes: its own home's, while it serves somebody less urgent. */
static inline struct sched_context *place(const struct thread *thread)
{
	struct sched_context *home = thread->home, *context = thread->context;

	return home == context || !home || home->priority <= context->priority ? context : home;
}

static void queue_thread(struct thread *thread)
{
	struct sched_context *context = place(thread);

	list_append(&context->ready, &thread->ready);
	if (!context->queued)
		queue_context(context);
}

static inline bool more_urgent(const struct thread *thread)
{
	return sched_running && sched_running->context &&
	       place(thread)->priority > place(sched_running)->priority;
}

void sched_enqueue(struct thread *thread)
{
	if (thread == sched_running)
		return;
	sched_attention = true;
	if (!thread->context) {
		thread_seek_lender(thread);
	} else if (!run.urgent && !place(thread)->queued && more_urgent(thread)) {
		run.urgent = thread;
	} else {
		if (run.urgent) /* it came first */
			queue_thread(run.urgent);
		run.urgent = NULL;
		queue_thread(thread);
	}
}

void sched_dequeue(struct thread *thread)
{
	if (thread == sched_running) {
		sched_block_current();
		return;
	}
	if (thread == run.urgent) {
		run.urgent = NULL;
		return;
	}
	if (!list_linked(&thread->ready))
		return;
	list_remove(&thread->ready);
	if (list_empty(&place(thread)->ready))
		unqueue_context(place(thread));
}

void sched_forget(struct thread *thread)
{
	sched_dequeue(thread);
	resume_forget(thread);
}

void sched_hand_over(struct thread *thread)
{
	if (sched_running && sched_running->boosted)
		sched_block_current(); /* there are others that are more urgent now */
	thread->state = THREAD_READY;
	sched_running = thread;
}

void sched_switch_to(struct thread *thread)
{
	struct thread *before = sched_running;

	sched_hand_over(thread);
	sched_attention = true;
	if (before && before != thread && before->state == THREAD_READY)
		sched_enqueue(before);
}

void sched_block_current(void)
{
	if (sched_running)
		sched_running->boosted = false;
	sched_running = NULL;
	sched_attention = true;
}

void sched_yield(void)
{
	struct thread *thread = sched_running;

	sched_block_current();
	sched_enqueue(thread);
}

bool sched_turns(void)
{
	return sched_running && run.highest >= place(sched_running)->priority;
}

/* The one that is more urgent than the current thread, unless others are ready that are more so. */
static bool pick_urgent(void)
{
	struct thread *urgent = run.urgent, *before = sched_running;

	run.urgent = NULL;
	if (run.highest >= place(urgent)->priority || !more_urgent(urgent)) {
		queue_thread(urgent);
		return false;
	}
	sched_running = urgent;
	queue_thread(before);
	return true;
}

static void pick(void)
{
	/* Its lender has ended; another one's context may be had at once. */
	if (sched_running && !sched_running->context)
		sched_yield();
	if (run.urgent && pick_urgent())
		return;

	if (run.highest < 0 || (sched_running && run.highest <= place(sched_running)->priority))
		return;

	struct thread *before = sched_running;
	struct sched_context *context =
		list_entry(list_first(&run.queues[run.highest]), struct sched_context, queue);
	struct thread *next = list_entry(list_first(&context->ready), struct thread, ready);

	sched_dequeue(next);
	/* Its context goes to the end of the line for the next turn. */
	if (context->queued) {
		unqueue_context(context);
		queue_context(context);
	}
	sched_running = next;
	if (before)
		queue_thread(before);
}

__attribute__((noinline)) static _Noreturn void attend(void)
{
	for (;;) {
		pick();
		timeout_program();
		if (!sched_running)
			resume_idle();
		if (sched_running->context != sched_running->home)
			sched_running->boosted = run.highest > sched_running->context->priority;
		if (!sched_running->unfinished)
			break;
		interrupt_window();
		if (sched_running && sched_running->unfinished)
			syscall_go_on(sched_running);
	}
	sched_attention = false;
	resume_thread(sched_running);
}

void sched_leave_kernel(void)
{
	if (sched_attention)
		attend();
	resume_thread(sched_running);
}
