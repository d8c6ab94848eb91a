/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>

#include <process/signals.h>

#include "calls.h"

/* The size of a signal set as musl passes it. */
enum { SET_SIZE = 8 };

long sys_rt_sigaction(struct process *process, const long *arguments)
{
	const long signal = arguments[0];
	const struct signal_action *new_action = call_pointer(arguments[1]);
	struct signal_action *old_action = call_pointer(arguments[2]);

	if (signal < 1 || signal > SIGNAL_COUNT || arguments[3] != SET_SIZE)
		return -EINVAL;
	if (new_action && (signal == SIGKILL || signal == SIGSTOP))
		return -EINVAL;

	struct signal_action *action = &process->signals.actions[signal - 1];
	const struct signal_action old = *action;
	if (new_action)
		*action = *new_action;
	if (old_action)
		*old_action = old;
	return 0;
}

long sys_rt_sigprocmask(struct process *process, const long *arguments)
{
	struct thread *self = thread_current(&process->main);
	const uint64_t *set = call_pointer(arguments[1]);
	uint64_t *old_set = call_pointer(arguments[2]);
	const uint64_t old = self->signals.blocked;

	if (arguments[3] != SET_SIZE)
		return -EINVAL;
	if (set) {
		const uint64_t wanted = *set;
		switch (arguments[0]) {
		case SIG_BLOCK: signals_block(self, old | wanted); break;
		case SIG_UNBLOCK: signals_block(self, old & ~wanted); break;
		case SIG_SETMASK: signals_block(self, wanted); break;
		default: return -EINVAL;
		}
	}
	if (old_set)
		*old_set = old;
	return 0;
}

long sys_rt_sigpending(struct process *process, const long *arguments)
{
	const struct thread *self = thread_current(&process->main);

	if (arguments[1] > SET_SIZE)
		return -EINVAL;
	*(uint64_t *)call_pointer(arguments[0]) =
		(process->signals.pending.set | self->signals.pending.set) & self->signals.blocked;
	return 0;
}

/* ---- waiting -------------------------------------------------------------------------------- */

long sys_rt_sigsuspend(struct process *process, const long *arguments)
{
	struct thread *self = thread_current(&process->main);
	struct wait_queue nothing = {0};

	if (arguments[1] != SET_SIZE)
		return -EINVAL;
	signals_block_for_call(self, *(const uint64_t *)call_pointer(arguments[0]));
	return thread_wait(self, &nothing, 0);
}

long sys_rt_sigtimedwait(struct process *process, const long *arguments)
{
	struct thread *self = thread_current(&process->main);
	const uint64_t set = *(const uint64_t *)call_pointer(arguments[0]) &
	                     ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP));
	siginfo_t *out_info = call_pointer(arguments[1]);
	const struct timespec *timeout = call_pointer(arguments[2]);
	struct wait_queue nothing = {0};
	uint64_t deadline_ns = 0;
	siginfo_t info;
	int error = 0;

	if (arguments[3] != SET_SIZE)
		return -EINVAL;
	if (timeout)
		error = time_deadline(timeout, false, &deadline_ns);
	if (error)
		return error;
	bool taken = signals_take(process, self, set, &info);
	if (!taken) {
		self->signals.awaited = set;
		error = thread_wait(self, &nothing, deadline_ns);
		self->signals.awaited = 0;
		taken = signals_take(process, self, set, &info);
	}
	if (!taken)
		return error == -ETIMEDOUT ? -EAGAIN : error;
	if (out_info)
		*out_info = info;
	return info.si_signo;
}

long sys_sigaltstack(struct process *process, const long *arguments)
{
	struct thread *self = thread_current(&process->main);
	const stack_t *new_stack = call_pointer(arguments[0]);
	stack_t *old_stack = call_pointer(arguments[1]);
	const bool in_use = signals_on_alternate(self);
	const stack_t old = self->signals.alternate;

	if (new_stack) {
		if (in_use)
			return -EPERM;
		if (new_stack->ss_flags & ~SS_DISABLE)
			return -EINVAL;
		if (!(new_stack->ss_flags & SS_DISABLE) && new_stack->ss_size < (size_t)MINSIGSTKSZ)
			return -ENOMEM;
		self->signals.alternate =
			new_stack->ss_flags & SS_DISABLE ? (stack_t){0} : *new_stack;
	}
	if (old_stack) {
		*old_stack = old;
		old_stack->ss_flags = in_use ? SS_ONSTACK : old.ss_size ? 0 : SS_DISABLE;
	}
	return 0;
}

/* ---- sending -------------------------------------------------------------------------------- */

static siginfo_t info_of(const struct process *process, long signal, int code)
{
	siginfo_t info = {.si_signo = (int)signal, .si_code = code};

	info.si_pid = process->id;
	return info;
}

long sys_kill(struct process *process, const long *arguments)
{
	return family_kill(process, (pid_t)arguments[0], (int)arguments[1]);
}

long sys_tkill(struct process *process, const long *arguments)
{
	return sys_tgkill(process, (const long[]){process->id, arguments[0], arguments[1]});
}

long sys_tgkill(struct process *process, const long *arguments)
{
	const siginfo_t info = info_of(process, arguments[2], SI_TKILL);
	struct thread *target = thread_find(process, (int)arguments[1]);

	if (arguments[0] != process->id || !target)
		return -ESRCH;
	return signals_raise(process, target, &info);
}

/* What the sender says about itself is taken as it is: it is the program that is told. */
long sys_rt_sigqueueinfo(struct process *process, const long *arguments)
{
	siginfo_t info = *(const siginfo_t *)call_pointer(arguments[2]);

	if (arguments[0] != process->id)
		return -ESRCH;
	info.si_signo = (int)arguments[1];
	return signals_raise(process, NULL, &info);
}

long sys_rt_tgsigqueueinfo(struct process *process, const long *arguments)
{
	siginfo_t info = *(const siginfo_t *)call_pointer(arguments[3]);
	struct thread *target = thread_find(process, (int)arguments[1]);

	if (arguments[0] != process->id || !target)
		return -ESRCH;
	info.si_signo = (int)arguments[2];
	return signals_raise(process, target, &info);
}
