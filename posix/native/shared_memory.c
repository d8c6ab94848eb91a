/* SPDX-License-Identifier: MIT */
#include <kernel/client.h>
#include <native.h>

#include "component.h"
#include "shared_memory.h"

/* An object that children have. */
struct share {
	struct share *next;
	uint64_t memory;
	unsigned children;
	bool unused; /* by this component itself */
};

/* One component, one list, as in native.c. */
static struct share *shares;

static struct share **find(uint64_t memory)
{
	struct share **at = &shares;

	while (*at && (*at)->memory != memory)
		at = &(*at)->next;
	return at;
}

enum status shared_memory_get(uint64_t memory, cap_t *out_copy)
{
	struct env *env = component_env();
	const struct self_copy_params params = {.cap = component_memory(memory).id};
	struct share **at = find(memory);
	struct share *made = NULL;
	struct self_copy_results copied;

	if (!*at) {
		made = native_heap_alloc(sizeof *made);
		if (!made)
			return ERR_OUT_OF_RAM;
		made->memory = memory;
	}
	env_reserve_slots(env);
	const enum status status = self_copy(&env->ipc, CAP_NULL, &params, &copied);
	if (status != OK) {
		native_heap_free(made);
		return status;
	}
	if (made)
		*at = made;
	(*at)->children++;
	*out_copy = copied.copy;
	return OK;
}

void shared_memory_put(uint64_t memory)
{
	struct share **at = find(memory);
	struct share *share = *at;

	if (!share || --share->children > 0)
		return;
	const bool unused = share->unused;
	*at = share->next;
	native_heap_free(share);
	if (unused)
		native_memory_destroy(memory);
}

bool shared_memory_keep(uint64_t memory)
{
	struct share *share = *find(memory);

	if (share)
		share->unused = true;
	return share;
}
