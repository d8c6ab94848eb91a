/* SPDX-License-Identifier: MIT */
/*
 * The start of a native component: from the first instruction to its main.
 */
#include <base/env.h>
#include <pd_session/client.h>

_Noreturn void component_start(uint64_t argument, struct message_page *pages, uint64_t page_count);

/* The one env of the main thread; everything else gets it passed along. */
static struct env main_env;

static enum status open_pd(struct env *env)
{
	const struct session_request request = {.service = "PD"};
	struct pd_resources_results resources;
	struct session pd;
	enum status status = session_open(env, &request, &pd);

	if (status == OK)
		status = pd_resources(&env->ipc, pd.cap, &resources);
	if (status != OK)
		return status;
	ipc_drop(&env->ipc, pd.cap);
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
	if (ipc_init(&env->ipc, pages, &env->slots) != OK || open_pd(env) != OK)
		env_exit(env, -1);
	regions_init(&env->regions, &env->ipc, env->space, env->account);
	heap_init(&env->heap, &env->regions, env->account);
	env_exit(env, component_main(env));
}
