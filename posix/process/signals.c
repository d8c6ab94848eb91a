/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <ucontext.h>

#include <native.h>

#include "process.h"
#include "signals.h"

enum { EXIT_BY_SIGNAL = 128 }; /* exit code of a process that a signal ended, as shells report it */

static uint64_t bit(int signal)
{
	return UINT64_C(1) << (signal - 1);
}

static bool ignored_by_default(int signal)
{
	return signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT;
}

static bool stops_by_default(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

void signals_block(struct signals *signals, uint64_t blocked)
{
	signals->blocked = blocked & ~(bit(SIGKILL) | bit(SIGSTOP));
}

static void handle(struct signals *signals, int signal)
{
	struct signal_action *action = &signals->actions[signal - 1];
	const struct signal_action taken = *action;
	const uint64_t blocked = signals->blocked;

	if (taken.flags & SA_RESETHAND)
		action->handler = SIG_DFL;
	signals_block(signals, blocked | taken.mask | (taken.flags & SA_NODEFER ? 0 : bit(signal)));
	if (taken.flags & SA_SIGINFO) {
		siginfo_t info = {.si_signo = signal, .si_code = SI_USER};
		ucontext_t context = {0};
		info.si_pid = PROCESS_ID;
		/* the kernel keeps both forms of handler in one field */
		((void (*)(int, siginfo_t *, void *))(uintptr_t)taken.handler)(signal, &info,
		                                                               &context);
	} else {
		taken.handler(signal);
	}
	signals_block(signals, blocked);
}

void signals_deliver(struct signals *signals)
{
	uint64_t due;

	while ((due = signals->pending & ~signals->blocked)) {
		const int signal = __builtin_ctzll(due) + 1;
		const struct signal_action *action = &signals->actions[signal - 1];

		signals->pending &= ~bit(signal);
		if (action->handler == SIG_IGN ||
		    (action->handler == SIG_DFL && ignored_by_default(signal)))
			continue;
		if (action->handler == SIG_DFL)
			native_exit(EXIT_BY_SIGNAL + signal);
		handle(signals, signal);
	}
}

int signals_raise(struct signals *signals, int signal)
{
	if (signal < 0 || signal > SIGNAL_COUNT)
		return -EINVAL;
	if (signal == 0)
		return 0;
	if (stops_by_default(signal) && signals->actions[signal - 1].handler == SIG_DFL)
		return -ENOSYS;
	signals->pending |= bit(signal);
	signals_deliver(signals);
	return 0;
}
