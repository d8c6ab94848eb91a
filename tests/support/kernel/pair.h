/* SPDX-License-Identifier: MIT */
/*
 * A client and a server, each with an account, a domain and a context of its
 * own, and an endpoint between them.
 */
#pragma once

#include "world.h"

enum { PAIR_INTERFACE = 0x1234, PAIR_BADGE = 77, PAIR_REPLY_SLOTS = 2, PAIR_PRIORITY = 10 };

struct pair {
	struct account *client_account, *server_account;
	struct domain *client_domain, *server_domain;
	struct sched_context *client_context, *server_context;
	struct thread *client, *server;
	struct endpoint *endpoint;
	uint32_t facet;     /* the client's grant of it */
	cap_t endpoint_cap; /* in the server's table, owner */
	cap_t client_cap;   /* in the client's */
};

/* Within a fresh world: both threads are stopped. */
void pair_init(struct pair *pair);
/* Starts both: the server waits at the endpoint, the client is the current thread. */
void pair_start(struct pair *pair);
/* The client calls with the words it has; returns who runs next. */
struct thread *pair_call(struct pair *pair, uint16_t method);
/* The server, current, waits without an answer. */
struct thread *pair_receive(struct pair *pair);
struct thread *pair_reply(struct pair *pair, enum status status);
