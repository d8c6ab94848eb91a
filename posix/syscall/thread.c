/* SPDX-License-Identifier: MIT */
/*
 * Threads: how they begin and end, and what they wait at.
 *
 * A futex is known by its address: there is one address space, so that private and shared ones are
 * the same. Waiters stand in one queue of the process, with the address as key. In memory that is
 * shared with relatives one also looks again every millisecond, since a wake does not reach another
 * process; whoever waits there has to expect to be woken for nothing anyhow. All threads have the
 * priority of the component, so that inheriting a priority is done by nobody having another.
 */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <string.h>

#include <native.h>
#include <process/vfork.h>

#include "calls.h"

/* Linux's operations and flags, which musl's headers do not have. */
enum {
	FUTEX_WAIT = 0,
	FUTEX_WAKE = 1,
	FUTEX_REQUEUE = 3,
	FUTEX_LOCK_PI = 6,
	FUTEX_UNLOCK_PI = 7,
	FUTEX_TRYLOCK_PI = 8,
	FUTEX_PRIVATE = 128,
	FUTEX_REALTIME = 256,
};

/* The word of a priority-inheriting lock: its owner's id, and whether others wait. */
static const uint32_t pi_waiters = UINT32_C(1) << 31;
static const uint32_t pi_owner = (UINT32_C(1) << 30) - 1;

static void *stack_end(void *stack)
{
	enum { STACK_ALIGNMENT = 16 };

	return (void *)((uintptr_t)stack & ~(uintptr_t)(STACK_ALIGNMENT - 1));
}

long __capos_clone(int (*function)(void *), void *stack, int flags, void *argument, int *parent_tid,
                   void *tls, volatile int *child_tid)
{
	enum {
		THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
		         CLONE_SETTLS
	};
	struct process *process = calls_process();
	struct thread *self = thread_current(&process->main);
	const struct thread_request request = {
		.function = function,
		.argument = argument,
		.stack = stack,
		.tls = tls,
		.clear_at_end = flags & CLONE_CHILD_CLEARTID ? child_tid : NULL,
		.out_parent_id = flags & CLONE_PARENT_SETTID ? parent_tid : NULL,
	};

	if ((flags & (CLONE_VM | CLONE_VFORK)) == (CLONE_VM | CLONE_VFORK) && stack)
		return __capos_vfork_on(function, argument, stack_end(stack));
	if ((flags & THREAD) != THREAD)
		return -ENOSYS;
	native_lock(self->native);
	const long id = thread_create(process, &request);
	native_unlock(self->native);
	return id;
}

_Noreturn void __capos_unmap_self(void *base, size_t size)
{
	struct thread *self = thread_current(&calls_process()->main);

	native_lock(self->native);
	thread_end_unmapping(self, base, size);
}

/* The last thread's end is the process's. */
long sys_exit(struct process *process, const long *arguments)
{
	if (!process->threads->next || process->vfork)
		return sys_exit_group(process, arguments);
	thread_end(thread_current(&process->main));
}

long direct_gettid(long number, long a, long b, long c, long d, long e, long f)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return thread_current(&calls_process()->main)->id;
}

long sys_set_tid_address(struct process *process, const long *arguments)
{
	struct thread *self = thread_current(&process->main);

	self->clear_at_end = call_pointer(arguments[0]);
	return self->id;
}

/* A thread's own list is gone through by musl when it ends; nobody else can leave a lock behind. */
long sys_set_robust_list(struct process *process, const long *arguments)
{
	enum { LIST_HEAD_SIZE = 24 };
	struct thread *self = thread_current(&process->main);

	if (arguments[1] != LIST_HEAD_SIZE)
		return -EINVAL;
	self->robust_list = call_pointer(arguments[0]);
	self->robust_list_size = (size_t)arguments[1];
	return 0;
}

long sys_get_robust_list(struct process *process, const long *arguments)
{
	const struct thread *thread = arguments[0] ? thread_find(process, (int)arguments[0])
	                                           : thread_current(&process->main);

	if (!thread)
		return -ESRCH;
	*(void **)call_pointer(arguments[1]) = thread->robust_list;
	*(size_t *)call_pointer(arguments[2]) = thread->robust_list_size;
	return 0;
}

