/* SPDX-License-Identifier: MIT */
/*
 * reply_wait: answer, then wait for the next message or notification.
 *
 * Messages and notifications take turns when both are there, so neither can
 * starve the other.
 */
#include <kernel/words.h>

#include "object/endpoint.h"
#include "object/notification.h"
#include "sched/sched.h"
#include "syscall.h"
#include "x86_64/clock.h"

enum { STEP_CALLS = 16 };

/* The endpoint to wait at, or NULL for none. */
static enum status find_endpoint(struct thread *thread, struct endpoint **out_endpoint)
{
	const cap_t cap = {thread->registers.rdi};
	struct cap_entry *entry;

	*out_endpoint = NULL;
	if (!cap_valid(cap))
		return OK;

	const enum status status = domain_find_object(thread->domain, cap, OBJECT_ENDPOINT,
	                                              ENDPOINT_INTERFACE, &entry);

	if (status == OK)
		*out_endpoint = (struct endpoint *)entry->object;
	return status;
}

/*
 * The reply half: answers, keeps the call being served, or neither. ERR_GONE: nobody waits for it any
 * more. Other errors are the server's mistake: the call is still there. `*out_caller` is to be made
 * ready, if not NULL.
 */
static enum status reply(struct thread *thread, struct endpoint *endpoint,
                         struct thread **out_caller)
{
	const uint64_t word = thread->registers.rax;
	const unsigned slot_number =
		(thread->registers.rsi >> WINDOW_REPLY_SLOT_SHIFT) & WINDOW_REPLY_SLOT_MASK;
	const unsigned answer = (word >> OP_METHOD_SHIFT) & 0xffff;
	struct reply_slot *slot = NULL;
	struct call *call = thread->serving;
	struct message_side from;

	if (slot_number && !endpoint)
		return ERR_BAD_ARG;
	if (word & OP_NO_REPLY)
		return slot_number ? endpoint_keep(endpoint, thread, (uint16_t)slot_number) : OK;
	if (answer >= STATUS_COUNT)
		return ERR_BAD_ARG;
	if (slot_number) {
		slot = endpoint_slot(endpoint, slot_number);
		if (!slot)
			return ERR_BAD_ARG;
		call = slot->call;
	}
	thread_side(thread, &from);

	const enum status status =
		call ? call_answer(call, (enum status)answer, word, &from, out_caller) : ERR_GONE;

	if (slot && (status == OK || status == ERR_GONE))
		*slot = (struct reply_slot){0};
	return status;
}

/* Takes queued calls until one can be delivered, or so many could not that others are to have a turn. */
static bool take_call(struct thread *thread, struct endpoint *endpoint)
{
	struct list_node *first;

	for (unsigned i = 0; i < STEP_CALLS && (first = list_first(&endpoint->callers)); i++) {
		struct call *call = list_entry(first, struct call, queue);
		const enum status status = call_deliver(call, thread);

		if (status == OK)
			return true;
		call_fail(call, status);
	}
	return false;
}

static bool take_notification(struct thread *thread)
{
	struct notification *notification = thread->notification;

	if (!notification || notification->bits == 0)
		return false;
	thread_set_notification(thread, notification->bits);
	notification->bits = 0;
	return true;
}

/* True if the thread goes on with a message, a notification or an error. */
static bool receive(struct thread *thread, struct endpoint *endpoint, uint64_t deadline)
{
	const bool call_first = thread->notified_last;

	if (call_first && endpoint && take_call(thread, endpoint))
		return true;
	if (take_notification(thread))
		return true;
	if (!call_first && endpoint && take_call(thread, endpoint))
		return true;
	if (deadline && deadline <= clock_now()) {
		syscall_answer(thread, ERR_TIMEOUT);
		return true;
	}
	return false;
}

static void wait(struct thread *thread, struct endpoint *endpoint, uint64_t deadline)
{
	thread->state = THREAD_RECEIVING;
	thread->waits_at_endpoint = endpoint;
	if (endpoint)
		list_append(&endpoint->receivers, &thread->queue);
	timeout_arm(thread, deadline);
}

/* Without a context of its own a thread waits for callers that lend it theirs, and for nothing else. */
static enum status may_wait(const struct thread *thread, const struct endpoint *endpoint,
                            uint64_t deadline)
{
	if (thread->home && !thread->detaching)
		return OK;
	if (!endpoint || !endpoint->passive)
		return ERR_UNSUPPORTED;
	return deadline ? ERR_BAD_ARG : OK;
}

void syscall_reply_wait(struct thread *thread)
{
	const uint64_t word = thread->registers.rax;
	const uint64_t deadline = thread->registers.rdx;
	struct endpoint *endpoint;
	struct thread *caller = NULL;
	enum status status = find_endpoint(thread, &endpoint);

	if (status == OK && !(word & OP_NO_WAIT))
		status = may_wait(thread, endpoint, deadline);
	if (status == OK)
		status = reply(thread, endpoint, &caller);
	if ((word & OP_NO_WAIT) || (status != OK && status != ERR_GONE)) {
		if (caller)
			thread_ready(caller);
		syscall_answer(thread, status);
		return;
	}

	/* A call it neither answered nor kept is dropped. */
	if (thread->serving)
		call_fail(thread->serving, ERR_GONE);
	if (thread->detaching)
		thread_leave_home(thread);
	thread_serves(thread, endpoint);

	const struct sched_context *lent = thread->context;

	thread_end_loan(thread);
	if (receive(thread, endpoint, deadline)) {
		if (caller)
			thread_ready(caller);
		return;
	}
	if (endpoint && !list_empty(&endpoint->callers)) { /* what is left to do is to receive */
		thread->registers.rax |= OP_NO_REPLY;
		thread->registers.rsi &=
			~((uint64_t)WINDOW_REPLY_SLOT_MASK << WINDOW_REPLY_SLOT_SHIFT);
		thread->again = thread->unfinished = sched_attention = true;
		if (caller)
			thread_ready(caller);
		return;
	}
	wait(thread, endpoint, deadline);
	if (caller && caller->context == lent) {
		sched_hand_over(caller);
		return;
	}
	sched_block_current();
	if (caller)
		sched_switch_to(caller);
}
