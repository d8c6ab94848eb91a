/* SPDX-License-Identifier: MIT */
/*
 * Configurations: plain data for the component's own schema, a text for a
 * component without one, or a policy for an init.
 */
#include "compile.h"
#include "node.h"
#include "policy.h"
#include "sorted_keys.h"

#include <base/codec.h>
#include <lauxlib.h>
#include <plan/plan_message.h>
#include <plan/schema.h>
#include <plan/validate.h>
#include <stdio.h>
#include <string.h>

enum { CONFIG_PATH_MAX = 12, CONFIG_NAME_MAX = 64, CONFIG_BYTES_MAX = 1 << 18 };

static void set_data(struct plan_child *child, const void *data, size_t size)
{
	child->config = (struct plan_config){.kind = CONFIG_DATA, .data = data, .size = size};
}

/* ---- a policy in a policy ---- */

static void read_policy(struct compile *compile, const struct spot *spot, struct plan_child *child)
{
	lua_State *L = compile->L;
	struct compile inner = *compile;
	const struct node *node = node_at(L, -1);
	struct spot inner_spot = {.place = node->place, .title = "policy"};
	const struct plan_locator locator = {.self = &inner, .line = compile_locate};
	const struct validate_options options = {
		.ram = child->ram == PLAN_UNKNOWN ? 0 : child->ram,
		.caps = child->caps == PLAN_UNKNOWN ? 0 : child->caps,
		.locator = &locator,
	};
	const void *segment;
	uint32_t size;

	if (strcmp(child->binary, "init")) {
		compile_error(compile, spot, "config",
		              "a policy configures an init, binary is '%s'", child->binary);
		return;
	}
	if (++inner.depth > COMPILE_DEPTH_MAX) {
		compile_error(compile, spot, "config", "policies within policies are too deep");
		return;
	}
	inner.plan = plan_create_within(compile->plan);
	if (!inner.plan)
		luaL_error(L, "out of memory");
	node_push_table(L, -1);
	compile_policy(&inner, &inner_spot, -1, NULL);
	compile->elements = inner.elements;
	plan_validate(inner.plan, &options, compile->diagnostics);

	const enum status status = plan_encode(inner.plan, &segment, &size);
	if (status == ERR_OUT_OF_RAM)
		luaL_error(L, "out of memory");
	if (status == OK)
		set_data(child, segment, size);
	else
		compile_error(compile, spot, "config", "the policy's plan is too large");
}

/* ---- a table, with a schema ---- */

struct config_path {
	char names[CONFIG_PATH_MAX][CONFIG_NAME_MAX];
	const char *path[CONFIG_PATH_MAX + 1];
	unsigned count;
};

static void path_add(struct config_path *path, const char *name, size_t size)
{
	if (path->count == CONFIG_PATH_MAX || size == 0 || size >= CONFIG_NAME_MAX)
		return;
	memcpy(path->names[path->count], name, size);
	path->names[path->count][size] = '\0';
	path->path[path->count] = path->names[path->count];
	path->count++;
}

/* "mounts[2].ram" with the unknown field "sise" is config, mounts, ram, sise. */
static void path_init(struct config_path *path, const struct codec_error *error)
{
	*path = (struct config_path){0};
	path_add(path, "config", strlen("config"));
	for (const char *at = error->path; *at;) {
		const size_t size = strcspn(at, ".[");
		path_add(path, at, size);
		at += size;
		at += strcspn(at, ".");
		at += *at == '.';
	}
	path_add(path, error->unknown, strlen(error->unknown));
}

static void report_misfit(struct compile *compile, const struct spot *spot,
                          const struct codec_error *error)
{
	struct config_path path;
	char hint[CONFIG_NAME_MAX + 24] = "";
	/* the hint is ours, so that it looks like all others */
	const char *own_hint = *error->nearest ? strstr(error->message, ", did you mean") : NULL;
	const int size = own_hint ? (int)(own_hint - error->message) : (int)strlen(error->message);

	path_init(&path, error);
	if (*error->nearest)
		snprintf(hint, sizeof(hint), " (did you mean '%s'?)", error->nearest);
	compile_error_at(compile, spot, path.path, "config%s%s: %.*s%s", *error->path ? "." : "",
	                 error->path, size, error->message, hint);
}

