/* SPDX-License-Identifier: MIT */
#include <base/env.h>
#include <base/log.h>
#include <log_session/client.h>
#include <string.h>

enum { WRITE_MAX = 3000 }; /* bytes of text in one message */

static bool open(struct env *env)
{
	const struct session_request request = {.service = "LOG"};
	struct session log;

	if (cap_valid(env->log))
		return true;
	if (session_open(env, &request, &log) != OK)
		return false;
	env->log = log.cap;
	return true;
}

void log_text(struct env *env, const char *text, size_t size)
{
	if (!open(env))
		return;
	while (size > 0) {
		const size_t part = size < WRITE_MAX ? size : WRITE_MAX;
		const struct log_write_params params = {
			.text = {.at = text, .size = (uint32_t)part}};

		if (log_write(&env->ipc, env->log, &params) != OK)
			return;
		text += part;
		size -= part;
	}
}

void log_line(struct env *env, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	va_list arguments;

	va_start(arguments, format);

	size_t used = text_format_list(line, sizeof(line) - 1, format, arguments);

	va_end(arguments);
	line[used++] = '\n';
	log_text(env, line, used);
}