/* ---- futexes -------------------------------------------------------------------------------- */

/* A relative timeout, or none; EINVAL. */
static int deadline_of(const struct timespec *timeout, uint64_t *out_deadline)
{
	*out_deadline = 0;
	return timeout ? time_deadline(timeout, false, out_deadline) : 0;
}

/* May a relative change the word? */
static bool futex_of_relatives(const struct process *process, const volatile uint32_t *word)
{
	return areas_shared(&process->areas, (const void *)(uintptr_t)word, sizeof *word);
}

static long futex_wait(struct process *process, const volatile uint32_t *word, uint32_t expected,
                       const struct timespec *timeout)
{
	enum { LOOK_AGAIN_NS = 1000000 };
	struct thread *self = thread_current(&process->main);
	uint64_t deadline_ns;
	bool early = false;

	int error = deadline_of(timeout, &deadline_ns);
	if (error)
		return error;
	if (*word != expected)
		return -EAGAIN;
	if (futex_of_relatives(process, word)) {
		const uint64_t look_ns = native_time_ns() + LOOK_AGAIN_NS;
		early = !deadline_ns || look_ns < deadline_ns;
		deadline_ns = early ? look_ns : deadline_ns;
	}
	self->key = (uintptr_t)word;
	error = thread_wait(self, &process->futexes, deadline_ns);
	if (early && error == -ETIMEDOUT)
		return 0;
	return error == -EINTR && !timeout ? -CALL_AGAIN : error;
}

/* Wakes some, and lets others wait for another word from now on. */
static long futex_requeue(struct process *process, uintptr_t from, long wake, long move,
                          uintptr_t to)
{
	const unsigned woken =
		wait_queue_wake_key(&process->futexes, from, wake < 0 ? 0 : (unsigned)wake);
	long moved = 0;

	for (struct thread *at = process->futexes.first; at && moved < move; at = at->queue_next)
		if (at->key == from) {
			at->key = to;
			moved++;
		}
	return (long)woken + moved;
}

static long futex_lock(struct process *process, volatile uint32_t *word, bool wait,
                       const struct timespec *timeout)
{
	struct thread *self = thread_current(&process->main);
	uint64_t deadline_ns = 0;
	int error = 0;

	if (futex_of_relatives(process, word))
		return -ENOSYS; /* the numbers of other processes' threads are not known */
	if (timeout)
		error = time_deadline(timeout, true, &deadline_ns);
	while (!error) {
		const uint32_t owner = *word & pi_owner;
		if (owner == (uint32_t)self->id)
			return -EDEADLK;
		if (owner == 0) {
			*word = (uint32_t)self->id | (*word & ~pi_owner);
			return 0;
		}
		if (!wait)
			return -EAGAIN;
		if (!thread_find(process, (int)owner))
			return -ESRCH;
		__atomic_or_fetch(word, pi_waiters, __ATOMIC_SEQ_CST);
		if ((*word & pi_owner) == 0)
			continue; /* given up meanwhile */
		self->key = (uintptr_t)word;
		error = thread_wait(self, &process->futexes, deadline_ns);
		if (!error && (*word & pi_owner) == (uint32_t)self->id)
			return 0; /* handed over */
	}
	return error == -EINTR ? -CALL_AGAIN : error;
}

/* Hands the lock to who waits longest. */
static long futex_unlock(struct process *process, volatile uint32_t *word)
{
	struct thread *next = process->futexes.first;
	uint32_t value = 0;

	if ((*word & pi_owner) != (uint32_t)thread_current(&process->main)->id)
		return -EPERM;
	while (next && next->key != (uintptr_t)word)
		next = next->queue_next;
	if (next) {
		value = (uint32_t)next->id;
		for (const struct thread *other = next->queue_next; other;
		     other = other->queue_next)
			if (other->key == (uintptr_t)word)
				value |= pi_waiters;
	}
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
	(void)wait_queue_wake_key(&process->futexes, (uintptr_t)word, 1);
	return 0;
}

