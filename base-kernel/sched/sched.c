/* SPDX-License-Identifier: MIT */
#include "sched.h"

#include "object/sched_context.h"
#include "syscall/syscall.h"
#include "x86_64/resume.h"

static struct { /* of the one CPU; becomes per-CPU data */
	struct list_node queues[PRIORITIES];
	uint64_t occupied[PRIORITIES / 64];
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
	run.urgent = NULL;
}

static void queue_context(struct sched_context *context)
{
	list_append(&run.queues[context->priority], &context->queue);
	run.occupied[context->priority / 64] |= 1ul << (context->priority % 64);
	context->queued = true;
}

static void unqueue_context(struct sched_context *context)
{
	list_remove(&context->queue);
	if (list_empty(&run.queues[context->priority]))
		run.occupied[context->priority / 64] &= ~(1ul << (context->priority % 64));
	context->queued = false;
}

/* The highest priority that is ready, or -1. */
static int highest(void)
{
	for (int i = PRIORITIES / 64 - 1; i >= 0; i--) {
		if (run.occupied[i])
			return i * 64 + 63 - __builtin_clzl(run.occupied[i]);
	}
	return -1;
}

static void queue_thread(struct thread *thread)
{
	list_append(&thread->context->ready, &thread->ready);
	if (!thread->context->queued)
		queue_context(thread->context);
}

/* Than whoever runs now. */
static bool more_urgent(const struct sched_context *context)
{
	return sched_running && sched_running->context &&
	       context->priority > sched_running->context->priority;
}

void sched_enqueue(struct thread *thread)
{
	struct sched_context *context = thread->context;

	if (thread == sched_running)
		return;
	sched_attention = true;
	if (!context) {
		thread_seek_lender(thread);
	} else if (!run.urgent && !context->queued && more_urgent(context)) {
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
	if (list_empty(&thread->context->ready))
		unqueue_context(thread->context);
}

void sched_forget(struct thread *thread)
{
	sched_dequeue(thread);
	resume_forget(thread);
}

void sched_hand_over(struct thread *thread)
{
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
	return sched_running && highest() >= sched_running->context->priority;
}

/* The one that is more urgent than the current thread, unless others are ready that are more so. */
static bool pick_urgent(void)
{
	struct thread *urgent = run.urgent, *before = sched_running;

	run.urgent = NULL;
	if (highest() >= urgent->context->priority || !more_urgent(urgent->context)) {
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

	const int priority = highest();

	if (sched_running && priority <= sched_running->context->priority)
		return;
	if (priority < 0)
		return;

	struct thread *before = sched_running;
	struct sched_context *context =
		list_entry(list_first(&run.queues[priority]), struct sched_context, queue);
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

void sched_leave_kernel(void)
{
	while (sched_attention) {
		if (sched_running && sched_running->unfinished)
			syscall_go_on(sched_running);
		pick();
		timeout_program();
		if (!sched_running)
			resume_idle();
		if (sched_running->unfinished)
			interrupt_window();
		else
			sched_attention = false;
	}
	resume_thread(sched_running);
}
