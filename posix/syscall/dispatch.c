/* SPDX-License-Identifier: MIT */
/*
 * The entry from musl. A direct call is answered as it is; any other takes the library's lock, and
 * signals that are due are delivered at its end.
 */
#include <errno.h>

#include <native.h>
#include <process/vfork.h>

#include "calls.h"

/* musl's calls carry no context: one process per component, so one pointer. */
static struct process *served;

static const call_fn calls[CALL_COUNT] = {
#define DONE(name) [CALL_##name] = sys_##name,
#define DIRECT(name)
#define MISSING(name, reason)
#include "syscalls.def"
#undef DONE
#undef DIRECT
#undef MISSING
};

void calls_serve(struct process *process)
{
	served = process;
}

struct process *calls_process(void)
{
	return served;
}

/* What has come due by the end of the call: answers whether an interrupted one is to be made again. */
static bool finish(struct process *process, struct thread *self)
{
	const uint64_t timer_ns = timers_next(&process->timers);
	bool again = true;

	if (timer_ns) {
		const uint64_t now_ns = native_time_ns();
		if (now_ns >= timer_ns)
			timers_expire(process, now_ns);
	}
	if (process->vfork)
		return true; /* signals are for the parent */
	if (signals_due(self) || self->signals.mask_changed)
		again = signals_deliver(process, self);
	return again && !(self->cancel && *self->cancel);
}

/* Most calls end with nothing due. */
static inline bool unfinished(const struct process *process, const struct thread *self, long result)
{
	return result == -CALL_AGAIN || timers_next(&process->timers) ||
	       self->signals.pending.set | process->signals.pending.set ||
	       self->signals.mask_changed;
}

void calls_await_turn(struct process *process, struct thread *self)
{
	while (process->over || process->stopped || (process->vfork && !vfork_child(process, self)))
		thread_wait_closed(self, &process->gate);
}

static long answer(const volatile int *cancel, long number, const long *arguments)
{
	struct process *process = served;
	struct thread *self = thread_current(&process->main);
	long result;

	native_lock(self->native);
	calls_await_turn(process, self);
	self->cancel = cancel;
	do
		result = calls[number](process, arguments);
	while (unfinished(process, self, result) && finish(process, self) && result == -CALL_AGAIN);
	native_unlock(self->native);
	return result == -CALL_AGAIN ? -EINTR : result;
}

static long locked(long number, long a, long b, long c, long d, long e, long f)
{
	const long arguments[] = {a, b, c, d, e, f};

	return answer(NULL, number, arguments);
}

static long missing(long number, long a, long b, long c, long d, long e, long f)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return -ENOSYS;
}

static const direct_fn entries[CALL_COUNT] = {
#define DONE(name)            [CALL_##name] = locked,
#define DIRECT(name)          [CALL_##name] = direct_##name,
#define MISSING(name, reason) [CALL_##name] = missing,
#include "syscalls.def"
#undef DONE
#undef DIRECT
#undef MISSING
};

long __capos_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	if ((unsigned long)number >= CALL_COUNT)
		return -ENOSYS;
	return entries[number](number, a, b, c, d, e, f);
}

long __capos_syscall_cancel(const volatile int *cancel, const long *call)
{
	const long number = call[0];

	if ((unsigned long)number >= CALL_COUNT || entries[number] != locked)
		return __capos_syscall(number, call[1], call[2], call[3], call[4], call[5],
		                       call[6]);
	return answer(cancel, number, call + 1);
}
