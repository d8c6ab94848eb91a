/* SPDX-License-Identifier: MIT */
/*
 * The life of a child, from a parent's side: account, environment sessions, start, until
 * it exits, and the end of all that. It is what init does for each component of its plan.
 */
#include <base/child.h>
#include <base/entrypoint.h>
#include <bench/samples.h>
#include <kernel/client.h>
#include <parent/server.h>
#include <pd_session/client.h>
#include <rom_session/client.h>

#include "suite.h"

enum { ROUNDS = 21, CHILD_RAM = 128 * 1024, CHILD_CAPS = 10 };

enum { SESSION_PD, SESSION_CPU, SESSION_ROM, SESSIONS };

struct leaf {
	struct env *env;
	struct entrypoint entrypoint;
	struct served parent;
	struct session sessions[SESSIONS];
	struct child_start start;
	struct child_image image;
	cap_t account, space;
	bool exited;
};

/* ---- what the child asks ---- */

static enum status resources(void *self, struct request *request,
                             struct parent_resources_results *results)
{
	const struct leaf *leaf = self;

	(void)request;
	results->space = leaf->space;
	results->account = leaf->start.account;
	return OK;
}

static enum status leave(void *self, struct request *request,
                         const struct parent_exit_params *params)
{
	struct leaf *leaf = self;

	(void)request, (void)params;
	leaf->exited = true;
	entrypoint_stop(&leaf->entrypoint);
	return OK;
}

static const struct parent_server methods = {.exit = leave, .resources = resources};

static enum status dispatch(struct served *served, struct request *request)
{
	return parent_dispatch(&methods, (char *)served - offsetof(struct leaf, parent), request);
}

/* ---- its life ---- */

static enum status create_account(struct leaf *leaf)
{
	struct env *env = leaf->env;
	const struct charge_create_account_params params = {.ram = CHILD_RAM, .caps = CHILD_CAPS};
	struct charge_create_account_results made;
	struct self_derive_results facet;
	enum status status = charge_create_account(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;
	leaf->account = made.account;

	const struct self_derive_params derive = {
		.cap = made.account.id, .interface = CHARGE_INTERFACE, .account = made.account};

	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		leaf->start.account = facet.derived;
	return status;
}

static enum status open_pd(struct leaf *leaf)
{
	const struct session_request request = {
		.service = "PD", .label = "leaf", .argument = leaf->start.account};
	struct ipc *ipc = &leaf->env->ipc;
	struct pd_domain_results made;
	enum status status = session_open(leaf->env, &request, &leaf->sessions[SESSION_PD]);

	if (status == OK)
		status = pd_domain(ipc, leaf->sessions[SESSION_PD].cap, &made);
	if (status != OK)
		return status;
	leaf->start.domain = made.domain;
	leaf->space = made.space;
	return OK;
}

static enum status open_cpu(struct leaf *leaf)
{
	const struct session_request request = {
		.service = "CPU", .label = "leaf", .argument = leaf->start.account};
	const enum status status = session_open(leaf->env, &request, &leaf->sessions[SESSION_CPU]);

	if (status == OK)
		leaf->start.context = leaf->sessions[SESSION_CPU].cap;
	return status;
}

static enum status open_rom(struct leaf *leaf)
{
	const struct session_request request = {.service = "ROM", .label = "bench_leaf"};
	struct rom_dataspace_results results;
	enum status status = session_open(leaf->env, &request, &leaf->sessions[SESSION_ROM]);

	if (status == OK)
		status = rom_dataspace(&leaf->env->ipc, leaf->sessions[SESSION_ROM].cap, &results);
	if (status != OK)
		return status;
	leaf->start.binary = results.memory;
	leaf->start.binary_size = results.size;
	return OK;
}

static enum status begin(struct leaf *leaf)
{
	static const uint32_t interfaces[] = {PARENT_INTERFACE, 0};
	enum status status = create_account(leaf);

	if (status == OK)
		status = open_pd(leaf);
	if (status == OK)
		status = open_cpu(leaf);
	if (status == OK)
		status = open_rom(leaf);
	if (status == OK)
		status = entrypoint_serve(&leaf->entrypoint, &leaf->parent, dispatch, interfaces,
		                          leaf->start.account);
	if (status != OK)
		return status;
	leaf->start.parent = leaf->parent.cap;
	return child_start(leaf->env, &leaf->start, &leaf->image);
}

static void end(struct leaf *leaf)
{
	struct ipc *ipc = &leaf->env->ipc;

	(void)account_destroy(ipc, leaf->account); /* it is our own */
	entrypoint_unserve(&leaf->entrypoint, &leaf->parent);
	child_image_fini(leaf->env, &leaf->image);
	ipc_drop(ipc, leaf->start.binary);
	ipc_drop(ipc, leaf->space);
	ipc_drop(ipc, leaf->start.domain);
	ipc_drop(ipc, leaf->start.account);
	ipc_drop(ipc, leaf->account);
	for (unsigned i = 0; i < SESSIONS; i++)
		session_close(leaf->env, &leaf->sessions[i]);
}

static enum status live(struct leaf *leaf)
{
	const enum status status = begin(leaf);

	if (status != OK)
		return status;
	leaf->exited = leaf->entrypoint.done = false;
	entrypoint_run(&leaf->entrypoint);
	end(leaf);
	return leaf->exited ? OK : ERR_GONE;
}

enum status child_suite(struct env *env)
{
	struct leaf leaf = {.env = env};
	struct samples samples = {0};
	enum status status = entrypoint_init(&leaf.entrypoint, env, 0);

	for (unsigned i = 0; i < ROUNDS && status == OK; i++) {
		const uint64_t start = sample_begin();

		status = live(&leaf);
		samples_add(&samples, sample_end(start));
	}
	samples_report(&samples, env, "child.cycle", 1);
	return status;
}
