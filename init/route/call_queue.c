/* SPDX-License-Identifier: MIT */
#include "call_queue.h"

#include <stdlib.h>

#include "child/child.h"
#include "init.h"

/* What a ring of four entries costs: seven pages, the kernel's records, the grant. */
enum { RING_RAM = 32768, RING_CAPS = 1 };

static struct call *of_request(struct ring_request *request)
{
	return (struct call *)((char *)request - offsetof(struct call, request));
}

/* ---- rings ---- */

static enum status take_place(struct init *init, unsigned *out_place)
{
	for (unsigned word = 0; word < INIT_RING_PLACES / 64; word++) {
		if (init->ring_places[word] == UINT64_MAX)
			continue;

		const unsigned bit = (unsigned)__builtin_ctzl(~init->ring_places[word]);

		init->ring_places[word] |= 1ul << bit;
		*out_place = word * 64 + bit;
		return OK;
	}
	return ERR_NOT_NOW;
}

static void put_place(struct init *init, unsigned place)
{
	init->ring_places[place / 64] &= ~(1ul << place % 64);
}

static enum status create_ring(struct init *init, struct ring_client **out_ring)
{
	struct ring_client_setup setup = {.entries = CALL_RING_ENTRIES,
	                                  .signal = init->answered.signal};
	struct ring_client *ring = calloc(1, sizeof(*ring));
	enum status status = ring ? take_place(init, &setup.place) : ERR_NOT_NOW;

	if (status != OK)
		goto fail_place;
	setup.place++; /* the first is the common ring's */
	status = ring_client_init(ring, &init->entrypoint, &setup);
	if (status != OK)
		goto fail_ring;
	*out_ring = ring;
	return OK;

fail_ring:
	put_place(init, setup.place - 1);
fail_place:
	free(ring);
	return status;
}

static void destroy_ring(struct init *init, struct ring_client *ring)
{
	put_place(init, (unsigned)((ring->address - RING_CLIENT_ADDRESS) / RING_CLIENT_STRIDE) - 1);
	ring_client_fini(ring);
	free(ring);
}

/* One more, at the child's expense; of its first one init bears it, lest others' calls block it. */
static struct ring_client *add_ring(struct call_queue *queue)
{
	struct child *payer = queue->payer;
	struct ring_client *ring;

	const bool stranded = queue->in_common == 0 && queue->ring_count == 0;
	const bool paid = child_alive(payer) && child_take(payer, RING_RAM, RING_CAPS) == OK;

	if (!paid && !stranded)
		return NULL;
	if (create_ring(payer->init, &ring) != OK) {
		if (paid)
			child_give(payer, RING_RAM, RING_CAPS);
		return NULL;
	}
	queue->rings[queue->ring_count++] = ring;
	return ring;
}

static struct ring_client *free_ring(struct call_queue *queue)
{
	struct init *init = queue->payer->init;

	if (queue->in_own + queue->in_common == CALLS_MAX)
		return NULL;
	if (queue->in_common < CALLS_COMMON_MAX && ring_client_free(&init->ring))
		return &init->ring;
	for (unsigned i = 0; i < queue->ring_count; i++) {
		if (ring_client_free(queue->rings[i]))
			return queue->rings[i];
	}
	return queue->ring_count < CALL_RINGS_MAX ? add_ring(queue) : NULL;
}

/* ---- calls ---- */

static void start(struct call_queue *queue, struct ring_client *ring, struct call *call)
{
	call->common = ring == &queue->payer->init->ring;
	if (call->common)
		queue->in_common++;
	else
		queue->in_own++;
	ring_client_call(ring, &call->request);
}

static void list(struct call_queue *queue)
{
	struct call_queue **place = &queue->payer->init->waiting;

	if (queue->listed)
		return;
	while (*place)
		place = &(*place)->next;
	queue->next = NULL;
	queue->listed = true;
	*place = queue;
}

static void start_waiting(struct call_queue *queue)
{
	struct ring_client *ring;

	while (queue->first && (ring = free_ring(queue))) {
		struct call *call = of_request(queue->first);

		queue->first = queue->first->next;
		start(queue, ring, call);
	}
}

/* A place in the common ring is free: whoever waits gets on, those in front first. */
static void start_all(struct init *init)
{
	struct call_queue *queue = init->waiting;

	init->waiting = NULL;
	while (queue) {
		struct call_queue *next = queue->next;

		queue->listed = false;
		start_waiting(queue);
		if (queue->first)
			list(queue);
		queue = next;
	}
}

static void ended(struct ring_request *request, enum status status, const struct message *answer)
{
	struct call *call = of_request(request);
	struct call_queue *queue = call->queue;

	const bool common = call->common;

	if (common)
		queue->in_common--;
	else
		queue->in_own--;
	call->done(request, status, answer);
	start_waiting(queue);
	if (common) {
		start_all(queue->payer->init);
		supervision_settled(queue->payer);
	}
}

void call_queue_init(struct call_queue *queue, struct child *payer)
{
	*queue = (struct call_queue){.payer = payer};
}

void call_queue_start(struct call_queue *queue, struct call *call)
{
	struct ring_client *ring = queue->first ? NULL : free_ring(queue);

	call->queue = queue;
	call->request.done = ended;
	if (ring) {
		start(queue, ring, call);
		return;
	}
	call->request.next = NULL;
	if (queue->first)
		queue->last->next = &call->request;
	else
		queue->first = &call->request;
	queue->last = &call->request;
	list(queue);
}

void call_queue_fail(struct call_queue *queue)
{
	static const struct message nothing;
	struct ring_request *request = queue->first, *next;

	queue->first = NULL;
	for (; request; request = next) {
		next = request->next;
		of_request(request)->done(request, ERR_GONE, &nothing);
	}
}

bool call_queue_idle(const struct call_queue *queue)
{
	return queue->in_own == 0 && queue->in_common == 0 && queue->ring_count == 0 &&
	       !queue->first;
}

void call_queue_poll(struct call_queue *queue)
{
	for (unsigned i = 0; i < queue->ring_count; i++)
		ring_client_poll(queue->rings[i]);
}

void call_queue_settle(struct call_queue *queue)
{
	if (queue->in_own > 0)
		return;
	while (queue->ring_count > 0)
		destroy_ring(queue->payer->init, queue->rings[--queue->ring_count]);
}
