/* SPDX-License-Identifier: MIT */
/*
 * ring_enter: submit, then wait for completions.
 *
 * words[0] is the number of entries to take, words[1] the number of
 * completions to wait for. The answer's words[0] is how many were taken.
 */
#include <kernel/words.h>

#include "object/cap_table.h"
#include "object/ring.h"
#include "object/thread.h"
#include "sched/sched.h"
#include "sched/timeout.h"
#include "syscall.h"
#include "x86_64/clock.h"

void syscall_ring_enter(struct thread *thread)
{
	struct registers *registers = &thread->registers;
	const uint64_t submit = registers->words[0];
	const uint64_t want = registers->words[1];
	const uint64_t deadline = registers->rdx;
	const cap_t cap = {registers->rdi};
	struct cap_entry *entry;

	const enum status status = cap_table_find(&thread->domain->caps, cap, &entry);

	if (status != OK) {
		syscall_answer(thread, status);
		return;
	}
	if (entry->object->type != OBJECT_RING || entry->interface != RING_INTERFACE) {
		syscall_answer(thread, ERR_BAD_CAP);
		return;
	}

	struct ring *ring = (struct ring *)entry->object;

	if (ring->domain != thread->domain || want > 2u * ring->entries) {
		syscall_answer(thread, ERR_BAD_ARG);
		return;
	}
	if (submit)
		registers->words[0] = ring_submit(ring, submit > ring->entries ? ring->entries : (unsigned)submit);
	syscall_answer(thread, OK);
	if (want == 0 || ring_completions(ring) >= want)
		return;
	if (ring->waiter) {
		syscall_answer(thread, ERR_NOT_NOW);
		return;
	}
	if (deadline && deadline <= clock_now()) {
		syscall_answer(thread, ERR_TIMEOUT);
		return;
	}
	ring->waiter = thread;
	ring->wanted = (uint32_t)want;
	sched_block_current();
	thread->state = THREAD_RING_WAITING;
	thread->ring = ring;
	timeout_arm(thread, deadline);
}
