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
	struct served facet; /* for the component itself */
	cap_t charge;
	cap_t domain;
	cap_t space;
};

static struct pd_session *of_facet(void *facet)
{
	return (struct pd_session *)((char *)facet - offsetof(struct pd_session, facet));
}

cap_t pd_session_domain(struct core_session *session)
{
	return ((struct pd_session *)session)->domain;
}

cap_t pd_session_account(struct core_session *session)
{
	return session->service == &pd_service ? ((struct pd_session *)session)->charge : CAP_NULL;
}

static enum status give_resources(const struct pd_session *pd, struct pd_resources_results *results)
{
	results->space = pd->space;
	results->account = pd->charge;
	return OK;
}

static enum status resources(void *self, struct request *request,
                             struct pd_resources_results *results)
{
	(void)request;
	return give_resources(self, results);
}

static enum status facet_resources(void *self, struct request *request,
                                   struct pd_resources_results *results)
{
	(void)request;
	return give_resources(of_facet(self), results);
}

static enum status domain(void *self, struct request *request,
                          struct pd_control_domain_results *results)
{
	const struct pd_session *pd = self;

	(void)request;
	results->domain = pd->domain;
	return OK;
}

static enum status facet(void *self, struct request *request,
                         struct pd_control_facet_results *results)
{
	const struct pd_session *pd = self;

	(void)request;
	results->pd = pd->facet.cap;
	return OK;
}

static const struct pd_server facet_methods = {.resources = facet_resources};
static const struct pd_control_server methods = {
	.pd = {.resources = resources}, .domain = domain, .facet = facet};

static enum status dispatch_facet(struct served *served, struct request *request)
{
	return pd_dispatch(&facet_methods, served, request);
}

static enum status dispatch(struct served *served, struct request *request)
{
	return pd_control_dispatch(&methods, served, request);
}

/* The component's own account is short: more donation would not help. */
static enum status own_shortage(enum status status)
{
	return status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS ? ERR_DENIED : status;
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	static const uint32_t facet_interfaces[] = {PD_INTERFACE, 0};
	struct pd_session *pd = (struct pd_session *)session;
	struct core *core = session->core;
	const struct charge_create_domain_params domain_params = {.slots = CHILD_TABLE_SLOTS};
	struct charge_create_domain_results made;

	if (!platform_is_kernel_object(core, params->argument, OBJECT_KIND_ACCOUNT))
		return ERR_BAD_ARG;

	enum status status =
		charge_create_domain(&core->env.ipc, params->argument, &domain_params, &made);

	if (status != OK)
		return own_shortage(status);
	status = own_shortage(
		platform_derive(core, made.domain, SPACE_INTERFACE, params->argument, &pd->space));
	if (status == OK)
		status = entrypoint_serve(&core->entrypoint, &pd->facet, dispatch_facet,
		                          facet_interfaces, session->account);
	if (status != OK) {
		ipc_drop(&core->env.ipc, pd->space);
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

	entrypoint_unserve(&session->core->entrypoint, &pd->facet);
	ipc_drop(ipc, pd->space);
	ipc_drop(ipc, pd->domain);
	ipc_drop(ipc, pd->charge);
}

static const uint32_t interfaces[] = {PD_CONTROL_INTERFACE, PD_INTERFACE, 0};

const struct core_service pd_service = {
	.name = "PD",
	.session_bytes = sizeof(struct pd_session),
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
