/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <ucontext.h>

#include <event/event_files.h>
#include <native_process.h>

#include "job_control.h"
#include "process.h"

struct queued_signal {
	struct queued_signal *next;
	siginfo_t info;
};

bool signals_ignored_by_default(int signal)
{
	return signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT;
}

static bool ignored(const struct signal_action *action, int signal)
{
	return action->handler == SIG_IGN ||
	       (action->handler == SIG_DFL && signals_ignored_by_default(signal));
}

void signals_block(struct thread *thread, uint64_t blocked)
{
	thread->signals.blocked = blocked & ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP));
}

void signals_block_for_call(struct thread *thread, uint64_t blocked)
{
	thread->signals.mask_before = thread->signals.blocked;
	thread->signals.mask_changed = true;
	signals_block(thread, blocked);
}

/* ---- pending -------------------------------------------------------------------------------- */

static bool pending_add(struct pending_signals *pending, const siginfo_t *info)
{
	const int signal = info->si_signo;

	if (signal < SIGNAL_QUEUED_FIRST && pending->set & signal_bit(signal))
		return true;
	struct queued_signal *queued = native_heap_alloc(sizeof *queued);
	if (!queued)
		return false;
	*queued = (struct queued_signal){.info = *info};
	if (pending->last)
		pending->last->next = queued;
	else
		pending->first = queued;
	pending->last = queued;
	pending->set |= signal_bit(signal);
	return true;
}

/* Takes the oldest of those with the lowest number in `set`. */
static bool pending_take(struct pending_signals *pending, uint64_t set, siginfo_t *out_info)
{
	const uint64_t found = pending->set & set;
	struct queued_signal *previous = NULL;
	bool more = false;

	if (!found)
		return false;
	const int signal = __builtin_ctzll(found) + 1;
	struct queued_signal *taken = pending->first;
	while (taken->info.si_signo != signal) {
		previous = taken;
		taken = taken->next;
	}
	for (const struct queued_signal *rest = taken->next; rest && !more; rest = rest->next)
		more = rest->info.si_signo == signal;
	if (previous)
		previous->next = taken->next;
	else
		pending->first = taken->next;
	if (pending->last == taken)
		pending->last = previous;
	if (!more)
		pending->set &= ~signal_bit(signal);
	*out_info = taken->info;
	native_heap_free(taken);
	return true;
}

void pending_signals_clear(struct pending_signals *pending, uint64_t set)
{
	siginfo_t info;

	while (pending_take(pending, set, &info))
		;
}

bool signals_due(const struct thread *thread)
{
	const struct thread_signals *signals = &thread->signals;

	if (thread->process->vfork)
		return false; /* they are for after */
	return (signals->pending.set | thread->process->signals.pending.set) &
	       (~signals->blocked | signals->awaited);
}

bool signals_take(struct process *process, struct thread *self, uint64_t set, siginfo_t *out_info)
{
	return pending_take(&self->signals.pending, set, out_info) ||
	       pending_take(&process->signals.pending, set, out_info);
}

/* ---- raising -------------------------------------------------------------------------------- */

/* Nobody is to see it: it is ignored, and no thread that it is for keeps it back. */
static bool dropped(const struct process *process, const struct thread *target, int signal)
{
	if (!ignored(&process->signals.actions[signal - 1], signal))
		return false;
	for (const struct thread *thread = process->threads; thread; thread = thread->next)
		if ((!target || thread == target) &&
		    (thread->signals.blocked | thread->signals.awaited) & signal_bit(signal))
			return false;
	return true;
}

static const uint64_t stop_signals = UINT64_C(1) << (SIGSTOP - 1) | UINT64_C(1) << (SIGTSTP - 1) |
                                     UINT64_C(1) << (SIGTTIN - 1) | UINT64_C(1) << (SIGTTOU - 1);

static void forget_everywhere(struct process *process, uint64_t set)
{
	pending_signals_clear(&process->signals.pending, set);
	for (struct thread *thread = process->threads; thread; thread = thread->next)
		pending_signals_clear(&thread->signals.pending, set);
}

int signals_raise(struct process *process, struct thread *target, const siginfo_t *info)
{
	const int signal = info->si_signo;

	if (signal < 0 || signal > SIGNAL_COUNT)
		return -EINVAL;
	if (signal == 0)
		return 0;
	if (signal == SIGCONT) {
		forget_everywhere(process, stop_signals);
		job_continue(process);
	} else if (job_stops(signal)) {
		if (!native_spawned() && process->signals.actions[signal - 1].handler == SIG_DFL)
			return signal == SIGSTOP ? -ENOSYS : 0; /* nobody could make it go on */
		forget_everywhere(process, signal_bit(SIGCONT));
	}
	if (dropped(process, target, signal))
		return 0;
	if (!pending_add(target ? &target->signals.pending : &process->signals.pending, info))
		return -EAGAIN;
	signalfd_changed();
	if (target) {
		thread_interrupt(target);
		return 0;
	}
	for (struct thread *thread = process->threads; thread; thread = thread->next)
		thread_interrupt(thread);
	return 0;
}

