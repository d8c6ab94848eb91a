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

/* Memory of its own, since it stays: a table never shrinks. */
static enum status grow_slots(struct env *env)
{
	const struct charge_create_memory_params params = {.size = SLOTS_MAX / 8};
	struct charge_create_memory_results made;
	void *base;
	enum status status = charge_create_memory(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;

	const struct region_attach attach = {
		.memory = made.memory, .size = SLOTS_MAX / 8, .write = true};

	status = region_attach(&env->regions, &attach, &base);
	if (status == OK)
		slots_move(&env->slots, base, SLOTS_MAX);
	else
		ipc_drop(&env->ipc, made.memory);
	return status;
}

enum status env_grow_table(struct env *env, uint32_t slots)
{
	const struct space_grow_table_params params = {.slots = slots};

	if (slots <= env->slots.count)
		return OK;
	if (slots > SLOTS_MAX)
		return ERR_BAD_ARG;

	enum status status = slots > env->slots.room ? grow_slots(env) : OK;

	if (status == OK)
		status = space_grow_table(&env->ipc, env->space, &params);
	if (status == OK)
		env->slots.count = slots;
	return status;
}

/* While there are still some left: growing takes a few itself. */
bool env_reserve_slots(struct env *env)
{
	enum { RESERVE = 4 * IPC_WINDOW_SLOTS };
	struct slots *slots = &env->slots;
	uint32_t first;

	if (slots->taken < slots->count / 2)
		return true; /* as good as certain, and cheap */
	if (slots_take(slots, RESERVE, &first) != OK)
		return env_grow_table(env, 2 * slots->count) == OK;
	slots_put(slots, first, RESERVE);
	return true;
}
