/* SPDX-License-Identifier: MIT */
/*
 * IRQ: interrupt lines, each held by one session at most (the kernel sees to it).
 */
#include <abi/event.h>
#include <irq_session/server.h>
#include <kernel/client.h>

#include "core.h"
#include "platform/platform.h"

struct irq_session_record {
	struct core_session session;
	cap_t irq;
};

static enum status irq(void *self, struct request *request, struct irq_session_irq_results *results)
{
	(void)request;
	results->irq = ((struct irq_session_record *)self)->irq;
	return OK;
}

static const struct irq_session_server methods = {.irq = irq};

static enum status dispatch(struct served *served, struct request *request)
{
	return irq_session_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	struct irq_args args;
	enum status status = session_args(params, irq_args_decode, &args);

	(void)request;
	if (status != OK)
		return status;
	status = platform_irq(session->core, session->account, args.line,
	                      &((struct irq_session_record *)session)->irq);
	return status == ERR_NOT_NOW ? ERR_DENIED : status;
}

static void close(struct core_session *session)
{
	ipc_drop(&session->core->env.ipc, ((struct irq_session_record *)session)->irq);
}

static const uint32_t interfaces[] = {IRQ_SESSION_INTERFACE, 0};

const struct core_service irq_service = {
	.name = "IRQ",
	.session_bytes = sizeof(struct irq_session_record),
	.objects = true,
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
