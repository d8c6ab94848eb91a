/* SPDX-License-Identifier: MIT */
#include "policy.h"

#include "compile.h"
#include "node.h"
#include "sandbox.h"
#include "words.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct policy {
	struct sources sources;
	struct sandbox sandbox;
	struct policy_options options;
	struct plan *plan;
	int functions_key; /* registry reference of the list of route functions */
};

struct plan *policy_plan(struct policy *policy)
{
	return policy->plan;
}

void policy_destroy(struct policy *policy)
{
	if (!policy)
		return;
	sandbox_close(&policy->sandbox);
	sources_fini(&policy->sources);
	plan_destroy(policy->plan);
	free(policy);
}

/* ---- evaluation ---- */

static size_t or_default(size_t value, size_t otherwise)
{
	return value ? value : otherwise;
}

static void set_options(struct policy *policy, const struct policy_options *options)
{
	struct policy_limits *limits = &policy->options.limits;

	if (options)
		policy->options = *options;
	limits->memory = or_default(limits->memory, POLICY_MEMORY_DEFAULT);
	limits->steps = or_default(limits->steps, POLICY_STEPS_DEFAULT);
	limits->choose_steps = or_default(limits->choose_steps, POLICY_CHOOSE_STEPS_DEFAULT);
}

static struct policy *policy_create(const struct policy_options *options)
{
	struct policy *policy = calloc(1, sizeof(*policy));

	if (!policy)
		return NULL;
	set_options(policy, options);
	policy->plan = plan_create();
	policy->sandbox.sources = &policy->sources;
	policy->sandbox.host = policy->options.host;
	if (policy->plan && sandbox_open(&policy->sandbox, policy->options.limits.memory) == OK)
		return policy;
	policy_destroy(policy);
	return NULL;
}

/* Argument: the source. Result: the policy's node, or whatever it returned. */
static int run_protected(lua_State *L)
{
	struct policy *policy = lua_touserdata(L, 1);

	sandbox_run(&policy->sandbox, lua_touserdata(L, 2));
	return 1;
}

/* Leaves what the source returned on the stack; false: an error is reported. */
static bool run(struct policy *policy, const struct policy_source *source,
                struct diagnostics *diagnostics)
{
	lua_State *L = policy->sandbox.L;
	struct policy_source copy = *source;
	struct sandbox_error error;

	meter_refill(&policy->sandbox.meter, policy->options.limits.steps);
	lua_pushcfunction(L, run_protected);
	lua_pushlightuserdata(L, policy);
	lua_pushlightuserdata(L, &copy);
	if (lua_pcall(L, 2, 1, 0) == LUA_OK)
		return true;
	sandbox_error(&policy->sandbox, &error);
	diagnostics_add(diagnostics, SEVERITY_ERROR,
	                error.source < PLAN_SOURCES_MAX ? policy->sources.items[error.source].file
	                                                : source->file,
	                error.line, "%s", error.text);
	return false;
}

/* Arguments: the compilation, its spot, the policy's table. */
static int compile_protected(lua_State *L)
{
	compile_policy(lua_touserdata(L, 1), lua_touserdata(L, 2), 3, NULL);
	return 0;
}

/* The policy's node is on the stack; false: no memory. */
static bool compile(struct policy *policy, struct diagnostics *diagnostics)
{
	lua_State *L = policy->sandbox.L;
	const struct node *node = node_at(L, -1);
	struct spot spot = {.place = node->place, .title = "policy"};
	struct compile compilation = {
		.L = L,
		.sources = &policy->sources,
		.host = policy->options.host,
		.diagnostics = diagnostics,
		.plan = policy->plan,
		.functions_key = (uint32_t)policy->functions_key,
	};
	const struct plan_locator locator = {.self = &compilation, .line = compile_locate};
	struct validate_options validate = policy->options.validate;

	lua_pushcfunction(L, compile_protected);
	lua_pushlightuserdata(L, &compilation);
	lua_pushlightuserdata(L, &spot);
	node_push_table(L, -4);
	if (lua_pcall(L, 3, 0, 0) != LUA_OK) {
		diagnostics_add(diagnostics, SEVERITY_ERROR, policy->sources.items[0].file,
		                node->place.line, "%s", lua_tostring(L, -1));
		return false;
	}
	validate.locator = &locator;
	plan_validate(policy->plan, &validate, diagnostics);
	return true;
}

