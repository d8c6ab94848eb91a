/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

struct plan_block {
	struct plan_block *next;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct plan_arena {
	struct plan plan; /* the one that owns the arena */
	struct plan_block *blocks;
};

const char *const plan_constraint_names[CONSTRAINT_KINDS] = {
	[CONSTRAINT_LABEL] = "label",
	[CONSTRAINT_PREFIX] = "label_prefix",
	[CONSTRAINT_SUFFIX] = "label_suffix",
	[CONSTRAINT_LAST] = "label_last",
	[CONSTRAINT_UNSCOPED] = "label_unscoped",
};

const char *const plan_rewrite_names[REWRITE_KINDS] = {
	[REWRITE_LABEL] = "label",
	[REWRITE_IDENTITY] = "identity",
	[REWRITE_RESOURCE] = "resource",
	[REWRITE_PREFIX] = "prefix",
};

const char *const plan_target_names[TARGET_KINDS] = {
	[TARGET_PARENT] = "parent", [TARGET_CHILD] = "child",   [TARGET_ANY_CHILD] = "any_child",
	[TARGET_DENY] = "deny",     [TARGET_CHOOSE] = "choose", [TARGET_INIT] = "init",
};

const char *const plan_lost_names[LOST_KINDS] = {
	[LOST_GONE] = "gone",
	[LOST_RECONNECT] = "reconnect",
	[LOST_RESTART] = "restart",
};

struct plan *plan_create(void)
{
	struct plan_arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		return NULL;
	arena->plan.arena = arena;
	return &arena->plan;
}

struct plan *plan_create_within(struct plan *outer)
{
	struct plan *plan = plan_alloc(outer, 1, sizeof(*plan));

	if (plan)
		plan->arena = outer->arena;
	return plan;
}

void plan_destroy(struct plan *plan)
{
	if (!plan)
		return;
	for (struct plan_block *block = plan->arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(plan->arena);
}

void *plan_alloc(struct plan *plan, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) ||
	    bytes > SIZE_MAX - sizeof(struct plan_block))
		return NULL;
	struct plan_block *block = calloc(1, sizeof(*block) + bytes);
	if (!block)
		return NULL;
	block->next = plan->arena->blocks;
	plan->arena->blocks = block;
	return block->bytes;
}

void *plan_copy(struct plan *plan, const void *data, size_t size)
{
	char *copy = size < SIZE_MAX ? plan_alloc(plan, size + 1, 1) : NULL;

	if (copy && size > 0)
		memcpy(copy, data, size);
	return copy;
}

uint32_t plan_child_find(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->child_count; i++) {
		if (!strcmp(plan->children[i].name, name))
			return i;
	}
	return PLAN_NO_CHILD;
}

static bool listed(const char *const *list, uint32_t count, const char *text)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!strcmp(list[i], text))
			return true;
	}
	return false;
}

const char *plan_alias_resolve(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->alias_count; i++) {
		if (!strcmp(plan->aliases[i].name, name))
			return plan->aliases[i].child;
	}
	return name;
}

bool plan_child_provides(const struct plan_child *child, const char *service)
{
	return listed(child->provides, child->provides_count, service);
}

bool plan_parent_serves(const struct plan *plan, const char *service)
{
	return !plan->parent_limited ||
	       listed(plan->parent_provides, plan->parent_provides_count, service);
}

const struct plan_rules *plan_child_rules(const struct plan *plan, const struct plan_child *child)
{
	return child->own_route ? &child->route : &plan->default_route;
}

const char *plan_file(const struct plan *plan, struct plan_place place)
{
	return place.source < plan->source_count ? plan->sources[place.source] : "?";
}

static uint64_t saturating_add(uint64_t sum, uint64_t value)
{
	if (value == PLAN_UNKNOWN)
		return sum;
	return sum > UINT64_MAX - value ? UINT64_MAX : sum + value;
}

uint64_t plan_ram_sum(const struct plan *plan)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < plan->child_count; i++)
		sum = saturating_add(sum, plan->children[i].ram);
	return sum;
}

uint64_t plan_caps_sum(const struct plan *plan)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < plan->child_count; i++)
		sum = saturating_add(sum, plan->children[i].caps);
	return sum;
}
