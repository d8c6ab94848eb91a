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

/* ---- life ---- */

static void let_go(struct ring_work *work)
{
	work->state = RING_WORK_FREE;
	if (work == work->ring->spare)
		return;
	work->after = work->ring->free;
	work->ring->free = work;
}

static void expire(struct timeout *timeout)
{
	struct ring_work *work = list_entry(timeout, struct ring_work, timeout);

	ring_work_end(work, work->state == RING_WORK_TIMING ? OK : ERR_TIMEOUT);
}

void ring_works_init(struct ring *ring)
{
	list_init(&ring->due);
	ring->spare = &ring->works[ring->entries];
	for (unsigned i = ring->entries + 1u; i-- > 0;) {
		ring->works[i].ring = ring;
		ring->works[i].name = i + 1;
		ring->works[i].call.ring = ring;
		ring->works[i].timeout.expire = expire;
		let_go(&ring->works[i]);
	}
}

struct ring_work *ring_work_take(struct ring *ring)
{
	struct ring_work *work = ring->free;

	if (!work)
		return NULL;
	ring->free = work->after;
	work->after = NULL;
	return work;
}

void ring_work_copy(struct ring_work *work, const struct ring_submission *entry, uint64_t first)
{
	enum { HEAD = offsetof(struct ring_submission, words) / 8 };
	uint64_t *to = (uint64_t *)&work->entry;

	to[0] = first;
	memory_copy_words(to + 1, (const uint64_t *)entry + 1, HEAD - 1);
	if (message_words(work->entry.word) || work->entry.op == RING_SIGNAL)
		memory_copy_words(work->entry.words, entry->words, IPC_WORDS_MAX);
	work->cap_count = 0;
}

void ring_work_settle(struct ring_work *work)
{
	if (work->state == RING_WORK_SPENT && !work->chained)
		let_go(work);
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
static void note_caps(struct ring_work *work)
{
	const struct message_page *page = ring_buffer(work->ring, work->entry.receive_buffer);

	for (unsigned i = 0; i < work->cap_count; i++)
		work->caps[i].id = read_once(page->caps[i]);
}

/* It had a deadline, or is one of a chain. */
__attribute__((noinline)) static struct ring_completion *post_rare(struct ring_work *work,
                                                                   uint64_t word,
                                                                   struct ring_completion *to)
{
	timeout_clear(&work->timeout);
	if (work->state != RING_WORK_ANSWERING)
		work->state = RING_WORK_SPENT;
	if (work->chained) {
		work->completed = true;
		work->outcome = (enum status)(word & 0xff);
		note_caps(work);
		ring_chain_completed(work);
	}
	ring_work_settle(work);
	return to;
}

struct ring_completion *ring_work_post(struct ring_work *work, uint64_t word)
{
	struct ring_completion *to =
		ring_post(work->ring, ring_completion(work->ring), work->entry.user_data, word);

	work->ring->pending--;
	to->caps = work->cap_count;
	if (work->timeout.armed.key || work->chained)
		return post_rare(work, word, to);
	if (work->state != RING_WORK_ANSWERING)
		let_go(work);
	return to;
}

void ring_work_end(struct ring_work *work, enum status status)
{
	withdraw(work);
	(void)ring_work_post(work, status);
	ring_announce(work->ring);
}

unsigned ring_work_cancel(struct ring *ring, uint64_t user_data, unsigned most)
{
	unsigned count = 0;

	for (unsigned i = 0; i < ring->entries && count < most; i++) {
		struct ring_work *work = &ring->works[i];

		if (work->state < RING_WORK_LINKED || work->state > RING_WORK_TIMING ||
		    work->entry.user_data != user_data)
			continue;
		count++;
		ring_work_end(work, ERR_CANCELLED);
	}
	return count;
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

void ring_call_done(struct call *call, enum status status, struct message_result result)
{
	struct ring_work *work = ring_work_of(call);

	work->cap_count = result.caps;
	(void)ring_work_post(work, (uint64_t)status | result.word);
	ring_announce(work->ring);
}

/* ---- calls received ---- */

struct ring_work *ring_work_named(struct ring *ring, uint64_t call)
{
	const uint32_t index = (uint32_t)call;
	struct ring_work *work;

	if (index == 0 || index > ring->entries)
		return NULL;
	work = &ring->works[index - 1];
	return work->state == RING_WORK_ANSWERING && work->name == call ? work : NULL;
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
	struct ring_work *taker = NULL;

	if ((work->entry.flags & RING_MULTISHOT) && !(result->word & OP_PAGED) && !result->caps &&
	    ring_room(work->ring) > 0)
		taker = ring_work_take(work->ring);
	if (!taker)
		return NULL;
	taker->entry.user_data = work->entry.user_data;
	work->ring->pending++;
	return taker;
}

static enum status transfer(struct ring_work *work, struct call *call,
                            struct message_result *out_result)
{
	struct message_side from, to;

	*out_result = (struct message_result){.word = message_words(call->word)};
	if (call->ring && ring_pass_words(ring_work_of(call), call->word, work->ring))
		return OK;
	call_side(call, &from);
	ring_work_side(work, &to);
	to.words = ring_completion(work->ring)->words;
	return message_transfer(&from, call->word, &to, out_result);
}

void ring_work_receive(struct ring_work *work, struct call *call)
{
	struct message_result result;
	const enum status status = transfer(work, call, &result);

	if (status != OK) {
		call_fail(call, status);
		return;
	}

	struct ring_work *extra = spare(work, &result), *taker = extra ? extra : work;
	struct ring_completion *to;

	if (!extra)
		leave(work);
	if (call->state == CALL_QUEUED)
		call_unqueue(call);
	list_append(&call->endpoint->kept, &call->queue);
	taker->state = RING_WORK_ANSWERING;
	taker->name += 1ul << 32;
	taker->taken = (struct reply_slot){.call = call, .used = true};
	call->state = CALL_KEPT;
	call->slot = &taker->taken;

	taker->cap_count = result.caps;
	to = ring_work_post(taker, OK | result.word | (call->word & ~0xfffful));
	to->badge = call->badge;
	to->call = taker->name;
	to->flags = extra ? RING_MORE : 0;
	ring_announce(taker->ring);
}

bool ring_receive(struct endpoint *endpoint, struct call *call)
{
	struct list_node *first = list_first(&endpoint->ring_receivers);

	if (first)
		ring_work_receive(list_entry(first, struct ring_work, queue), call);
	return first;
}

/* ---- notifications ---- */

void ring_work_take_bits(struct ring_work *work, struct notification *notification)
{
	const uint64_t bits = notification->bits;

	notification->bits = 0;
	ring_work_post(work, OK | OP_NOTIFICATION)->badge = bits;
}

static void tell(struct ring_work *work)
{
	struct notification *notification = work->notification;

	notification->waiter = NULL;
	leave(work);
	ring_work_take_bits(work, notification);
	ring_announce(work->ring);
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
