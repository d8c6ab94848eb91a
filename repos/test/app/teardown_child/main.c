/* SPDX-License-Identifier: MIT */
/*
 * Teardown child: takes what it can get, sessions and kernel objects, gives
 * some of it back, and in the end waits for an answer that never comes. It is meant
 * to be killed at any point of this.
 */
#include <base/env.h>
#include <echo_session/client.h>
#include <kernel/client.h>

enum { ROUNDS = 6, MEMORY = 8192 };

static void take_objects(struct env *env)
{
	struct ipc *ipc = &env->ipc;
	const struct charge_create_memory_params size = {.size = MEMORY};
	const struct charge_create_endpoint_params slots = {.reply_slots = 2};
	struct charge_create_memory_results memory;
	struct charge_create_endpoint_results endpoint;
	struct charge_create_notification_results notification;
	struct self_derive_results facet;
	void *base;

	if (charge_create_memory(ipc, env->account, &size, &memory) == OK) {
		const struct region_attach attach = {
			.memory = memory.memory, .size = MEMORY, .write = true};
		const struct self_derive_params derive = {.cap = memory.memory.id,
		                                          .interface = READ_ONLY_INTERFACE,
		                                          .account = env->account};

		if (region_attach(&env->regions, &attach, &base) == OK)
			*(volatile char *)base = 1;
		(void)self_derive(ipc, CAP_NULL, &derive,
		                  &facet); /* left where it is, like all here */
	}
	(void)charge_create_endpoint(ipc, env->account, &slots, &endpoint);
	(void)charge_create_notification(ipc, env->account, &notification);
}

int component_main(struct env *env)
{
	const struct session_request echo = {.service = "Echo", .label = "victim"};
	const struct session_request others[] = {{.service = "Timer"},
	                                         {.service = "RM"},
	                                         {.service = "LOG"},
	                                         {.service = "Nowhere"}};
	const struct echo_add_params add = {.value = 1};
	struct echo_add_results sum;
	struct session kept, other;
	enum status status = ERR_GONE;

	for (unsigned round = 0; round < ROUNDS; round++) {
		status = session_open(env, &echo, &kept);
		if (status == OK)
			status = echo_add(&env->ipc, kept.cap, &add, &sum);
		if (session_open(env, &others[round % 4], &other) == OK && round % 2)
			session_close(env, &other);
		take_objects(env);
	}
	if (status == OK)
		status = echo_hold(&env->ipc, kept.cap);
	return status == OK ? 0 : 1;
}
