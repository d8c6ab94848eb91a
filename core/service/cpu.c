/* SPDX-License-Identifier: MIT */
/*
 * CPU: a scheduling context below core's own. It is the session's capability itself, and
 * is paid by the component whose threads it runs.
 */
#include <cpu_session/types.h>
#include <kernel/client.h>

#include "core.h"

enum { PRIORITY_BELOW_CORE = 254 };

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	struct core *core = session->core;
	struct cpu_args args = {0};
	struct sched_context_split_results results;
	enum status status = session_payer(core, params);

	(void)request;
	if (status == OK && params->args.size > 0)
		status = session_args(params, cpu_args_decode, &args);
	if (status != OK || args.priority >= PRIORITY_BELOW_CORE)
		return ERR_BAD_ARG;

	const struct sched_context_split_params split = {
		.account = params->argument,
		.priority = (uint8_t)(PRIORITY_BELOW_CORE - args.priority)};

	status = session_own_shortage(
		sched_context_split(&core->env.ipc, core->context, &split, &results));
	if (status == OK)
		session->served.cap = results.context;
	return status;
}

static void close(struct core_session *session)
{
	ipc_drop(&session->core->env.ipc, session->served.cap);
}

const struct core_service cpu_service = {
	.name = "CPU",
	.session_bytes = sizeof(struct core_session),
	.open = open,
	.close = close,
};
