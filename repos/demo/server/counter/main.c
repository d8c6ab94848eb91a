/* SPDX-License-Identifier: MIT */
/*
 * Counter: a server of one method. A session's total lies in memory that its client has donated,
 * and goes with the session.
 */
#include <base/log.h>
#include <base/rom.h>
#include <base/session_server.h>
#include <base/status_name.h>
#include <counter_config/types.h>
#include <counter_session/server.h>

struct counter {
	struct env *env;
	struct config config;
	struct entrypoint entrypoint;
	struct session_server sessions;
};

struct counter_session {
	struct server_session session;
	uint64_t total;
};

static enum status add(void *self, struct request *request, const struct counter_add_params *params,
                       struct counter_add_results *results)
{
	struct counter_session *session = self;
	const struct counter *counter = session->session.server->context;

	(void)request;
	if (params->amount > counter->config.limit - session->total)
		return ERR_BAD_ARG;
	session->total += params->amount;
	results->total = session->total;
	return OK;
}

static const struct counter_server methods = {.add = add};

static enum status dispatch(struct served *served, struct request *request)
{
	return counter_dispatch(&methods, served, request);
}

static void close(struct server_session *session)
{
	const struct counter *counter = session->server->context;

	log_line(counter->env, "%s counted to %lu", session->label,
	         ((struct counter_session *)session)->total);
}

static enum status begin(struct counter *counter)
{
	static const uint32_t interfaces[] = {COUNTER_INTERFACE, 0};
	static const struct session_service service = {
		.name = "Counter",
		.session_bytes = sizeof(struct counter_session),
		.dispatch = dispatch,
		.interfaces = interfaces,
		.close = close,
	};
	struct rom rom;
	enum status status = rom_open(counter->env, "config", &rom);

	if (status == OK)
		status = config_decode(rom.at, (uint32_t)rom.size, &counter->config);
	if (status == OK)
		status = entrypoint_init(&counter->entrypoint, counter->env, 0);
	if (status == OK)
		status = session_server_init(&counter->sessions, &counter->entrypoint, &service,
		                             counter);
	return status;
}

int component_main(struct env *env)
{
	static struct counter counter;

	counter.env = env;

	const enum status status = begin(&counter);

	if (status != OK) {
		log_line(env, "can't begin: %s", status_name(status));
		return 1;
	}
	entrypoint_run(&counter.entrypoint);
	return 0;
}
