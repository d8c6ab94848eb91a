/* SPDX-License-Identifier: MIT */
/*
 * Echo server: a good server by default; by its configuration one that wants
 * much, leaves requests unanswered or faults, by call one that exits or hangs.
 */
#include <base/log.h>
#include <base/rom.h>
#include <base/session_server.h>
#include <echo_server_config/types.h>
#include <echo_session/server.h>
#include <kernel/client.h>
#include <string.h>

#include "answer.h"

enum { REPLY_SLOTS = 16, TABLE_SLOTS = 256, BURDEN_CAPS_MAX = 8 };

struct echo_state {
	struct entrypoint entrypoint;
	struct session_server sessions;
	struct timeout hang;
	struct config config;
};

struct echo_session {
	struct server_session session;
	uint64_t sum;
	cap_t memory; /* with the notifications what the configuration wants of a session */
	cap_t notifications[BURDEN_CAPS_MAX];
};

static struct echo_state *state_of(const struct server_session *session)
{
	return session->server->context;
}

/* ---- the Echo interface ---- */

static enum status label(void *self, struct request *request, struct echo_label_results *results)
{
	struct echo_session *echo = self;

	(void)request;
	results->label = capnp_text_of(echo->session.label);
	results->server = state_of(&echo->session)->config.name;
	return OK;
}

static enum status add(void *self, struct request *request, const struct echo_add_params *params,
                       struct echo_add_results *results)
{
	struct echo_session *echo = self;

	(void)request;
	echo->sum += params->value;
	results->sum = echo->sum;
	return OK;
}

static enum status hold(void *self, struct request *request)
{
	struct echo_session *echo = self;
	unsigned slot;

	return entrypoint_keep(echo->session.server->entrypoint, request, &slot);
}

static enum status leave(void *self, struct request *request,
                         const struct echo_leave_params *params)
{
	struct echo_session *echo = self;

	(void)request;
	env_exit(echo->session.server->entrypoint->env, params->code);
}

/* The answer still goes out; what comes behind it is the timeout. */
static enum status hang(void *self, struct request *request)
{
	struct echo_session *echo = self;

	(void)request;
	entrypoint_arm(echo->session.server->entrypoint, &state_of(&echo->session)->hang, 1);
	return OK;
}

static enum status usage(void *self, struct request *request, struct echo_usage_results *results)
{
	struct echo_session *echo = self;
	struct env *env = echo->session.server->entrypoint->env;
	struct charge_usage_results used;
	const enum status status = charge_usage(&env->ipc, env->account, &used);

	(void)request;
	if (status != OK)
		return status;
	results->ram = used.ram_used;
	results->caps = used.caps_used;
	return OK;
}

static const struct echo_server methods = {
	.label = label, .add = add, .hold = hold, .leave = leave, .hang = hang, .usage = usage};

static enum status dispatch(struct served *served, struct request *request)
{
	struct server_session *session = (struct server_session *)served;
	const struct echo_state *state = state_of(session);
	const enum status status = echo_dispatch(&methods, served, request);

	if (status != OK || request->method != ECHO_ADD)
		return status;
	return answer_bend(state->entrypoint.env, state->config.answers, request);
}

/* Waits where nobody ever comes. */
static void hang_now(struct timeout *timeout)
{
	struct echo_state *state =
		(struct echo_state *)((char *)timeout - offsetof(struct echo_state, hang));
	struct env *env = state->entrypoint.env;
	const struct charge_create_endpoint_params params = {0};
	struct charge_create_endpoint_results nowhere;
	enum ipc_event event;
	struct request request;
	uint64_t bits;

	log_line(env, "hangs");
	if (charge_create_endpoint(&env->ipc, env->account, &params, &nowhere) != OK)
		return;
	for (;;) /* signals do come */
		(void)ipc_reply_wait(&env->ipc, nowhere.endpoint, NULL, OK, 0, &event, &request,
		                     &bits);
}

/* ---- sessions ---- */

static void drop_burden(struct echo_session *echo)
{
	struct env *env = echo->session.server->entrypoint->env;

	for (unsigned i = 0; i < BURDEN_CAPS_MAX; i++)
		ipc_drop(&env->ipc, echo->notifications[i]);
	ipc_drop(&env->ipc, echo->memory);
}

static void close_session(struct server_session *session)
{
	struct echo_session *echo = (struct echo_session *)session;

	drop_burden(echo);
	if (!state_of(session)->config.quiet)
		log_line(session->server->entrypoint->env, "closes \"%s\", sum %lu", session->label,
		         echo->sum);
}

static enum status take_burden(struct echo_session *echo, const struct config *config)
{
	struct env *env = echo->session.server->entrypoint->env;
	const struct charge_create_memory_params params = {.size = config->session_ram};
	struct charge_create_memory_results memory;
	struct charge_create_notification_results notification;
	enum status status = OK;

	if (config->session_ram > 0)
		status = charge_create_memory(&env->ipc, echo->session.account, &params, &memory);
	if (status == OK && config->session_ram > 0)
		echo->memory = memory.memory;
	for (uint32_t i = 0; i < config->session_caps && i < BURDEN_CAPS_MAX && status == OK; i++) {
		status =
			charge_create_notification(&env->ipc, echo->session.account, &notification);
		if (status == OK)
			echo->notifications[i] = notification.notification;
	}
	return status;
}

static bool ends_with(const char *text, struct capnp_text tail)
{
	const size_t size = strlen(text);

	return tail.size > 0 && size >= tail.size &&
	       memcmp(text + size - tail.size, tail.at, tail.size) == 0;
}

static enum status open_session(struct server_session *session, struct request *request,
                                const struct root_create_params *params)
{
	struct echo_session *echo = (struct echo_session *)session;
	struct echo_state *state = state_of(session);
	struct env *env = state->entrypoint.env;
	unsigned slot;

	if (ends_with(session->label, state->config.fatal))
		__builtin_trap();
	if (ends_with(session->label, state->config.unanswered)) {
		log_line(env, "leaves \"%s\" unanswered", session->label);
		/* Not to be answered is what it is for; what is returned then does not matter. */
		(void)entrypoint_keep(&state->entrypoint, request, &slot);
		return ERR_NOT_NOW;
	}

	const enum status status = take_burden(echo, &state->config);

	if (status != OK)
		drop_burden(echo);
	else if (!state->config.quiet)
		log_line(env, "opens \"%s\" for %lu bytes, %u capabilities", session->label,
		         params->ram, params->caps);
	return status;
}

static const uint32_t interfaces[] = {ECHO_INTERFACE, 0};

static const struct session_service service = {
	.name = "Echo",
	.session_bytes = sizeof(struct echo_session),
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open_session,
	.close = close_session,
};

int component_main(struct env *env)
{
	static struct echo_state state = {
		.hang = {.run = hang_now}}; /* the one of this component */
	struct rom rom;

	if (rom_open(env, "config", &rom) == OK &&
	    config_decode(rom.at, (uint32_t)rom.size, &state.config) != OK)
		return 1;
	if (env_grow_table(env, TABLE_SLOTS) != OK ||
	    entrypoint_init(&state.entrypoint, env, REPLY_SLOTS) != OK ||
	    session_server_init(&state.sessions, &state.entrypoint, &service, &state) != OK)
		return 1;
	entrypoint_run(&state.entrypoint);
	return 0;
}
