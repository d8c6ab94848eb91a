/* SPDX-License-Identifier: MIT */
/*
 * Asking for a routed session: of the parent, of a child, of init itself; and what they answer.
 */
#include <parent/client.h>
#include <root/client.h>
#include <stdlib.h>
#include <string.h>

#include "report/state.h"
#include "rom_config.h"
#include "routed_account.h"
#include "routed_message.h"
#include "routed_steps.h"

enum fate routed_fate(const struct routed_session *session, const struct resolve_answer *answer)
{
	enum routed_where where = ROUTED_AT_INIT;

	if (!resolve_granted(answer))
		return WITHDRAWN;
	if (answer->outcome == RESOLVE_PARENT)
		where = ROUTED_AT_PARENT;
	else if (answer->outcome == RESOLVE_CHILD)
		where = ROUTED_AT_CHILD;
	if (where != session->where)
		return ELSEWHERE;
	if (where == ROUTED_AT_INIT)
		return (answer->outcome == RESOLVE_STATE) == session->reports ? STAYS : ELSEWHERE;
	if (strcmp(session->label.text, answer->label.text) != 0 ||
	    (where == ROUTED_AT_CHILD && session->server != session->init->children[answer->child]))
		return ELSEWHERE;
	return STAYS;
}

/* The plan has changed while it was asked for: another answer than then is a refusal. */
static bool still_allowed(struct routed_session *session)
{
	struct resolve_answer answer;

	session->stale = false;
	routed_ask_plan(session, &answer);
	if (routed_fate(session, &answer) == STAYS)
		return true;
	if (!session->again || session->reply_slot)
		session->done(session, ERR_DENIED);
	return false;
}

static void opened(struct routed_session *session, enum status status)
{
	if (status == OK && !cap_valid(session->cap))
		status = ERR_GONE; /* an answer without a session is none */
	if (status != OK) {
		routed_refuse(session, status);
		return;
	}
	if (session->lost != LOST_RECONNECT || session->where != ROUTED_AT_CHILD)
		routed_forget_args(session);
	session->state = ROUTED_OPEN;
	report_changed(session->init);
	if (session->client)
		session->client->sessions_opened++;
	if (!session->client || (session->stale && !still_allowed(session)))
		routed_close(session, NULL);
	else if (!session->again || session->reply_slot)
		/* of a second time only who waits is told */
		session->done(session, OK);
}

static void answered_by_parent(struct ring_request *request, enum status status,
                               const struct message *answer)
{
	struct routed_session *session = routed_of_request(request);
	struct parent_session_results results;

	if (status == OK)
		status = capnp_message_decode(&parent_session_results_layout, answer, &results);
	if (status == OK) {
		session->cap = results.session;
		session->parent_id = results.id;
	}
	opened(session, status);
}

static void answered_by_child(struct ring_request *request, enum status status,
                              const struct message *answer)
{
	struct routed_session *session = routed_of_request(request);
	struct child *server = session->server;
	struct root_create_results results;

	if (status == OK)
		status = capnp_message_decode(&root_create_results_layout, answer, &results);
	if (status == OK)
		session->cap = results.session;
	/* A server has nothing to say about the client's own budget. */
	if (status == ERR_OUT_OF_RAM)
		status = ERR_INSUFFICIENT_RAM;
	if (status == ERR_OUT_OF_CAPS)
		status = ERR_INSUFFICIENT_CAPS;
	/* The answer of one that has gone since is worth nothing. */
	if (status == OK && (!child_alive(server) || session->server_life != server->life))
		status = ERR_GONE;
	opened(session, status);
}

struct call_queue *routed_asks(struct routed_session *session)
{
	return session->client ? &session->client->asks : &session->past->asks;
}

void routed_ask_parent(struct routed_session *session)
{
	session->state = ROUTED_CREATING;
	session->call.request.target = session->init->env->parent;
	session->call.request.interface = PARENT_INTERFACE;
	session->call.request.method = PARENT_SESSION;
	session->call.request.fill = routed_fill_session;
	session->call.done = answered_by_parent;
	call_queue_start(routed_asks(session), &session->call);
}

void routed_ask_child(struct routed_session *session)
{
	struct child *server = session->server;
	const cap_t root = child_root(server, session->service);
	enum status status;

	if (!child_awaited(server)) {
		routed_refuse(session, ERR_GONE);
		return;
	}
	if (!cap_valid(root)) {
		session->state = session->again ? ROUTED_LOST : ROUTED_WAITING;
		return;
	}
	session->server_life = server->life;
	status = routed_account_create(session);
	if (status != OK) {
		routed_refuse(session, status);
		return;
	}
	session->state = ROUTED_CREATING;
	session->call.request.target = root;
	session->call.request.interface = ROOT_INTERFACE;
	session->call.request.method = ROOT_CREATE;
	session->call.request.fill = routed_fill_create;
	session->call.done = answered_by_child;
	call_queue_start(&server->calls, &session->call);
}

void routed_ask_init(struct routed_session *session)
{
	struct plan_config content = session->client->plan->config;
	void *state = NULL;
	enum status status = routed_account_create(session);

	if (status == OK && session->reports) {
		status = state_encode(session->init, &state, &content.size);
		content.data = state;
	}
	if (status == OK)
		status = rom_config_create(&session->init->entrypoint, session->account, &content,
		                           &session->config);
	free(state);
	if (status == OK) {
		session->cap = rom_config_session(session->config);
		if (session->reports)
			report_reader_opened(session->init);
	}
	opened(session, status);
}
