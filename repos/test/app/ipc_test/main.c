/* SPDX-License-Identifier: MIT */
/*
 * IPC test: threads in domains of their own call and serve each other, and are
 * killed, stopped and robbed of what they call through, at every point at which
 * a call can be. Whoever waits has to get a typed answer at once.
 */
#include "ipc_test.h"

#include <base/log.h>

struct service service_make(struct theatre *theatre, struct service_request request)
{
	struct env *env = theatre->check.env;
	const struct charge_create_endpoint_params params = {.reply_slots = REPLY_SLOTS,
	                                                     .passive = request.passive};
	const struct endpoint_mint_params mint = {.account = request.account,
	                                          .badge = BADGE,
	                                          .interface0 = INTERFACE,
	                                          .in_flight = request.in_flight};
	struct charge_create_endpoint_results made = {0};
	struct endpoint_mint_results minted = {0};
	enum status status = charge_create_endpoint(&env->ipc, request.account, &params, &made);

	if (status == OK)
		status = endpoint_mint(&env->ipc, made.endpoint, &mint, &minted);
	if (status != OK)
		check_status(&theatre->check, "a service", status, OK);
	return (struct service){.endpoint = made.endpoint, .client = minted.client};
}

void service_drop(struct theatre *theatre, struct service service)
{
	ipc_drop(&theatre->check.env->ipc, service.client);
	ipc_drop(&theatre->check.env->ipc, service.endpoint);
}

struct actor_line *call_service(struct actor *actor, struct service service, uint64_t word)
{
	return actor_call(actor, actor_give(actor, service.client), INTERFACE, METHOD, word);
}

uint64_t now(struct theatre *theatre)
{
	struct self_time_results time = {0};

	(void)self_time(&theatre->check.env->ipc, CAP_NULL, &time); /* never fails */
	return time.now;
}

static struct charge_usage_results usage(struct env *env)
{
	struct charge_usage_results results = {0};

	(void)charge_usage(&env->ipc, env->account, &results); /* compared with itself */
	return results;
}

int component_main(struct env *env)
{
	struct theatre theatre;
	struct charge_usage_results before, after;

	log_line(env, "begins");
	if (theatre_init(&theatre, env) != OK)
		return 2;
	before = usage(env);
	check_ends(&theatre);
	check_chains(&theatre);
	check_passive_chain(&theatre);
	check_stranded(&theatre);
	check_kept(&theatre);
	check_carried(&theatre);
	after = usage(env);
	check_equal(&theatre.check, "limit of RAM in the end, as before", after.ram_limit,
	            before.ram_limit);
	check_equal(&theatre.check, "capabilities in use, as before", after.caps_used,
	            before.caps_used);
	theatre_fini(&theatre);
	return check_result(&theatre.check);
}
