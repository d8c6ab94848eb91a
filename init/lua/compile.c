/* SPDX-License-Identifier: MIT */
/* A policy and its components. */
#include "compile.h"
#include "node.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/* ---- components ---- */

static void read_binary(struct compile *compile, const struct spot *spot, const char *name,
                        void *into)
{
	struct plan_child *child = into;
	const char *binary = compile_text(compile, spot, name);

	if (binary)
		child->binary = binary;
}

static void read_ram(struct compile *compile, const struct spot *spot, const char *name, void *into)
{
	struct plan_child *child = into;

	compile_read_size(compile, spot, name, &child->ram);
}

static void read_caps(struct compile *compile, const struct spot *spot, const char *name,
                      void *into)
{
	struct plan_child *child = into;

	compile_read_count(compile, spot, name, &child->caps);
}

static void read_priority(struct compile *compile, const struct spot *spot, const char *name,
                          void *into)
{
	struct plan_child *child = into;
	uint64_t priority;

	compile_read_count(compile, spot, name, &priority);
	if (priority != PLAN_UNKNOWN)
		child->priority =
			priority <= PLAN_PRIORITY_MAX ? (int32_t)priority : PLAN_PRIORITY_MAX + 1;
}

static void read_version(struct compile *compile, const struct spot *spot, const char *name,
                         void *into)
{
	struct plan_child *child = into;
	uint64_t version;

	compile_read_count(compile, spot, name, &version);
	child->version = (uint32_t)version;
}

static void read_provides(struct compile *compile, const struct spot *spot, const char *name,
                          void *into)
{
	struct plan_child *child = into;

	child->provides_count =
		compile_texts(compile, spot, name, PLAN_PROVIDES_MAX, &child->provides);
}

static void read_may_fault(struct compile *compile, const struct spot *spot, const char *name,
                           void *into)
{
	struct plan_child *child = into;

	compile_read_bool(compile, spot, name, &child->may_fault);
}

static void read_exit_propagate(struct compile *compile, const struct spot *spot, const char *name,
                                void *into)
{
	struct plan_child *child = into;

	compile_read_bool(compile, spot, name, &child->exit_propagate);
}

static void read_route(struct compile *compile, const struct spot *spot, const char *name,
                       void *into)
{
	struct plan_child *child = into;

	child->own_route = true;
	compile_rules(compile, spot, name, &child->route);
}

static void read_config(struct compile *compile, const struct spot *spot, const char *name,
                        void *into)
{
	(void)name; /* compile_config() knows its field */
	compile_config(compile, spot, into);
}

static void read_config_rom(struct compile *compile, const struct spot *spot, const char *name,
                            void *into)
{
	struct plan_child *child = into;
	const char *rom = compile_text(compile, spot, name);

	if (child->config.kind != CONFIG_NONE)
		compile_error(compile, spot, name, "config and config_rom exclude each other");
	else if (rom)
		child->config = (struct plan_config){.kind = CONFIG_ROM, .data = rom};
}

/* In this order they are read: a configuration depends on the binary and the budgets. */
static const struct field component_fields[] = {
	{"binary", read_binary},
	{"ram", read_ram},
	{"caps", read_caps},
	{"priority", read_priority},
	{"affinity", compile_read_affinity},
	{"version", read_version},
	{"provides", read_provides},
	{"may_fault", read_may_fault},
	{"exit_propagate", read_exit_propagate},
	{"restart", compile_read_restart},
	{"heartbeat", compile_read_heartbeat},
	{"route", read_route},
	{"config", read_config},
	{"config_rom", read_config_rom},
	{NULL, NULL},
};

/* The node is at the stack's top. */
static bool read_component(struct compile *compile, const struct spot *outer,
                           struct plan_child *child)
{
	lua_State *L = compile->L;
	const int index = lua_gettop(L);
	const struct node *node = node_at(L, index);

