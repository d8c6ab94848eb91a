/* SPDX-License-Identifier: MIT */
#include "ring_work.h"

#include "endpoint.h"
#include "notification.h"
#include "x86_64/clock.h"

/*
 * Those whose notification has bits and who have not been told yet. Telling one posts a completion, which
 * signals, which may be what the next one waits for: a queue instead of a recursion, since the kernel
 * has one stack. Empty whenever the kernel is left.
 */
static struct list_node signalled = {&signalled, &signalled};
static bool telling;

enum { STEP_WORKS = 8 };

static struct ring_work *work_of(struct call *call)
{
	return list_entry(call, struct ring_work, call);
}

/* ---- life ---- */

static void expire(struct timeout *timeout)
{
	struct ring_work *work = list_entry(timeout, struct ring_work, timeout);

	ring_work_end(work, work->state == RING_WORK_TIMING ? OK : ERR_TIMEOUT);
}

void ring_works_init(struct ring *ring)
{
	list_init(&ring->free);
	list_init(&ring->due);
	for (unsigned i = 0; i <= ring->entries; i++) {
		ring->works[i].ring = ring;
		ring->works[i].call.ring = ring;
		ring->works[i].timeout.expire = expire;
		if (i < ring->entries)
			list_append(&ring->free, &ring->works[i].queue);
	}
}

static struct ring_work *start(struct ring_work *work, const struct ring_submission *entry)
{
	work->state = RING_WORK_STARTING;
	work->completed = false;
	work->cap_count = 0;
	memory_copy((uint64_t *)&work->entry, (const uint64_t *)entry, sizeof(*entry) / 8);
	work->ring->pending++;
	return work;
}

struct ring_work *ring_work_take(struct ring *ring, const struct ring_submission *entry)
{
	struct list_node *first = list_first(&ring->free);

	if (!first)
		return NULL;
	list_remove(first);
	return start(list_entry(first, struct ring_work, queue), entry);
}

struct ring_work *ring_work_spare(struct ring *ring, const struct ring_submission *entry)
{
	return start(&ring->works[ring->entries], entry);
}

bool ring_work_lasts(const struct ring_work *work)
{
	return work != &work->ring->works[work->ring->entries];
}

void ring_work_settle(struct ring_work *work)
{
	if (work->state != RING_WORK_SPENT || work->chained)
		return;
	work->state = RING_WORK_FREE;
	if (ring_work_lasts(work))
		list_append(&work->ring->free, &work->queue);
}

void ring_work_enlist(struct ring_work *work, uint32_t grant)
{
	list_append(&grant_at(grant)->uses, &work->call.of_grant);
}

static void leave(struct ring_work *work)
{
	list_remove(&work->queue);
	list_remove(&work->call.of_grant);
}

/* Out of whatever it waits in. */
static void withdraw(struct ring_work *work)
{
	switch (work->state) {
	case RING_WORK_FREE:
	case RING_WORK_STARTING:
	case RING_WORK_TIMING:
	case RING_WORK_SPENT: break;
	case RING_WORK_LINKED: list_remove(&work->queue); break;
	case RING_WORK_RECEIVING: leave(work); break;
	case RING_WORK_CALLING: call_withdraw(&work->call); break;
	case RING_WORK_WAITING:
		leave(work);
		work->notification->waiter = NULL;
		break;
	case RING_WORK_ANSWERING:
		if (work->taken.call)
			call_fail(work->taken.call, ERR_GONE);
		work->taken = (struct reply_slot){0};
		break;
	}
}

bool ring_works_fini(struct ring *ring)
{
	for (unsigned i = 0; i < STEP_WORKS && ring->ended < ring->entries; i++) {
		struct ring_work *work = &ring->works[ring->ended++];

		withdraw(work);
		timeout_clear(&work->timeout);
		work->state = RING_WORK_SPENT;
	}
	return ring->ended == ring->entries;
}

/* ---- completion ---- */

/* The ids stand in the owner's memory; what it writes there instead names its own capabilities all the same. */
static void note_caps(struct ring_work *work, unsigned count)
{
	const struct message_page *page = ring_buffer(work->ring, work->entry.receive_buffer);

	work->cap_count = page ? count : 0;
	for (unsigned i = 0; i < work->cap_count; i++)
		work->caps[i].id = read_once(page->caps[i]);
}

void ring_work_post(struct ring_work *work, const struct ring_outcome *outcome)
{
	if (work->timeout.armed.key)
		timeout_clear(&work->timeout);
	work->ring->pending--;
	ring_post(work->ring, work->entry.user_data, outcome);
	work->completed = true;
	work->outcome = (enum status)(outcome->word & 0xff);
	if (work->state != RING_WORK_ANSWERING)
		work->state = RING_WORK_SPENT;
	if (work->chained) {
		note_caps(work, outcome->caps);
		ring_chain_completed(work);
	} else {
		ring_work_settle(work);
	}
}

/* The same as ring_work_post, and announces it. */
static void ring_work_complete(struct ring_work *work, const struct ring_outcome *outcome)
{
	struct ring *ring = work->ring;

	ring_work_post(work, outcome);
	ring_announce(ring);
}

void ring_work_end(struct ring_work *work, enum status status)
{
	const struct ring_outcome outcome = {.word = (uint64_t)status};

	withdraw(work);
	ring_work_complete(work, &outcome);
}

