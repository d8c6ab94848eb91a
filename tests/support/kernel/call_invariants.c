/* SPDX-License-Identifier: MIT */
#include "call_invariants.h"

#include "object/cap_table.h"
#include "object/endpoint.h"
#include "object/sched_context.h"
#include "object/thread.h"
#include "sched/sched.h"

#define BROKEN_IF(condition, what) \
	do { \
		if (condition) \
			return what; \
	} while (0)

static unsigned times_in(const struct list_node *list, const struct list_node *wanted)
{
	unsigned count = 0;

	for (const struct list_node *at = list->next; at != list; at = at->next)
		count += at == wanted;
	return count;
}

static bool is_there(const struct call_world *world, const struct endpoint *endpoint)
{
	for (unsigned i = 0; i < world->endpoint_count; i++) {
		if (endpoint && world->endpoints[i] == endpoint)
			return true;
	}
	return false;
}

/* ---- calls ---- */

static const char *broken_queued(const struct call *call)
{
	BROKEN_IF(times_in(&call->endpoint->callers, &call->queue) != 1, "queued, not in a queue");
	BROKEN_IF(call->server || call->slot, "queued, and elsewhere too");
	BROKEN_IF(!list_linked(&call->of_grant), "queued through no grant");
	BROKEN_IF(!list_empty(&call->endpoint->receivers), "queued where somebody waits");
	return NULL;
}

static const char *broken_call(const struct call_world *world, const struct thread *thread)
{
	const struct call *call = &thread->call;

	BROKEN_IF((call->state != CALL_IDLE) != (thread->state == THREAD_CALLING),
	          "a call without a caller who waits, or the other way round");
	if (call->state == CALL_IDLE) {
		BROKEN_IF(call->lent_to, "an idle call lends");
		return NULL;
	}
	BROKEN_IF(!is_there(world, call->endpoint), "a call at an endpoint that is gone");
	switch (call->state) {
	case CALL_IDLE: break;
	case CALL_QUEUED: return broken_queued(call);
	case CALL_SERVED:
		BROKEN_IF(!call->server || call->server->serving != call, "served by nobody");
		break;
	case CALL_KEPT:
		BROKEN_IF(!call->slot || call->slot->call != call || !call->slot->used,
		          "kept in no slot");
		BROKEN_IF(times_in(&call->endpoint->kept, &call->queue) != 1,
		          "kept, not in the list");
		break;
	}
	return NULL;
}

/* ---- loans ---- */

/* What the thread has to run on: that of whom it works for, or else its own. */
static struct sched_context *context_due(const struct thread *thread)
{
	struct sched_context *context = thread->home;

	if (thread->serving && !thread->serving->ring)
		context = context_due(thread->serving->thread);
	else if (thread->lender && !thread->lender->ring)
		context = context_due(thread->lender->thread);
	return context ? context : thread->home;
}

static const char *broken_loan(const struct thread *thread)
{
	const struct call *lender = thread->lender;

	BROKEN_IF(thread->serving && (thread->serving->state != CALL_SERVED ||
	                              thread->serving->server != thread),
	          "serves a call that knows nothing of it");
	BROKEN_IF(lender && (lender->lent_to != thread ||
	                     (lender->state != CALL_QUEUED && lender->state != CALL_KEPT)),
	          "borrows from a call that knows nothing of it");
	BROKEN_IF(thread->call.lent_to && thread->call.lent_to->lender != &thread->call,
	          "lends to who knows nothing of it");
	BROKEN_IF(thread->context != context_due(thread), "runs on another's context");
	BROKEN_IF(!thread->home && (thread->notification || thread->detaching),
	          "without a home, but bound");
	return NULL;
}

/* Whoever stands still for want of a context has got one, if a call could lend it. */
static const char *broken_lending(const struct endpoint *endpoint)
{
	const struct list_node *first = endpoint->callers.next;

	if (!endpoint->passive || first == &endpoint->callers ||
	    list_entry(first, struct call, queue)->lent_to)
		return NULL;
	for (const struct list_node *at = endpoint->servers.next; at != &endpoint->servers;
	     at = at->next)
		BROKEN_IF(thread_parked(list_entry(at, struct thread, of_endpoint)),
		          "a queued call lends nothing to a server that stands still");
	return NULL;
}

/* ---- waiting and running ---- */

static const char *broken_place(const struct call_world *world, const struct thread *thread)
{
	const bool waits = thread->state == THREAD_RECEIVING && thread->waits_at_endpoint;
	const struct sched_context *context = thread->context;
	const bool queues = thread->state == THREAD_READY && context && thread != sched_current();

	BROKEN_IF(thread->serves && !is_there(world, thread->serves), "serves what is gone");
	BROKEN_IF(waits && (!thread->serves ||
	                    times_in(&thread->serves->receivers, &thread->queue) != 1),
	          "waits, but not in the queue");
	BROKEN_IF(list_linked(&thread->ready) != queues, "ready, but not in line");
	BROKEN_IF(queues && (times_in(&context->ready, &thread->ready) != 1 || !context->queued),
	          "in another's line");
	BROKEN_IF(thread->deadline_armed && thread->state != THREAD_CALLING &&
	                  thread->state != THREAD_RECEIVING,
	          "a deadline for nothing");
	return NULL;
}

const char *call_invariants_broken(const struct call_world *world)
{
	const char *broken = NULL;

	for (unsigned i = 0; i < world->thread_count && !broken; i++) {
		const struct thread *thread = world->threads[i];

		if (!thread)
			continue;
		broken = broken_call(world, thread);
		if (!broken)
			broken = broken_loan(thread);
		if (!broken)
			broken = broken_place(world, thread);
	}
	for (unsigned i = 0; i < world->endpoint_count && !broken; i++) {
		if (world->endpoints[i])
			broken = broken_lending(world->endpoints[i]);
	}
	BROKEN_IF(!broken && sched_current() &&
	                  (sched_current()->state != THREAD_READY || !sched_current()->context),
	          "who runs is not ready");
	return broken;
}
