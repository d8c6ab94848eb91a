/* SPDX-License-Identifier: MIT */
/* Rules and their targets. */
#include "compile.h"
#include "node.h"

#include <lauxlib.h>
#include <plan/suggestion.h>
#include <stdio.h>
#include <string.h>

/* Reads a text into into[kind], kind being the name's place in the list of names. */
static void read_named_text(struct compile *compile, const struct spot *spot, const char *name,
                            const char *const *names, const char **into)
{
	const char *text = compile_text(compile, spot, name);

	for (unsigned kind = 0; text; kind++) {
		if (!strcmp(names[kind], name)) {
			into[kind] = text;
			return;
		}
	}
}

static void read_constraint(struct compile *compile, const struct spot *spot, const char *name,
                            void *into)
{
	struct plan_rule *rule = into;

	read_named_text(compile, spot, name, plan_constraint_names, rule->constraints);
}

static void read_rewrite(struct compile *compile, const struct spot *spot, const char *name,
                         void *into)
{
	struct plan_target *target = into;

	read_named_text(compile, spot, name, plan_rewrite_names, target->rewrites);
}

static void read_lost(struct compile *compile, const struct spot *spot, const char *name,
                      void *into)
{
	struct plan_rule *rule = into;
	const char *text = compile_text(compile, spot, name);
	struct suggestion suggestion;

	if (!text)
		return;
	for (unsigned lost = 0; lost < LOST_KINDS; lost++) {
		if (!strcmp(plan_lost_names[lost], text)) {
			rule->lost = (enum plan_lost)lost;
			return;
		}
	}
	suggestion_init(&suggestion, text);
	for (unsigned lost = 0; lost < LOST_KINDS; lost++)
		suggestion_offer(&suggestion, plan_lost_names[lost]);
	compile_error(compile, spot, name, "lost = \"%s\", wanted gone, reconnect or restart%s",
	              text, suggestion_text(&suggestion));
}

static const struct field rule_fields[] = {
	{"label", read_constraint},
	{"label_prefix", read_constraint},
	{"label_suffix", read_constraint},
	{"label_last", read_constraint},
	{"label_unscoped", read_constraint},
	{"lost", read_lost},
	{NULL, NULL},
};

static const struct field target_fields[] = {
	{"label", read_rewrite},
	{"identity", read_rewrite},
	{"resource", read_rewrite},
	{"prefix", read_rewrite},
	{NULL, NULL},
};

/* Where messages about a node go; words used as values stand where their rule stands. */
static struct spot node_spot(const struct spot *outer, const struct node *node, const char *title)
{
	struct spot spot = {.place = node->place.line ? node->place : outer->place};

	snprintf(spot.title, sizeof(spot.title), "%s", title);
	return spot;
}

static bool target_kind(enum word word, enum plan_target_kind *out)
{
	static const enum plan_target_kind kinds[WORD_COUNT] = {
		[WORD_CHILD] = TARGET_CHILD,   [WORD_ANY_CHILD] = TARGET_ANY_CHILD,
		[WORD_PARENT] = TARGET_PARENT, [WORD_DENY] = TARGET_DENY,
		[WORD_CHOOSE] = TARGET_CHOOSE, [WORD_INIT] = TARGET_INIT,
	};

	*out = kinds[word];
	return kinds[word] != TARGET_PARENT || word == WORD_PARENT;
}

static void read_targets(struct compile *compile, const struct spot *spot, int index, bool declared,
                         struct plan_rule *rule);

/* Remembers the function; the plan knows it by number and by its source's hash. */
static void read_by(struct compile *compile, const struct spot *spot, const char *name, void *into)
{
	lua_State *L = compile->L;
	struct plan_target *target = into;
	lua_Debug function;

	if (!lua_isfunction(L, -1)) {
		compile_error(compile, spot, name, "by is %s, wanted a function",
		              node_describe(L, -1));
		return;
	}
	lua_pushvalue(L, -1);
	lua_getinfo(L, ">S", &function);
	const uint32_t source = sources_find(compile->sources, function.source);
	if (source < compile->sources->count)
		target->chunk_hash = compile->sources->items[source].hash;
	lua_rawgeti(L, LUA_REGISTRYINDEX, (lua_Integer)compile->functions_key);
	target->function = (uint32_t)lua_rawlen(L, -1) + 1;
	lua_pushvalue(L, -2);
	lua_rawseti(L, -2, (lua_Integer)target->function);
}

