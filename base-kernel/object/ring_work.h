/* SPDX-License-Identifier: MIT */
/*
 * Ring work: the record of an entry that does not complete at once.
 *
 *   free -> [linked ->] starting -> calling, receiving, waiting, timing -> spent -> free
 *                                            receiving -> answering ----^
 *
 * A record completes exactly once, whatever ends it: success, deadline, cancel,
 * revoke, the death of the other side. It is spent, not free, while its chain
 * needs what it received; one that answers has completed as RECV and waits for
 * its RETURN. The end of the ring takes all of them out of where they are.
 */
#pragma once

#include <abi/cap.h>

#include "call.h"
#include "message.h"
#include "ring.h"
#include "sched/timeout.h"

enum ring_work_state {
	RING_WORK_FREE,
	RING_WORK_STARTING,
	/* from here on it can be cancelled */
	RING_WORK_LINKED, /* an entry of its chain comes first */
	RING_WORK_CALLING,
	RING_WORK_RECEIVING,
	RING_WORK_WAITING,
	RING_WORK_TIMING,
	/* up to here */
	RING_WORK_ANSWERING,
	RING_WORK_SPENT,
};

struct ring_work {
	enum ring_work_state state;
	struct ring *ring;
	/* due: in the ring's list; receiving: the endpoint's; waiting: about to be told of bits */
	struct list_node queue;
	struct timeout timeout;  /* of its entry's deadline */
	struct call call;        /* calling; receiving, waiting: stands for it in a grant's uses */
	struct reply_slot taken; /* answering */
	struct notification *notification; /* waiting */
	uint64_t name; /* by which the owner answers it: generation, and index from 1 */
	struct ring_submission entry; /* our copy; its words take what is received */

	unsigned cap_count; /* received */

	/* in a chain */
	bool chained;
	bool completed;
	bool found;          /* a CANCEL that goes on: it has ended some */
	enum status outcome; /* completed */
	struct ring_work *before, *after;
	cap_t caps[IPC_CAPS_MAX];
};

static inline struct ring_work *ring_work_of(struct call *call)
{
	return list_entry(call, struct ring_work, call);
}

void ring_works_init(struct ring *ring);
/* One step: takes some records out of where they are; true: all. */
bool ring_works_fini(struct ring *ring);

/* A record; NULL: all are in use. It is to be counted as pending. */
struct ring_work *ring_work_take(struct ring *ring);
/* Copies the entry, which the owner may rewrite meanwhile, but for its first word, which has been read. */
void ring_work_copy(struct ring_work *work, const struct ring_submission *entry, uint64_t first);
/* Its side of a transfer: what it sends; words that it receives go to its ring's next completion. */
void ring_work_side(struct ring_work *work, struct message_side *out_side);
/* Frees it if it is spent and no chain needs it. */
void ring_work_settle(struct ring_work *work);
/* Posts the completion of a record that is in no queue, or answering, and tells nobody. */
struct ring_completion *ring_work_post(struct ring_work *work, uint64_t word);
/* Ends whatever it waits for. */
void ring_work_end(struct ring_work *work, enum status status);
/* Ends what has the user data and has not completed; tells how many, up to `most`. */
unsigned ring_work_cancel(struct ring *ring, uint64_t user_data, unsigned most);

/* The record that answers the call of that name, or NULL. */
struct ring_work *ring_work_named(struct ring *ring, uint64_t call);
/* The call is answered, or its caller gone. */
void ring_work_answered(struct ring_work *work);

/* ---- what others do to the ring's work ---- */

/* A call of the ring's has ended; the words of the answer are in place. */
void ring_call_done(struct call *call, enum status status, struct message_result result);
/* The most usual message: words alone, to where the ring completes next. False: there is more than that. */
static inline bool ring_pass_words(const struct ring_work *from, uint64_t word,
                                   const struct ring *to)
{
	const uint64_t words = message_words(word);

	if ((word & OP_PAGED) || (from->entry.window & WINDOW_SEND_MASK) ||
	    words > (uint64_t)IPC_WORDS_MAX << OP_WORDS_SHIFT)
		return false;
	if (words)
		memory_copy_words(ring_completion(to)->words, from->entry.words, IPC_WORDS_MAX);
	return true;
}
/* Gives a call to a RECV entry, or ends the call if it can't be delivered. */
void ring_work_receive(struct ring_work *work, struct call *call);
/* Hands a call to a waiting RECV entry. False: there is none. */
bool ring_receive(struct endpoint *endpoint, struct call *call);
/* It completes with the bits of the notification, and tells nobody. */
void ring_work_take_bits(struct ring_work *work, struct notification *notification);
/* The notification it waits for has bits. */
void ring_work_signalled(struct ring_work *work);
