/* SPDX-License-Identifier: MIT */
/*
 * Traps: interrupts, page faults, and exceptions, which become fault records
 * of the thread that raised them. In the kernel itself an exception is a bug.
 */
#include <kernel/words.h>

#include "boot/panic.h"
#include "clock.h"
#include "cpu.h"
#include "interrupt.h"
#include "object/irq.h"
#include "object/mapping.h"
#include "object/pager.h"
#include "object/thread.h"
#include "sched/sched.h"

enum { TRAP_PAGE_FAULT = 14 };

static const uint8_t fault_kinds[VECTOR_LINES] = {
	[0] = FAULT_KIND_DIVIDE,          [1] = FAULT_KIND_BREAKPOINT, /* a single step */
	[3] = FAULT_KIND_BREAKPOINT,      [6] = FAULT_KIND_INVALID_OPCODE,
	[12] = FAULT_KIND_STACK,          [13] = FAULT_KIND_GENERAL_PROTECTION,
	[16] = FAULT_KIND_FLOATING_POINT, [17] = FAULT_KIND_ALIGNMENT,
	[19] = FAULT_KIND_FLOATING_POINT}; /* else FAULT_KIND_OTHER */

/* Of the error code. */
enum { FAULT_PRESENT = 1, FAULT_WRITE = 2, FAULT_RESERVED = 8, FAULT_FETCH = 16 };

_Noreturn void trap_from_user(struct thread *thread, uint64_t vector, uint64_t error);
_Noreturn void trap_from_kernel(uint64_t vector, uint64_t error, const uint64_t *frame,
                                uint64_t rbp);

static void interrupt(uint64_t vector)
{
	if (vector == VECTOR_SPURIOUS)
		return;
	interrupt_end();
	if (vector == VECTOR_TIMER)
		timeout_expire();
	else if (vector >= VECTOR_LINES && vector < VECTOR_LINES + INTERRUPT_LINES)
		irq_raise((unsigned)vector - VECTOR_LINES);
}

/* What a page there does not allow may yet be granted to a write: a clone's shared page is copied. */
static bool resolve(struct thread *thread, vaddr_t address, uint64_t error)
{
	const bool write = error & FAULT_WRITE;

	if ((error & FAULT_RESERVED) || ((error & FAULT_PRESENT) && !write))
		return false;
	return mapping_resolve(thread->domain, address, write, error & FAULT_FETCH);
}

static void page_fault(struct thread *thread, uint64_t error)
{
	const vaddr_t address = read_cr2();

	if (resolve(thread, address, error))
		return;

	const struct fault_record fault = {
		.kind = mapping_find(thread->domain, address) ? FAULT_KIND_PAGE_PROTECTION
	                                                      : FAULT_KIND_PAGE_NOT_PRESENT,
		.write = error & FAULT_WRITE,
		.execute = error & FAULT_FETCH,
		.address = address,
	};

	if (!pager_ask(thread, &fault))
		thread_fault(thread, fault);
}

void trap_from_user(struct thread *thread, uint64_t vector, uint64_t error)
{
	thread->full_frame = true;
	if (vector == TRAP_PAGE_FAULT) {
		page_fault(thread, error);
	} else if (vector >= VECTOR_LINES) {
		interrupt(vector);
	} else {
		const uint8_t kind = fault_kinds[vector] ? fault_kinds[vector] : FAULT_KIND_OTHER;

		thread_fault(thread,
		             (struct fault_record){.kind = kind, .address = thread->registers.rip});
	}
	sched_leave_kernel();
}

void trap_from_kernel(uint64_t vector, uint64_t error, const uint64_t *frame, uint64_t rbp)
{
	if (vector < VECTOR_LINES)
		panic_trap(vector, error, frame[0], rbp,
		           vector == TRAP_PAGE_FAULT ? read_cr2() : 0);
	clock_idle_end();
	interrupt(vector);
	sched_leave_kernel();
}
