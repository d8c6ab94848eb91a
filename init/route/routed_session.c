/* SPDX-License-Identifier: MIT */
#include "routed_session.h"

#include <base/log.h>
#include <base/status_name.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <root/client.h>
#include <stdlib.h>
#include <string.h>

#include "child/child.h"
#include "init.h"
#include "plan/resolve.h"
#include "rom_config.h"
#include "routed_account.h"
#include "routed_message.h"

_Static_assert(sizeof(struct routed_session) <= ROUTED_OVERHEAD_RAM, "the record is paid for");

static struct ipc *ipc_of(const struct routed_session *session)
{
	return &session->init->env->ipc;
}

/* ---- the end of a session ---- */

static void unlink_from_client(struct routed_session *session)
{
	struct routed_session **place =
		session->client ? &session->client->sessions : &session->past->past_sessions;

	for (; *place; place = &(*place)->next) {
		if (*place == session) {
			*place = session->next;
			return;
		}
	}
}

static void forget_args(struct routed_session *session)
{
	session->forgot = session->forgot || session->args_size > 0 || cap_valid(session->argument);
	free(session->args);
	session->args = NULL;
	session->args_size = 0;
	if (!session->borrowed)
		ipc_drop(ipc_of(session), session->argument);
	session->argument = CAP_NULL;
}

/* What a server has of it goes; arguments and donation stay. */
static void let_go(struct routed_session *session)
{
	ipc_drop(ipc_of(session), session->cap);
	session->cap = CAP_NULL;
	routed_account_destroy(session);
}

/* Everything it was made of goes back; the record itself stays. */
static void take_apart(struct routed_session *session)
{
	forget_args(session);
	if (session->config)
		rom_config_destroy(session->config);
	session->config = NULL;
	let_go(session);
	if (session->client)
		child_give(session->client, session->ram, session->caps);
	session->ram = 0;
	session->caps = 0;
}

/* One record is kept for the next session, which is often soon. */
static struct routed_session *alloc_record(struct init *init)
{
	struct routed_session *session = init->spare;

	if (!session)
		return calloc(1, sizeof(*session));
	init->spare = NULL;
	memset(session, 0, offsetof(struct routed_session, label));
	memset(&session->args, 0, sizeof(*session) - offsetof(struct routed_session, args));
	return session;
}

static void free_record(struct routed_session *session)
{
	if (session->init->spare)
		free(session);
	else
		session->init->spare = session;
}

static void forget(struct routed_session *session)
{
	struct child *past = session->past;

	free_record(session);
	if (past)
		supervision_left(past);
}

bool routed_returns(const struct routed_session *session)
{
	switch (session->state) {
	case ROUTED_LOST: return true;
	case ROUTED_CREATING: return session->again;
	case ROUTED_CLOSING: return session->withdrawn && session->lost == LOST_RECONNECT;
	case ROUTED_WAITING:
	case ROUTED_OPEN:
	case ROUTED_UPGRADING:
	case ROUTED_DEAD:
	case ROUTED_FORCED: break;
	}
	return false;
}

/* It was open, and its server is no more: it waits for the next one, or for its client to close it. */
static void lose(struct routed_session *session, enum status status)
{
	const bool returns = session->lost == LOST_RECONNECT && session->where == ROUTED_AT_CHILD &&
	                     child_awaited(session->server) && status == ERR_GONE;

	session->again = true;
	if (returns) {
		session->state = ROUTED_LOST;
		let_go(session);
		return;
	}
	session->state = ROUTED_DEAD;
	take_apart(session);
	if (session->reply_slot)
		session->done(session, status);
}

static void refuse(struct routed_session *session, enum status status)
{
	if (session->again && session->client) {
		lose(session, status);
		return;
	}
	take_apart(session);
	unlink_from_client(session);
	if (session->client)
		session->done(session, status);
	forget(session);
}

static void close_here(struct routed_session *session)
{
	take_apart(session);
	unlink_from_client(session);
	if (session->closed && session->client)
		session->closed(session, OK);
}

static void follow(struct routed_session *session);

