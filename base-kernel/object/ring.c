/* SPDX-License-Identifier: MIT */
#include "ring.h"

#include <kernel/words.h>

#include "account.h"
#include "cap_table.h"
#include "endpoint.h"
#include "memory/assert.h"
#include "memory/frame.h"
#include "memory/memory.h"
#include "notification.h"
#include "ring_index.h"
#include "sched/sched.h"
#include "thread.h"

static struct ring_work *work_of(struct call *call)
{
	return (struct ring_work *)((char *)call - offsetof(struct ring_work, call));
}

/* ---- life ---- */

enum status ring_init(struct ring *ring, const struct ring_request *request)
{
	struct account *account = ring->object.account;
	enum status status = ERR_OUT_OF_RAM;

	if (!ring_index_valid(request->entries, RING_ENTRIES_MAX) || request->buffers > RING_BUFFERS_MAX)
		return ERR_BAD_ARG;
	ring->entries = (uint16_t)request->entries;
	ring->buffers = (uint16_t)request->buffers;
	ring->page_count = ring_index_pages(request->entries, request->buffers);

	ring->works = heap_alloc(account, ring->entries * sizeof(*ring->works));
	ring->pages = heap_alloc(account, ring->page_count * sizeof(*ring->pages));
	if (!ring->works || !ring->pages || !account_charge_ram(account, ring_extra_bytes(ring)))
		goto fail_alloc;
	for (unsigned i = 0; i < ring->page_count; i++) {
		ring->pages[i] = frame_alloc(0);
		assert(ring->pages[i] != 0); /* charged */
		memory_zero(paddr_to_pointer(ring->pages[i]), PAGE_SIZE);
	}
	status = domain_share(request->domain, &ring->range, request->address, ring->pages, ring->page_count);
	if (status != OK)
		goto fail_share;

	ring->domain = request->domain;
	ring->completed = request->completed;
	ring->completed_bits = request->bits;
	list_append(&request->completed->watched, &ring->of_notification);
	list_append(&request->domain->rings, &ring->of_domain);
	return OK;

fail_share:
	for (unsigned i = 0; i < ring->page_count; i++)
		frame_free(ring->pages[i]);
	account_refund_ram(account, ring_extra_bytes(ring));
fail_alloc:
	heap_free(account, ring->works, ring->entries * sizeof(*ring->works));
	heap_free(account, ring->pages, ring->page_count * sizeof(*ring->pages));
	return status;
}

static void abandon(struct ring_work *work)
{
	switch (work->state) {
	case RING_WORK_FREE: break;
	case RING_WORK_CALLING: call_withdraw(&work->call); break;
	case RING_WORK_RECEIVING: list_remove(&work->queue); break;
	case RING_WORK_ANSWERING:
		if (work->taken.call)
			call_fail(work->taken.call, ERR_GONE);
		break;
	}
	work->state = RING_WORK_FREE;
}

void ring_fini(struct ring *ring)
{
	struct account *account = ring->object.account;

	for (unsigned i = 0; i < ring->entries; i++)
		abandon(&ring->works[i]);
	if (ring->waiter)
		thread_wake(ring->waiter, ERR_GONE);
	list_remove(&ring->of_notification);
	list_remove(&ring->of_domain);
	domain_unshare(ring->domain, &ring->range);
	for (unsigned i = 0; i < ring->page_count; i++)
		frame_free(ring->pages[i]);
	account_refund_ram(account, ring_extra_bytes(ring));
	heap_free(account, ring->works, ring->entries * sizeof(*ring->works));
	heap_free(account, ring->pages, ring->page_count * sizeof(*ring->pages));
}

uint64_t ring_extra_bytes(const struct ring *ring)
{
	return (uint64_t)ring->page_count << PAGE_SHIFT;
}

/* ---- the shared part ---- */

static struct ring_header *header(const struct ring *ring)
{
	return paddr_to_pointer(ring->pages[0]);
}

static void *record(const struct ring *ring, unsigned first_page, unsigned index)
{
	const unsigned per_page = PAGE_SIZE / sizeof(struct ring_submission);

	return (char *)paddr_to_pointer(ring->pages[first_page + index / per_page]) +
	       index % per_page * sizeof(struct ring_submission);
}

static struct message_page *buffer(const struct ring *ring, unsigned index)
{
	if (index >= ring->buffers)
		return NULL;
	return paddr_to_pointer(ring->pages[ring->page_count - ring->buffers + index]);
}

uint32_t ring_completions(const struct ring *ring)
{
	return ring_index_used(ring->completion_tail, read_once(header(ring)->completion_head),
			       2u * ring->entries);
}

static void wake_waiter(struct ring *ring)
{
	struct thread *waiter = ring->waiter;

	if (!waiter || ring_completions(ring) < ring->wanted)
		return;
	thread_wake(waiter, OK);
}