static enum status evaluate(struct policy *policy, const struct policy_source *source,
                            struct diagnostics *diagnostics)
{
	lua_State *L = policy->sandbox.L;
	const uint32_t errors = diagnostics->errors;

	lua_newtable(L);
	policy->functions_key = luaL_ref(L, LUA_REGISTRYINDEX);
	if (!run(policy, source, diagnostics))
		return ERR_BAD_ARG;
	const struct node *node = node_at(L, -1);
	if (!node || node->word != WORD_POLICY) {
		diagnostics_add(diagnostics, SEVERITY_ERROR, source->file, 0,
		                "returns %s, wanted: return policy { ... }", node_describe(L, -1));
		return ERR_BAD_ARG;
	}
	/* what is left to do is bounded by the data that the steps allowed to make */
	meter_refill(&policy->sandbox.meter, policy->options.limits.steps);
	if (!compile(policy, diagnostics))
		return ERR_OUT_OF_RAM;
	lua_settop(L, 0);
	return diagnostics->errors == errors ? OK : ERR_BAD_ARG;
}

enum status policy_evaluate(const struct policy_source *source,
                            const struct policy_options *options, struct diagnostics *diagnostics,
                            struct policy **out_policy)
{
	struct policy *policy = policy_create(options);

	if (!policy)
		return ERR_OUT_OF_RAM;
	const enum status status = evaluate(policy, source, diagnostics);
	diagnostics_sort(diagnostics);
	if (status != OK) {
		policy_destroy(policy);
		return status;
	}
	*out_policy = policy;
	return OK;
}

bool policy_from(const struct policy *policy, const struct policy_source *source)
{
	const struct source *own = &policy->sources.items[0];

	return policy->sources.count == 1 && !strcmp(own->file, source->file) &&
	       own->size == source->size && !memcmp(own->text, source->text, own->size);
}

/* ---- route functions ---- */

struct choice {
	struct policy *policy;
	const struct plan_target *target;
	const struct plan_child *child;
	const struct resolve_request *request;
	int index;
};

static void set_text(lua_State *L, const char *key, const char *value)
{
	lua_pushstring(L, value);
	lua_setfield(L, -2, key);
}

