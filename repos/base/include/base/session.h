/* SPDX-License-Identifier: MIT */
/*
 * Session: asking the parent for a service.
 *
 * Opening follows the retry rules: if the server wants a larger donation, more
 * is offered; if the own budget is short, the parent is asked for more. Both
 * end after a few rounds with the answer that was last given.
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <stddef.h>
#include <stdint.h>

struct env;

/* What a session of a service usually costs, so that the first offer is right. */
struct session_cost {
	uint64_t ram;
	uint32_t caps;
};

struct session_cost session_cost(const char *service);

struct session_request {
	const char *service;
	const char *label; /* NULL: empty */
	const void *args;  /* encoded argument struct, or NULL */
	size_t args_size;
	cap_t argument; /* or null */
	uint64_t ram;   /* donation; 0: session_cost */
	uint32_t caps;  /* donation; 0: session_cost */
};

struct session {
	cap_t cap;
	uint32_t id;
};

enum status session_open(struct env *env, const struct session_request *request,
                         struct session *out_session);
/*
 * After ERR_GONE: waits for the session's server to be restarted, and puts the new capability into
 * *session, if the route's rule says lost = "reconnect"; else ERR_GONE remains.
 */
enum status session_reconnect(struct env *env, struct session *session);
/* Gives the session back; the donation returns. */
void session_close(struct env *env, const struct session *session);
