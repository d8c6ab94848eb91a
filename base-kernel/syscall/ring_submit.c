/* SPDX-License-Identifier: MIT */
#include "ring_submit.h"

#include <kernel/words.h>

#include "invocation.h"
#include "memory/memory.h"
#include "object/endpoint.h"
#include "object/message.h"
#include "object/notification.h"
#include "object/ring.h"
#include "object/ring_work.h"
#include "sched/sched.h"
#include "x86_64/clock.h"

struct operation {
	struct ring *ring;
	const struct ring_submission *entry; /* our copy */
	struct ring_work *work;              /* its record if it is part of a chain */
	cap_t target;
	struct ring_outcome outcome; /* `word` without the status */
	bool later;                  /* a record will complete it, or has */
	uint64_t *results;           /* room for the outcome's words */
};

/* The record of an entry that completes later. NULL: all are in use. */
static struct ring_work *begin_later(struct operation *op)
{
	return op->work ? op->work : ring_work_take(op->ring, op->entry);
}

static void undo_later(const struct operation *op, struct ring_work *work)
{
	if (work != op->work)
		ring_work_put_back(work);
}

static bool expired(const struct operation *op)
{
	return op->entry->deadline && op->entry->deadline <= clock_now();
}

/* ---- calls ---- */

/* A message for a thread that waits; it runs on its own context. */
static void hand_to_receiver(struct endpoint *endpoint, struct call *call)
{
	struct list_node *first = list_first(&endpoint->receivers);
	struct message_side from, to;
	struct message_result result;
	struct thread *receiver;

	if (!first) {
		ring_offer(endpoint);
		return;
	}
	receiver = list_entry(first, struct thread, queue);
	call_side(call, &from);
	thread_side(receiver, &to);

	const enum status status = message_transfer(&from, call->word, &to, &result);

	if (status != OK) {
		call_fail(call, status);
		return;
	}
	list_remove(&call->queue);
	call->state = CALL_SERVED;
	call->server = receiver;
	thread_unblock(receiver);
	thread_set_answer(receiver, OK | result.word | (call->word & ~0xfffful), call->badge,
	                  result.caps);
	receiver->serving = call;
	receiver->notified_last = false;
	thread_ready(receiver);
}

static enum status call_endpoint(struct operation *op, const struct cap_entry *target)
{
	struct endpoint *endpoint = (struct endpoint *)target->object;
	struct ring_work *work;

	if (endpoint->passive)
		return ERR_UNSUPPORTED; /* nobody would lend the server a context */
	if (expired(op))
		return ERR_TIMEOUT;
	work = begin_later(op);
	if (!work)
		return ERR_NOT_NOW;
	work->call = (struct call){.ring = op->ring};

	const enum status status = call_begin(&work->call, target, op->entry->word & ~0xfful);

	if (status != OK) {
		undo_later(op, work);
		return status;
	}
	op->later = true;
	work->state = RING_WORK_CALLING;
	work->call.state = CALL_QUEUED;
	list_append(&endpoint->callers, &work->call.queue);
	ring_work_arm(work);
	hand_to_receiver(endpoint, &work->call);
	return OK;
}

/* A method of the kernel's. The ring may be gone afterwards. */
static enum status call_kernel(struct operation *op, const struct cap_entry *target)
{
	const struct ring_submission *entry = op->entry;
	struct message_page *send = ring_buffer(op->ring, entry->send_buffer);
	struct message_page *receive = ring_buffer(op->ring, entry->receive_buffer);
	const unsigned count = entry->window & WINDOW_SEND_MASK;
	struct invocation in;

	if ((entry->word & OP_PAGED) || count > IPC_CAPS_MAX || (count && !send))
		return ERR_BAD_ARG;
	/* ids of new capabilities need a place */
	invocation_init(&in, op->ring->domain, target, receive ? entry->window : 0);
	in.caller = sched_current();
	in.by_ring = true;
	in.words = op->results;
	memory_copy_words(in.words, entry->words, IPC_WORDS_MAX);
	for (unsigned i = 0; i < count; i++)
		in.caps[i].id = read_once(send->caps[i]);

	const bool *gone = op->ring->gone;
	const enum status status =
		invocation_run(&in, (uint32_t)(entry->word >> OP_INTERFACE_SHIFT),
	                       (entry->word >> OP_METHOD_SHIFT) & 0xffff);

	if (status != OK || *gone)
		return status;
	for (unsigned i = 0; i < in.cap_count; i++)
		receive->caps[i] = in.caps[i].id;
	op->outcome.word = (uint64_t)in.word_count << OP_WORDS_SHIFT;
	op->outcome.caps = in.cap_count;
	op->outcome.words = op->results;
	return OK;
}