/* Its client knows it still: it is dead, or asked for where its route leads now. */
static void finish_withdrawal(struct routed_session *session)
{
	session->withdrawn = false;
	session->again = true;
	if (session->lost == LOST_RECONNECT) {
		let_go(session);
		follow(session);
		return;
	}
	take_apart(session);
	session->state = ROUTED_DEAD;
}

static void finish_close(struct routed_session *session)
{
	if (session->withdrawn && session->client) {
		finish_withdrawal(session);
		return;
	}
	if (session->state != ROUTED_FORCED)
		close_here(session);
	forget(session);
}

/* ---- asking the server ---- */

enum fate { STAYS, ELSEWHERE, WITHDRAWN };

/* What becomes of a session by the answer that the plan gives now. */
static enum fate fate(const struct routed_session *session, const struct resolve_answer *answer)
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
		return STAYS;
	if (strcmp(session->label.text, answer->label.text) != 0 ||
	    (where == ROUTED_AT_CHILD && session->server != session->init->children[answer->child]))
		return ELSEWHERE;
	return STAYS;
}

static void ask_plan(const struct routed_session *session, struct resolve_answer *out_answer);

/* The plan has changed while it was asked for: another answer than then is a refusal. */
static bool still_allowed(struct routed_session *session)
{
	struct resolve_answer answer;

	session->stale = false;
	ask_plan(session, &answer);
	if (fate(session, &answer) == STAYS)
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
		refuse(session, status);
		return;
	}
	if (session->lost != LOST_RECONNECT || session->where != ROUTED_AT_CHILD)
		forget_args(session);
	session->state = ROUTED_OPEN;
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

static struct call_queue *asks_of(struct routed_session *session)
{
	return session->client ? &session->client->asks : &session->past->asks;
}

static void ask_parent(struct routed_session *session)
{
	session->state = ROUTED_CREATING;
	session->call.request.target = session->init->env->parent;
	session->call.request.interface = PARENT_INTERFACE;
	session->call.request.method = PARENT_SESSION;
	session->call.request.fill = routed_fill_session;
	session->call.done = answered_by_parent;
	call_queue_start(asks_of(session), &session->call);
}