static void post(struct ring *ring, const struct ring_completion *completion)
{
	const unsigned index = ring->completion_tail & (2u * ring->entries - 1);

	*(struct ring_completion *)record(ring, ring_index_completion_page(ring->entries), index) =
		*completion;
	ring->completion_tail++;
	write_once(header(ring)->completion_tail, ring->completion_tail);
	if (list_linked(&ring->of_notification))
		notification_signal(ring->completed, ring->completed_bits);
	wake_waiter(ring);
}

static void post_status(struct ring *ring, uint64_t user_data, enum status status)
{
	const struct ring_completion completion = {.user_data = user_data, .word = (uint64_t)status};

	post(ring, &completion);
}

/* ---- what others do to the ring's work ---- */

void ring_call_side(struct call *call, struct message_side *out_side)
{
	struct ring_work *work = work_of(call);

	*out_side = (struct message_side){
		.domain = work->ring->domain,
		.words = work->words,
		.send = work->send,
		.receive = work->receive,
		.window = work->window,
	};
}

static void finish(struct ring_work *work, uint64_t word, unsigned caps)
{
	struct ring_completion completion = {.user_data = work->user_data, .word = word, .caps = caps};

	memory_copy_words(completion.words, work->words, IPC_WORDS_MAX);
	work->state = RING_WORK_FREE;
	work->ring->pending--;
	post(work->ring, &completion);
}

void ring_call_done(struct call *call, enum status status, struct message_result result)
{
	struct ring_work *work = work_of(call);

	finish(work, (uint64_t)status | result.word, result.caps);
}

void ring_receive_fail(struct ring_work *work, enum status status)
{
	list_remove(&work->queue);
	finish(work, (uint64_t)status, 0);
}

static uint64_t call_id(const struct ring_work *work)
{
	return (uint64_t)work->generation << 32 | (uint64_t)(work - work->ring->works + 1);
}

/* Gives one queued call to a RECV entry. False: the call could not be delivered and is gone. */
static bool receive(struct ring_work *work, struct call *call)
{
	struct message_side from, to = {
		.domain = work->ring->domain,
		.words = work->words,
		.send = work->send,
		.receive = work->receive,
		.window = work->window,
	};
	struct message_result result;

	call_side(call, &from);

	const enum status status = message_transfer(&from, call->word, &to, &result);

	if (status != OK) {
		call_fail(call, status);
		return false;
	}
	list_remove(&work->queue);
	list_remove(&call->queue);
	list_append(&call->endpoint->kept, &call->queue);
	work->state = RING_WORK_ANSWERING;
	work->generation++;
	work->taken = (struct reply_slot){.call = call, .used = true};
	call->state = CALL_KEPT;
	call->slot = &work->taken;

	struct ring_completion completion = {
		.user_data = work->user_data,
		.word = OK | result.word | (call->word & ~0xfffful),
		.badge = call->badge,
		.call = call_id(work),
		.caps = result.caps,
	};

	memory_copy_words(completion.words, work->words, IPC_WORDS_MAX);
	work->ring->pending--;
	post(work->ring, &completion);
	return true;
}

void ring_offer(struct endpoint *endpoint)
{
	struct list_node *work, *call;

	while ((work = list_first(&endpoint->ring_receivers)) && (call = list_first(&endpoint->callers)))
		(void)receive(list_entry(work, struct ring_work, queue),
			      list_entry(call, struct call, queue)); /* either way one is gone */
}

/* ---- what the owner submits ---- */

static struct ring_work *take_work(struct ring *ring, const struct ring_submission *entry)
{
	for (unsigned i = 0; i < ring->entries; i++) {
		struct ring_work *work = &ring->works[i];

		if (work->state != RING_WORK_FREE)
			continue;
		work->ring = ring;
		work->user_data = entry->user_data;
		work->window = entry->window;
		work->send = buffer(ring, entry->send_buffer);
		work->receive = buffer(ring, entry->receive_buffer);
		memory_copy_words(work->words, entry->words, IPC_WORDS_MAX);
		return work;
	}
	return NULL;
}

static enum status find_endpoint(struct ring *ring, uint64_t cap, struct cap_entry **out_entry)
{
	const enum status status = cap_table_find(&ring->domain->caps, (cap_t){cap}, out_entry);

	if (status != OK)
		return status;
	return (*out_entry)->object->type == OBJECT_ENDPOINT ? OK : ERR_UNSUPPORTED;
}

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
	thread_set_answer(receiver, OK | result.word | (call->word & ~0xfffful), call->badge, result.caps);
	receiver->serving = call;
	receiver->notified_last = false;
	thread_ready(receiver);
}

