/* SPDX-License-Identifier: MIT */
/*
 * Call queue: init's calls to others in which one child has a part, as their server or
 * as the client they are made for. They are made in order, so many at a time.
 *
 * Whoever is asked may leave a call unanswered for as long as it likes. Each
 * call in flight takes a place in a ring, and those places are the child's: the
 * first few in init's common ring, all others in rings of
 * the child's own, paid from its budget when they are needed, up to 16 calls. What
 * comes beyond that, or beyond what the child can pay, waits here. So it is the
 * child's own sessions that wait, not everybody's. Only where others have taken the whole
 * common ring does init itself pay for a child's first one.
 *
 * Rings outlive the child as long as one of their calls is in flight; the
 * payment is with init since the ring was made.
 */
#pragma once

#include <base/ring_client.h>

struct child;
struct init;
struct call_queue;

enum { CALLS_MAX = 16, CALLS_COMMON_MAX = 2, CALL_RINGS_MAX = 4, CALL_RING_ENTRIES = 4 };

/* A call: target, interface, method and fill of its request are set by the caller. */
struct call {
	struct ring_request request;
	struct call_queue *queue;
	bool common;
	/* As ring_request.done: told once how it ended. It may free the call. */
	void (*done)(struct ring_request *request, enum status status,
	             const struct message *answer);
};

struct call_queue {
	struct child *payer;
	struct ring_client *rings[CALL_RINGS_MAX];
	unsigned ring_count;
	unsigned in_own, in_common; /* in flight */
	struct ring_request *first, *last;
	struct call_queue *next; /* of init's list of those in which calls wait */
	bool listed;
};

void call_queue_init(struct call_queue *queue, struct child *payer);
/* Starts the call when its turn has come. */
void call_queue_start(struct call_queue *queue, struct call *call);
/* Who was to be asked has gone: calls that wait end with ERR_GONE, at once. */
void call_queue_fail(struct call_queue *queue);
/* Whether anything is in flight, or a ring is left. */
bool call_queue_idle(const struct call_queue *queue);
/* Looks for answers. */
void call_queue_poll(struct call_queue *queue);
/* The payer has ended: its rings go if nothing is in flight in them. Not from within a call's end. */
void call_queue_settle(struct call_queue *queue);
