/* SPDX-License-Identifier: MIT */
/*
 * Aliases: further names for children, so that rules need not know who stands behind a role.
 *
 * They end here: in the plan, targets have the child's own name, so that another child behind a
 * role is a difference like any other.
 */
#include "compile.h"
#include "sorted_keys.h"

#include <lauxlib.h>
#include <plan/suggestion.h>

/* The value and, above it, its key are at the stack's top. */
static void read_alias(struct compile *compile, const struct spot *spot)
{
	struct plan *plan = compile->plan;
	struct plan_alias *alias = &plan->aliases[plan->alias_count];
	const int key = lua_gettop(compile->L);

	if (lua_type(compile->L, key) != LUA_TSTRING) {
		compile_error(compile, spot, "aliases",
		              "aliases is a list, wanted { name = \"child\" }");
		return;
	}
	lua_pushvalue(compile->L, key - 1);
	alias->child = compile_text(compile, spot, lua_tostring(compile->L, key));
	lua_pushvalue(compile->L, key);
	alias->name = compile_text(compile, spot, "aliases");
	if (alias->name && alias->child)
		plan->alias_count++;
}

void compile_read_aliases(struct compile *compile, const struct spot *spot, const char *name,
                          void *into)
{
	struct plan *plan = into;
	lua_State *L = compile->L;
	const int table = lua_gettop(L);

	if (!lua_istable(L, table)) {
		compile_error(compile, spot, name, "aliases is a %s, wanted { name = \"child\" }",
		              luaL_typename(L, table));
		return;
	}
	const lua_Integer count = sorted_keys_push(L, table);
	if (count > PLAN_CHILDREN_MAX) {
		compile_error(compile, spot, name, "more than %d aliases", PLAN_CHILDREN_MAX);
		return;
	}
	plan->aliases = compile_alloc(compile, (size_t)count, sizeof(*plan->aliases));
	for (lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(L, table + 1, i);
		lua_pushvalue(L, -1);
		lua_rawget(L, table);
		lua_insert(L, -2);
		read_alias(compile, spot);
		lua_settop(L, table + 1);
	}
}

static void check_alias(struct compile *compile, const struct spot *spot,
                        const struct plan_alias *alias)
{
	const char *const path[] = {"aliases", alias->name, NULL};
	const struct plan *plan = compile->plan;
	struct suggestion suggestion;

	if (plan_child_find(plan, alias->name) != PLAN_NO_CHILD)
		compile_error_at(compile, spot, path,
		                 "alias '%s': there is a component of this name", alias->name);
	if (plan_child_find(plan, alias->child) != PLAN_NO_CHILD)
		return;
	suggestion_init(&suggestion, alias->child);
	for (uint32_t i = 0; i < plan->child_count; i++)
		suggestion_offer(&suggestion, plan->children[i].name);
	compile_error_at(compile, spot, path, "alias '%s': no child '%s'%s", alias->name,
	                 alias->child, suggestion_text(&suggestion));
}

/* Recursion ends at the second level: what `choose` declares declares nothing. */
static void resolve_targets(const struct plan *plan, struct plan_target *targets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (targets[i].kind == TARGET_CHILD)
			targets[i].child = plan_alias_resolve(plan, targets[i].child);
		resolve_targets(plan, targets[i].declared, targets[i].declared_count);
	}
}

static void resolve_rules(const struct plan *plan, struct plan_rules *rules)
{
	for (uint32_t i = 0; i < rules->count; i++)
		resolve_targets(plan, rules->items[i].targets, rules->items[i].target_count);
}

void compile_resolve_aliases(struct compile *compile, const struct spot *spot)
{
	struct plan *plan = compile->plan;

	for (uint32_t i = 0; i < plan->alias_count; i++)
		check_alias(compile, spot, &plan->aliases[i]);
	for (uint32_t i = 0; i < plan->child_count; i++)
		resolve_rules(plan, &plan->children[i].route);
	resolve_rules(plan, &plan->default_route);
	resolve_rules(plan, &plan->exports);
}
