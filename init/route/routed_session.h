/* SPDX-License-Identifier: MIT */
/*
 * Routed session: one session a child has asked for, wherever it is served.
 *
 *   waiting  (for its server to announce the service)
 *   creating (asked for, at the parent or at a child)
 *   open     (upgrading: its server is being told of a larger donation)
 *   closing
 *   lost     (its server has gone and comes back: then it is created anew, if the rule says so)
 *   dead     (its server has gone; known until the client closes it)
 *            (when its route has gone, also under the client: then lost or dead)
 *   forced   (closed without the server, which has yet to answer)
 *
 * The donation moves as one transaction: out of the client's account into
 * init's, from there into the session's account (a server among the children) or on
 * to the parent. Whatever fails on the way, all of it comes back. A small part
 * stays with init as long as the session lives, for init's own records of it.
 */
#pragma once

#include <base/capnp.h>
#include <base/entrypoint.h>

#include "call_queue.h"
#include "plan/label.h"
#include "plan/plan.h"

struct child;
struct init;

enum routed_state {
	ROUTED_WAITING,
	ROUTED_CREATING,
	ROUTED_OPEN,
	ROUTED_UPGRADING,
	ROUTED_CLOSING,
	ROUTED_LOST,
	ROUTED_DEAD,
	ROUTED_FORCED,
};

enum routed_where { ROUTED_AT_PARENT, ROUTED_AT_CHILD, ROUTED_AT_INIT };

/* What init keeps of each donation; the capability only for a server among the children. */
enum { ROUTED_OVERHEAD_RAM = 1024, ROUTED_OVERHEAD_CAPS = 1 };
enum { ROUTED_SERVICE_MAX = 63, ROUTED_ARGS_MAX = 1024 };

struct routed_session;

typedef void routed_done(struct routed_session *session, enum status status);

struct routed_session {
	struct init *init;
	struct child *client;        /* NULL: has died */
	struct child *past;          /* the client that has died */
	struct child *server;        /* ROUTED_AT_CHILD */
	uint32_t server_life;        /* the one that was asked */
	struct routed_session *next; /* of the client's, or of its past ones */
	enum routed_state state;
	enum routed_where where;
	enum plan_lost lost;
	uint32_t beats; /* of the server, since it was asked to close it */
	bool again;     /* it was open once, and is created anew */
	uint32_t id;

	char service[ROUTED_SERVICE_MAX + 1];
	struct label label; /* as the server sees it */
	struct label asked; /* as the client gave it */
	void *args;
	size_t args_size;
	cap_t argument;
	bool borrowed; /* the argument is somebody else's to drop */

	uint64_t ram; /* the donation */
	uint32_t caps;
	uint64_t more_ram; /* of the upgrade under way */
	uint32_t more_caps;
	cap_t cap;     /* the session, once open */
	cap_t account; /* AT_CHILD, AT_INIT: owner of its Charge, of which the server gets a copy */
	uint32_t parent_id;        /* AT_PARENT */
	struct rom_config *config; /* AT_INIT: what it reads */

	struct call call;    /* create, close */
	routed_done *done;   /* told once when it is open, or why not */
	routed_done *closed; /* told when it is closed; may be NULL */
	unsigned reply_slot; /* of the client's call that waits, 0: none */
	bool environment;
	bool forgot;    /* what it was asked for with */
	bool stale;     /* asked for under another plan */
	bool withdrawn; /* closed because its route has changed: the client still knows it */
	bool born_with; /* opened by init on the client's behalf */
	bool reports;   /* AT_INIT: the ROM is init's state, not the client's configuration */
};

/* What a client wants. */
struct routed_wish {
	const char *service, *label;
	const void *args;
	size_t args_size;
	cap_t argument; /* becomes the session's, unless borrowed */
	bool borrowed;
	uint64_t ram;
	uint32_t caps;
	bool environment;
	unsigned reply_slot;
};

/* `done` is called exactly once, perhaps before this returns. A refused session is gone then. */
void routed_open(struct child *client, const struct routed_wish *wish, routed_done *done);
/* Closes an open or dead session and gives the donation back; `closed` may be NULL. */
void routed_close(struct routed_session *session, routed_done *closed);
/* Whether a session that is not open will be so once its server is back. */
bool routed_returns(const struct routed_session *session);
/* More donation for an open session; its server is told. `done` is called exactly once. */
void routed_upgrade(struct routed_session *session, uint64_t ram, uint32_t caps, routed_done *done);

/*
 * Asks the plan in force again about each of the client's sessions. One without a route any more is closed
 * under the client; one that would go elsewhere as well, to be had anew if its rule says so. False:
 * one would go elsewhere, and no rule says what then.
 */
bool routed_replan(struct child *client);
/* The client's inline configuration has a new content. */
void routed_new_config(struct child *client);
/* There is a new content of the ROM "state". */
void routed_new_state(struct child *client, const struct plan_config *content);

/*
 * Closes the open session that the client has asked for with this service and label, under the client; what
 * comes then is for its rule to say. False: there is none.
 */
bool routed_drop(struct child *client, struct capnp_text service, struct capnp_text label);

/* The client has died: its sessions are closed as soon as they can be. */
void routed_client_died(struct child *client);
/* The server has died: what becomes of sessions at it depends on whether it comes back. */
void routed_server_died(struct child *server);
/*
 * A heartbeat of the server. A session it was asked to close so many beats ago, whether it has answered
 * them or not, is taken from it: what it still does there is its own fault.
 */
void routed_server_beat(struct child *server);
/* The server has announced a service: those that wait at it ask again. */
void routed_announced(struct child *server);