static bool ends_early(const struct ring_work *work)
{
	switch (work->state) {
	case RING_WORK_LINKED:
	case RING_WORK_CALLING:
	case RING_WORK_RECEIVING:
	case RING_WORK_WAITING:
	case RING_WORK_TIMING: return true;
	case RING_WORK_FREE:
	case RING_WORK_STARTING:
	case RING_WORK_ANSWERING:
	case RING_WORK_SPENT: return false;
	}
	return false;
}

bool ring_work_cancel(struct ring *ring, uint64_t user_data)
{
	bool found = false;

	for (unsigned i = 0; i < ring->entries; i++) {
		struct ring_work *work = &ring->works[i];

		if (!ends_early(work) || work->entry.user_data != user_data)
			continue;
		found = true;
		ring_work_end(work, ERR_CANCELLED);
	}
	return found;
}

/* ---- calls made ---- */

void ring_work_side(struct ring_work *work, struct message_side *out_side)
{
	*out_side = (struct message_side){
		.domain = work->ring->domain,
		.words = work->entry.words,
		.send = ring_buffer(work->ring, work->entry.send_buffer),
		.receive = ring_buffer(work->ring, work->entry.receive_buffer),
		.window = work->entry.window,
	};
}

void ring_call_side(struct call *call, struct message_side *out_side)
{
	ring_work_side(work_of(call), out_side);
}

void ring_call_done(struct call *call, enum status status, struct message_result result)
{
	struct ring_work *work = work_of(call);
	const struct ring_outcome outcome = {
		.word = (uint64_t)status | result.word,
		.caps = result.caps,
		.words = work->entry.words,
	};

	ring_work_complete(work, &outcome);
}

/* ---- calls received ---- */

static uint64_t call_name(const struct ring_work *work)
{
	return (uint64_t)work->generation << 32 | (uint64_t)(work - work->ring->works + 1);
}

struct ring_work *ring_work_named(struct ring *ring, uint64_t call)
{
	const uint32_t index = (uint32_t)call;
	struct ring_work *work;

	if (index == 0 || index > ring->entries)
		return NULL;
	work = &ring->works[index - 1];
	return work->state == RING_WORK_ANSWERING && call_name(work) == call ? work : NULL;
}

void ring_work_answered(struct ring_work *work)
{
	work->taken = (struct reply_slot){0};
	work->state = RING_WORK_SPENT;
	ring_work_settle(work);
}

/* A multishot RECV stays as long as a second record and completion can be had, and its buffer is not in use. */
static struct ring_work *spare(struct ring_work *work, const struct message_result *result)
{
	if (!(work->entry.flags & RING_MULTISHOT) || (result->word & OP_PAGED) || result->caps ||
	    ring_room(work->ring) == 0)
		return NULL;
	return ring_work_take(work->ring, &work->entry);
}

/* Gives one queued call to a RECV entry, or ends the call if it can't be delivered. */
static void receive(struct ring_work *work, struct call *call)
{
	struct message_side from, to;
	struct message_result result;

	call_side(call, &from);
	ring_work_side(work, &to);

	const enum status status = message_transfer(&from, call->word, &to, &result);

	if (status != OK) {
		call_fail(call, status);
		return;
	}

	struct ring_work *extra = spare(work, &result);
	struct ring_work *taker = extra ? extra : work;

	if (!extra)
		leave(work);
	call_unqueue(call);
	list_append(&call->endpoint->kept, &call->queue);
	taker->state = RING_WORK_ANSWERING;
	taker->generation++;
	taker->taken = (struct reply_slot){.call = call, .used = true};
	call->state = CALL_KEPT;
	call->slot = &taker->taken;

	const struct ring_outcome outcome = {
		.word = OK | result.word | (call->word & ~0xfffful),
		.badge = call->badge,
		.call = call_name(taker),
		.caps = result.caps,
		.flags = extra ? RING_MORE : 0,
		.words = work->entry.words,
	};

	ring_work_complete(taker, &outcome);
}

bool ring_receive(struct endpoint *endpoint, struct call *call)
{
	struct list_node *first = list_first(&endpoint->ring_receivers);

	if (first)
		receive(list_entry(first, struct ring_work, queue), call);
	return first;
}

void ring_offer(struct endpoint *endpoint)
{
	struct list_node *work, *call;

	while ((work = list_first(&endpoint->ring_receivers)) &&
	       (call = list_first(&endpoint->callers)))
		receive(list_entry(work, struct ring_work, queue),
		        list_entry(call, struct call, queue));
}

/* ---- notifications ---- */

static void tell(struct ring_work *work)
{
	struct notification *notification = work->notification;
	const struct ring_outcome outcome = {.word = OK | OP_NOTIFICATION,
	                                     .badge = notification->bits};

	notification->bits = 0;
	notification->waiter = NULL;
	leave(work);
	ring_work_complete(work, &outcome);
}

void ring_work_signalled(struct ring_work *work)
{
	struct list_node *first;

	if (!list_linked(&work->queue))
		list_append(&signalled, &work->queue);
	if (telling)
		return;
	telling = true;
	while ((first = list_first(&signalled))) {
		list_remove(first);
		tell(list_entry(first, struct ring_work, queue));
	}
	telling = false;
}
