/* SPDX-License-Identifier: MIT */
/*
 * Ring: calls for those who must not block, and batches for those who can.
 *
 * The queues are memory shared with the owner, the indices that count are the
 * kernel's own copies. Each entry that does not complete at once holds one of
 * `entries` work records (ring_work.h), those of a chain until it has ended
 * (ring_chain.h). An entry is taken only while there is room for its
 * completion: completions in the queue and `pending` are together never more
 * than the queue holds. Entries run only in the owner's system calls
 * (syscall/ring_submit.c); the other side merely posts completions.
 */
#pragma once

#include <abi/ring.h>
#include <abi/status.h>

#include "domain.h"
#include "memory/memory.h"
#include "notification.h"
#include "object.h"
#include "ring_chain.h"
#include "ring_index.h"

enum { RING_ENTRIES_MAX = 64, RING_BUFFERS_MAX = 16, RING_BUFFER_NONE = 0xffff };

struct ring {
	struct object object;
	struct domain *domain;
	struct list_node of_domain;
	struct shared_range range;
	uint16_t entries, buffers;
	unsigned page_count, completion_page;

	struct signal_source completed;

	uint32_t submission_head, completion_tail; /* free running */
	uint32_t pending; /* entries that will still post their completion */
	struct thread *waiter;
	uint32_t wanted; /* the completion_tail that it waits for */
	unsigned ended;  /* dying: so many of its records have left where they were */

	struct ring_work *free; /* struct ring_work.after */
	struct list_node
		due; /* struct ring_work.queue: what comes before them in their chain has completed */
	struct ring_chain chain;
	unsigned
		effort; /* of its owner, since interrupts were let in: about so many short entries */

	/* an entry whose operation goes on: it completes when the ring is next entered; NULL: none */
	struct ring_work *held;
	uint64_t held_word;

	struct ring_work *works; /* `entries`, and `spare` */
	struct ring_work *spare; /* for those that complete at once */
	paddr_t *pages;          /* `page_count` */
	struct ring_header *header;
};

struct ring_request {
	struct domain *domain;
	struct notification *completed;
	uint64_t bits;
	vaddr_t address;
	unsigned entries, buffers;
};

enum status ring_init(struct ring *ring, const struct ring_request *request);
/* One step; true: it was the last. */
bool ring_fini(struct ring *ring);
uint64_t ring_extra_bytes(const struct ring *ring);

/* ---- the shared pages ---- */

/*@
  // As ring_init makes it; the owner has no say in any of this.
  predicate ring_valid{L}(struct ring *ring) =
    \valid(ring) && 0 < ring->entries <= RING_ENTRIES_MAX && ring->buffers <= RING_BUFFERS_MAX &&
    ring->completion_page == 1 + (ring->entries + 31) / 32 &&
    ring->page_count == ring->completion_page + (2 * ring->entries + 31) / 32 + ring->buffers &&
    \valid(ring->pages + (0 .. ring->page_count - 1)) && \valid(ring->header);
*/

/*@
  requires ring_valid(ring) && first_page + index / 32 < ring->page_count;
  assigns \nothing;
  ensures (char *)\result == direct_map + ring->pages[first_page + index / 32] + index % 32 * 128;
*/
static inline void *ring_record(const struct ring *ring, unsigned first_page, unsigned index)
{
	const unsigned per_page = PAGE_SIZE / sizeof(struct ring_submission);

	return (char *)paddr_to_pointer(ring->pages[first_page + index / per_page]) +
	       index % per_page * sizeof(struct ring_submission);
}

/* Submissions the owner offers, by its own account of it; never more than there can be. */
/*@
  requires ring_valid(ring);
  assigns \nothing;
  ensures \result <= ring->entries;
*/
static inline uint32_t ring_submissions(const struct ring *ring)
{
	return ring_index_used(read_once(ring->header->submission_tail), ring->submission_head,
	                       ring->entries);
}

/* The next one, which the owner may rewrite at any time. */
/*@
  requires ring_valid(ring);
  assigns \nothing;
*/
static inline const struct ring_submission *ring_submission(const struct ring *ring)
{
	return ring_record(ring, 1, ring->submission_head & (ring->entries - 1u));
}

/* Where the next completion goes. */
/*@
  requires ring_valid(ring);
  assigns \nothing;
*/
static inline struct ring_completion *ring_completion(const struct ring *ring)
{
	return ring_record(ring, ring->completion_page,
	                   ring->completion_tail & (2u * ring->entries - 1));
}

/* Completions the owner has not yet taken, by its own account of it; never more than there can be. */
/*@
  requires ring_valid(ring);
  assigns \nothing;
  ensures \result <= 2 * ring->entries;
*/
static inline uint32_t ring_completions(const struct ring *ring)
{
	return ring_index_used(ring->completion_tail, read_once(ring->header->completion_head),
	                       2u * ring->entries);
}

/* How many more entries could be taken, as far as completions go. */
/*@
  requires ring_valid(ring) && ring->pending <= 2 * ring->entries;
  assigns \nothing;
  ensures \result <= 2 * ring->entries - ring->pending;
*/
static inline uint32_t ring_room(const struct ring *ring)
{
	const uint32_t used = ring_completions(ring) + ring->pending;

	return used < 2u * ring->entries ? 2u * ring->entries - used : 0;
}

/* NULL: there is no such buffer. */
/*@
  requires ring_valid(ring);
  assigns \nothing;
  ensures index >= ring->buffers ==> \result == \null;
  ensures index < ring->buffers ==>
    (char *)\result == direct_map + ring->pages[ring->page_count - ring->buffers + index];
*/
static inline struct message_page *ring_buffer(const struct ring *ring, unsigned index)
{
	return index < ring->buffers
	               ? paddr_to_pointer(ring->pages[ring->page_count - ring->buffers + index])
	               : NULL;
}

/* The next completion, in `to`, for which there is room; whoever has more to say says it there. */
static inline struct ring_completion *ring_post(struct ring *ring, struct ring_completion *to,
                                                uint64_t user_data, uint64_t word)
{
	ring->completion_tail++;
	to->user_data = user_data;
	to->word = word;
	to->badge = to->call = 0;
	to->caps = to->flags = 0;
	return to;
}

/* Wakes its waiter, if that has completions enough or a chain to go on with. */
void ring_wake(struct ring *ring);

/* Shows its completions, signals, and wakes. */
static inline void ring_announce(struct ring *ring)
{
	write_once(ring->header->completion_tail, ring->completion_tail);
	(void)signal_source_signal(&ring->completed);
	if (ring->waiter)
		ring_wake(ring);
}
