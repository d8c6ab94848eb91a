/* SPDX-License-Identifier: MIT */
/*
 * Ring client: calls that don't block, for parents and drivers.
 *
 * Each call in flight is a `struct ring_request` of the caller's, which is told
 * when the answer is there, from the entrypoint's loop. As many calls can be in
 * flight as the ring has entries; what comes beyond is queued here, in order.
 *
 * The ring is memory of its owner at a fixed place: RING_CLIENT_STRIDE for each.
 */
#pragma once

#include <base/entrypoint.h>

enum { RING_CLIENT_ENTRIES_MAX = 16, RING_CLIENT_CAPS = 2 };

#define RING_CLIENT_ADDRESS 0x8000000ul
#define RING_CLIENT_STRIDE  0x20000ul

struct ring_request {
	/* `answer` is valid until the function returns; its capabilities are the request's to drop. */
	void (*done)(struct ring_request *request, enum status status,
	             const struct message *answer);
	struct ring_request *next; /* queued */
	cap_t target;
	uint32_t interface;
	uint16_t method;
	/* Fills in the message, when its turn has come; the segment is room for the page form. */
	enum status (*fill)(struct ring_request *request, struct message *message, void *segment);
	bool busy;
};

struct ring_client {
	struct entrypoint *entrypoint;
	struct signal_handler completed; /* its own, unless the setup names another */
	cap_t signal, ring;
	uintptr_t address;
	unsigned entries;
	struct ring_request *in_flight[RING_CLIENT_ENTRIES_MAX];
	uint32_t windows[RING_CLIENT_ENTRIES_MAX]; /* first of RING_CLIENT_CAPS slots */
	struct ring_request *first, **last;        /* queued */
	uint32_t submitted, completions;
};

struct ring_client_setup {
	unsigned place;   /* its number among the component's rings, from 0 */
	unsigned entries; /* a power of two, at most RING_CLIENT_ENTRIES_MAX */
	cap_t signal;     /* whoever handles it calls ring_client_poll; null: nobody has to */
};

enum status ring_client_init(struct ring_client *client, struct entrypoint *entrypoint,
                             const struct ring_client_setup *setup);
/* None of its calls may be in flight. */
void ring_client_fini(struct ring_client *client);
/* Starts the call, now or when there is room. `done` is called exactly once, never from here. */
void ring_client_call(struct ring_client *client, struct ring_request *request);
/* Whether a call would start at once. */
bool ring_client_free(const struct ring_client *client);
/* Whether half of its entries have no call in flight. */
bool ring_client_half_free(const struct ring_client *client);
/* Tells those whose answers have come. */
void ring_client_poll(struct ring_client *client);
