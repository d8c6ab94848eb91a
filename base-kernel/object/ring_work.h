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
	RING_WORK_LINKED, /* an entry of its chain comes first */
	RING_WORK_STARTING,
	RING_WORK_CALLING,
	RING_WORK_RECEIVING,
	RING_WORK_WAITING,
	RING_WORK_TIMING,
	RING_WORK_ANSWERING,
	RING_WORK_SPENT,
};

struct ring_work {
	enum ring_work_state state;
	struct ring *ring;
	/* free, due: in the ring's lists; receiving: the endpoint's; waiting: about to be told of bits */
	struct list_node queue;
	struct timeout timeout;  /* of its entry's deadline */
	struct call call;        /* calling; receiving, waiting: stands for it in a grant's uses */
	struct reply_slot taken; /* answering */
	struct notification *notification; /* waiting */
	uint32_t generation;               /* of `call` ids given to the owner */
	struct ring_submission entry;      /* our copy; its words take what is received */

	/* in a chain */
	bool chained;
	bool completed;
	enum status outcome; /* completed */
	struct ring_work *before, *after;
	unsigned cap_count; /* received */
	cap_t caps[IPC_CAPS_MAX];
};

void ring_works_init(struct ring *ring);
/* One step: takes some records out of where they are; true: all. */
bool ring_works_fini(struct ring *ring);

/*
 * A record in state STARTING with a copy of the entry, counted as pending. NULL: all are in use; then
 * ring_work_spare is one for an entry that completes at once.
 */
struct ring_work *ring_work_take(struct ring *ring, const struct ring_submission *entry);
struct ring_work *ring_work_spare(struct ring *ring, const struct ring_submission *entry);
/* Whether it is one that can wait; the spare one can't. */
bool ring_work_lasts(const struct ring_work *work);
/* From now on it receives or waits through the grant, and ends with it. */
void ring_work_enlist(struct ring_work *work, uint32_t grant);
/* Its side of a transfer. */
void ring_work_side(struct ring_work *work, struct message_side *out_side);
/* Frees it if it is spent and no chain needs it. */
void ring_work_settle(struct ring_work *work);
/* Posts the completion of a record that is in no queue, or answering, and tells nobody. */
void ring_work_post(struct ring_work *work, const struct ring_outcome *outcome);
/* Ends whatever it waits for. */
void ring_work_end(struct ring_work *work, enum status status);
/* Ends all that have the user data and have not completed. False: there are none. */
bool ring_work_cancel(struct ring *ring, uint64_t user_data);

/* The record that answers the call of that name, or NULL. */
struct ring_work *ring_work_named(struct ring *ring, uint64_t call);
/* The call is answered, or its caller gone. */
void ring_work_answered(struct ring_work *work);

/* ---- what others do to the ring's work ---- */

/* A call of the ring's has ended. */
void ring_call_done(struct call *call, enum status status, struct message_result result);
void ring_call_side(struct call *call, struct message_side *out_side);
/* Hands a ring's call, which is in no queue, to a waiting RECV entry. False: there is none. */
bool ring_receive(struct endpoint *endpoint, struct call *call);
/* Hands queued calls to waiting RECV entries. */
void ring_offer(struct endpoint *endpoint);
/* The notification it waits for has bits. */
void ring_work_signalled(struct ring_work *work);
