/* SPDX-License-Identifier: MIT */
#include "policy_words.h"

#include "policy_files.h"

#include <errno.h>
#include <lauxlib.h>
#include <plan/plan_message.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NESTING_MAX = 16, LABEL_SIZE_MAX = 1024, MESSAGE_SIZE_MAX = 512, OTHERS_MAX = 32 };

static const char SCRIPT_TYPE[] = "capos script";
static const char script_key;

/* The script whose words are open; one at a time in a Lua state. */
struct script {
	struct sources sources;
	struct policy_files files;
};

static int script_end(lua_State *L)
{
	struct script *script = luaL_checkudata(L, 1, SCRIPT_TYPE);

	sources_fini(&script->sources);
	policy_files_fini(&script->files);
	return 0;
}

static struct script *script_current(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &script_key);
	struct script *script = lua_touserdata(L, -1);
	lua_pop(L, 1);
	return script;
}

static int open(lua_State *L)
{
	const char *build = luaL_checkstring(L, 1);
	const char *file = luaL_checkstring(L, 2);
	size_t size;
	const char *text = luaL_checklstring(L, 3, &size);
	struct script *script = lua_newuserdatauv(L, sizeof *script, 0);
	uint32_t index;

	memset(script, 0, sizeof *script);
	policy_files_init(&script->files, build);
	if (luaL_newmetatable(L, SCRIPT_TYPE)) {
		lua_pushcfunction(L, script_end);
		lua_setfield(L, -2, "__gc");
	}
	lua_setmetatable(L, -2);
	lua_pushfstring(L, "@%s", file);
	if (sources_add(&script->sources, file, lua_tostring(L, -1), text, size, &index) != OK)
		return luaL_error(L, "out of memory");
	lua_pop(L, 1);

	lua_newtable(L);
	policy_words_open(L, &script->sources);
	lua_insert(L, -2);
	/* the words look into the sources of the script before until now */
	lua_rawsetp(L, LUA_REGISTRYINDEX, &script_key);
	return 1;
}

/* ---- plan to Lua ---- */

struct collection {
	lua_State *L; /* the list of children is at the stack's top */
	struct policy_files *files;
	unsigned depth;
};

static void collect_children(struct collection *collection, const struct plan *plan,
                             const char *prefix);

/* The children of a child that is itself an init, as far as its configuration shows them. */
static void collect_nested(struct collection *collection, const struct plan_child *child,
                           const char *label)
{
	struct diagnostics diagnostics = {0};
	const struct policy_source source = {child->name, child->config.data, child->config.size};
	const struct policy_options options = {.host = &collection->files->host};
	struct policy *policy;
	struct plan *plan;

	if (strcmp(child->binary, "init") != 0 || collection->depth >= NESTING_MAX)
		return;
	collection->depth++;
	if (child->config.kind == CONFIG_DATA &&
	    plan_decode(child->config.data, (uint32_t)child->config.size, &plan) == OK) {
		collect_children(collection, plan, label);
		plan_destroy(plan);
	} else if (child->config.kind == CONFIG_TEXT &&
	           policy_evaluate(&source, &options, &diagnostics, &policy) == OK) {
		collect_children(collection, policy_plan(policy), label);
		policy_destroy(policy);
	}
	diagnostics_fini(&diagnostics);
	collection->depth--;
}

static void collect_child(struct collection *collection, const struct plan_child *child,
                          const char *label)
{
	lua_State *L = collection->L;

	lua_createtable(L, 0, 5);
	lua_pushstring(L, label);
	lua_setfield(L, -2, "label");
	lua_pushstring(L, child->binary);
	lua_setfield(L, -2, "binary");
	lua_pushboolean(L, child->may_fault);
	lua_setfield(L, -2, "may_fault");
	lua_pushboolean(L, plan_child_provides(child, "LOG"));
	lua_setfield(L, -2, "serves_log");
	if (strcmp(child->binary, "init") == 0 && child->config.kind == CONFIG_ROM) {
		lua_pushstring(L, child->config.data);
		lua_setfield(L, -2, "policy_rom");
	}
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	collect_nested(collection, child, label);
}

static void collect_children(struct collection *collection, const struct plan *plan,
                             const char *prefix)
{
	char label[LABEL_SIZE_MAX];

	luaL_checkstack(collection->L, 8, "policies within policies");
	for (uint32_t i = 0; i < plan->child_count; i++) {
		const struct plan_child *child = &plan->children[i];
		snprintf(label, sizeof label, "%s%s%s", prefix, *prefix ? " -> " : "", child->name);
		collect_child(collection, child, label);
	}
}