static enum status call(struct operation *op)
{
	const uint32_t interface = (uint32_t)(op->entry->word >> OP_INTERFACE_SHIFT);
	struct cap_entry *target;
	bool served;
	const enum status status =
		invocation_target(op->ring->domain, op->target, interface, &target, &served);

	if (status != OK)
		return status;
	return served ? call_endpoint(op, target) : call_kernel(op, target);
}

/* ---- what is served ---- */

static enum status receive(struct operation *op)
{
	struct cap_entry *target;
	struct ring_work *work;
	const enum status status = cap_table_find(&op->ring->domain->caps, op->target, &target);

	if (status != OK)
		return status;
	if (target->interface != ENDPOINT_INTERFACE)
		return ERR_BAD_CAP;
	if (expired(op))
		return ERR_TIMEOUT;
	work = begin_later(op);
	if (!work)
		return ERR_NOT_NOW;

	struct endpoint *endpoint = (struct endpoint *)target->object;

	op->later = true;
	work->state = RING_WORK_RECEIVING;
	work->grant = target->grant;
	list_append(&endpoint->ring_receivers, &work->queue);
	ring_work_arm(work);
	ring_offer(endpoint);
	return OK;
}

static enum status answer(struct operation *op)
{
	const struct ring_submission *entry = op->entry;
	const unsigned status_word = (entry->word >> OP_METHOD_SHIFT) & 0xffff;
	struct ring_work *work = ring_work_named(op->ring, entry->call);
	struct thread *caller = NULL;
	uint64_t words[IPC_WORDS_MAX];
	const struct message_side from = {
		.domain = op->ring->domain,
		.words = words,
		.send = ring_buffer(op->ring, entry->send_buffer),
		.window = entry->window,
	};
	enum status status = ERR_GONE;

	if (!work || status_word >= STATUS_COUNT)
		return ERR_BAD_ARG;
	memory_copy_words(words, entry->words, IPC_WORDS_MAX);
	if (work->taken.call)
		status = call_answer(work->taken.call, (enum status)status_word, entry->word, &from,
		                     &caller);
	if (status == OK || status == ERR_GONE)
		ring_work_answered(work);
	if (caller)
		thread_ready(caller);
	return status;
}

/* ---- the rest ---- */

static enum status nop(struct operation *op)
{
	(void)op;
	return OK;
}

static enum status release(struct operation *op)
{
	return cap_table_drop(&op->ring->domain->caps, op->target);
}

/* A live capability of a notification with the interface. */
static enum status find_notification(const struct operation *op, uint32_t interface,
                                     struct cap_entry **out_entry)
{
	const enum status status = cap_table_find(&op->ring->domain->caps, op->target, out_entry);

	if (status != OK)
		return status;
	if ((*out_entry)->object->type != OBJECT_NOTIFICATION ||
	    !grant_offers(grant_at((*out_entry)->grant), interface))
		return ERR_BAD_CAP;
	return OK;
}

static enum status signal(struct operation *op)
{
	struct cap_entry *target;
	const enum status status = find_notification(op, SIGNAL_INTERFACE, &target);

	if (status == OK)
		notification_signal((struct notification *)target->object,
		                    invocation_signal_bits(target, op->entry->words[0]));
	return status;
}

static enum status wait(struct operation *op)
{
	struct cap_entry *target;
	const enum status status = find_notification(op, NOTIFICATION_INTERFACE, &target);

	if (status != OK)
		return status;

	struct notification *notification = (struct notification *)target->object;
	struct ring_work *work;

	if (notification->sink || notification->waiter)
		return ERR_NOT_NOW;
	if (notification->bits) {
		op->outcome.word = OP_NOTIFICATION;
		op->outcome.badge = notification->bits;
		notification->bits = 0;
		return OK;
	}
	if (expired(op))
		return ERR_TIMEOUT;
	work = begin_later(op);
	if (!work)
		return ERR_NOT_NOW;
	op->later = true;
	work->state = RING_WORK_WAITING;
	work->grant = target->grant;
	work->notification = notification;
	notification->waiter = work;
	ring_work_arm(work);
	return OK;
}

static enum status await(struct operation *op)
{
	struct ring_work *work;

	if (op->entry->deadline == 0)
		return ERR_BAD_ARG;
	if (expired(op))
		return OK;
	work = begin_later(op);
	if (!work)
		return ERR_NOT_NOW;
	op->later = true;
	work->state = RING_WORK_TIMING;
	ring_work_arm(work);
	return OK;
}

