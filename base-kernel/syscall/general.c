/* SPDX-License-Identifier: MIT */
#include "object/finish.h"
#include "object/notification.h"
#include "sched/sched.h"
#include "syscall.h"
#include "x86_64/resume.h"

static bool pages_valid(const struct thread *thread)
{
	const uint64_t window = thread->registers.rsi;

	return ((window >> WINDOW_SEND_PAGE_SHIFT) & WINDOW_PAGE_MASK) < thread->page_count &&
	       ((window >> WINDOW_RECEIVE_PAGE_SHIFT) & WINDOW_PAGE_MASK) < thread->page_count;
}

static void run(struct thread *thread)
{
	const uint64_t word = thread->registers.rax;

	if ((word & OP_RESERVED) || !pages_valid(thread)) {
		syscall_answer(thread, ERR_BAD_ARG);
		return;
	}
	switch (word & 0xff) {
	case SYSCALL_CALL: syscall_call(thread); return;
	case SYSCALL_REPLY_WAIT: syscall_reply_wait(thread); return;
	case SYSCALL_RING_ENTER: syscall_ring_enter(thread); return;
	}
	syscall_answer(thread, ERR_UNSUPPORTED);
}

void syscall_go_on(struct thread *thread)
{
	if (finish_steps(thread))
		return;
	thread->unfinished = false;
	if (thread->ring) {
		syscall_ring_resume(thread);
	} else if (thread->again) {
		thread->again = false;
		run(thread);
	}
}

void syscall_leave(void)
{
	if (sched_attention)
		sched_leave_kernel();
	if (sched_running == cpu.thread)
		resume_syscall(sched_running);
	resume_thread(sched_running);
}

void syscall_general(struct thread *thread)
{
	run(thread);
	syscall_leave();
}

void syscall_signal(struct notification *notification, uint64_t bits)
{
	syscall_answer(sched_running, OK);
	notification_signal(notification, bits);
	syscall_leave();
}
