/* SPDX-License-Identifier: MIT */
#include "endpoint.h"

#include "thread.h"

enum status endpoint_init(struct endpoint *endpoint, uint16_t reply_slots, bool passive)
{
	list_init(&endpoint->callers);
	list_init(&endpoint->receivers);
	list_init(&endpoint->ring_receivers);
	list_init(&endpoint->kept);
	list_init(&endpoint->servers);
	endpoint->passive = passive;
	if (reply_slots == 0)
		return OK;
	endpoint->slots =
		heap_alloc(endpoint->object.account, reply_slots * sizeof(*endpoint->slots));
	if (!endpoint->slots)
		return ERR_OUT_OF_RAM;
	endpoint->slot_count = reply_slots;
	return OK;
}

/* What was queued or waits in a ring has ended with the grants. */
bool endpoint_fini(struct endpoint *endpoint)
{
	struct list_node *first;

	if ((first = list_first(&endpoint->kept))) {
		call_fail(list_entry(first, struct call, queue), ERR_GONE);
	} else if ((first = list_first(&endpoint->receivers))) {
		thread_wake(list_entry(first, struct thread, queue), ERR_GONE);
	} else if ((first = list_first(&endpoint->servers))) {
		struct thread *server = list_entry(first, struct thread, of_endpoint);

		thread_serves(server, NULL);
		if (server->serving)
			call_fail(server->serving, ERR_GONE);
	} else {
		heap_free(endpoint->object.account, endpoint->slots,
		          endpoint->slot_count * sizeof(*endpoint->slots));
		return true;
	}
	return false;
}

enum status endpoint_keep(struct endpoint *endpoint, struct thread *server, uint16_t slot)
{
	struct call *call = server->serving;

	if (slot == 0 || slot > endpoint->slot_count || endpoint->slots[slot - 1].used)
		return ERR_BAD_ARG;
	if (!call)
		return ERR_GONE;
	if (call->endpoint != endpoint)
		return ERR_BAD_ARG;

	struct reply_slot *place = &endpoint->slots[slot - 1];

	*place = (struct reply_slot){.call = call, .used = true};
	list_append(&endpoint->kept, &call->queue);
	call->state = CALL_KEPT;
	call->slot = place;
	call->server = NULL;
	server->serving = NULL;
	/* The caller goes on lending until the server next waits; if it vanishes before, the loan ends. */
	if (!call->ring)
		thread_borrow(server, call);
	return OK;
}

void endpoint_lend(struct endpoint *endpoint)
{
	struct list_node *first = list_first(&endpoint->callers);
	struct call *call = first ? list_entry(first, struct call, queue) : NULL;

	if (!endpoint->passive || !call || call->lent_to)
		return;
	list_for_each (node, &endpoint->servers) {
		struct thread *server = list_entry(node, struct thread, of_endpoint);

		if (!thread_parked(server))
			continue;
		thread_borrow(server, call);
		return;
	}
}

struct reply_slot *endpoint_slot(struct endpoint *endpoint, unsigned slot)
{
	if (slot == 0 || slot > endpoint->slot_count || !endpoint->slots[slot - 1].used)
		return NULL;
	return &endpoint->slots[slot - 1];
}

enum status endpoint_drop(struct endpoint *endpoint, uint16_t slot)
{
	struct reply_slot *place = endpoint_slot(endpoint, slot);

	if (!place)
		return ERR_BAD_ARG;
	if (place->call)
		call_fail(place->call, ERR_GONE);
	*place = (struct reply_slot){0};
	return OK;
}
