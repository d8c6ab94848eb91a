/* SPDX-License-Identifier: MIT */
/*
 * Event: a parent's reports to the test driver. Who may write them is a
 * matter of routing; what they say about whom is the parent's word.
 */
#include <abi/event.h>
#include <base/log.h>
#include <event_session/server.h>
#include <kernel/client.h>
#include <string.h>

#include "core.h"
#include "platform/platform.h"

enum { KIND_MAX = 32, SUBJECT_MAX = 160, ORDER_MAX = 256 };

enum order_part { ORDER_FAULT, ORDER_PARENT, ORDER_CHILD, ORDER_SERVICE, ORDER_LABEL, ORDER_PARTS };

struct event_session {
	struct core_session session;
	cap_t asked;
	char order[ORDER_MAX]; /* its parts, each with its end */
	bool ordered;          /* and it has not been told yet */
};

/* Copies printable ASCII; everything else becomes '?'. */
static void copy(char *to, size_t size, struct capnp_text text)
{
	size_t used = 0;

	for (; used < text.size && used + 1 < size; used++)
		to[used] = text.at[used] >= ' ' && text.at[used] < 0x7f ? text.at[used] : '?';
	to[used] = '\0';
}

static enum status emit(void *self, struct request *request, const struct event_emit_params *params)
{
	struct core_session *session = self;
	char kind[KIND_MAX], subject[SUBJECT_MAX], detail[EVENT_LINE_MAX];
	char line[EVENT_LINE_MAX];

	(void)request;
	copy(kind, sizeof(kind), params->kind);
	copy(subject, sizeof(subject), params->subject);
	copy(detail, sizeof(detail), params->detail);
	/* The subject stands below the label of who speaks, so nobody can speak of others. */
	text_format(line, sizeof(line), "event %s %s%s%s|%s\n", kind, session->label,
	            subject[0] ? " -> " : "", subject, detail);
	event_channel_write(line);
	return OK;
}

static enum status watch(void *self, struct request *request,
                         const struct event_watch_params *params)
{
	struct event_session *event = self;
	struct core *core = event->session.core;

	if (!platform_is_kernel_object(core, params->asked, OBJECT_KIND_NOTIFICATION))
		return ERR_BAD_ARG;
	ipc_drop(&core->env.ipc, event->asked);
	event->asked = request_take(request, params->asked);
	return OK;
}

static const char *part_of(const char *order, enum order_part part)
{
	for (; part > 0; part--)
		order += strlen(order) + 1;
	return order;
}

static enum status order(void *self, struct request *request, struct event_order_results *results)
{
	struct event_session *event = self;
	const char *text = event->order;

	(void)request;
	if (!event->ordered)
		return OK;
	event->ordered = false;
	results->fault = capnp_text_of(text);
	results->child = capnp_text_of(part_of(text, ORDER_CHILD));
	results->service = capnp_text_of(part_of(text, ORDER_SERVICE));
	results->label = capnp_text_of(part_of(text, ORDER_LABEL));
	return OK;
}

static bool ask(struct core *core, const struct event_session *event)
{
	const struct signal_signal_params params = {0};

	return signal_signal(&core->env.ipc, event->asked, &params) == OK;
}

static struct event_session *watching(struct core_session *session)
{
	struct event_session *event = (struct event_session *)session;

	return session->service == &event_service && cap_valid(event->asked) ? event : NULL;
}

unsigned event_ask(struct core *core)
{
	unsigned count = 0;

	for (struct core_session *at = core->sessions; at; at = at->next) {
		const struct event_session *event = watching(at);

		count += event && ask(core, event);
	}
	return count;
}

/* Each part but the last ends at a separator, which becomes its end. */
static bool divide(char *order)
{
	unsigned part = ORDER_FAULT;

	for (; *order && part < ORDER_LABEL; order++) {
		if (*order == (part == ORDER_FAULT ? ' ' : '|')) {
			*order = '\0';
			part++;
		}
	}
	return part == ORDER_LABEL;
}

unsigned event_order(struct core *core, char *order)
{
	const size_t size = strlen(order) + 1;

	if (size > ORDER_MAX || !divide(order))
		return 0;
	for (struct core_session *at = core->sessions; at; at = at->next) {
		struct event_session *event = watching(at);

		if (event && strcmp(at->label, part_of(order, ORDER_PARENT)) == 0) {
			memcpy(event->order, order, size);
			event->ordered = true;
			return ask(core, event);
		}
	}
	return 0;
}

static const struct event_server methods = {.emit = emit, .watch = watch, .order = order};

static enum status dispatch(struct served *served, struct request *request)
{
	return event_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	(void)session, (void)request, (void)params;
	return OK;
}

static void close(struct core_session *session)
{
	ipc_drop(&session->core->env.ipc, ((struct event_session *)session)->asked);
}

static const uint32_t interfaces[] = {EVENT_INTERFACE, 0};

const struct core_service event_service = {
	.name = "Event",
	.session_bytes = sizeof(struct event_session),
	.objects = true,
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
