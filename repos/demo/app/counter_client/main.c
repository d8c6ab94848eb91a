/* SPDX-License-Identifier: MIT */
/*
 * Counter client: counts to 3, and then much further.
 */
#include <base/env.h>
#include <base/log.h>
#include <base/session.h>
#include <base/status_name.h>
#include <counter_session/client.h>

static enum status count(struct env *env, cap_t counter, uint32_t amount)
{
	const struct counter_add_params params = {.amount = amount};
	struct counter_add_results results;
	const enum status status = counter_add(&env->ipc, counter, &params, &results);

	if (status == OK)
		log_line(env, "that makes %lu", results.total);
	else
		log_line(env, "%u more: %s", amount, status_name(status));
	return status;
}

int component_main(struct env *env)
{
	const struct session_request request = {.service = "Counter", .label = "main"};
	struct session session;
	enum status status = session_open(env, &request, &session);

	if (status != OK) {
		log_line(env, "no counter: %s", status_name(status));
		return 1;
	}
	for (unsigned i = 0; i < 3 && status == OK; i++)
		status = count(env, session.cap, 1);
	if (status != OK || count(env, session.cap, 1000) != ERR_BAD_ARG)
		return 1;
	session_close(env, &session);
	return 0;
}
