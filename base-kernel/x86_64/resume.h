/* SPDX-License-Identifier: MIT */
/*
 * Leaving the kernel: to a thread, or to wait for an interrupt.
 */
#pragma once

struct thread;

/* Data of one CPU, behind its GS base; the first fields are known to entry.S. */
struct cpu {
	unsigned long scratch;
	unsigned long stack;
	/* Runs, or ran last: its FS base and vector state are in the registers. NULL: it is gone. */
	struct thread *thread;
	unsigned long root;  /* CR3 */
	_Bool vector_closed; /* CR0.TS is set */
};

extern struct cpu cpu; /* of the one CPU */

_Noreturn void resume_thread(struct thread *thread);
/* For the thread that made the system call. */
_Noreturn void resume_syscall(struct thread *thread);
_Noreturn void resume_idle(void);
/* Takes an interrupt that is pending; the way out of the kernel then begins anew, and not here. */
void interrupt_window(void);
/* The thread is about to vanish; nothing of it is needed any more. */
void resume_forget(struct thread *thread);
