/* SPDX-License-Identifier: MIT */
/*
 * Call: one message on its way to a server, and the answer it waits for.
 *
 * A record is embedded in each thread and in each entry of a ring, so that IPC
 * never allocates. It is in exactly one of these states:
 *
 *   idle -> queued at an endpoint -> served by a thread -> idle, answered
 *                                 -> kept in a reply slot (to be answered later)
 *
 * Whatever ends the wait early (deadline, death of either side, revoke) takes
 * the record out of where it is, so that nobody ever finds a stale one.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "memory/list.h"

enum call_state { CALL_IDLE, CALL_QUEUED, CALL_SERVED, CALL_KEPT };

struct endpoint;
struct thread;
struct ring;
struct cap_entry;
struct message_side;

struct reply_slot {
	struct call *call; /* NULL: free, or a tombstone if `used` */
	bool used;
};

struct call {
	enum call_state state;
	struct ring *ring; /* the caller: a ring's entry, or else `thread` */
	struct thread *thread;

	struct list_node queue;    /* queued: endpoint->callers; kept: endpoint->kept */
	struct list_node of_grant; /* queued: in the uses of its grant */
	bool counted;              /* in a grant's `in_flight`; never while idle */
	struct endpoint *endpoint;
	struct thread *server;   /* served */
	struct reply_slot *slot; /* kept */
	struct thread *
		lent_to; /* queued, kept: runs on the caller's context until this call is taken or ends */

	/* while queued, and those of a counted call to its end; the fast path leaves them alone */
	uint64_t badge;
	uint64_t word;    /* operation word */
	uint32_t limiter; /* counted: in this grant's */
	uint32_t epoch;
};

/*
 * Begins a call through `entry`, a live capability of an endpoint: it is to be queued, delivered or withdrawn.
 * ERR_NOT_NOW: its in-flight limit; ERR_GONE: the limit's own grant is dying, and this one with it.
 */
enum status call_begin(struct call *call, const struct cap_entry *entry, uint64_t word);
/* Into the queue of its endpoint, through the grant; and out of it. */
void call_enqueue(struct call *call, uint32_t grant);
static inline void call_unqueue(struct call *call)
{
	list_remove(&call->queue);
	list_remove(&call->of_grant);
}
/*
 * Hands the message to a thread that receives it, with the caller's context, and sets its answer. Not OK: neither
 * side has changed.
 */
enum status call_deliver(struct call *call, struct thread *server);
/*
 * Sends the thread's own call: to a receiver that waits, at once, or else it is queued. OK: the
 * thread, which was the current one, waits for the answer. The message is in call_side.
 */
enum status call_send(struct thread *thread, const struct cap_entry *entry, uint64_t word,
                      uint64_t deadline);
/* Takes the record back to idle, wherever it is; the server's answer finds nobody. */
void call_withdraw(struct call *call);
/* Ends the call with a status and no message, and wakes its caller. */
void call_fail(struct call *call, enum status status);
/*
 * Delivers the answer in `from`. OK, or the server's own mistake (ERR_BAD_CAP …): then nothing has
 * happened. A caller that cannot take the answer's capabilities gets ERR_OUT_OF_CAPS.
 * The caller is not made ready if it is a thread: `*out_thread` is (NULL for a ring).
 */
enum status call_answer(struct call *call, enum status status, uint64_t word,
                        const struct message_side *from, struct thread **out_thread);
/* The caller's side of the message. */
void call_side(struct call *call, struct message_side *out_side);
