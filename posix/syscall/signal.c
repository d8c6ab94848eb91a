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
	struct signals *signals = &process->signals;
	const uint64_t *set = call_pointer(arguments[1]);
	uint64_t *old_set = call_pointer(arguments[2]);
	const uint64_t old = signals->blocked;

	if (arguments[3] != SET_SIZE)
		return -EINVAL;
	if (set) {
		switch (arguments[0]) {
		case SIG_BLOCK: signals_block(signals, old | *set); break;
		case SIG_UNBLOCK: signals_block(signals, old & ~*set); break;
		case SIG_SETMASK: signals_block(signals, *set); break;
		default: return -EINVAL;
		}
	}
	if (old_set)
		*old_set = old;
	signals_deliver(signals);
	return 0;
}

long sys_rt_sigpending(struct process *process, const long *arguments)
{
	if (arguments[1] != SET_SIZE)
		return -EINVAL;
	*(uint64_t *)call_pointer(arguments[0]) =
		process->signals.pending & process->signals.blocked;
	return 0;
}

long sys_kill(struct process *process, const long *arguments)
{
	/* 0 and -1 are groups that hold this process; any other id is nobody's */
	if (arguments[0] != PROCESS_ID && arguments[0] != 0 && arguments[0] != -1)
		return -ESRCH;
	return signals_raise(&process->signals, (int)arguments[1]);
}

long sys_tkill(struct process *process, const long *arguments)
{
	if (arguments[0] != PROCESS_ID)
		return -ESRCH;
	return signals_raise(&process->signals, (int)arguments[1]);
}

long sys_tgkill(struct process *process, const long *arguments)
{
	if (arguments[0] != PROCESS_ID || arguments[1] != PROCESS_ID)
		return -ESRCH;
	return signals_raise(&process->signals, (int)arguments[2]);
}
