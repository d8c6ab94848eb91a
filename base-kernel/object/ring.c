/* SPDX-License-Identifier: MIT */
#include "ring.h"

#include "memory/frame.h"
#include "ring_work.h"
#include "thread.h"

enum { STEP_PAGES = 16 };

/* ---- life ---- */

static size_t works_bytes(const struct ring *ring)
{
	return (ring->entries + 1u) * sizeof(*ring->works);
}

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
	ring->completion_page = ring_index_completion_page(request->entries);

	ring->works = heap_alloc(account, works_bytes(ring));
	ring->pages = heap_alloc(account, ring->page_count * sizeof(*ring->pages));
	if (!ring->works || !ring->pages || !account_charge_ram(account, ring_extra_bytes(ring)))
		goto fail_alloc;
	for (unsigned i = 0; i < ring->page_count; i++)
		ring->pages[i] = frame_alloc_charged();
	status = domain_share(request->domain, &ring->range, request->address, ring->pages,
	                      ring->page_count);
	if (status != OK)
		goto fail_share;

	ring->header = paddr_to_pointer(ring->pages[0]);
	ring->domain = request->domain;
	signal_source_bind(&ring->completed, request->completed, request->bits);
	ring_works_init(ring);
	list_append(&request->domain->rings, &ring->of_domain);
	return OK;

fail_share:
	for (unsigned i = 0; i < ring->page_count; i++)
		frame_free(ring->pages[i]);
	account_refund_ram(account, ring_extra_bytes(ring));
fail_alloc:
	heap_free(account, ring->works, works_bytes(ring));
	heap_free(account, ring->pages, ring->page_count * sizeof(*ring->pages));
	return status;
}

bool ring_fini(struct ring *ring)
{
	struct account *account = ring->object.account;
	const unsigned pages = ring_index_pages(ring->entries, ring->buffers);

	if (ring->waiter)
		thread_wake(ring->waiter, ERR_GONE);
	list_remove(&ring->completed.of_notification);
	if (!ring_works_fini(ring) || !domain_unshare(ring->domain, &ring->range))
		return false;
	for (unsigned i = 0; i < STEP_PAGES && ring->page_count > 0; i++) {
		frame_free(ring->pages[--ring->page_count]);
		account_refund_ram(account, PAGE_SIZE);
	}
	if (ring->page_count > 0)
		return false;
	list_remove(&ring->of_domain);
	heap_free(account, ring->works, works_bytes(ring));
	heap_free(account, ring->pages, pages * sizeof(*ring->pages));
	return true;
}

uint64_t ring_extra_bytes(const struct ring *ring)
{
	return (uint64_t)ring->page_count << PAGE_SHIFT;
}

/* A chain that can go on is run by the waiter itself, when its turn comes: see syscall_ring_resume. */
void ring_wake(struct ring *ring)
{
	struct thread *waiter = ring->waiter;

	if ((int32_t)(ring->completion_tail - ring->wanted) >= 0)
		thread_wake(waiter, OK);
	else if (!list_empty(&ring->due) && waiter->state == THREAD_RING_WAITING)
		thread_ready(waiter);
}
