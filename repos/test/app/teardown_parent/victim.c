/* SPDX-License-Identifier: MIT */
#include "victim.h"

#include <kernel/client.h>
#include <parent/client.h>
#include <parent/server.h>
#include <pd_session/client.h>
#include <rom_session/client.h>

static struct env *env_of(const struct victim *victim)
{
	return victim->entrypoint->env;
}

/* ---- its sessions ---- */

static struct victim_session *find(struct victim *victim, uint32_t id)
{
	for (unsigned i = 0; i < VICTIM_SESSIONS_MAX; i++) {
		if (victim->sessions[i].open && victim->sessions[i].session.id == id)
			return &victim->sessions[i];
	}
	return NULL;
}

static struct victim_session *find_free(struct victim *victim)
{
	for (unsigned i = 0; i < VICTIM_SESSIONS_MAX; i++) {
		if (!victim->sessions[i].open)
			return &victim->sessions[i];
	}
	return NULL;
}

/* One of those it is born with, paid by the parent. */
static enum status open_environment(struct victim *victim, const struct session_request *request,
                                    cap_t *out_session)
{
	struct victim_session *place = find_free(victim);
	const enum status status = session_open(env_of(victim), request, &place->session);

	if (status != OK)
		return status;
	place->open = true;
	*out_session = place->session.cap;
	return OK;
}

static void give_back(struct victim *victim, uint64_t ram, uint32_t caps)
{
	struct env *env = env_of(victim);
	const struct charge_fund_params params = {
		.child = victim->account, .ram = ram, .caps = caps};

	/* It came from there a moment ago. */
	if (victim->alive && (ram || caps))
		(void)charge_fund(&env->ipc, env->account, &params);
}

static void close_session(struct victim *victim, struct victim_session *place)
{
	session_close(env_of(victim), &place->session);
	give_back(victim, place->ram, place->caps);
	*place = (struct victim_session){0};
}

/* ---- the Parent interface ---- */

/* True: this was one request too many. */
static bool dies(struct victim *victim)
{
	if (victim->requests_left-- > 0)
		return false;
	victim->ended(victim);
	return true;
}

static enum status pass_on(struct victim *victim, const struct parent_session_params *params,
                           struct victim_session *place)
{
	struct env *env = env_of(victim);
	const struct account_refund_params refund = {.ram = params->ram, .caps = params->caps};
	struct parent_session_results results;
	enum status status = account_refund(&env->ipc, victim->account, &refund);

	if (status != OK)
		return status;
	status = parent_session(&env->ipc, env->parent, params, &results);
	if (status != OK) {
		give_back(victim, params->ram, params->caps);
		return status;
	}
	*place = (struct victim_session){
		.session = {.cap = results.session, .id = results.id},
		.ram = params->ram,
		.caps = params->caps,
		.open = true,
	};
	return OK;
}

static enum status session(void *self, struct request *request,
                           const struct parent_session_params *params,
                           struct parent_session_results *results)
{
	struct victim *victim = self;
	struct victim_session *place = find_free(victim);

	(void)request;
	if (dies(victim))
		return ERR_GONE;
	if (!place)
		return ERR_DENIED;

	const enum status status = pass_on(victim, params, place);

	if (status != OK)
		return status;
	results->session = place->session.cap;
	results->id = place->session.id;
	return OK;
}

static enum status close(void *self, struct request *request,
                         const struct parent_close_params *params)
{
	struct victim *victim = self;
	struct victim_session *place = find(victim, params->id);

	(void)request;
	if (dies(victim))
		return ERR_GONE;
	if (!place)
		return ERR_BAD_ARG;
	close_session(victim, place);
	return OK;
}

static enum status leave(void *self, struct request *request,
                         const struct parent_exit_params *params)
{
	struct victim *victim = self;

	(void)request, (void)params;
	victim->ended(victim);
	return ERR_GONE;
}

static enum status more(void *self, struct request *request,
                        const struct parent_request_params *params)
{
	(void)self, (void)request, (void)params;
	return ERR_DENIED;
}

static enum status resources(void *self, struct request *request,
                             struct parent_resources_results *results)
{
	struct victim *victim = self;

