/* SPDX-License-Identifier: MIT */
#include "routed_session.h"

#include <base/log.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <root/client.h>
#include <stdlib.h>
#include <string.h>

#include "priority.h"
#include "routed_message.h"
#include "routed_steps.h"

/* ---- opening ---- */

static bool keep_args(struct routed_session *session, const struct routed_wish *wish)
{
	strcpy(session->service, wish->service); /* its length was checked, or is known */
	strcpy(session->asked.text, wish->label);
	session->environment = wish->environment;
	session->argument = wish->argument;
	session->borrowed = wish->borrowed;
	if (wish->args_size > 0) {
		session->args = malloc(wish->args_size);
		if (!session->args)
			return false;
		memcpy(session->args, wish->args, wish->args_size);
		session->args_size = wish->args_size;
	}
	return strcmp(session->service, "CPU") != 0 ||
	       priority_lower(session->client->plan, &session->args, &session->args_size);
}

static void tell_refusal(const struct routed_session *session, const struct resolve_answer *answer)
{
	const struct init *init = session->init;
	const struct plan_child *client = session->client->plan;
	const bool failed = answer->outcome == RESOLVE_CHOOSE_FAILED;
	const struct plan_place place = answer->rule ? answer->rule->place : client->place;

	log_line(init->env, "%s -> %s \"%s\" %s%s%s%s (%s:%u)", client->name, session->service,
	         session->asked.text, resolve_outcome_text(answer->outcome), failed ? ": " : "",
	         failed ? answer->error : "", answer->rule ? "" : "; see its component",
	         plan_file(init->plan, place), place.line);
}

void routed_ask_plan(const struct routed_session *session, struct resolve_answer *out_answer)
{
	const struct init *init = session->init;
	const struct resolve_request request = {
		.child = session->client->index,
		.service = session->service,
		.label = session->asked.text,
		.environment = session->environment,
	};

	resolve(init->plan, &request, init->now.policy ? &init->chooser : NULL, NULL, out_answer);
}

void routed_follow(struct routed_session *session)
{
	struct init *init = session->init;
	struct resolve_answer answer;

	routed_ask_plan(session, &answer);
	session->label = answer.label;
	session->lost = answer.rule ? answer.rule->lost : LOST_GONE;
	switch (answer.outcome) {
	case RESOLVE_PARENT:
		session->where = ROUTED_AT_PARENT;
		routed_ask_parent(session);
		return;
	case RESOLVE_CHILD:
		session->where = ROUTED_AT_CHILD;
		session->server = init->children[answer.child];
		routed_ask_child(session);
		return;
	case RESOLVE_CONFIG:
	case RESOLVE_STATE:
		session->reports = answer.outcome == RESOLVE_STATE;
		session->where = ROUTED_AT_INIT;
		routed_ask_init(session);
		return;
	case RESOLVE_NO_RULE:
	case RESOLVE_NOT_SERVED:
	case RESOLVE_DENIED:
	case RESOLVE_AMBIGUOUS:
	case RESOLVE_NOT_CHOSEN:
	case RESOLVE_CHOOSE_FAILED:
	case RESOLVE_LABEL_TOO_LONG: break;
	}
	if (child_tells_refusal(session->client))
		tell_refusal(session, &answer);
	routed_refuse(session, ERR_DENIED);
}

void routed_open(struct child *client, const struct routed_wish *wish, routed_done *done)
{
	struct init *init = client->init;
	struct routed_session *session = routed_alloc(init);
	enum status status = ERR_OUT_OF_RAM;

	(void)env_reserve_slots(init->env); /* paid by what init keeps of each donation */
	if (!session) {
		struct routed_session refused = {
			.init = init, .client = client, .reply_slot = wish->reply_slot};

		if (!wish->borrowed)
			ipc_drop(&init->env->ipc, wish->argument);
		done(&refused, ERR_NOT_NOW); /* init itself is short: not the client's fault */
		return;
	}
	session->init = init;
	session->client = client;
	session->done = done;
	session->id = ++init->session_ids;
	session->reply_slot = wish->reply_slot;
	session->born_with = wish->reply_slot == 0;
	session->next = client->sessions;
	client->sessions = session;
	if (!keep_args(session, wish)) {
		routed_refuse(session, ERR_NOT_NOW);
		return;
	}
	if (wish->ram < ROUTED_OVERHEAD_RAM)
		status = ERR_INSUFFICIENT_RAM;
	else
		status = child_take(client, wish->ram, wish->caps);
	if (status != OK) {
		routed_refuse(session, status);
		return;
	}
	session->ram = wish->ram;
	session->caps = wish->caps;
	routed_follow(session);
}

