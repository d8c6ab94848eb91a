/* SPDX-License-Identifier: MIT */
/*
 * The start of a native component: from the first instruction to its main.
 */
#include <base/env.h>
#include <parent/client.h>

_Noreturn void component_start(uint64_t argument, struct message_page *pages, uint64_t page_count);

/* The one env of the main thread; everything else gets it passed along. */
static struct env main_env;

static enum status get_resources(struct env *env)
{
	struct parent_resources_results resources;
	const enum status status = parent_resources(&env->ipc, env->parent, &resources);

	if (status != OK)
		return status;
	env->space = resources.space;
	env->account = resources.account;
	return OK;
}

void component_start(uint64_t argument, struct message_page *pages, uint64_t page_count)
{
	struct env *env = &main_env;

	(void)page_count;
	env->start = argument;
	slots_init(&env->slots, ENV_SLOT_FIRST_FREE, ENV_TABLE_SLOTS);
	env->parent = cap_make(ENV_SLOT_PARENT, 1);
	if (ipc_init(&env->ipc, pages, &env->slots) != OK || get_resources(env) != OK)
		env_exit(env, -1);
	regions_init(&env->regions, &env->ipc, env->space, env->account);
	heap_init(&env->heap, &env->regions, env->account);
	env_exit(env, component_main(env));
}
