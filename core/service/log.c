/* SPDX-License-Identifier: MIT */
/*
 * LOG: each line is printed with the session's label in front. Text without
 * a final newline waits for the rest of its line, in the session's memory.
 */
#include <abi/event.h>
#include <base/log.h>
#include <kernel/client.h>
#include <log_session/server.h>
#include <string.h>

#include "core.h"
#include "platform/platform.h"

enum { LINE_MAX = 1024 };

struct log_session {
	struct core_session session;
	char line[LINE_MAX]; /* label, then text, then room for a newline */
	size_t prefix, used;
};

/* The first line a component writes ends the boot. */
static void note_first_line(struct core *core)
{
	struct platform_information_results information;
	char text[96];
	uint32_t low, high;

	if (core->line_seen)
		return;
	core->line_seen = true;
	asm volatile("rdtsc" : "=a"(low), "=d"(high));
	if (platform_information(&core->env.ipc, core->platform, &information) != OK)
		return;
	text_format(text, sizeof(text), "event bench core|boot.first_line %lu instructions\n",
	            ((uint64_t)high << 32 | low) - information.entry_ticks);
	event_channel_write(text);
}

static void flush(struct log_session *log)
{
	struct core *core = log->session.core;

	log->line[log->used++] = '\n';
	console_print(core, log->line, log->used);
	log->used = log->prefix;
	note_first_line(core);
}

/* Lines are people's and the test driver's: what could forge another line is shown as '?'. */
static char printable(char c)
{
	return (c >= ' ' && c != 0x7f) || c == '\t' || (unsigned char)c >= 0x80 ? c : '?';
}

static enum status write(void *self, struct request *request, const struct log_write_params *params)
{
	struct log_session *log = self;

	(void)request;
	for (uint32_t i = 0; i < params->text.size; i++) {
		const char c = params->text.at[i];

		if (c == '\n') {
			flush(log);
			continue;
		}
		if (log->used == LINE_MAX - 1)
			flush(log);
		log->line[log->used++] = printable(c);
	}
	return OK;
}

static const struct log_server methods = {.write = write};

static enum status dispatch(struct served *served, struct request *request)
{
	return log_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	struct log_session *log = (struct log_session *)session;

	(void)request, (void)params;
	log->prefix = log->used = text_format(log->line, LINE_MAX, "[%s] ", session->label);
	return OK;
}

static void close(struct core_session *session)
{
	struct log_session *log = (struct log_session *)session;

	if (log->used > log->prefix)
		flush(log);
}

static const uint32_t interfaces[] = {LOG_INTERFACE, 0};

const struct core_service log_service = {
	.name = "LOG",
	.session_bytes = sizeof(struct log_session),
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
