/* SPDX-License-Identifier: MIT */
/*
 * Log filter: a LOG server that passes lines on to its own LOG session, with
 * the client's label in front, and counts them.
 *
 * To its clients it is just LOG: which of them talk to it, and which to the
 * parent's LOG, is the policy's affair. A session's record, with room for one
 * line, lies in memory the client has donated.
 */
#include <base/log.h>
#include <base/session_server.h>
#include <log_session/server.h>

#include "configuration.h"
#include "line_buffer.h"

struct log_filter {
	struct env *env;
	struct configuration configuration;
	struct entrypoint entrypoint;
	struct session_server server;
};

struct filtered_log {
	struct server_session session;
	struct line_buffer buffer;
	uint64_t passed, dropped;
};

static struct log_filter *filter_of(const struct filtered_log *log)
{
	return log->session.server->context;
}

/* One line in one piece, so that those of different clients do not mix. */
static void pass(struct filtered_log *log, size_t size)
{
	struct log_filter *filter = filter_of(log);
	char line[LINE_BUFFER_BYTES + SESSION_LABEL_MAX + 8];

	if (!filter_passes(&filter->configuration.filter, log->buffer.text, size)) {
		log->dropped++;
		return;
	}
	log->passed++;

	size_t used = text_format(line, sizeof(line), "[%s] ", log->session.label);

	for (size_t i = 0; i < size; i++)
		line[used++] = log->buffer.text[i];
	line[used++] = '\n';
	log_text(filter->env, line, used);
}

static enum status write(void *self, struct request *request, const struct log_write_params *params)
{
	struct filtered_log *log = self;
	struct line_parts parts = {.at = params->text.at, .size = params->text.size};
	size_t size;

	(void)request;
	while (line_buffer_next(&log->buffer, &parts, &size))
		pass(log, size);
	return OK;
}

static const struct log_server methods = {.write = write};

static enum status dispatch(struct served *served, struct request *request)
{
	return log_dispatch(&methods, served, request);
}

static void close(struct server_session *session)
{
	struct filtered_log *log = (struct filtered_log *)session;
	struct log_filter *filter = filter_of(log);
	size_t size;

	if (line_buffer_end(&log->buffer, &size))
		pass(log, size);
	if (filter->configuration.summary)
		log_line(filter->env, "%s wrote %lu lines, %lu of them dropped", session->label,
		         log->passed + log->dropped, log->dropped);
}

int component_main(struct env *env)
{
	static const uint32_t interfaces[] = {LOG_INTERFACE, 0};
	static const struct session_service service = {
		.name = "LOG",
		.session_bytes = sizeof(struct filtered_log),
		.dispatch = dispatch,
		.interfaces = interfaces,
		.close = close,
	};
	static struct log_filter filter; /* the one of this component; passed along everywhere */

	filter.env = env;
	if (configuration_read(env, &filter.configuration) != OK) {
		log_line(env, "the configuration can't be used");
		return 1;
	}
	if (entrypoint_init(&filter.entrypoint, env, 0) != OK ||
	    session_server_init(&filter.server, &filter.entrypoint, &service, &filter) != OK) {
		log_line(env, "the budget is too small to serve anybody");
		return 1;
	}
	entrypoint_run(&filter.entrypoint);
	return 0;
}