bool signals_fatal(const struct process *process, int signal)
{
	if (signal == SIGKILL)
		return true;
	if (signal < 1 || process->signals.actions[signal - 1].handler != SIG_DFL ||
	    signals_ignored_by_default(signal) || job_stops(signal))
		return false;
	for (const struct thread *thread = process->threads; thread; thread = thread->next)
		if (!((thread->signals.blocked | thread->signals.awaited) & signal_bit(signal)))
			return true;
	return false;
}

/* ---- delivery ------------------------------------------------------------------------------- */

static bool on_stack(const stack_t *stack, const void *address)
{
	const uintptr_t base = (uintptr_t)stack->ss_sp;

	return stack->ss_size && (uintptr_t)address >= base &&
	       (uintptr_t)address < base + stack->ss_size;
}

bool signals_on_alternate(const struct thread *self)
{
	return on_stack(&self->signals.alternate, __builtin_frame_address(0));
}

/* handler(signal, info, context), on another stack whose end is `top`. */
static void call_on(void *top, void (*handler)(int), int signal, siginfo_t *info,
                    ucontext_t *context)
{
	__asm__ volatile("mov %%rsp, %%rbx\n\t"
	                 "mov %[top], %%rsp\n\t"
	                 "call *%[handler]\n\t"
	                 "mov %%rbx, %%rsp"
	                 : "+D"(signal), "+S"(info), "+d"(context)
	                 : [top] "r"(top), [handler] "a"(handler)
	                 : "rbx", "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
}

static void call_handler(const struct thread *self, const struct signal_action *action,
                         siginfo_t *info, ucontext_t *context)
{
	enum { STACK_ALIGNMENT = 16 };
	const stack_t *other = &self->signals.alternate;

	if (action->flags & SA_ONSTACK && other->ss_size && !signals_on_alternate(self)) {
		const uintptr_t end = (uintptr_t)other->ss_sp + other->ss_size;
		call_on((void *)(end & ~(uintptr_t)(STACK_ALIGNMENT - 1)), action->handler,
		        info->si_signo, info, context);
	} else {
		/* the kernel keeps both forms of handler in one field; one takes less than the
		 * other */
		((void (*)(int, siginfo_t *, void *))(uintptr_t)action->handler)(info->si_signo,
		                                                                 info, context);
	}
}

static void handle(struct process *process, struct thread *self, siginfo_t *info)
{
	const int signal = info->si_signo;
	struct signal_action *action = &process->signals.actions[signal - 1];
	const struct signal_action taken = *action;
	const uint64_t before =
		self->signals.mask_changed ? self->signals.mask_before : self->signals.blocked;
	const uintptr_t here = (uintptr_t)__builtin_return_address(0);
	ucontext_t context = {.uc_stack = self->signals.alternate};

	memcpy(&context.uc_sigmask, &before, sizeof before);
	context.uc_mcontext.gregs[REG_RIP] = (greg_t)here;
	if (taken.flags & SA_RESETHAND)
		action->handler = SIG_DFL;
	signals_block(self, self->signals.blocked | taken.mask |
	                            (taken.flags & SA_NODEFER ? 0 : signal_bit(signal)));
	self->signals.mask_changed = false;

	self->signals.handlers++;
	native_unlock(self->native);
	call_handler(self, &taken, info, &context);
	/* musl's way of cancelling a thread that allows it anywhere */
	if (context.uc_mcontext.gregs[REG_RIP] != (greg_t)here)
		((void (*)(void))(uintptr_t)context.uc_mcontext.gregs[REG_RIP])();
	native_lock(self->native);
	self->signals.handlers--;

	uint64_t after;
	memcpy(&after, &context.uc_sigmask, sizeof after);
	signals_block(self, after);
}

bool signals_deliver(struct process *process, struct thread *self)
{
	bool again = true;
	siginfo_t info;

	while (signals_take(process, self, ~self->signals.blocked, &info)) {
		const struct signal_action *action = &process->signals.actions[info.si_signo - 1];

		if (ignored(action, info.si_signo))
			continue;
		if (action->handler == SIG_DFL && job_stops(info.si_signo)) {
			job_stop(process, self, info.si_signo);
			continue;
		}
		if (action->handler == SIG_DFL)
			process_end(process, self, info.si_signo);
		again = again && action->flags & SA_RESTART && info.si_signo != SIGNAL_CANCEL;
		handle(process, self, &info);
	}
	if (self->signals.mask_changed) {
		self->signals.mask_changed = false;
		signals_block(self, self->signals.mask_before);
	}
	return again;
}