static void ask_child(struct routed_session *session)
{
	struct child *server = session->server;
	const cap_t root = child_root(server, session->service);
	enum status status;

	if (!child_awaited(server)) {
		refuse(session, ERR_GONE);
		return;
	}
	if (!cap_valid(root)) {
		session->state = session->again ? ROUTED_LOST : ROUTED_WAITING;
		return;
	}
	session->server_life = server->life;
	status = routed_account_create(session);
	if (status != OK) {
		refuse(session, status);
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

static void ask_init(struct routed_session *session)
{
	enum status status = routed_account_create(session);

	if (status == OK)
		status = rom_config_create(&session->init->entrypoint, session->charge,
		                           &session->client->plan->config, &session->config);
	if (status == OK)
		session->cap = rom_config_session(session->config);
	opened(session, status);
}

/* ---- opening ---- */

static bool keep_args(struct routed_session *session, const struct routed_wish *wish)
{
	strcpy(session->service, wish->service); /* its length was checked, or is known */
	strcpy(session->asked.text, wish->label);
	session->environment = wish->environment;
	session->argument = wish->argument;
	session->borrowed = wish->borrowed;
	if (wish->args_size == 0)
		return true;
	session->args = malloc(wish->args_size);
	if (!session->args)
		return false;
	memcpy(session->args, wish->args, wish->args_size);
	session->args_size = wish->args_size;
	return true;
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

static void ask_plan(const struct routed_session *session, struct resolve_answer *out_answer)
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

static void follow(struct routed_session *session)
{
	struct init *init = session->init;
	struct resolve_answer answer;

	ask_plan(session, &answer);
	session->label = answer.label;
	session->lost = answer.rule ? answer.rule->lost : LOST_GONE;
	switch (answer.outcome) {
	case RESOLVE_PARENT:
		session->where = ROUTED_AT_PARENT;
		ask_parent(session);
		return;
	case RESOLVE_CHILD:
		session->where = ROUTED_AT_CHILD;
		session->server = init->children[answer.child];
		ask_child(session);
		return;
	case RESOLVE_CONFIG:
		session->where = ROUTED_AT_INIT;
		ask_init(session);
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
	refuse(session, ERR_DENIED);
}

void routed_open(struct child *client, const struct routed_wish *wish, routed_done *done)
{
	struct init *init = client->init;
	struct routed_session *session = alloc_record(init);
	enum status status = ERR_OUT_OF_RAM;

	env_reserve_slots(init->env); /* paid by what init keeps of each donation */
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
		refuse(session, ERR_NOT_NOW);
		return;
	}
	if (wish->ram < ROUTED_OVERHEAD_RAM)
		status = ERR_INSUFFICIENT_RAM;
	else if (wish->caps < ROUTED_OVERHEAD_CAPS)
		status = ERR_INSUFFICIENT_CAPS;
	else
		status = child_take(client, wish->ram, wish->caps);
	if (status != OK) {
		refuse(session, status);
		return;
	}
	session->ram = wish->ram;
	session->caps = wish->caps;
	follow(session);
}

/* ---- closing ---- */

static void closed(struct ring_request *request, enum status status, const struct message *answer)
{
	(void)status, (void)answer; /* whoever served it has had its chance to let go */
	finish_close(routed_of_request(request));
}

static void close_at_parent(struct routed_session *session)
{
	ipc_drop(ipc_of(session), session->cap);
	session->cap = CAP_NULL;
	session->call.request.target = session->init->env->parent;
	session->call.request.interface = PARENT_INTERFACE;
	session->call.request.method = PARENT_CLOSE;
	session->call.request.fill = routed_fill_parent_close;
	session->call.done = closed;
	call_queue_start(asks_of(session), &session->call);
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
		finish_close(session);
}

/* More of the client's for a session whose account is init's. */
static enum status fund_more(struct routed_session *session, uint64_t ram, uint32_t caps)
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
		lose(session, ERR_GONE);
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
	call_queue_start(parent ? asks_of(session) : &session->server->calls, &session->call);
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
		status = fund_more(session, ram, caps);
	}
	if (status != OK || session->where == ROUTED_AT_INIT)
		done(session, status);
	else
		tell_of_upgrade(session);
}

/* ---- another plan ---- */

/* False: the client has to begin anew. */
static bool replan(struct routed_session *session)
{
	struct resolve_answer answer;
	enum fate what;

	ask_plan(session, &answer);
	what = fate(session, &answer);
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
		case ROUTED_WAITING: follow(at); break;
		case ROUTED_CREATING:
		case ROUTED_UPGRADING: at->stale = true; break; /* asked again when it is open */
		case ROUTED_CLOSING:
		case ROUTED_DEAD:
		case ROUTED_FORCED: break;
		}
	}
	return true;
}

/* A larger one may want more than the session's account has: the child pays for it. */
static enum status update_config(struct routed_session *session)
{
	enum { STEP_RAM = 4096, STEP_CAPS = 1, ROUNDS_MAX = 64 };
	const struct plan_config *config = &session->client->plan->config;
	enum status status = OK;

	for (unsigned round = 0; round < ROUNDS_MAX && status == OK; round++) {
		status = rom_config_update(session->config, config);
		if (status == ERR_INSUFFICIENT_RAM)
			status = fund_more(session, STEP_RAM, 0);
		else if (status == ERR_INSUFFICIENT_CAPS)
			status = fund_more(session, 0, STEP_CAPS);
		else
			return status;
	}
	return status == OK ? ERR_INSUFFICIENT_RAM : status;
}

void routed_new_config(struct child *client)
{
	for (struct routed_session *at = client->sessions; at; at = at->next) {
		if (at->state == ROUTED_OPEN && at->config && update_config(at) != OK)
			log_line(at->init->env,
			         "%s can't pay for its new configuration, and keeps the old one",
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
		session->reply_slot = 0;
		switch (session->state) {
		case ROUTED_WAITING: refuse(session, ERR_GONE); break;
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
			refuse(session, ERR_GONE);
		break;
	case ROUTED_OPEN:
		if (session->lost == LOST_RESTART)
			supervision_follow(session->client, session->server->plan->name);
		lose(session, ERR_GONE);
		break;
	case ROUTED_LOST: lose(session, ERR_GONE); break;
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
	close_here(session);
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
		ask_child(session);
}

void routed_announced(struct child *server, const char *service)
{
	(void)service;
	for_each_at(server, retry);
}