static enum status cancel(struct operation *op)
{
	return ring_work_cancel(op->ring, op->entry->target) ? OK : ERR_BAD_ARG;
}

static enum status (*const operations[RING_OP_COUNT])(struct operation *op) = {
	[RING_NOP] = nop,       [RING_CALL] = call,       [RING_RECV] = receive,
	[RING_RETURN] = answer, [RING_RELEASE] = release, [RING_SIGNAL] = signal,
	[RING_WAIT] = wait,     [RING_TIMEOUT] = await,   [RING_CANCEL] = cancel,
};

/* ---- running entries ---- */

static enum status check(struct operation *op)
{
	const struct ring_submission *entry = op->entry;

	if (entry->op >= RING_OP_COUNT)
		return ERR_UNSUPPORTED;
	if ((entry->flags & ~RING_FLAGS) || entry->reserved)
		return ERR_BAD_ARG;
	if ((entry->flags & RING_MULTISHOT) && (entry->op != RING_RECV || op->work))
		return ERR_BAD_ARG;
	if (entry->flags & RING_TARGET_RESULT)
		return ring_chain_result(op->work, entry->target, &op->target);
	return OK;
}

/* Runs an entry that nothing stands before. The ring may be gone afterwards. */
static void run(struct ring *ring, const struct ring_submission *entry, struct ring_work *work)
{
	uint64_t results[IPC_WORDS_MAX];
	const bool *gone = ring->gone;
	struct operation op = {.ring = ring,
	                       .entry = entry,
	                       .work = work,
	                       .target = {entry->target},
	                       .results = results};
	enum status status;

	if (work)
		work->state = RING_WORK_STARTING;
	status = check(&op);
	if (status == OK)
		status = operations[entry->op](&op);
	if (op.later || *gone)
		return;
	op.outcome.word |= (uint64_t)status;
	if (work)
		ring_work_complete(work, &op.outcome);
	else
		ring_post(ring, entry->user_data, &op.outcome);
}

static void run_due(struct ring *ring, const struct thread *owner)
{
	const bool *gone = ring->gone;
	struct ring_work *work;
	enum status before;

	while (!*gone && sched_current() == owner && (work = ring_chain_next(ring, &before))) {
		if (before == OK)
			run(ring, &work->entry, work);
		else
			ring_work_end(work, before);
	}
}

/* An entry as it comes from the queue. */
static void take(struct ring *ring)
{
	/* The owner may rewrite it at any time: one copy, then only that. */
	struct ring_submission entry;
	struct ring_work *work;

	memory_copy((uint64_t *)&entry, (const uint64_t *)ring_submission(ring), sizeof(entry) / 8);
	ring->submission_head++;
	if (!ring->chain.open && !(entry.flags & RING_LINK)) {
		run(ring, &entry, NULL);
		return;
	}
	work = ring_chain_add(ring, &entry);
	if (work && ring_chain_may_start(work))
		run(ring, &work->entry, work);
}

/* A NOP that belongs to no chain needs no copy. */
static bool take_nop(struct ring *ring)
{
	static const struct ring_outcome done = {.word = OK};
	const struct ring_submission *entry = ring_submission(ring);
	const uint64_t first = read_once(*(const uint64_t *)entry);

	_Static_assert(RING_NOP == 0 && offsetof(struct ring_submission, user_data) == 8,
	               "one word says it");
	if ((first & 0xffff) != 0 || first >> 48 != 0 || ring->chain.open)
		return false;
	ring_post(ring, read_once(entry->user_data), &done);
	ring->submission_head++;
	return true;
}

bool ring_run(struct ring *ring, unsigned count, unsigned *out_taken)
{
	const struct thread *owner = sched_current();
	const uint32_t offered = ring_submissions(ring);
	bool gone = false;
	unsigned taken = 0, room;

	ring->gone = &gone;
	run_due(ring, owner);
	if (count > offered)
		count = offered;
	room = gone ? 0 : ring_room(ring);
	while (taken < count && room > 0 && !gone && sched_current() == owner) {
		taken++;
		if (take_nop(ring)) {
			room--;
			continue;
		}
		take(ring);
		room = gone ? 0 : ring_room(ring);
	}
	if (!gone)
		run_due(ring, owner);
	*out_taken = taken;
	if (gone)
		return false;
	ring->gone = NULL;
	if (taken)
		ring_show_taken(ring);
	ring_announce(ring);
	return true;
}
