/* SPDX-License-Identifier: MIT */
/*
 * What a child component asks its parent for: sessions, budget, its end; and its share of the processor, which is this
 * component's own. Any other session is passed on to our own parent, as if it were one of ours.
 */
#include <kernel/client.h>
#include <parent/client.h>
#include <parent/server.h>
#include <process/family.h>

#include <native_process.h>

#include "component.h"
#include "service.h"

static void give_back(struct native_child *child, uint64_t ram, uint32_t caps)
{
	struct env *env = component_env();
	const struct charge_fund_params fund = {.child = child->account, .ram = ram, .caps = caps};

	if (child->child && (ram || caps))
		(void)charge_fund(&env->ipc, env->account, &fund); /* it came from there */
}

/*
 * Asks our own parent, which may take its time: without the lock, by the service thread's own means.
 */
static enum status pass_on(struct native_child *child, const struct parent_session_params *params,
                           struct child_session *out_session)
{
	struct service *service = service_of_component();
	struct env *env = component_env();
	const struct account_refund_params refund = {.ram = params->ram, .caps = params->caps};
	struct parent_session_results results;
	struct self_copy_results copied;

	enum status status = account_refund(&env->ipc, child->account, &refund);
	if (status != OK)
		return status;
	child->busy = true;
	native_unlock(service->self);
	status = parent_session(&service->ipc, env->parent, params, &results);
	native_lock(service->self);
	child->busy = false;
	if (status != OK) {
		give_back(child, params->ram, params->caps);
		return status;
	}
	const struct self_copy_params copy = {.cap = results.session.id};
	env_reserve_slots(env);
	status = self_copy(&env->ipc, CAP_NULL, &copy, &copied);
	ipc_drop(&service->ipc, results.session);
	*out_session = (struct child_session){.cap = status == OK ? copied.copy : CAP_NULL,
	                                      .id = results.id,
	                                      .ram = params->ram,
	                                      .caps = params->caps};
	return OK;
}

void child_close_session(struct native_child *child, struct child_session *session)
{
	struct service *service = service_of_component();
	const struct parent_close_params params = {.id = session->id};

	ipc_drop(&component_env()->ipc, session->cap);
	child->busy = true;
	native_unlock(service->self);
	(void)parent_close(&service->ipc, component_env()->parent,
	                   &params); /* it keeps the books */
	native_lock(service->self);
	child->busy = false;
	give_back(child, session->ram, session->caps);
	native_heap_free(session);
}

static enum status open_session(struct native_child *child, struct parent_session_params params,
                                struct parent_session_results *results)
{
	struct child_session *session = native_heap_alloc(sizeof *session);

	if (!session)
		return ERR_NOT_NOW;
	if (params.label.size == 0)
		params.label = capnp_text_of(child->name);
	const enum status status = pass_on(child, &params, session);
	if (status != OK) {
		native_heap_free(session);
		return status;
	}
	session->next = child->sessions;
	child->sessions = session;
	if (!child->child)
		return ERR_GONE; /* it was destroyed meanwhile; children_clean closes the session */
	results->session = session->cap;
	results->id = session->id;
	return OK;
}

static enum status session(void *self, struct request *request,
                           const struct parent_session_params *params,
                           struct parent_session_results *results)
{
	struct native_child *child = self;
	const bool unlabelled = params->label.size == 0;

	(void)request;
	if (unlabelled && capnp_text_equal(params->service, "CPU")) {
		results->session = service_of_component()->context;
		return OK;
	}
	if (capnp_text_equal(params->service, "ROM") && capnp_text_equal(params->label, "config")) {
		results->session = component_config();
		return OK;
	}
	return open_session(child, *params, results);
}

static enum status close_own(void *self, struct request *request,
                             const struct parent_close_params *params)
{
	struct native_child *child = self;

	(void)request;
	for (struct child_session **at = &child->sessions; *at; at = &(*at)->next) {
		struct child_session *session = *at;
		if (session->id != params->id)
			continue;
		*at = session->next;
		child_close_session(child, session);
		return OK;
	}
	return ERR_BAD_ARG;
}

/* An end without a word to the process: before there is one. */
static enum status leave(void *self, struct request *request,
                         const struct parent_exit_params *params)
{
	(void)request;
	family_ended(((struct native_child *)self)->child, status_exited(params->code), false);
	return ERR_GONE;
}

/* As long as there is something to give, here or above. */
static enum status more(void *self, struct request *request,
                        const struct parent_request_params *params)
{
	struct native_child *child = self;
	struct env *env = component_env();
	const struct charge_fund_params fund = {
		.child = child->account, .ram = params->ram, .caps = params->caps};
	const struct parent_request_params ask = {.ram = params->ram, .caps = params->caps};

	(void)request;
	if (charge_fund(&env->ipc, env->account, &fund) == OK)
		return OK;
	if (parent_request(&env->ipc, env->parent, &ask) != OK)
		return ERR_DENIED;
	return charge_fund(&env->ipc, env->account, &fund) == OK ? OK : ERR_DENIED;
}

/* What it was spawned or forked from. */
static enum status binary(void *self, struct request *request,
                          struct parent_binary_results *results)
{
	(void)request;
	results->memory = ((const struct native_child *)self)->binary;
	return OK;
}

static enum status resources(void *self, struct request *request,
                             struct parent_resources_results *results)
{
	const struct native_child *child = self;

	(void)request;
	results->space = child->space;
	results->account = child->charge;
	return OK;
}

static const struct parent_server parent_methods = {.session = session,
                                                    .close = close_own,
                                                    .exit = leave,
                                                    .request = more,
                                                    .resources = resources,
                                                    .binary = binary};

enum status child_parent_dispatch(struct native_child *child, struct request *request)
{
	return parent_dispatch(&parent_methods, child, request);
}
