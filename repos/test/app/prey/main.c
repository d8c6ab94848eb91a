/* SPDX-License-Identifier: MIT */
/*
 * Prey: an honest client of a bad server. Whatever the server does, each request of it ends by
 * its own deadline at the latest.
 */
#include <base/env.h>
#include <base/log.h>
#include <echo_session/client.h>
#include <kernel/client.h>

enum { ROUNDS = 300, PATIENCE_NS = 300000 };

static void be_patient(struct env *env)
{
	struct self_time_results time = {0};

	env->ipc.deadline = 0;
	(void)self_time(&env->ipc, CAP_NULL, &time); /* needs nothing that could be missing */
	env->ipc.deadline = time.now + PATIENCE_NS;
}

int component_main(struct env *env)
{
	const struct session_request request = {.service = "Trap", .ram = 8192, .caps = 4};
	unsigned opened = 0, answered = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct echo_label_results results;
		struct session session;

		be_patient(env);
		if (session_open(env, &request, &session) != OK)
			continue;
		opened++;
		be_patient(env);
		if (echo_label(&env->ipc, session.cap, &results) == OK)
			answered++;
		be_patient(env);
		session_close(env, &session);
	}
	env->ipc.deadline = 0;
	log_line(env, "%u requests, %u sessions, %u answers: all have ended", ROUNDS, opened,
	         answered);
	return 0;
}
