/* SPDX-License-Identifier: MIT */
/*
 * Session server: one announced service and its sessions.
 *
 * It answers the parent's Root calls. What a session costs is paid from the
 * account that came with it: its capability, and the memory of its record, but for
 * the first few, whose records have room in the server's own heap. A server that
 * needs more answers ERR_INSUFFICIENT_*, and the client's retry rule does the rest.
 */
#pragma once

#include <base/entrypoint.h>
#include <root/types.h>

enum { SESSION_LABEL_MAX = 255 };

struct session_server;

/* The head of a server's own session record. */
struct server_session {
	struct served served;
	struct session_server *server;
	struct server_session *next;
	uint64_t id;
	cap_t account; /* Charge of the session's account */
	cap_t memory;  /* null: the record lies in the server's own heap */
	char label[SESSION_LABEL_MAX + 1];
};

struct session_service {
	const char *name;
	size_t session_bytes; /* of the record, its head included */
	served_dispatch *dispatch;
	const uint32_t *interfaces; /* ends with 0 */
	/* Prepares what is behind the head; may refuse. May be NULL. */
	enum status (*open)(struct server_session *session, struct request *request,
	                    const struct root_create_params *params);
	/* Lets go of all that open and the calls have taken. May be NULL. */
	void (*close)(struct server_session *session);
};

struct session_server {
	struct entrypoint *entrypoint;
	const struct session_service *service;
	struct served root;
	struct server_session *sessions;
	size_t own_bytes; /* of records in its own heap */
	void *context;    /* the server's own */
};

/* Makes the Root and announces the service to the parent. */
enum status session_server_init(struct session_server *server, struct entrypoint *entrypoint,
                                const struct session_service *service, void *context);
