/* SPDX-License-Identifier: MIT */
/*
 * Ring: calls for those who must not block, and batches for those who can.
 *
 * The queues are memory shared with the owner, the indices that count are the
 * kernel's own copies. Each submission that does not complete at once holds one
 * of `entries` work records; a call that was received holds one until it is
 * returned. A submission is taken only while there is room for its completion,
 * so completions are never lost. Ring work runs only in the owner's system
 * calls; the other side merely posts completions.
 */
#pragma once

#include <abi/ring.h>
#include <abi/status.h>

#include "call.h"
#include "domain.h"
#include "message.h"
#include "object.h"

enum { RING_ENTRIES_MAX = 256, RING_BUFFERS_MAX = 256, RING_BUFFER_NONE = 0xffff };

enum ring_work_state { RING_WORK_FREE, RING_WORK_CALLING, RING_WORK_RECEIVING, RING_WORK_ANSWERING };

struct ring_work {
	enum ring_work_state state;
	struct call call;         /* calling */
	struct reply_slot taken;  /* answering */
	struct list_node queue;   /* receiving: in the endpoint's ring_receivers */
	struct ring *ring;
	uint32_t generation;      /* of `call` ids given to the owner */
	uint64_t user_data;
	uint64_t window;
	struct message_page *send, *receive;
	uint64_t words[IPC_WORDS_MAX];
};

struct ring {
	struct object object;
	struct domain *domain;
	struct list_node of_domain;
	struct shared_range range;
	uint16_t entries, buffers;
	unsigned page_count;

	struct notification *completed;
	uint64_t completed_bits;
	struct list_node of_notification;

	uint32_t submission_head, completion_tail; /* free running */
	uint32_t pending;                          /* work that will post a completion */
	struct thread *waiter;
	uint32_t wanted; /* completions the waiter waits for */

	struct ring_work *works; /* `entries` */
	paddr_t *pages;          /* `page_count` */
};

struct ring_request {
	struct domain *domain;
	struct notification *completed;
	uint64_t bits;
	vaddr_t address;
	unsigned entries, buffers;
};

enum status ring_init(struct ring *ring, const struct ring_request *request);
void ring_fini(struct ring *ring);
uint64_t ring_extra_bytes(const struct ring *ring);

/* Takes up to `count` submissions; returns how many it took. */
unsigned ring_submit(struct ring *ring, unsigned count);
/* Completions the owner has not yet taken, by its own account of it; never more than there can be. */
uint32_t ring_completions(const struct ring *ring);

/* A call of the ring's has ended. */
void ring_call_done(struct call *call, enum status status, struct message_result result);
void ring_call_side(struct call *call, struct message_side *out_side);
/* Hands queued calls to waiting RECV entries. */
void ring_offer(struct endpoint *endpoint);
void ring_receive_fail(struct ring_work *work, enum status status);
