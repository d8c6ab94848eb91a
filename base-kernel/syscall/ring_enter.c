/* SPDX-License-Identifier: MIT */
/*
 * ring_enter: submit, then wait for completions.
 *
 * words[0] is the number of entries to take, words[1] the number of
 * completions to wait for. The answer's words[0] is how many were taken.
 *
 * Who waits goes on with the ring's chains whenever they are due: it is made
 * ready for that, runs them when its turn comes, on its own context, and waits
 * again unless there are completions enough.
 */
#include <kernel/words.h>

#include "object/ring.h"
#include "ring_submit.h"
#include "sched/sched.h"
#include "syscall.h"
#include "x86_64/clock.h"

static void attach(struct thread *thread, struct ring *ring, uint32_t wanted, uint64_t deadline)
{
	ring->waiter = thread;
	ring->wanted = wanted;
	thread->ring = ring;
	thread->unfinished = true;
	timeout_arm(thread, deadline);
}

static void wait(struct thread *thread, struct ring *ring, uint32_t wanted, uint64_t deadline)
{
	if (ring->waiter) {
		syscall_answer(thread, ERR_NOT_NOW);
		return;
	}
	if (deadline && deadline <= clock_now()) {
		syscall_answer(thread, ERR_TIMEOUT);
		return;
	}
	attach(thread, ring, wanted, deadline);
	sched_block_current();
	thread->state = THREAD_RING_WAITING;
}

void syscall_ring_entered(struct thread *thread, struct ring *ring)
{
	struct registers *registers = &thread->registers;
	const uint64_t submit = registers->words[0], want = registers->words[1];
	const uint64_t deadline = registers->rdx;
	const uint32_t before = thread->taken;
	uint32_t taken, there;

	thread->taken = 0;
	if (want > 2u * ring->entries) {
		syscall_answer(thread, ERR_BAD_ARG);
		return;
	}
	taken = ring_run(ring, submit);
	if (sched_current() != thread)
		return; /* stopped, and answered */
	if (thread->unfinished) {
		registers->words[0] -= taken;
		thread->taken = before + taken;
		thread->again = true;
		return;
	}
	syscall_answer(thread, OK);
	registers->words[0] = before + taken;
	there = ring_completions(ring);
	if (there < want)
		wait(thread, ring, ring->completion_tail + (uint32_t)want - there, deadline);
}

void syscall_ring_enter(struct thread *thread)
{
	const cap_t cap = {thread->registers.rdi};
	struct cap_entry *entry;
	enum status status =
		domain_find_object(thread->domain, cap, OBJECT_RING, RING_INTERFACE, &entry);

	if (status == OK && ((struct ring *)entry->object)->domain != thread->domain)
		status = ERR_BAD_ARG;
	if (status == OK) {
		syscall_ring_entered(thread, (struct ring *)entry->object);
		return;
	}
	thread->taken = 0;
	syscall_answer(thread, status);
}

void syscall_ring_resume(struct thread *thread)
{
	struct ring *ring = thread->ring;
	const uint64_t deadline = thread->timeout.armed.key;
	const uint32_t wanted = ring->wanted;

	thread->ring = NULL;
	ring->waiter = NULL;
	timeout_disarm(thread);
	ring_run(ring, 0);
	if (sched_current() != thread)
		return; /* stopped, and answered */
	if (thread->unfinished)
		attach(thread, ring, wanted, deadline);
	else if ((int32_t)(wanted - ring->completion_tail) > 0)
		wait(thread, ring, wanted, deadline);
}
