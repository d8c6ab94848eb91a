/* SPDX-License-Identifier: MIT */
#include <base/log.h>
#include <event_session/client.h>
#include <stdlib.h>

#include "child/child.h"
#include "config.h"
#include "init.h"
#include "libc/libc.h"
#include "reconfigure.h"

enum { REPLY_SLOTS = 1023, INIT_TABLE_SLOTS = 1024 };

void init_report(struct init *init, const char *kind, const char *subject, const char *detail)
{
	const struct event_emit_params params = {
		.kind = capnp_text_of(kind),
		.subject = capnp_text_of(subject),
		.detail = capnp_text_of(detail ? detail : ""),
	};

	report_changed(init);
	/* Without a listener the log has to do. */
	if (cap_valid(init->event))
		(void)event_emit(&init->env->ipc, init->event, &params);
}

static void check_faults(struct signal_handler *handler)
{
	struct init *init = (struct init *)((char *)handler - offsetof(struct init, faulted));

	for (struct child *child = init->all; child; child = child->next)
		child_check_fault(child);
}

static void look_for_answers(struct signal_handler *handler)
{
	struct init *init = (struct init *)((char *)handler - offsetof(struct init, answered));

	struct child *next;

	for (struct child *child = init->all; child; child = next) {
		next = child->next;
		child_poll(child);
	}
	supervision_begin_all(init);
}

static void listen(struct init *init)
{
	const struct session_request request = {.service = "Event"};
	struct session event;

	if (session_open(init->env, &request, &event) == OK)
		init->event = event.cap;
}

static int run(struct env *env)
{
	const struct ring_client_setup common = {.entries = RING_CLIENT_ENTRIES_MAX};
	static struct init init; /* the one init of this component; passed along everywhere */
	struct configuration first;

	init.env = env;
	init.faulted.run = check_faults;
	init.answered.run = look_for_answers;
	init.reconfigured.run = reconfigure_changed;
	listen(&init);
	if (entrypoint_init(&init.entrypoint, env, REPLY_SLOTS) != OK ||
	    ring_client_init(&init.ring, &init.entrypoint, &common) != OK ||
	    entrypoint_add_signal(&init.entrypoint, &init.answered) != OK ||
	    entrypoint_add_signal(&init.entrypoint, &init.faulted) != OK ||
	    entrypoint_add_signal(&init.entrypoint, &init.reconfigured) != OK ||
	    report_init(&init) != OK) {
		log_line(env, "config: error: init's own budget is too small");
		return 1;
	}
	if (config_load(&init, &first) != OK) {
		init_report(&init, "refused", "", "the policy is wrong; nothing was started");
		return 1;
	}
	if (reconfigure(&init, &first) != OK) {
		log_line(env, "config: error: init's own budget is too small");
		return 1;
	}
	entrypoint_run(&init.entrypoint);
	return 0;
}

int component_main(struct env *env)
{
	if (env_grow_table(env, INIT_TABLE_SLOTS) != OK)
		return 1;
	return libc_run(env, run);
}
