/* SPDX-License-Identifier: MIT */
#include "call.h"

#include "endpoint.h"
#include "pager.h"
#include "ring_work.h"
#include "sched/sched.h"
#include "thread.h"
#include "x86_64/clock.h"

enum status call_begin(struct call *call, const struct cap_entry *entry, uint64_t word)
{
	const struct grant *grant = grant_at(entry->grant);

	if (grant->in_flight_max) {
		struct grant *limiter = grant_at(grant->limiter);

		if (limiter->state != GRANT_LIVE)
			return ERR_GONE;
		if (limiter->in_flight >= grant->in_flight_max)
			return ERR_NOT_NOW;
		limiter->in_flight++;
		call->counted = true;
		call->limiter = grant->limiter;
		call->epoch = limiter->epoch;
	}
	call->state = CALL_SERVED;
	call->endpoint = (struct endpoint *)entry->object;
	call->badge = grant->badge;
	call->word = word;
	return OK;
}

void call_enqueue(struct call *call, uint32_t grant)
{
	call->state = CALL_QUEUED;
	list_append(&call->endpoint->callers, &call->queue);
	list_append(&grant_at(grant)->uses, &call->of_grant);
}

enum status call_deliver(struct call *call, struct thread *server)
{
	struct message_side from, to;
	struct message_result result;

	call_side(call, &from);
	thread_side(server, &to);

	const enum status status = message_transfer(&from, call->word, &to, &result);

	if (status != OK)
		return status;
	if (call->state == CALL_QUEUED) {
		call_unqueue(call);
		if (call->lent_to)
			thread_end_loan(call->lent_to);
	}
	call->state = CALL_SERVED;
	call->server = server;
	server->serving = call;
	server->notified_last = false;
	if (!call->ring)
		server->context = call->thread->context; /* the loan */
	thread_set_answer(server, OK | result.word | (call->word & ~0xfffful), call->badge,
	                  result.caps);
	return OK;
}

static void wait_for_answer(struct thread *thread, uint64_t deadline)
{
	thread->state = THREAD_CALLING;
	timeout_arm(thread, deadline);
}

enum status call_send(struct thread *thread, const struct cap_entry *entry, uint64_t word,
                      uint64_t deadline)
{
	struct endpoint *endpoint = (struct endpoint *)entry->object;
	struct call *call = &thread->call;
	struct list_node *first = list_first(&endpoint->receivers);

	if (deadline && deadline <= clock_now())
		return ERR_TIMEOUT;

	enum status status = call_begin(call, entry, word);

	if (status != OK)
		return status;
	if (!first) {
		sched_block_current();
		wait_for_answer(thread, deadline);
		if (ring_receive(endpoint, call))
			return OK;
		call_enqueue(call, entry->grant);
		if (endpoint->passive)
			endpoint_lend(endpoint);
		return OK;
	}

	struct thread *receiver = list_entry(first, struct thread, queue);

	status = call_deliver(call, receiver);
	if (status != OK) {
		call_withdraw(call);
		return status;
	}
	list_unlink(&receiver->queue);
	timeout_disarm(receiver);
	wait_for_answer(thread, deadline);
	sched_hand_over(receiver);
	return OK;
}

static void forget_server(struct call *call)
{
	struct thread *server = call->server;

	call->server = NULL;
	if (!server)
		return;
	server->serving = NULL;
	thread_end_loan(server);
}

void call_withdraw(struct call *call)
{
	if (call->state == CALL_IDLE)
		return;
	if (call->counted && grant_at(call->limiter)->epoch == call->epoch)
		grant_at(call->limiter)->in_flight--;
	call->counted = false;
	call_unqueue(call);
	forget_server(call);
	if (call->lent_to)
		thread_end_loan(call->lent_to);
	if (call->slot)
		call->slot->call = NULL; /* a tombstone until the server answers or drops it */
	call->slot = NULL;
	call->endpoint = NULL;
	call->state = CALL_IDLE;
}

void call_fail(struct call *call, enum status status)
{
	call_withdraw(call);
	if (call->ring)
		ring_call_done(call, status, (struct message_result){0});
	else
		thread_wake(call->thread, status);
}

void call_side(struct call *call, struct message_side *out_side)
{
	if (call->ring)
		ring_work_side(ring_work_of(call), out_side);
	else if (call->thread->paging)
		pager_side(call->thread, out_side);
	else
		thread_side(call->thread, out_side);
}

enum status call_answer(struct call *call, enum status status, uint64_t word,
                        const struct message_side *from, struct thread **out_thread)
{
	struct message_side to;
	struct message_result result = {0};

	call_side(call, &to);
	if (call->ring)
		to.words = ring_completion(call->ring)->words;

	const enum status transfer = message_transfer(from, word, &to, &result);

	if (transfer == ERR_INSUFFICIENT_CAPS)
		status = ERR_OUT_OF_CAPS;
	else if (transfer == ERR_INSUFFICIENT_RAM)
		status = ERR_OUT_OF_RAM;
	else if (transfer != OK) /* ERR_GONE would say that the caller is */
		return transfer == ERR_GONE ? ERR_BAD_CAP : transfer;

	call_withdraw(call);
	*out_thread = NULL;
	if (call->ring) {
		ring_call_done(call, status, result);
		return OK;
	}
	if (thread_end_wait(call->thread, (uint64_t)status | result.word, result.caps))
		*out_thread = call->thread;
	return OK;
}
