/* SPDX-License-Identifier: MIT */
#include <base/env.h>
#include <base/session.h>
#include <parent/client.h>
#include <string.h>

enum { RAM_STEP_MIN = 4096, CAPS_STEP_MIN = 2, ROUNDS_MAX = 32 };

/* Core's services, a level of init included; what deeper ones and others cost is learned by asking. */
static const struct {
	const char *service;
	struct session_cost cost;
} costs[] = {
	{"LOG", {2560, 1}},    {"PD", {1536, 1}},    {"CPU", {1536, 0}},   {"ROM", {1536, 1}},
	{"RM", {8192, 5}},     {"Event", {4096, 3}}, {"Timer", {2048, 1}}, {"IO_PORT", {8192, 4}},
	{"IO_MEM", {8192, 4}}, {"IRQ", {8192, 4}},
};

struct session_cost session_cost(const char *service)
{
	for (unsigned i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		if (strcmp(costs[i].service, service) == 0)
			return costs[i].cost;
	}
	return (struct session_cost){.ram = 12288, .caps = 6};
}

static enum status ask_parent(struct env *env, uint64_t ram, uint32_t caps)
{
	const struct parent_request_params params = {.ram = ram, .caps = caps};

	return parent_request(&env->ipc, env->parent, &params);
}

/* A donation grows by half: few rounds for a server that wants much, little too much in the end. */
static uint64_t ram_step(const struct parent_session_params *params)
{
	return params->ram / 2 > RAM_STEP_MIN ? params->ram / 2 : RAM_STEP_MIN;
}

static uint32_t caps_step(const struct parent_session_params *params)
{
	return params->caps / 2 > CAPS_STEP_MIN ? params->caps / 2 : CAPS_STEP_MIN;
}

/* What to do about an answer; OK: try again. */
static enum status remedy(struct env *env, enum status answer, struct parent_session_params *params)
{
	switch (answer) {
	case ERR_INSUFFICIENT_RAM: params->ram += ram_step(params); return OK;
	case ERR_INSUFFICIENT_CAPS: params->caps += caps_step(params); return OK;
	case ERR_OUT_OF_RAM:
		return ask_parent(env, params->ram + RAM_STEP_MIN, 0) == OK ? OK : answer;
	case ERR_OUT_OF_CAPS:
		return ask_parent(env, 0, params->caps + CAPS_STEP_MIN) == OK ? OK : answer;
	case OK:
	case ERR_BAD_CAP:
	case ERR_BAD_ARG:
	case ERR_DENIED:
	case ERR_NOT_NOW:
	case ERR_TIMEOUT:
	case ERR_CANCELLED:
	case ERR_GONE:
	case ERR_UNSUPPORTED: return answer;
	}
	return answer;
}

enum status session_open(struct env *env, const struct session_request *request,
                         struct session *out_session)
{
	struct parent_session_params params = {
		.service = capnp_text_of(request->service),
		.label = capnp_text_of(request->label ? request->label : ""),
		.args = {.at = request->args, .size = (uint32_t)request->args_size},
		.argument = request->argument,
		.ram = request->ram ? request->ram : session_cost(request->service).ram,
		.caps = request->caps ? request->caps : session_cost(request->service).caps,
	};
	struct parent_session_results results;
	enum status status = ERR_DENIED;

	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		status = parent_session(&env->ipc, env->parent, &params, &results);
		if (status == OK) {
			*out_session = (struct session){.cap = results.session, .id = results.id};
			return OK;
		}

		const enum status retry = remedy(env, status, &params);

		if (retry != OK)
			return retry;
	}
	return status;
}

enum status session_reconnect(struct env *env, struct session *session)
{
	const struct parent_reconnect_params params = {.id = session->id};
	struct parent_reconnect_results results;
	const enum status status = parent_reconnect(&env->ipc, env->parent, &params, &results);

	if (status != OK)
		return status;
	ipc_drop(&env->ipc, session->cap);
	session->cap = results.session;
	return OK;
}

void session_close(struct env *env, const struct session *session)
{
	const struct parent_close_params params = {.id = session->id};

	ipc_drop(&env->ipc, session->cap);
	/* The parent keeps the books; a session it does not know is closed already. */
	(void)parent_close(&env->ipc, env->parent, &params);
}