	if (!node || node->word != WORD_COMPONENT) {
		struct spot spot = *outer;
		if (node && node->place.line)
			spot.place = node->place;
		compile_error(compile, &spot, NULL, "%s is no component", node_describe(L, index));
		return false;
	}
	struct spot spot = {.place = node->place};
	node_push_name(L, index);
	snprintf(spot.title, sizeof(spot.title), "component '%.*s'", PLAN_NAME_MAX,
	         lua_tostring(L, -1));
	*child = (struct plan_child){.place = node->place, .priority = -1};
	child->name = child->binary = compile_text(compile, &spot, "name");
	if (!child->name)
		return false;
	node_push_table(L, index);
	if (node->has_table)
		compile_fields(compile, &spot, index + 2, component_fields, NULL, false, child);
	return true;
}

/* ---- the policy ---- */

static void read_policy_version(struct compile *compile, const struct spot *spot, const char *name,
                                void *into)
{
	struct plan *plan = into;
	uint64_t version;

	compile_read_count(compile, spot, name, &version);
	plan->version = (uint32_t)version;
}

static void read_default_route(struct compile *compile, const struct spot *outer, const char *name,
                               void *into)
{
	struct plan *plan = into;
	struct spot spot = *outer;

	snprintf(spot.title, sizeof(spot.title), "default_route");
	compile_rules(compile, &spot, name, &plan->default_route);
}

static void read_exports(struct compile *compile, const struct spot *outer, const char *name,
                         void *into)
{
	struct plan *plan = into;
	struct spot spot = *outer;

	snprintf(spot.title, sizeof(spot.title), "exports");
	compile_rules(compile, &spot, name, &plan->exports);
}

static void read_parent_provides(struct compile *compile, const struct spot *spot, const char *name,
                                 void *into)
{
	struct plan *plan = into;

	plan->parent_limited = true;
	plan->parent_provides_count =
		compile_texts(compile, spot, name, PLAN_PROVIDES_MAX, &plan->parent_provides);
}

static const struct field policy_fields[] = {
	{"version", read_policy_version},
	{"default_route", read_default_route},
	{"exports", read_exports},
	{"parent_provides", read_parent_provides},
	{"report", compile_read_report},
	{"affinity_space", compile_read_affinity_space},
	{"reserve", compile_read_reserve},
	{"aliases", compile_read_aliases},
	{NULL, NULL},
};

static void read_sources(struct compile *compile)
{
	const uint32_t count = compile->sources->count;
	struct plan *plan = compile->plan;

	plan->sources = compile_alloc(compile, count, sizeof(*plan->sources));
	for (; plan->source_count < count; plan->source_count++) {
		const char *file = compile->sources->items[plan->source_count].file;
		const char *copy = plan_copy(plan, file, strlen(file));
		if (!copy)
			luaL_error(compile->L, "out of memory");
		plan->sources[plan->source_count] = copy;
	}
}

void compile_policy(struct compile *compile, const struct spot *spot, int index,
                    const char *const *others)
{
	lua_State *L = compile->L;
	struct plan *plan = compile->plan;

	luaL_checkstack(L, 32, NULL);
	index = lua_absindex(L, index);
	read_sources(compile);
	plan->place = spot->place;
	plan->report.delay_ns = PLAN_REPORT_DELAY_NS;
	compile_fields(compile, spot, index, policy_fields, others, true, plan);

	const uint32_t count = compile_flatten(compile, spot, NULL, index, PLAN_CHILDREN_MAX);
	const int list = lua_gettop(L);
	plan->children = compile_alloc(compile, count, sizeof(*plan->children));
	for (uint32_t i = 1; i <= count; i++) {
		lua_rawgeti(L, list, i);
		if (read_component(compile, spot, &plan->children[plan->child_count]))
			plan->child_count++;
		lua_settop(L, list);
	}
	compile_resolve_aliases(compile, spot);
}
