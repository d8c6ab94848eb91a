/* SPDX-License-Identifier: MIT */
#include "sandbox.h"

#include "library.h"
#include "words.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The upvalue of all functions here is the sandbox. */
static struct sandbox *sandbox_of(lua_State *L)
{
	return lua_touserdata(L, lua_upvalueindex(1));
}

/* ---- globals ---- */

static int global_missing(lua_State *L)
{
	if (lua_type(L, 2) != LUA_TSTRING)
		return luaL_error(L, "no such global");
	return luaL_error(L, "unknown word '%s'%s", lua_tostring(L, 2),
	                  words_suggest(L, lua_upvalueindex(1), lua_tostring(L, 2)));
}

static int global_set(lua_State *L)
{
	if (lua_type(L, 2) != LUA_TSTRING)
		return luaL_error(L, "globals cannot be set");
	return luaL_error(L, "global '%s' cannot be set; write: local %s", lua_tostring(L, 2),
	                  lua_tostring(L, 2));
}

/*
 * The words are at the stack's top. Pushes the environment of all chunks: empty,
 * so that each assignment is noticed; reading looks into the words.
 */
static void push_environment(lua_State *L)
{
	const int words = lua_gettop(L);

	lua_newtable(L);
	lua_createtable(L, 0, 2);
	lua_newtable(L); /* the words again, of which the missing ones are errors */
	lua_pushnil(L);
	while (lua_next(L, words)) {
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_settable(L, -4);
	}
	lua_createtable(L, 0, 1);
	lua_pushvalue(L, words);
	lua_pushcclosure(L, global_missing, 1);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, global_set);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
}

/* ---- include ---- */

static bool include_name_valid(const char *name)
{
	return *name && *name != '/' && !strstr(name, "..") && strlen(name) < LABEL_BYTES_MAX;
}

/* Pushes the path of the file `name` beside the file `from`. */
static const char *push_include_path(lua_State *L, const char *from, const char *name)
{
	const char *slash = strrchr(from, '/');

	lua_pushlstring(L, from, slash ? (size_t)(slash - from + 1) : 0);
	lua_pushstring(L, name);
	lua_concat(L, 2);
	return lua_tostring(L, -1);
}

/* include "file": what the file returns. */
static int include(lua_State *L)
{
	struct sandbox *sandbox = sandbox_of(L);
	const struct policy_host *host = sandbox->host;
	struct policy_source source;

	if (lua_type(L, 1) != LUA_TSTRING)
		return luaL_error(L, "include wants a file name");
	const char *name = lua_tostring(L, 1);
	if (!host || !host->include)
		return luaL_error(L, "include \"%s\": there are no includes here", name);
	if (!include_name_valid(name))
		return luaL_error(L, "include \"%s\": wanted a name without '..' or leading '/'",
		                  name);
	if (sandbox->depth == SANDBOX_INCLUDES_MAX)
		return luaL_error(L, "include \"%s\": too deep", name);
	const char *from = sandbox->sources->items[sandbox->including[sandbox->depth - 1]].file;
	const char *path = push_include_path(L, from, name);
	if (host->include(host->self, path, &source) != OK)
		return luaL_error(L, "include \"%s\": no such file", name);
	source.file = path;
	for (uint32_t i = 0; i < sandbox->depth; i++) {
		if (!strcmp(sandbox->sources->items[sandbox->including[i]].file, source.file))
			return luaL_error(L, "include \"%s\": a file cannot include itself", name);
	}
	sandbox_run(sandbox, &source);
	return 1;
}

void sandbox_run(struct sandbox *sandbox, const struct policy_source *source)
{
	lua_State *L = sandbox->L;
	uint32_t index;

	meter_charge(L, source->size / 4); /* the compiler's work */
	const enum status status = sources_add(sandbox->sources, source->file, NULL, source->text,
	                                       source->size, &index);
	if (status == ERR_OUT_OF_RAM)
		luaL_error(L, "out of memory");
	if (status != OK)
		luaL_error(L, "a policy has %d files at most", PLAN_SOURCES_MAX);

	const struct source *copy = &sandbox->sources->items[index];
	if (luaL_loadbufferx(L, copy->text, copy->size, copy->chunk_name, "t") != LUA_OK)
		lua_error(L);
	lua_rawgetp(L, LUA_REGISTRYINDEX, sandbox);
	lua_setupvalue(L, -2, 1);
	sandbox->including[sandbox->depth++] = index;
	lua_call(L, 0, 1);
	sandbox->depth--;
}

/* ---- life ---- */

static int open_protected(lua_State *L)
{
	struct sandbox *sandbox = lua_touserdata(L, 1);

	lua_newtable(L);
	library_open(L);
	words_open(L, sandbox->sources);
	lua_pushlightuserdata(L, sandbox);
	lua_pushcclosure(L, include, 1);
	lua_setfield(L, -2, "include");
	push_environment(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, sandbox);
	return 0;
}

enum status sandbox_open(struct sandbox *sandbox, size_t memory_max)
{
	sandbox->L = meter_state_create(&sandbox->meter, memory_max);
	if (!sandbox->L)
		return ERR_OUT_OF_RAM;
	lua_pushcfunction(sandbox->L, open_protected);
	lua_pushlightuserdata(sandbox->L, sandbox);
	if (lua_pcall(sandbox->L, 1, 0, 0) == LUA_OK)
		return OK;
	sandbox_close(sandbox);
	return ERR_OUT_OF_RAM;
}

void sandbox_close(struct sandbox *sandbox)
{
	if (sandbox->L)
		lua_close(sandbox->L);
	sandbox->L = NULL;
}

/* ---- errors ---- */

/* "#2:15: text", as Lua puts it before a message, gives source 2, line 15; returns the text. */
static const char *take_place(const char *text, struct sandbox_error *out)
{
	char *end;

	if (*text != '#')
		return text;
	const unsigned long source = strtoul(text + 1, &end, 10);
	if (end == text + 1 || *end != ':' || source >= PLAN_SOURCES_MAX)
		return text;
	const char *digits = end + 1;
	const unsigned long line = strtoul(digits, &end, 10);
	if (end == digits || end[0] != ':' || end[1] != ' ')
		return text;
	out->source = (uint32_t)source;
	out->line = (uint32_t)line;
	return end + 2;
}

void sandbox_error(struct sandbox *sandbox, struct sandbox_error *out)
{
	lua_State *L = sandbox->L;
	const char *text = "the error is no text";

	*out = (struct sandbox_error){.source = PLAN_SOURCES_MAX};
	if (lua_type(L, -1) == LUA_TSTRING)
		text = take_place(lua_tostring(L, -1), out);
	if (!strcmp(text, "not enough memory")) /* Lua's own words for a refused allocation */
		text = "the policy takes too much memory";
	if (out->source >= sandbox->sources->count)
		out->source = PLAN_SOURCES_MAX;
	snprintf(out->text, sizeof(out->text), "%s", text);
	lua_pop(L, 1);
}
