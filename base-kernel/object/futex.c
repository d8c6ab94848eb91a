/* SPDX-License-Identifier: MIT */
#include "futex.h"

#include "memory_object.h"
#include "sched/sched.h"
#include "thread.h"
#include "x86_64/clock.h"

/* A page that nobody has touched is zero. */
static uint32_t value_at(const struct memory_object *memory, uint64_t offset)
{
	const paddr_t page = memory_object_present(memory, offset >> PAGE_SHIFT);

	if (page == 0)
		return 0;
	return read_once(*(uint32_t *)paddr_to_pointer(page + (offset & (PAGE_SIZE - 1))));
}

enum status futex_wait(struct thread *thread, struct memory_object *memory, uint64_t offset,
                       uint32_t expected, uint64_t deadline)
{
	/* Device registers are not for looking. */
	if (offset % sizeof(uint32_t) || offset >> PAGE_SHIFT >= memory->pages ||
	    memory->backing == MEMORY_DEVICE)
		return ERR_BAD_ARG;
	if (value_at(memory, offset) != expected)
		return ERR_NOT_NOW;
	if (deadline && deadline <= clock_now())
		return ERR_TIMEOUT;

	sched_block_current();
	thread->state = THREAD_FUTEX_WAITING;
	thread->futex_offset = offset;
	list_append(&memory->waiters, &thread->queue);
	timeout_arm(thread, deadline);
	return OK;
}

unsigned futex_wake(struct memory_object *memory, uint64_t offset, uint32_t count)
{
	const unsigned most = count < FUTEX_WAKE_MAX ? count : FUTEX_WAKE_MAX;
	unsigned woken = 0;

	list_for_each (node, &memory->waiters) {
		struct thread *thread = list_entry(node, struct thread, queue);

		if (woken == most)
			break;
		if (thread->futex_offset != offset)
			continue;
		thread_wake(thread, OK);
		woken++;
	}
	return woken;
}
