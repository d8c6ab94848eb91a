/* SPDX-License-Identifier: MIT */
/*
 * Endpoint: the meeting point of callers and receivers.
 *
 * At most one of the queues `callers` and `receivers` is non-empty: whoever
 * finds a partner is served at once. Calls in service are found through
 * `servers` and `kept`. When the endpoint dies, every call gets ERR_GONE, and
 * so do the receivers.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "call.h"
#include "object.h"

enum { ENDPOINT_REPLY_SLOTS_MAX = 1023 };

struct endpoint {
	struct object object;
	struct list_node callers;        /* struct call.queue, first come first served */
	struct list_node receivers;      /* struct thread.queue */
	struct list_node ring_receivers; /* struct ring_work.queue */
	struct list_node kept;           /* struct call.queue */
	struct list_node servers; /* struct thread.of_endpoint: those whose last receive was here */
	bool passive;
	uint16_t slot_count;
	struct reply_slot *slots;
};

enum status endpoint_init(struct endpoint *endpoint, uint16_t reply_slots, bool passive);
/* One step; true: it was the last. */
bool endpoint_fini(struct endpoint *endpoint);

/* The first queued call lends its caller's context to a server that stands still without one. */
void endpoint_lend(struct endpoint *endpoint);

/* Moves the call that `server` serves into slot 1 .. slot_count; the loan ends with that. */
enum status endpoint_keep(struct endpoint *endpoint, struct thread *server, uint16_t slot);
enum status endpoint_drop(struct endpoint *endpoint, uint16_t slot);
/* The slot by its number, if it is in use; else NULL. */
struct reply_slot *endpoint_slot(struct endpoint *endpoint, unsigned slot);