	(void)request;
	if (dies(victim))
		return ERR_GONE;
	results->space = victim->space;
	results->account = victim->charge;
	return OK;
}

static const struct parent_server methods = {
	.session = session, .close = close, .exit = leave, .request = more, .resources = resources};

static enum status dispatch(struct served *served, struct request *request)
{
	struct victim *victim = (struct victim *)((char *)served - offsetof(struct victim, parent));

	return parent_dispatch(&methods, victim, request);
}

/* ---- its birth ---- */

static enum status create_account(struct victim *victim)
{
	struct env *env = env_of(victim);
	const struct charge_create_account_params params = {.ram = victim->ram,
	                                                    .caps = victim->caps};
	struct charge_create_account_results made;
	struct self_derive_results facet;
	enum status status = charge_create_account(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;
	victim->account = made.account;

	const struct self_derive_params derive = {
		.cap = made.account.id, .interface = CHARGE_INTERFACE, .account = made.account};

	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		victim->charge = facet.derived;
	return status;
}

static enum status create_domain(struct victim *victim)
{
	struct ipc *ipc = &env_of(victim)->ipc;
	const struct session_request request = {
		.service = "PD", .label = "victim", .argument = victim->charge};
	struct pd_domain_results made;
	cap_t pd;
	enum status status = open_environment(victim, &request, &pd);

	if (status == OK)
		status = pd_domain(ipc, pd, &made);
	if (status != OK)
		return status;
	victim->domain = made.domain;
	victim->space = made.space;
	return OK;
}

static enum status create_context(struct victim *victim)
{
	const struct session_request request = {
		.service = "CPU", .label = "victim", .argument = victim->charge};

	return open_environment(victim, &request, &victim->context);
}

static enum status open_binary(struct victim *victim, const char *binary)
{
	const struct session_request request = {.service = "ROM", .label = binary};
	struct rom_dataspace_results space;
	cap_t rom;
	enum status status = open_environment(victim, &request, &rom);

	if (status == OK)
		status = rom_dataspace(&env_of(victim)->ipc, rom, &space);
	if (status != OK)
		return status;
	victim->binary = space.memory;
	victim->binary_size = space.size;
	return OK;
}

static enum status load(struct victim *victim)
{
	static const uint32_t interfaces[] = {PARENT_INTERFACE, 0};
	const enum status status = entrypoint_serve(victim->entrypoint, &victim->parent, dispatch,
	                                            interfaces, victim->charge);

	if (status != OK)
		return status;

	const struct child_start start = {
		.domain = victim->domain,
		.account = victim->charge,
		.context = victim->context,
		.binary = victim->binary,
		.binary_size = victim->binary_size,
		.parent = victim->parent.cap,
	};

	return child_start(env_of(victim), &start, &victim->image);
}

enum status victim_start(struct victim *victim, struct entrypoint *entrypoint, const char *binary)
{
	victim->entrypoint = entrypoint;
	victim->alive = true;

	enum status status = create_account(victim);

	if (status == OK)
		status = create_domain(victim);
	if (status == OK)
		status = create_context(victim);
	if (status == OK)
		status = open_binary(victim, binary);
	if (status == OK)
		status = load(victim);
	if (status != OK)
		victim_kill(victim);
	return status;
}

/* ---- its end ---- */

void victim_kill(struct victim *victim)
{
	struct ipc *ipc = &env_of(victim)->ipc;

	if (!victim->alive)
		return;
	victim->alive = false;
	if (cap_valid(victim->account))
		(void)account_destroy(ipc, victim->account); /* the parent owns it */
	entrypoint_unserve(victim->entrypoint, &victim->parent);
	child_image_fini(env_of(victim), &victim->image);
	ipc_drop(ipc, victim->binary);
	ipc_drop(ipc, victim->space);
	ipc_drop(ipc, victim->domain);
	ipc_drop(ipc, victim->charge);
	ipc_drop(ipc, victim->account);
	victim->binary = victim->context = victim->domain = CAP_NULL;
	victim->space = victim->charge = victim->account = CAP_NULL;
	for (unsigned i = 0; i < VICTIM_SESSIONS_MAX; i++) {
		if (victim->sessions[i].open)
			close_session(victim, &victim->sessions[i]);
	}
}
