/* SPDX-License-Identifier: MIT */
/*
 * Session server: one announced service and its sessions.
 *
 * It answers the parent's Root calls. What a session costs is paid from the
 * account that came with it: its capability, and the memory of its record, but for
 * the first few, whose records have room in the server's own heap. A server that
 * needs more answers ERR_INSUFFICIENT_*, and the client's retry rule does the rest. One that has no room for more
 * of them, whatever they donate, answers ERR_NOT_NOW.
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
	cap_t account;       /* Charge of the session's account */
	cap_t memory;        /* null: the record lies in the server's own heap */
	unsigned reply_slot; /* of its opening, where that is answered later; 0: it is answered */
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

/*
 * From `open`: who opens it is answered later, in any order among others. It is a session from
 * now on, which may be closed before. ERR_NOT_NOW: all the entrypoint's reply slots are in use.
 */
enum status session_open_later(struct server_session *session, struct request *request);
/* That answer. Not OK: the session is closed and gone. */
void session_opened(struct server_session *session, enum status status);

/* Makes the Root and announces the service to the parent. */
enum status session_server_init(struct session_server *server, struct entrypoint *entrypoint,
                                const struct session_service *service, void *context);
