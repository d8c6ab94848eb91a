/* SPDX-License-Identifier: MIT */
/*
 * CPU: a scheduling context below core's own.
 */
#include <cpu_session/server.h>
#include <kernel/client.h>

#include "core.h"

enum { PRIORITY_BELOW_CORE = 254 };

struct cpu_session {
	struct core_session session;
	cap_t context;
};

cap_t cpu_session_context(struct core_session *session)
{
	return ((struct cpu_session *)session)->context;
}

static enum status context(void *self, struct request *request, struct cpu_context_results *results)
{
	(void)request;
	results->context = ((struct cpu_session *)self)->context;
	return OK;
}

static const struct cpu_server methods = {.context = context};

static enum status dispatch(struct served *served, struct request *request)
{
	return cpu_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	struct cpu_session *cpu = (struct cpu_session *)session;
	struct core *core = session->core;
	struct cpu_args args = {0};
	struct sched_context_split_results results;
	enum status status = OK;

	(void)request;
	if (params->args.size > 0)
		status = session_args(params, cpu_args_decode, &args);
	if (status != OK || args.priority >= PRIORITY_BELOW_CORE)
		return ERR_BAD_ARG;

	const struct sched_context_split_params split = {
		.account = session->account,
		.priority = (uint8_t)(PRIORITY_BELOW_CORE - args.priority)};

	status = sched_context_split(&core->env.ipc, core->context, &split, &results);
	if (status == OK)
		cpu->context = results.context;
	return status;
}

static void close(struct core_session *session)
{
	ipc_drop(&session->core->env.ipc, ((struct cpu_session *)session)->context);
}

static const uint32_t interfaces[] = {CPU_INTERFACE, 0};

const struct core_service cpu_service = {
	.name = "CPU",
	.session_bytes = sizeof(struct cpu_session),
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
