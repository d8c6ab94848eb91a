/* SPDX-License-Identifier: MIT */
#include <abi/syscall.h>

#include "object/thread.h"
#include "sched/sched.h"
#include "syscall.h"

static void (*const calls[])(struct thread *) = {
	[SYSCALL_CALL] = syscall_call,
	[SYSCALL_REPLY_WAIT] = syscall_reply_wait,
	[SYSCALL_RING_ENTER] = syscall_ring_enter,
};

void syscall_answer(struct thread *thread, enum status status)
{
	thread_set_answer(thread, status, 0, 0);
}

static bool pages_valid(const struct thread *thread)
{
	const uint64_t window = thread->registers.rsi;

	return ((window >> WINDOW_SEND_PAGE_SHIFT) & WINDOW_PAGE_MASK) < thread->page_count &&
	       ((window >> WINDOW_RECEIVE_PAGE_SHIFT) & WINDOW_PAGE_MASK) < thread->page_count;
}

void syscall_general(struct thread *thread)
{
	const uint64_t word = thread->registers.rax;
	const unsigned number = word & 0xff;

	if (number >= sizeof(calls) / sizeof(calls[0]))
		syscall_answer(thread, ERR_UNSUPPORTED);
	else if ((word & OP_RESERVED) || !pages_valid(thread))
		syscall_answer(thread, ERR_BAD_ARG);
	else
		calls[number](thread);
	sched_leave_kernel();
}
