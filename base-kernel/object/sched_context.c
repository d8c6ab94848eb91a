/* SPDX-License-Identifier: MIT */
#include "sched_context.h"

#include "thread.h"

void sched_context_init(struct sched_context *context, uint8_t priority)
{
	context->priority = priority;
	list_init(&context->ready);
	list_init(&context->threads);
}

bool sched_context_fini(struct sched_context *context)
{
	struct list_node *first = list_first(&context->threads);

	/* A thread cannot outlive its home: it would never run again, and nobody would know. */
	if (first)
		object_destroy(&list_entry(first, struct thread, of_home)->object);
	return !first;
}