static const struct field choose_fields[] = {{"by", read_by}, {NULL, NULL}};

static void read_choose(struct compile *compile, const struct spot *spot, int table,
                        struct plan_target *target)
{
	struct plan_rule declared = {.place = target->place};

	compile_fields(compile, spot, table, choose_fields, NULL, true, target);
	lua_pushliteral(compile->L, "by");
	if (lua_rawget(compile->L, table) == LUA_TNIL)
		compile_error(compile, spot, NULL, "choose wants by = function(request) ... end");
	read_targets(compile, spot, table, true, &declared);
	target->declared = declared.targets;
	target->declared_count = declared.target_count;
}

/* The node is at the stack's top. */
static bool read_target(struct compile *compile, const struct spot *outer, bool declared,
                        struct plan_target *target)
{
	lua_State *L = compile->L;
	const int index = lua_gettop(L);
	const struct node *node = node_at(L, index);

	if (!node || !target_kind(node->word, &target->kind) ||
	    (declared && target->kind == TARGET_CHOOSE)) {
		compile_error(compile, outer, NULL,
		              "%s is no target, wanted parent, child, any_child, init%s deny",
		              node_describe(L, index), declared ? " or" : ", choose or");
		return false;
	}
	const struct spot spot = node_spot(outer, node, outer->title);
	target->place = spot.place;
	node_push_name(L, index);
	if (!lua_isnil(L, -1))
		target->child = compile_text(compile, &spot, "child");
	lua_settop(L, index + 1);
	node_push_table(L, index);
	if (target->kind == TARGET_CHOOSE)
		read_choose(compile, &spot, index + 2, target);
	else if (node->has_table)
		compile_fields(compile, &spot, index + 2, target_fields, NULL, false, target);
	return target->kind != TARGET_CHILD || target->child;
}

static void read_targets(struct compile *compile, const struct spot *spot, int index, bool declared,
                         struct plan_rule *rule)
{
	lua_State *L = compile->L;
	const uint32_t count = compile_flatten(compile, spot, NULL, index, PLAN_TARGETS_MAX);

	rule->targets = compile_alloc(compile, count, sizeof(*rule->targets));
	const int list = lua_gettop(L);
	for (uint32_t i = 1; i <= count; i++) {
		lua_rawgeti(L, list, i);
		if (read_target(compile, spot, declared, &rule->targets[rule->target_count]))
			rule->target_count++;
		else
			rule->incomplete = true;
		lua_settop(L, list);
	}
}

/* The node is at the stack's top. */
static bool read_rule(struct compile *compile, const struct spot *outer, const char *field,
                      struct plan_rule *rule)
{
	lua_State *L = compile->L;
	const int index = lua_gettop(L);
	const struct node *node = node_at(L, index);
	char title[SPOT_TITLE_MAX];

	if (!node || (node->word != WORD_SERVICE && node->word != WORD_ANY_SERVICE)) {
		const bool placed = node && node->place.line;
		const struct spot at_node = placed ? node_spot(outer, node, outer->title) : *outer;
		compile_error(compile, &at_node, placed ? NULL : field,
		              "%s is no rule, wanted service or any_service",
		              node_describe(L, index));
		return false;
	}
	snprintf(title, sizeof(title), "%.*s: %s", PLAN_NAME_MAX + 16, outer->title,
	         node_describe(L, index));
	const struct spot spot = node_spot(outer, node, title);
	rule->place = spot.place;
	lua_settop(L, index);
	node_push_name(L, index);
	if (node->word == WORD_SERVICE &&
	    !(rule->service = compile_text(compile, &spot, "service")))
		return false;
	node_push_table(L, index);
	if (node->has_table) {
		compile_fields(compile, &spot, index + 2, rule_fields, NULL, true, rule);
		read_targets(compile, &spot, index + 2, false, rule);
	}
	return true;
}

void compile_rules(struct compile *compile, const struct spot *spot, const char *field,
                   struct plan_rules *out)
{
	lua_State *L = compile->L;
	const uint32_t count = compile_flatten(compile, spot, field, -1, PLAN_RULES_MAX);

	out->items = compile_alloc(compile, count, sizeof(*out->items));
	const int list = lua_gettop(L);
	for (uint32_t i = 1; i <= count; i++) {
		lua_rawgeti(L, list, i);
		if (read_rule(compile, spot, field, &out->items[out->count]))
			out->count++;
		lua_settop(L, list);
	}
}