static void push_plan(lua_State *L, struct plan *plan, struct policy_files *files)
{
	struct collection collection = {.L = L, .files = files};
	const void *segment;
	uint32_t size;

	lua_createtable(L, 0, 2);
	if (plan_encode(plan, &segment, &size) == OK) {
		lua_pushlstring(L, segment, size);
		lua_setfield(L, -2, "bytes");
	}
	lua_newtable(L);
	collect_children(&collection, plan, "");
	lua_setfield(L, -2, "children");
}

static void push_messages(lua_State *L, struct diagnostics *diagnostics)
{
	char text[MESSAGE_SIZE_MAX];

	diagnostics_sort(diagnostics);
	lua_createtable(L, (int)diagnostics->count, 0);
	for (uint32_t i = 0; i < diagnostics->count; i++) {
		diagnostic_format(&diagnostics->items[i], text, sizeof text);
		lua_pushstring(L, text);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	if (diagnostics->dropped > 0) {
		lua_pushfstring(L, "and %d more", (int)diagnostics->dropped);
		lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	}
	diagnostics_fini(diagnostics);
}

/* The strings of the list at `index`, NULL-terminated. */
static void read_others(lua_State *L, int index, const char *others[OTHERS_MAX + 1])
{
	int count = (int)lua_rawlen(L, index);

	if (count > OTHERS_MAX)
		count = OTHERS_MAX;
	for (int i = 0; i < count; i++) {
		lua_rawgeti(L, index, i + 1);
		others[i] = lua_tostring(L, -1);
		lua_pop(L, 1); /* the list keeps it */
	}
	others[count] = NULL;
}

/* The word itself. It must be a C function called by the script, whose lines it looks up. */
static int boot_called(lua_State *L)
{
	struct script *script = script_current(L);
	const struct policy_options options = {.host = &script->files.host};
	const char *others[OTHERS_MAX + 1];
	struct diagnostics diagnostics = {0};
	struct plan *plan = NULL;

	lua_settop(L, 1);
	lua_pushvalue(L, lua_upvalueindex(2)); /* handler */
	lua_insert(L, 1);
	if (lua_istable(L, 2)) {
		read_others(L, lua_upvalueindex(1), others);
		plan = policy_table_to_plan(L, 2, &script->sources, others, &options, &diagnostics);
		lua_settop(L, 2);
	}
	if (plan)
		push_plan(L, plan, &script->files);
	else
		lua_pushnil(L);
	plan_destroy(plan);
	push_messages(L, &diagnostics);
	lua_call(L, 3, 0);
	return 0;
}

static int boot(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_settop(L, 2);
	lua_pushcclosure(L, boot_called, 2);
	return 1;
}

static int plan_naming(lua_State *L)
{
	const char *rom = luaL_checkstring(L, 1);
	const void *segment;
	uint32_t size;

	struct plan *plan = plan_create();
	if (!plan)
		return luaL_error(L, "out of memory");
	plan->policy_rom = rom;
	const enum status status = plan_encode(plan, &segment, &size);
	if (status == OK)
		lua_pushlstring(L, segment, size);
	plan_destroy(plan);
	return status == OK ? 1 : luaL_error(L, "the name of the policy is too long");
}

static int plan_of_file(lua_State *L)
{
	const char *build = luaL_checkstring(L, 1);
	struct policy_source source = {.file = luaL_checkstring(L, 2)};
	struct diagnostics diagnostics = {0};
	struct policy_files files;
	struct policy *policy = NULL;

	char *text = policy_files_read(source.file, &source.size);
	if (!text) {
		lua_pushnil(L);
		lua_newtable(L);
		lua_pushfstring(L, "%s: error: %s", source.file, strerror(errno));
		lua_rawseti(L, -2, 1);
		return 2;
	}
	source.text = text;
	policy_files_init(&files, build);
	const struct policy_options options = {
		.host = &files.host,
		.validate = {.functions = true},
	};
	if (policy_evaluate(&source, &options, &diagnostics, &policy) == OK) {
		push_plan(L, policy_plan(policy), &files);
		policy_destroy(policy);
	} else {
		lua_pushnil(L);
	}
	free(text);
	policy_files_fini(&files);
	push_messages(L, &diagnostics);
	return 2;
}

int policy_words_open_module(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"boot", boot},
		{"open", open},
		{"plan_naming", plan_naming},
		{"plan_of_file", plan_of_file},
		{NULL, NULL},
	};

	luaL_newlib(L, functions);
	return 1;
}
