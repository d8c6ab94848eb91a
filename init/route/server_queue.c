/* SPDX-License-Identifier: MIT */
#include "server_queue.h"

static struct ring_request *pop(struct server_queue *queue)
{
	struct ring_request *request = queue->first;

	if (request)
		queue->first = request->next;
	return request;
}

static void start(struct server_queue *queue, struct ring_client *ring,
                  struct ring_request *request)
{
	queue->calls++;
	ring_client_call(ring, request);
}

void server_queue_call(struct server_queue *queue, struct ring_client *ring,
                       struct ring_request *request)
{
	if (queue->calls < SERVER_QUEUE_CALLS_MAX) {
		start(queue, ring, request);
		return;
	}
	request->next = NULL;
	if (queue->first)
		queue->last->next = request;
	else
		queue->first = request;
	queue->last = request;
}

void server_queue_done(struct server_queue *queue, struct ring_client *ring)
{
	struct ring_request *next = pop(queue);

	queue->calls--;
	if (next)
		start(queue, ring, next);
}

void server_queue_fail(struct server_queue *queue)
{
	static const struct message nothing;
	struct server_queue failed = *queue;
	struct ring_request *request;

	queue->first = NULL;
	while ((request = pop(&failed))) {
		queue->calls++; /* for the one that `done` takes off again */
		request->done(request, ERR_GONE, &nothing);
	}
}
