/* SPDX-License-Identifier: MIT */
/*
 * Server queue: the calls to one server among the children, in order, a few
 * at a time.
 *
 * A server may leave a call unanswered for as long as it likes, while init's
 * ring has room for a bounded number in all. So each server gets a few of its
 * places, and what comes beyond waits here: it is the server's clients who
 * wait, not everybody.
 */
#pragma once

#include <base/ring_client.h>

enum { SERVER_QUEUE_CALLS_MAX = 4 };

/* All zero is an empty one. */
struct server_queue {
	struct ring_request *first, *last; /* waiting */
	unsigned calls;                    /* in flight */
};

/* Starts the call when its turn has come; whoever is told of its end says server_queue_done. */
void server_queue_call(struct server_queue *queue, struct ring_client *ring,
                       struct ring_request *request);
void server_queue_done(struct server_queue *queue, struct ring_client *ring);
/* The server has gone: calls that wait end with ERR_GONE, at once. */
void server_queue_fail(struct server_queue *queue);
