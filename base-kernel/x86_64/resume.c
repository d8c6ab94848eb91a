/* SPDX-License-Identifier: MIT */
#include "resume.h"

#include <abi/event.h>

#include "boot/console.h"
#include "clock.h"
#include "object/irq.h"
#include "object/thread.h"
#include "vector.h"

_Static_assert(offsetof(struct thread, registers) == THREAD_REGISTERS, "entry.S");
_Static_assert(offsetof(struct thread, registers.words) == THREAD_WORDS, "entry.S");
_Static_assert(offsetof(struct thread, registers.rsp) == THREAD_RSP, "entry.S");
_Static_assert(offsetof(struct thread, vector_open) == THREAD_VECTOR_OPEN, "entry.S");
_Static_assert(offsetof(struct thread, rare) == THREAD_VECTOR_OPEN, "THREAD_RARE_VECTOR");
_Static_assert(SYSCALL_RING_ENTER == SYSCALL_RING, "entry.S");
_Static_assert(offsetof(struct cpu, thread) == CPU_THREAD, "entry.S");
_Static_assert(offsetof(struct cpu, vector_closed) == CPU_VECTOR_CLOSED, "entry.S");

_Noreturn void resume_full(struct thread *thread);
_Noreturn void idle_wait(void);

struct cpu cpu;

/* Takes what the last thread left in the registers out of them. */
static void unload(struct thread *last)
{
	last->fs_base = read_fs_base();
	if (!last->vector_open)
		return;
	/* By the ABI no vector register survives a system call: only what was interrupted is kept. */
	if (last->full_frame) {
		vector_save(last->vector);
		last->vector_saved = true;
	}
	vector_reset();
	last->vector_open = false;
}

static void load(struct thread *thread)
{
	if (cpu.thread)
		unload(cpu.thread);
	cpu.thread = thread;
	write_fs_base(thread->fs_base);
	if (cpu.root != thread->domain->pages.root) {
		cpu.root = thread->domain->pages.root;
		write_cr3(cpu.root);
	}
	if (thread->vector_saved) {
		vector_open();
		vector_load(thread->vector);
		thread->vector_saved = false;
		thread->vector_open = true;
	} else {
		vector_close();
	}
}

void resume_thread(struct thread *thread)
{
	const bool full = thread->full_frame;

	if (cpu.thread != thread)
		load(thread);
	thread->full_frame = false;
	if (full)
		resume_full(thread);
	resume_syscall(thread);
}

/* Nobody is ready, no deadline is armed, no device can wake anybody but what the driver writes to. */
static void report_idle(void)
{
	if (!timeout_any() && !irq_any_unmasked(1u << EVENT_IRQ | 1u << TERMINAL_IRQ))
		event_write("idle\n");
}

void resume_idle(void)
{
	report_idle();
	clock_idle_begin();
	idle_wait();
}

void resume_forget(struct thread *thread)
{
	if (cpu.thread != thread)
		return;
	if (thread->vector_open)
		vector_reset();
	cpu.thread = NULL;
}