/* ---- closing ---- */

static void closed(struct ring_request *request, enum status status, const struct message *answer)
{
	(void)status, (void)answer; /* whoever served it has had its chance to let go */
	routed_finish_close(routed_of_request(request));
}

static void close_at_parent(struct routed_session *session)
{
	ipc_drop(routed_ipc(session), session->cap);
	session->cap = CAP_NULL;
	session->call.request.target = session->init->env->parent;
	session->call.request.interface = PARENT_INTERFACE;
	session->call.request.method = PARENT_CLOSE;
	session->call.request.fill = routed_fill_parent_close;
	session->call.done = closed;
	call_queue_start(routed_asks(session), &session->call);
}

static void close_at_child(struct routed_session *session)
{
	session->call.request.target = child_root(session->server, session->service);
	session->call.request.interface = ROOT_INTERFACE;
	session->call.request.method = ROOT_CLOSE;
	session->call.request.fill = routed_fill_root_close;
	session->call.done = closed;
	call_queue_start(&session->server->calls, &session->call);
}

void routed_close(struct routed_session *session, routed_done *done)
{
	const bool dead = session->state == ROUTED_DEAD || session->state == ROUTED_LOST;

	session->state = ROUTED_CLOSING;
	session->closed = done;
	if (!dead && session->where == ROUTED_AT_PARENT)
		close_at_parent(session);
	else if (!dead && session->where == ROUTED_AT_CHILD && child_alive(session->server))
		close_at_child(session);
	else
		routed_finish_close(session);
}

/* More of the client's for a session whose account is init's. */
enum status routed_fund_more(struct routed_session *session, uint64_t ram, uint32_t caps)
{
	struct env *env = session->init->env;
	const struct charge_fund_params params = {
		.child = session->account, .ram = ram, .caps = caps};
	enum status status = child_take(session->client, ram, caps);

	if (status != OK)
		return status;
	status = charge_fund(&env->ipc, env->account, &params);
	if (status != OK) {
		child_give(session->client, ram, caps);
		return status;
	}
	session->ram += ram;
	session->caps += caps;
	return OK;
}

static void take_upgrade_back(struct routed_session *session)
{
	session->ram -= session->more_ram;
	session->caps -= session->more_caps;
	if (session->client)
		child_give(session->client, session->more_ram, session->more_caps);
}

static void upgraded(struct ring_request *request, enum status status, const struct message *answer)
{
	struct routed_session *session = routed_of_request(request);
	const struct child *server = session->server;
	const bool child = session->where == ROUTED_AT_CHILD;

	(void)answer;
	session->state = ROUTED_OPEN;
	if (child)
		status = OK; /* what the server says of it changes nothing: the account has grown */
	else if (status != OK)
		take_upgrade_back(session);
	if (!session->client)
		routed_close(session, NULL);
	else if (child && (!child_alive(server) || session->server_life != server->life))
		routed_lose(session, ERR_GONE);
	else
		session->done(session, status);
}

static void tell_of_upgrade(struct routed_session *session)
{
	const bool parent = session->where == ROUTED_AT_PARENT;
	struct ring_request *request = &session->call.request;

	session->state = ROUTED_UPGRADING;
	session->call.done = upgraded;
	request->interface = parent ? PARENT_INTERFACE : ROOT_INTERFACE;
	request->method = parent ? PARENT_UPGRADE : ROOT_UPGRADE;
	request->fill = parent ? routed_fill_parent_upgrade : routed_fill_root_upgrade;
	request->target =
		parent ? session->init->env->parent : child_root(session->server, session->service);
	call_queue_start(parent ? routed_asks(session) : &session->server->calls, &session->call);
}

void routed_upgrade(struct routed_session *session, uint64_t ram, uint32_t caps, routed_done *done)
{
	enum status status;

	session->done = done;
	session->more_ram = ram;
	session->more_caps = caps;
	if (session->where == ROUTED_AT_PARENT) {
		status = child_take(session->client, ram, caps);
		session->ram += status == OK ? ram : 0;
		session->caps += status == OK ? caps : 0;
	} else {
		status = routed_fund_more(session, ram, caps);
	}
	if (status != OK || session->where == ROUTED_AT_INIT)
		done(session, status);
	else
		tell_of_upgrade(session);
}