long sys_futex(struct process *process, const long *arguments)
{
	volatile uint32_t *word = call_pointer(arguments[0]);
	const long value = arguments[2] & INT_MAX;
	const struct timespec *timeout = call_pointer(arguments[3]);

	switch (arguments[1] & ~(FUTEX_PRIVATE | FUTEX_REALTIME)) {
	case FUTEX_WAIT: return futex_wait(process, word, (uint32_t)arguments[2], timeout);
	case FUTEX_WAKE:
		return wait_queue_wake_key(&process->futexes, (uintptr_t)word, (unsigned)value);
	case FUTEX_REQUEUE:
		return futex_requeue(process, (uintptr_t)word, value, arguments[3],
		                     (uintptr_t)arguments[4]);
	case FUTEX_LOCK_PI: return futex_lock(process, word, true, timeout);
	case FUTEX_TRYLOCK_PI: return futex_lock(process, word, false, NULL);
	case FUTEX_UNLOCK_PI: return futex_unlock(process, word);
	default: return -ENOSYS;
	}
}

/* ---- scheduling ----------------------------------------------------------------------------- */

long direct_sched_yield(long number, long a, long b, long c, long d, long e, long f)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	native_thread_yield(thread_current(&calls_process()->main)->native);
	return 0;
}

static bool thread_known(struct process *process, long id)
{
	return id == 0 || thread_find(process, (int)id);
}

/* One policy, one priority: which one a component has is the policy's choice of its parent. */
long sys_sched_setscheduler(struct process *process, const long *arguments)
{
	const struct sched_param *wanted = call_pointer(arguments[2]);

	if (!thread_known(process, arguments[0]))
		return -ESRCH;
	if (arguments[1] != SCHED_OTHER)
		return arguments[1] == SCHED_FIFO || arguments[1] == SCHED_RR ? -EPERM : -EINVAL;
	return wanted->sched_priority == 0 ? 0 : -EINVAL;
}

long sys_sched_getscheduler(struct process *process, const long *arguments)
{
	return thread_known(process, arguments[0]) ? SCHED_OTHER : -ESRCH;
}

long sys_sched_setparam(struct process *process, const long *arguments)
{
	return sys_sched_setscheduler(process,
	                              (const long[]){arguments[0], SCHED_OTHER, arguments[1]});
}

long sys_sched_getparam(struct process *process, const long *arguments)
{
	if (!thread_known(process, arguments[0]))
		return -ESRCH;
	*(struct sched_param *)call_pointer(arguments[1]) = (struct sched_param){0};
	return 0;
}

/* Linux's ranges, of which only the one of SCHED_OTHER can be used. */
long sys_sched_get_priority_max(struct process *process, const long *arguments)
{
	enum { REALTIME_MAX = 99 };

	(void)process;
	switch (arguments[0]) {
	case SCHED_OTHER: return 0;
	case SCHED_FIFO:
	case SCHED_RR: return REALTIME_MAX;
	default: return -EINVAL;
	}
}

long sys_sched_get_priority_min(struct process *process, const long *arguments)
{
	(void)process;
	switch (arguments[0]) {
	case SCHED_OTHER: return 0;
	case SCHED_FIFO:
	case SCHED_RR: return 1;
	default: return -EINVAL;
	}
}

/* All run on the first CPU. */
long sys_sched_getaffinity(struct process *process, const long *arguments)
{
	uint64_t *mask = call_pointer(arguments[2]);

	if (!thread_known(process, arguments[0]))
		return -ESRCH;
	if ((size_t)arguments[1] < sizeof *mask)
		return -EINVAL;
	*mask = 1;
	return sizeof *mask;
}

long sys_sched_setaffinity(struct process *process, const long *arguments)
{
	const uint8_t *mask = call_pointer(arguments[2]);

	if (!thread_known(process, arguments[0]))
		return -ESRCH;
	return arguments[1] > 0 && mask[0] & 1 ? 0 : -EINVAL;
}
