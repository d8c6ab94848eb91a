/* SPDX-License-Identifier: MIT */
/*
 * Log digest: a LOG server that keeps nothing of what it is told but the
 * number of bytes and a digest of them, and says both when the session is
 * closed. For scenarios whose components write more than a console should see.
 *
 * The digest is FNV-1a with 64 bits: it tells texts apart that are different by
 * accident, and is a few lines of Lua on the other side.
 */
#include <base/log.h>
#include <base/session_server.h>
#include <log_session/server.h>

struct log_digest {
	struct env *env;
	struct entrypoint entrypoint;
	struct session_server server;
};

struct digested_log {
	struct server_session session;
	uint64_t bytes, digest;
};

static const uint64_t digest_start = 0xcbf29ce484222325;
static const uint64_t digest_factor = 0x100000001b3;

static enum status write(void *self, struct request *request, const struct log_write_params *params)
{
	struct digested_log *log = self;

	(void)request;
	for (uint32_t i = 0; i < params->text.size; i++)
		log->digest = (log->digest ^ (uint8_t)params->text.at[i]) * digest_factor;
	log->bytes += params->text.size;
	return OK;
}

static const struct log_server methods = {.write = write};

static enum status dispatch(struct served *served, struct request *request)
{
	return log_dispatch(&methods, served, request);
}

static enum status open(struct server_session *session, struct request *request,
                        const struct root_create_params *params)
{
	(void)request, (void)params;
	((struct digested_log *)session)->digest = digest_start;
	return OK;
}

static void close(struct server_session *session)
{
	const struct digested_log *log = (struct digested_log *)session;
	const struct log_digest *server = session->server->context;

	log_line(server->env, "%s wrote %lu bytes, digest %lx", session->label, log->bytes,
	         log->digest);
}

int component_main(struct env *env)
{
	static const uint32_t interfaces[] = {LOG_INTERFACE, 0};
	static const struct session_service service = {
		.name = "LOG",
		.session_bytes = sizeof(struct digested_log),
		.dispatch = dispatch,
		.interfaces = interfaces,
		.open = open,
		.close = close,
	};
	static struct log_digest server; /* the one of this component; passed along everywhere */

	server.env = env;
	if (entrypoint_init(&server.entrypoint, env, 0) != OK ||
	    session_server_init(&server.server, &server.entrypoint, &service, &server) != OK) {
		log_line(env, "the budget is too small to serve anybody");
		return 1;
	}
	entrypoint_run(&server.entrypoint);
	return 0;
}