static void encode(struct compile *compile, const struct spot *spot, struct plan_child *child,
                   const struct codec_schema *schema, const char *type)
{
	struct codec_error error;
	enum status status = ERR_INSUFFICIENT_RAM;
	size_t size;

	for (size_t capacity = 1024; status == ERR_INSUFFICIENT_RAM && capacity <= CONFIG_BYTES_MAX;
	     capacity *= 4) {
		void *segment = compile_alloc(compile, 1, capacity);
		status = codec_encode(compile->L, -1, schema, type, segment, capacity, &size,
		                      &error);
		if (status == OK)
			set_data(child, segment, size);
	}
	if (status == ERR_INSUFFICIENT_RAM)
		compile_error(compile, spot, "config", "config is too large");
	else if (status != OK)
		report_misfit(compile, spot, &error);
}

static void encode_with_descriptor(struct compile *compile, const struct spot *spot,
                                   struct plan_child *child, const void *bytes, size_t size,
                                   const char *type)
{
	struct codec_schema schema;

	if (codec_schema_init(&schema, bytes, size) == OK)
		encode(compile, spot, child, &schema, type);
	else
		compile_error(compile, spot, "config", "the schema in binary '%s' is damaged",
		              child->binary);
}

/* ---- a table, without a schema at hand ---- */

static bool plain_key(lua_State *L, int index)
{
	return lua_type(L, index) == LUA_TSTRING || lua_isinteger(L, index);
}

/* The value is at the stack's top; false: not plain, and reported. */
static bool check_plain(struct compile *compile, const struct spot *spot, unsigned depth)
{
	lua_State *L = compile->L;
	const int value = lua_gettop(L);
	bool plain = true;

	luaL_checkstack(L, 16, NULL);
	switch (lua_type(L, value)) {
	case LUA_TSTRING:
	case LUA_TNUMBER:
	case LUA_TBOOLEAN: return true;
	case LUA_TTABLE: break;
	default:
		compile_error(compile, spot, "config", "config is plain data, it has %s in it",
		              node_describe(L, value));
		lua_settop(L, value);
		return false;
	}
	if (depth == COMPILE_DEPTH_MAX || compile->elements > COMPILE_ELEMENTS_MAX) {
		compile_error(compile, spot, "config", "config is too deep or too large");
		return false;
	}
	const lua_Integer count = sorted_keys_push(L, value);
	for (lua_Integer i = 1; plain && i <= count; i++) {
		compile->elements++;
		lua_rawgeti(L, value + 1, i);
		plain = plain_key(L, -1);
		if (!plain)
			compile_error(compile, spot, "config", "config has a %s as key",
			              luaL_typename(L, -1));
		lua_rawget(L, value);
		plain = plain && check_plain(compile, spot, depth + 1);
		lua_settop(L, value + 1);
	}
	lua_settop(L, value);
	return plain;
}

/* ---- which of all ---- */

static void read_table(struct compile *compile, const struct spot *spot, struct plan_child *child)
{
	const struct policy_host *host = compile->host;
	const void *bytes = NULL;
	size_t size = 0;

	if (!check_plain(compile, spot, 0))
		return;
	if (!strcmp(child->binary, "init")) {
		encode_with_descriptor(compile, spot, child, plan_schema, plan_schema_size,
		                       "BinaryPlan");
		return;
	}
	if (!host || !host->schema)
		return;
	switch (host->schema(host->self, child->binary, &bytes, &size)) {
	case SCHEMA_FOUND:
		encode_with_descriptor(compile, spot, child, bytes, size, POLICY_CONFIG_TYPE);
		return;
	case SCHEMA_NONE:
		compile_error(compile, spot, "config",
		              "binary '%s' has no schema, config is a text then", child->binary);
		return;
	case SCHEMA_NO_BINARY:
		compile_error(compile, spot, "binary", "there is no binary '%s'", child->binary);
		return;
	}
}

static void read_text(struct compile *compile, const struct spot *spot, struct plan_child *child)
{
	const struct policy_host *host = compile->host;
	const char *text = compile_text(compile, spot, "config");
	const void *bytes;
	size_t size;

	if (text && host && host->schema &&
	    host->schema(host->self, child->binary, &bytes, &size) == SCHEMA_FOUND)
		compile_error(compile, spot, "config",
		              "binary '%s' has a schema, config is a table then", child->binary);
	else if (text)
		child->config = (struct plan_config){
			.kind = CONFIG_TEXT, .data = text, .size = strlen(text)};
}

void compile_config(struct compile *compile, const struct spot *spot, struct plan_child *child)
{
	lua_State *L = compile->L;
	const struct node *node = node_at(L, -1);

	if (node && node->word == WORD_POLICY)
		read_policy(compile, spot, child);
	else if (lua_istable(L, -1))
		read_table(compile, spot, child);
	else if (lua_type(L, -1) == LUA_TSTRING)
		read_text(compile, spot, child);
	else
		compile_error(compile, spot, "config", "config is %s, wanted a table or a text",
		              node_describe(L, -1));
}
