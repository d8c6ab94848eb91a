/* SPDX-License-Identifier: MIT */
#include <base/env.h>
#include <kernel/client.h>
#include <parent/client.h>

void env_exit(struct env *env, int code)
{
	const struct parent_exit_params params = {.code = code};

	/* Neither comes back where the other side is what it should be. */
	(void)parent_exit(&env->ipc, env->parent, &params);
	(void)self_exit(&env->ipc, CAP_NULL);
	__builtin_trap();
}

enum status env_context(struct env *env, cap_t *out_context)
{
	const struct session_request request = {.service = "CPU", .argument = env->account};
	struct session cpu;
	const enum status status = session_open(env, &request, &cpu);

	if (status == OK)
		*out_context = cpu.cap;
	return status;
}

enum status env_grow_table(struct env *env, uint32_t slots)
{
	const struct space_grow_table_params params = {.slots = slots};

	if (slots <= env->slots.count)
		return OK;
	if (slots > SLOTS_MAX)
		return ERR_BAD_ARG;

	const enum status status = space_grow_table(&env->ipc, env->space, &params);

	if (status == OK)
		env->slots.count = slots;
	return status;
}

void env_reserve_slots(struct env *env)
{
	enum { RESERVE = 2 * IPC_WINDOW_SLOTS };
	uint32_t first;

	if (env->slots.taken < env->slots.count / 2)
		return; /* as good as certain, and cheap */
	if (slots_take(&env->slots, RESERVE, &first) == OK)
		slots_put(&env->slots, first, RESERVE);
	else
		(void)env_grow_table(env, 2 * env->slots.count); /* see env.h */
}
