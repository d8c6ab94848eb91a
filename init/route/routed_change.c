/* SPDX-License-Identifier: MIT */
/*
 * What becomes of routed sessions when something else changes: the plan, a configuration, a client or a
 * server that dies, one that is there again.
 */
#include <base/log.h>

#include "rom_config.h"
#include "routed_steps.h"

/* ---- another plan ---- */

/* False: the client has to begin anew. */
static bool replan(struct routed_session *session)
{
	struct resolve_answer answer;
	enum fate what;

	routed_ask_plan(session, &answer);
	what = routed_fate(session, &answer);
	if (what != WITHDRAWN)
		session->lost = answer.rule ? answer.rule->lost : LOST_GONE;
	if (session->lost == LOST_RECONNECT && session->forgot)
		session->lost = LOST_GONE; /* it could not be asked for again as it was */
	if (what == STAYS)
		return true;
	if (session->born_with || (what == ELSEWHERE && session->lost != LOST_RECONNECT))
		return false;
	if (what == WITHDRAWN)
		session->lost = LOST_GONE;
	log_line(session->init->env, "%s -> %s \"%s\" is closed: its route has changed",
	         session->client->plan->name, session->service, session->asked.text);
	session->withdrawn = true;
	routed_close(session, NULL);
	return true;
}

bool routed_replan(struct child *client)
{
	struct routed_session *next;

	for (struct routed_session *at = client->sessions; at; at = next) {
		next = at->next;
		switch (at->state) {
		case ROUTED_OPEN:
		case ROUTED_LOST:
			if (!replan(at))
				return false;
			break;
		case ROUTED_WAITING: routed_follow(at); break;
		case ROUTED_CREATING:
		case ROUTED_UPGRADING: at->stale = true; break; /* asked again when it is open */
		case ROUTED_CLOSING:
		case ROUTED_DEAD:
		case ROUTED_FORCED: break;
		}
	}
	return true;
}

bool routed_drop(struct child *client, struct capnp_text service, struct capnp_text label)
{
	for (struct routed_session *at = client->sessions; at; at = at->next) {
		if (at->state != ROUTED_OPEN || at->born_with ||
		    !capnp_text_equal(service, at->service) ||
		    !capnp_text_equal(label, at->asked.text))
			continue;
		if (at->lost == LOST_RECONNECT && at->forgot)
			at->lost = LOST_GONE; /* it could not be asked for again as it was */
		if (at->lost == LOST_RESTART)
			supervision_follow(client, at->service);
		at->withdrawn = true;
		routed_close(at, NULL);
		return true;
	}
	return false;
}

/* A larger one may want more than the session's account has: the child pays for it. */
static enum status update(struct routed_session *session, const struct plan_config *content)
{
	enum { STEP_RAM = 4096, STEP_CAPS = 1, ROUNDS_MAX = 64 };
	enum status status = OK;

	for (unsigned round = 0; round < ROUNDS_MAX && status == OK; round++) {
		status = rom_config_update(session->config, content);
		if (status == ERR_INSUFFICIENT_RAM)
			status = routed_fund_more(session, STEP_RAM, 0);
		else if (status == ERR_INSUFFICIENT_CAPS)
			status = routed_fund_more(session, 0, STEP_CAPS);
		else
			return status;
	}
	return status == OK ? ERR_INSUFFICIENT_RAM : status;
}

void routed_new_config(struct child *client)
{
	for (struct routed_session *at = client->sessions; at; at = at->next) {
		if (at->state == ROUTED_OPEN && at->config && !at->reports &&
		    update(at, &client->plan->config) != OK)
			log_line(at->init->env,
			         "%s can't pay for its new configuration, and keeps the old one",
			         client->plan->name);
	}
}

void routed_new_state(struct child *client, const struct plan_config *content)
{
	for (struct routed_session *at = client->sessions; at; at = at->next) {
		if (at->state == ROUTED_OPEN && at->config && at->reports &&
		    update(at, content) != OK)
			log_line(at->init->env,
			         "%s can't pay for a new report, and keeps the old one",
			         client->plan->name);
	}
}

/* ---- deaths and births ---- */

void routed_client_died(struct child *client)
{
	while (client->sessions) {
		struct routed_session *session = client->sessions;

		client->sessions = session->next;
		session->next = client->past_sessions;
		client->past_sessions = session;
		session->client = NULL;
		session->past = client;
		client->leaving++;
		if (session->reply_slot) /* nobody waits for it any more, but the slot is free again */
			entrypoint_answer(&client->init->entrypoint, session->reply_slot, ERR_GONE,
			                  NULL);
		session->reply_slot = 0;
		switch (session->state) {
		case ROUTED_WAITING: routed_refuse(session, ERR_GONE); break;
		case ROUTED_OPEN:
		case ROUTED_LOST:
		case ROUTED_DEAD: routed_close(session, NULL); break;
		case ROUTED_CREATING: /* closed as soon as it is open */
		case ROUTED_UPGRADING:
		case ROUTED_CLOSING:
		case ROUTED_FORCED: break;
		}
	}
}

typedef void visitor(struct routed_session *session);

/* `visit` may end the session. */
static void visit_list(struct routed_session *first, const struct child *server, visitor *visit)
{
	struct routed_session *next;

	for (; first; first = next) {
		next = first->next;
		if (first->where == ROUTED_AT_CHILD && first->server == server)
			visit(first);
	}
}

/* Each session of living clients at the server. */
static void for_each_at(struct child *server, visitor *visit)
{
	struct init *init = server->init;

	for (struct child *client = init->all; client; client = client->next)
		visit_list(client->sessions, server, visit);
}

static void lose_server(struct routed_session *session)
{
	switch (session->state) {
	case ROUTED_WAITING:
		if (!child_awaited(session->server))
			routed_refuse(session, ERR_GONE);
		break;
	case ROUTED_OPEN:
		if (session->lost == LOST_RESTART)
			supervision_follow(session->client, session->server->plan->name);
		routed_lose(session, ERR_GONE);
		break;
	case ROUTED_LOST: routed_lose(session, ERR_GONE); break;
	case ROUTED_CREATING: /* their calls end with ERR_GONE */
	case ROUTED_UPGRADING:
	case ROUTED_CLOSING:
	case ROUTED_DEAD:
	case ROUTED_FORCED: break;
	}
}

void routed_server_died(struct child *server)
{
	for_each_at(server, lose_server);
	call_queue_fail(&server->calls);
}

static void force(struct routed_session *session)
{
	const struct child *server = session->server;
	const struct child *client = session->client ? session->client : session->past;

	if (session->state != ROUTED_CLOSING || session->server_life != server->life ||
	    ++session->beats <= server->plan->heartbeat.missed)
		return;
	log_line(session->init->env, "%s has not closed a session of %s within %u heartbeats",
	         server->plan->name, client->plan->name, session->beats - 1);
	routed_close_here(session);
	session->state = ROUTED_FORCED;
	if (!session->past)
		return;
	supervision_left(session->past);
	session->past = NULL;
}

void routed_server_beat(struct child *server)
{
	const struct init *init = server->init;

	for_each_at(server, force);
	for (struct child *client = init->all; client; client = client->next)
		visit_list(client->past_sessions, server, force);
}

static void retry(struct routed_session *session)
{
	if (session->state == ROUTED_WAITING || session->state == ROUTED_LOST)
		routed_ask_child(session);
}

void routed_announced(struct child *server)
{
	for_each_at(server, retry);
}
