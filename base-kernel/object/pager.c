/* SPDX-License-Identifier: MIT */
#include "pager.h"

#include <kernel/words.h>

#include "thread.h"

enum { CALL_DEPTH_MAX = 64 };

/*
 * Whether the thread serves the endpoint, or one that does waits for its answer: a pager never
 * handles its own faults. Deeper than any sane chain of calls counts as such.
 */
static bool served_by(const struct endpoint *endpoint, const struct thread *thread)
{
	for (unsigned depth = 0; depth < CALL_DEPTH_MAX; depth++) {
		if (thread->serves == endpoint)
			return true;
		if (!thread->serving || thread->serving->ring)
			return false;
		thread = thread->serving->thread;
	}
	return true;
}

bool pager_ask(struct thread *thread, const struct fault_record *fault)
{
	const uint64_t word = SYSCALL_CALL | (uint64_t)PAGER_INTERFACE << OP_INTERFACE_SHIFT |
	                      (uint64_t)PAGER_FAULT << OP_METHOD_SHIFT |
	                      (uint64_t)PAGER_FAULT_PARAMS_WORDS << OP_WORDS_SHIFT;
	const struct cap_entry *pager = &thread->domain->pager;
	const struct pager_fault_params params = {
		.address = fault->address,
		.ip = thread->registers.rip,
		.thread = thread->id,
		.write = fault->write,
		.execute = fault->execute,
	};
	cap_t none[IPC_CAPS_MAX];

	if (!pager->object || grant_at(pager->grant)->epoch != pager->epoch ||
	    served_by((const struct endpoint *)pager->object, thread))
		return false;
	pager_fault_params_pack(&params, thread->fault_words, none);
	thread->fault = *fault;
	thread->paging = true;
	if (call_send(thread, pager, word, 0) == OK)
		return true;
	thread->paging = false;
	return false;
}

void pager_side(struct thread *thread, struct message_side *out_side)
{
	*out_side = (struct message_side){.domain = thread->domain, .words = thread->fault_words};
}