/* Whether the answer is the declared target; rewriting, if the answer has some, included. */
static bool is_declared(lua_State *L, const struct plan *plan, int answer,
                        const struct plan_target *declared)
{
	const struct node *node = node_at(L, answer);
	bool same;

	if (strcmp(word_names[node->word], plan_target_names[declared->kind]))
		return false;
	node_push_name(L, answer);
	same = declared->kind != TARGET_CHILD ||
	       !strcmp(plan_alias_resolve(plan, lua_tostring(L, -1)), declared->child);
	lua_pop(L, 1);
	if (!same || !node->has_table)
		return same;
	node_push_table(L, answer);
	for (unsigned kind = 0; same && kind < REWRITE_KINDS; kind++) {
		const bool given = lua_getfield(L, -1, plan_rewrite_names[kind]) == LUA_TSTRING;
		same = given == (declared->rewrites[kind] != NULL) &&
		       (!given || !strcmp(lua_tostring(L, -1), declared->rewrites[kind]));
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return same;
}

/* The function's answer is at the stack's top. */
static int find_declared(lua_State *L, const struct plan *plan, const struct plan_target *target)
{
	const struct node *node = node_at(L, -1);

	if (lua_isnil(L, -1) || (node && node->word == WORD_DENY))
		return RESOLVE_CHOICE_NONE;
	for (uint32_t i = 0; node && i < target->declared_count; i++) {
		if (is_declared(L, plan, lua_gettop(L), &target->declared[i]))
			return (int)i;
	}
	return luaL_error(L, "returned %s, which its choose does not declare",
	                  node_describe(L, -1));
}

static int choose_protected(lua_State *L)
{
	struct choice *choice = lua_touserdata(L, 1);

	lua_rawgeti(L, LUA_REGISTRYINDEX, choice->policy->functions_key);
	lua_rawgeti(L, -1, (lua_Integer)choice->target->function);
	lua_createtable(L, 0, 3);
	set_text(L, "child", choice->child->name);
	set_text(L, "service", choice->request->service);
	set_text(L, "label", choice->request->label);
	lua_call(L, 1, 1);
	choice->index = find_declared(L, choice->policy->plan, choice->target);
	return 0;
}

/* "shop.lua:15: attempt to …"; an error without a place is at the function's choose. */
static void write_error(struct policy *policy, const struct plan_target *target,
                        char error[RESOLVE_ERROR_MAX])
{
	struct sandbox_error taken;

	sandbox_error(&policy->sandbox, &taken);
	if (taken.source >= policy->sources.count) {
		taken.source = target->place.source;
		taken.line = target->place.line;
	}
	const char *file = taken.source < policy->sources.count
	                           ? policy->sources.items[taken.source].file
	                           : "?";
	snprintf(error, RESOLVE_ERROR_MAX, "%.160s:%u: %s", file, taken.line, taken.text);
}

static int choose(void *self, const struct plan_target *target, const struct plan_child *child,
                  const struct resolve_request *request, char error[RESOLVE_ERROR_MAX])
{
	struct choice choice = {
		.policy = self, .target = target, .child = child, .request = request};
	struct policy *policy = self;
	lua_State *L = policy->sandbox.L;

	/* each request begins with the same memory, whatever the one before left behind */
	lua_gc(L, LUA_GCCOLLECT);
	meter_refill(&policy->sandbox.meter, policy->options.limits.choose_steps);
	lua_pushcfunction(L, choose_protected);
	lua_pushlightuserdata(L, &choice);
	if (lua_pcall(L, 1, 0, 0) == LUA_OK)
		return choice.index;
	write_error(policy, target, error);
	return RESOLVE_CHOICE_FAILED;
}

struct resolve_chooser policy_chooser(struct policy *policy)
{
	return (struct resolve_chooser){.self = policy, .choose = choose};
}

/* ---- for run scripts ---- */

void policy_words_open(lua_State *L, struct sources *sources)
{
	words_open(L, sources);
}

struct plan *policy_table_to_plan(lua_State *L, int index, const struct sources *sources,
                                  const char *const *others, const struct policy_options *options,
                                  struct diagnostics *diagnostics)
{
	struct spot spot = {.place = words_caller_place(L), .title = "boot"};
	struct validate_options validate = {0};
	struct compile compilation = {
		.L = L,
		.sources = sources,
		.host = options ? options->host : NULL,
		.diagnostics = diagnostics,
		.plan = plan_create(),
	};
	const struct plan_locator locator = {.self = &compilation, .line = compile_locate};
	const uint32_t errors = diagnostics->errors;

	if (!compilation.plan)
		return NULL;
	index = lua_absindex(L, index);
	lua_newtable(L);
	compilation.functions_key = (uint32_t)luaL_ref(L, LUA_REGISTRYINDEX);
	compile_policy(&compilation, &spot, index, others);
	luaL_unref(L, LUA_REGISTRYINDEX, (int)compilation.functions_key);
	if (options)
		validate = options->validate;
	validate.locator = &locator;
	validate.functions = false;
	plan_validate(compilation.plan, &validate, diagnostics);
	diagnostics_sort(diagnostics);
	if (diagnostics->errors == errors)
		return compilation.plan;
	plan_destroy(compilation.plan);
	return NULL;
}