static enum status submit_call(struct ring *ring, const struct ring_submission *entry)
{
	const uint32_t interface = (uint32_t)(entry->word >> OP_INTERFACE_SHIFT);
	struct cap_entry *target;
	enum status status = find_endpoint(ring, entry->target, &target);

	if (status != OK)
		return status;
	if (interface == ENDPOINT_INTERFACE ||
	    (grant_interface_position(grant_at(target->grant), interface) < 0 &&
	     target->interface != ENDPOINT_INTERFACE))
		return ERR_UNSUPPORTED;

	/* Nobody would lend the server a context. */
	if (((const struct endpoint *)target->object)->passive)
		return ERR_UNSUPPORTED;

	struct ring_work *work = take_work(ring, entry);

	if (!work)
		return ERR_NOT_NOW;
	work->call = (struct call){.ring = ring};
	status = call_begin(&work->call, target, entry->word & ~0xfful);
	if (status != OK)
		return status;

	struct endpoint *endpoint = work->call.endpoint;

	work->state = RING_WORK_CALLING;
	work->call.state = CALL_QUEUED;
	list_append(&endpoint->callers, &work->call.queue);
	ring->pending++;
	hand_to_receiver(endpoint, &work->call);
	return OK;
}

static enum status submit_receive(struct ring *ring, const struct ring_submission *entry)
{
	struct cap_entry *target;
	const enum status status = find_endpoint(ring, entry->target, &target);

	if (status != OK)
		return status;
	if (target->interface != ENDPOINT_INTERFACE)
		return ERR_BAD_CAP;

	struct ring_work *work = take_work(ring, entry);
	struct endpoint *endpoint = (struct endpoint *)target->object;

	if (!work)
		return ERR_NOT_NOW;
	work->state = RING_WORK_RECEIVING;
	list_append(&endpoint->ring_receivers, &work->queue);
	ring->pending++;
	ring_offer(endpoint);
	return OK;
}

static enum status submit_return(struct ring *ring, const struct ring_submission *entry)
{
	const uint32_t index = (uint32_t)entry->call;
	const unsigned answer = (entry->word >> OP_METHOD_SHIFT) & 0xffff;

	if (index == 0 || index > ring->entries || answer >= STATUS_COUNT)
		return ERR_BAD_ARG;

	struct ring_work *work = &ring->works[index - 1];

	if (work->state != RING_WORK_ANSWERING || call_id(work) != entry->call)
		return ERR_BAD_ARG;

	uint64_t words[IPC_WORDS_MAX];
	struct thread *caller = NULL;
	const struct message_side from = {
		.domain = ring->domain,
		.words = words,
		.send = buffer(ring, entry->send_buffer),
		.window = entry->window,
	};
	enum status status = ERR_GONE;

	memory_copy_words(words, entry->words, IPC_WORDS_MAX);
	if (work->taken.call)
		status = call_answer(work->taken.call, (enum status)answer, entry->word, &from, &caller);
	if (status == OK || status == ERR_GONE) {
		work->state = RING_WORK_FREE;
		work->taken = (struct reply_slot){0};
	}
	if (caller)
		thread_ready(caller);
	return status;
}

/* Whether the entry completes later, by itself. */
static bool completes_later(enum ring_op op)
{
	return op == RING_CALL || op == RING_RECV;
}

static void run(struct ring *ring, const struct ring_submission *entry)
{
	enum status status = ERR_UNSUPPORTED;

	if (entry->flags != 0) {
		post_status(ring, entry->user_data, ERR_BAD_ARG);
		return;
	}
	switch (entry->op) {
	case RING_NOP: status = OK; break;
	case RING_CALL: status = submit_call(ring, entry); break;
	case RING_RECV: status = submit_receive(ring, entry); break;
	case RING_RETURN: status = submit_return(ring, entry); break;
	case RING_RELEASE: status = cap_table_drop(&ring->domain->caps, (cap_t){entry->target}); break;
	}
	if (status != OK || !completes_later(entry->op))
		post_status(ring, entry->user_data, status);
}

unsigned ring_submit(struct ring *ring, unsigned count)
{
	unsigned taken = 0;

	while (taken < count) {
		const uint32_t ready = ring_index_used(read_once(header(ring)->submission_tail),
						       ring->submission_head, ring->entries);

		if (ready == 0 || ring_completions(ring) + ring->pending >= 2u * ring->entries)
			break;

		const unsigned index = ring->submission_head & (ring->entries - 1u);
		/* The owner may rewrite it at any time: one copy, then only that. */
		struct ring_submission entry;

		memory_copy_words((uint64_t *)&entry, record(ring, 1, index), sizeof(entry) / 8);
		ring->submission_head++;
		write_once(header(ring)->submission_head, ring->submission_head);
		taken++;
		run(ring, &entry);
	}
	return taken;
}
