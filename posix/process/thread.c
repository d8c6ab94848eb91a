/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include <syscall/calls.h>

#include "job_control.h"
#include "process.h"
#include "thread.h"

/* ---- waiting -------------------------------------------------------------------------------- */

static void enqueue(struct wait_queue *queue, struct thread *thread)
{
	thread->queue = queue;
	thread->queue_next = NULL;
	if (queue->last)
		queue->last->queue_next = thread;
	else
		queue->first = thread;
	queue->last = thread;
}

/* Takes the thread behind `previous` (NULL: the first) out. */
static void dequeue_after(struct wait_queue *queue, struct thread *previous)
{
	struct thread *thread = previous ? previous->queue_next : queue->first;

	if (previous)
		previous->queue_next = thread->queue_next;
	else
		queue->first = thread->queue_next;
	if (queue->last == thread)
		queue->last = previous;
	thread->queue = NULL;
}

static void dequeue(struct thread *thread)
{
	struct thread *previous = NULL;

	for (struct thread *at = thread->queue->first; at != thread; at = at->queue_next)
		previous = at;
	dequeue_after(thread->queue, previous);
}

static bool ends_now(const struct thread *self)
{
	return (self->cancel && *self->cancel) || signals_due(self);
}

int thread_wait(struct thread *self, struct wait_queue *queue, uint64_t deadline_ns)
{
	enqueue(queue, self);
	self->may_be_ended = true;
	while (self->queue) {
		if (ends_now(self)) {
			dequeue(self);
			return -EINTR;
		}
		const uint64_t timer_ns = timers_next(&self->process->timers);
		const bool timer_first = timer_ns && (!deadline_ns || timer_ns < deadline_ns);
		native_unlock(self->native);
		const enum status status =
			native_thread_park(self->native, timer_first ? timer_ns : deadline_ns);
		native_lock(self->native);
		if (status != ERR_TIMEOUT)
			continue;
		if (timer_first) {
			timers_expire(self->process, timer_ns);
		} else if (self->queue) {
			dequeue(self);
			return -ETIMEDOUT;
		}
	}
	if (self->process->stopped)
		job_wait(self->process, self); /* what it was woken for may be another's by then */
	return 0;
}

void thread_wait_closed(struct thread *self, struct wait_queue *queue)
{
	enqueue(queue, self);
	while (self->queue) {
		native_unlock(self->native);
		(void)native_thread_park(self->native, 0); /* whoever wakes it says so in `queue` */
		native_lock(self->native);
	}
}

unsigned wait_queue_wake_key(struct wait_queue *queue, uintptr_t key, unsigned count)
{
	struct thread *previous = NULL;
	struct thread *at = queue->first;
	unsigned woken = 0;

	while (at && woken < count) {
		struct thread *next = at->queue_next;
		if (at->key == key) {
			dequeue_after(queue, previous);
			native_thread_unpark(at->native);
			woken++;
		} else {
			previous = at;
		}
		at = next;
	}
	return woken;
}

void wait_queue_wake_all(struct wait_queue *queue)
{
	while (queue->first) {
		struct thread *thread = queue->first;
		dequeue_after(queue, NULL);
		native_thread_unpark(thread->native);
	}
}

void thread_interrupt(struct thread *thread)
{
	if (thread->queue && ends_now(thread))
		native_thread_unpark(thread->native);
}

void threads_recompute(struct process *process)
{
	for (struct thread *thread = process->threads; thread; thread = thread->next)
		if (thread->queue)
			native_thread_unpark(thread->native);
}

/* ---- life ----------------------------------------------------------------------------------- */

void thread_init_main(struct thread *thread, struct process *process)
{
	*thread = (struct thread){
		.native = native_thread_main(), .process = process, .id = process->id};
	process->threads = thread;
	process->thread_ids = process->id;
}

/* What a thread begins with; it knows itself only once musl's descriptor is set. */
struct beginning {
	struct thread *thread;
	int (*function)(void *);
	void *argument;
	void *tls;
};

static __attribute__((noinline)) void run(struct beginning *at)
{
	const struct beginning beginning = *at;
	struct thread *self = beginning.thread;

	thread_slot_set(self);
	native_lock(self->native); /* waits for its creator to be done */
	native_heap_free(at);
	native_unlock(self->native);
	beginning.function(beginning.argument);
	native_lock(self->native);
	thread_end(self);
}

static void begin(void *argument)
{
	struct beginning *beginning = argument;

	__asm__ volatile("wrfsbase %0" : : "r"(beginning->tls) : "memory");
	run(beginning);
}

int thread_create(struct process *process, const struct thread_request *request)
{
	enum { STACK_ALIGNMENT = 16 };
	struct thread *thread = native_heap_alloc(sizeof *thread);
	struct beginning *beginning = native_heap_alloc(sizeof *beginning);
	void *stack = (void *)((uintptr_t)request->stack & ~(uintptr_t)(STACK_ALIGNMENT - 1));

	if (!thread || !beginning)
		goto fail;
	*thread = (struct thread){
		.process = process,
		.id = process->thread_ids + 1,
		.clear_at_end = request->clear_at_end,
		.signals.blocked = thread_current(&process->main)->signals.blocked,
		.next = process->threads,
	};
	*beginning = (struct beginning){.thread = thread,
	                                .function = request->function,
	                                .argument = request->argument,
	                                .tls = request->tls};
	if (request->out_parent_id)
		*request->out_parent_id = thread->id;
	if (native_thread_create(stack, begin, beginning, &thread->native) != OK)
		goto fail;
	process->thread_ids++;
	process->threads = thread;
	return thread->id;

fail:
	native_heap_free(beginning);
	native_heap_free(thread);
	return -EAGAIN;
}

struct thread *thread_find(struct process *process, int id)
{
	for (struct thread *thread = process->threads; thread; thread = thread->next)
		if (thread->id == id)
			return thread;
	return NULL;
}

/* ---- the end -------------------------------------------------------------------------------- */

struct ending {
	struct thread *thread;
	void *base; /* to be unmapped; or NULL */
	size_t size;
};

/* On a stack that is not the thread's own, with the lock held. */
static void say_goodbye(void *argument)
{
	const struct ending ending = *(const struct ending *)argument;
	struct thread *thread = ending.thread;
	struct process *process = thread->process;
	struct thread **at = &process->threads;

	while (*at != thread)
		at = &(*at)->next;
	*at = thread->next;
	if (ending.base)
		(void)call_unmap(process, ending.base,
		                 ending.size); /* it was mapped, or it is a mistake */
	if (thread->clear_at_end) {
		*thread->clear_at_end = 0;
		(void)wait_queue_wake_key(&process->futexes, (uintptr_t)thread->clear_at_end, 1);
	}
	if (thread != &process->main)
		native_heap_free(thread);
}

_Noreturn void thread_end(struct thread *self)
{
	thread_end_unmapping(self, NULL, 0);
}

_Noreturn void thread_end_unmapping(struct thread *self, void *base, size_t size)
{
	struct ending ending = {.thread = self, .base = base, .size = size};

	native_thread_exit(self->native, say_goodbye, &ending);
}
