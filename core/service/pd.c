/* SPDX-License-Identifier: MIT */
/*
 * PD: the domain of one component. It is paid by the component's account, whose
 * Charge comes with the request; the kernel is asked whether it really is one.
 */
#include <kernel/client.h>
#include <pd_session/server.h>

#include "core.h"
#include "platform/platform.h"

struct pd_session {
	struct core_session session;
	cap_t charge;
	cap_t domain;
	cap_t space;
};

cap_t pd_session_domain(struct core_session *session)
{
	return ((struct pd_session *)session)->domain;
}

cap_t pd_session_space(struct core_session *session)
{
	return ((struct pd_session *)session)->space;
}

cap_t pd_session_account(struct core_session *session)
{
	return session->service == &pd_service ? ((struct pd_session *)session)->charge : CAP_NULL;
}

static enum status domain(void *self, struct request *request, struct pd_domain_results *results)
{
	const struct pd_session *pd = self;

	(void)request;
	results->domain = pd->domain;
	results->space = pd->space;
	return OK;
}

static const struct pd_server methods = {.domain = domain};

static enum status dispatch(struct served *served, struct request *request)
{
	return pd_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	struct pd_session *pd = (struct pd_session *)session;
	struct core *core = session->core;
	const struct charge_create_domain_params domain_params = {.slots = CHILD_TABLE_SLOTS};
	struct charge_create_domain_results made;
	enum status status = session_payer(core, params);

	if (status == OK)
		status = session_own_shortage(charge_create_domain(
			&core->env.ipc, params->argument, &domain_params, &made));
	if (status != OK)
		return status;
	status = session_own_shortage(
		platform_derive(core, made.domain, SPACE_INTERFACE, params->argument, &pd->space));
	if (status != OK) {
		ipc_drop(&core->env.ipc, made.domain);
		return status;
	}
	pd->domain = made.domain;
	pd->charge = request_take(request, params->argument);
	return OK;
}

static void close(struct core_session *session)
{
	struct pd_session *pd = (struct pd_session *)session;
	struct ipc *ipc = &session->core->env.ipc;

	ipc_drop(ipc, pd->space);
	ipc_drop(ipc, pd->domain);
	ipc_drop(ipc, pd->charge);
}

static const uint32_t interfaces[] = {PD_INTERFACE, 0};

const struct core_service pd_service = {
	.name = "PD",
	.session_bytes = sizeof(struct pd_session),
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
