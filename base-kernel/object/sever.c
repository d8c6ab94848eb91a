/* SPDX-License-Identifier: MIT */
#include <kernel/words.h>

#include "endpoint.h"
#include "mapping.h"
#include "memory_object.h"
#include "ring_work.h"
#include "thread.h"

enum { SWEEP_THREADS = 32 };

/* A queued call, or a ring's entry that receives or waits. */
static void end_call(struct call *call)
{
	if (call->state == CALL_QUEUED)
		call_fail(call, ERR_GONE);
	else
		ring_work_end(ring_work_of(call), ERR_GONE);
}

/*
 * Threads that receive or wait for a futex are in no grant's list: the id of what they wait through is
 * still in their registers. Each is looked at once and goes to the end of the line, marked; true: all.
 */
static bool sweep(struct list_node *waiters, uint64_t mark)
{
	for (unsigned i = 0; i < SWEEP_THREADS; i++) {
		struct list_node *first = list_first(waiters);
		struct thread *thread = first ? list_entry(first, struct thread, queue) : NULL;
		struct cap_entry *entry;

		if (!thread || thread->swept == mark)
			return true;
		thread->swept = mark;
		list_remove(first);
		list_append(waiters, first);
		if (cap_table_find(&thread->domain->caps, (cap_t){thread->registers.rdi}, &entry) !=
		    OK)
			thread_wake(thread, ERR_GONE);
	}
	return false;
}

bool grant_sever(uint32_t index)
{
	const struct grant *grant = grant_at(index);
	struct object *object = grant->object;
	struct list_node *first = list_first(&grant->uses);
	const uint64_t mark = (uint64_t)grant->epoch << 32 | index;

	if (first) {
		if (object->type == OBJECT_MEMORY)
			object_destroy(&list_entry(first, struct mapping, of_grant)->object);
		else
			end_call(list_entry(first, struct call, of_grant));
		return false;
	}
	if (object->type == OBJECT_ENDPOINT && grant->interfaces[0] == ENDPOINT_INTERFACE)
		return sweep(&((struct endpoint *)object)->receivers, mark);
	if (object->type == OBJECT_MEMORY && grant->interfaces[0] == MEMORY_OBJECT_INTERFACE)
		return sweep(&((struct memory_object *)object)->waiters, mark);
	return true;
}
