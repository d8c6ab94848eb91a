/* SPDX-License-Identifier: MIT */
#include "ring.h"

#include "account.h"
#include "memory/assert.h"
#include "memory/frame.h"
#include "memory/memory.h"
#include "notification.h"
#include "ring_index.h"
#include "ring_work.h"
#include "thread.h"

/* ---- life ---- */

enum status ring_init(struct ring *ring, const struct ring_request *request)
{
	struct account *account = ring->object.account;
	enum status status = ERR_OUT_OF_RAM;

	if (!ring_index_valid(request->entries, RING_ENTRIES_MAX) ||
	    request->buffers > RING_BUFFERS_MAX)
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
	status = domain_share(request->domain, &ring->range, request->address, ring->pages,
	                      ring->page_count);
	if (status != OK)
		goto fail_share;

	ring->domain = request->domain;
	ring->completed = request->completed;
	ring->completed_bits = request->bits;
	ring_works_init(ring);
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

void ring_fini(struct ring *ring)
{
	struct account *account = ring->object.account;

	if (ring->gone)
		*ring->gone = true;
	ring_works_fini(ring);
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

/* ---- the shared pages ---- */

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

uint32_t ring_submissions(const struct ring *ring)
{
	return ring_index_used(read_once(header(ring)->submission_tail), ring->submission_head,
	                       ring->entries);
}

const struct ring_submission *ring_submission(const struct ring *ring)
{
	return record(ring, 1, ring->submission_head & (ring->entries - 1u));
}

void ring_show_taken(const struct ring *ring)
{
	write_once(header(ring)->submission_head, ring->submission_head);
}

struct message_page *ring_buffer(const struct ring *ring, unsigned index)
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

uint32_t ring_room(const struct ring *ring)
{
	const uint32_t used = ring_completions(ring) + ring->pending;

	return used < 2u * ring->entries ? 2u * ring->entries - used : 0;
}

void ring_post(struct ring *ring, uint64_t user_data, const struct ring_outcome *outcome)
{
	const unsigned index = ring->completion_tail & (2u * ring->entries - 1);
	struct ring_completion *to = record(ring, ring_index_completion_page(ring->entries), index);

	to->user_data = user_data;
	to->word = outcome->word;
	to->badge = outcome->badge;
	to->call = outcome->call;
	to->caps = outcome->caps;
	to->flags = outcome->flags;
	if (outcome->words)
		memory_copy_words(to->words, outcome->words, IPC_WORDS_MAX);
	ring->completion_tail++;
	write_once(header(ring)->completion_tail, ring->completion_tail);
}

/* A chain that can go on is run by the waiter itself, when its turn comes: see syscall_ring_resume. */
static void wake_waiter(struct ring *ring)
{
	struct thread *waiter = ring->waiter;

	if (!waiter)
		return;
	if (ring_completions(ring) >= ring->wanted)
		thread_wake(waiter, OK);
	else if (!list_empty(&ring->due) && waiter->state == THREAD_RING_WAITING)
		thread_ready(waiter);
}

void ring_announce(struct ring *ring)
{
	write_once(header(ring)->due, !list_empty(&ring->due));
	if (list_linked(&ring->of_notification))
		notification_signal(ring->completed, ring->completed_bits);
	wake_waiter(ring);
}
