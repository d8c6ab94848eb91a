/* SPDX-License-Identifier: MIT */
#include "words.h"

#include "node.h"

#include <lauxlib.h>
#include <plan/suggestion.h>
#include <string.h>

static const char sources_key;

struct plan_place words_caller_place(lua_State *L)
{
	struct plan_place place = {.source = PLAN_SOURCES_MAX};
	lua_Debug activation;

	lua_rawgetp(L, LUA_REGISTRYINDEX, &sources_key);
	const struct sources *sources = lua_touserdata(L, -1);
	lua_pop(L, 1);
	if (!lua_getstack(L, 1, &activation) || !lua_getinfo(L, "Sl", &activation))
		return place;
	place.source = sources_find(sources, activation.source);
	place.line = activation.currentline > 0 ? (uint32_t)activation.currentline : 0;
	return place;
}

/* component "x", service "X", child "x": the upvalue says which. */
static int word_with_name(lua_State *L)
{
	const enum word word = (enum word)lua_tointeger(L, lua_upvalueindex(1));

	if (lua_type(L, 1) != LUA_TSTRING)
		return luaL_error(L, "%s wants a name, not %s: %s \"x\"", word_names[word],
		                  node_describe(L, 1), word_names[word]);
	if (lua_gettop(L) > 1)
		return luaL_error(L, "%s wants a name alone; what follows goes into { } behind it",
		                  word_names[word]);
	lua_pushnil(L);
	node_push(L, word, words_caller_place(L));
	return 1;
}

/* policy { … }, choose { … }: the upvalue says which. */
static int word_with_table(lua_State *L)
{
	const enum word word = (enum word)lua_tointeger(L, lua_upvalueindex(1));

	if (lua_type(L, 1) != LUA_TTABLE)
		return luaL_error(L, "%s wants { ... }, not %s", word_names[word],
		                  node_describe(L, 1));
	lua_settop(L, 1);
	lua_pushnil(L);
	lua_insert(L, 1);
	node_push(L, word, words_caller_place(L));
	return 1;
}

static void open_function(lua_State *L, enum word word, lua_CFunction function)
{
	lua_pushinteger(L, word);
	lua_pushcclosure(L, function, 1);
	lua_setfield(L, -2, word_names[word]);
}

static void open_value(lua_State *L, enum word word)
{
	lua_pushnil(L);
	lua_pushnil(L);
	node_push(L, word, (struct plan_place){0});
	lua_setfield(L, -2, word_names[word]);
}

void words_open(lua_State *L, struct sources *sources)
{
	lua_pushlightuserdata(L, sources);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &sources_key);
	node_open(L);

	open_function(L, WORD_POLICY, word_with_table);
	open_function(L, WORD_CHOOSE, word_with_table);
	open_function(L, WORD_COMPONENT, word_with_name);
	open_function(L, WORD_SERVICE, word_with_name);
	open_function(L, WORD_CHILD, word_with_name);
	open_value(L, WORD_ANY_SERVICE);
	open_value(L, WORD_ANY_CHILD);
	open_value(L, WORD_PARENT);
	open_value(L, WORD_DENY);
	open_value(L, WORD_INIT);
}

const char *words_suggest(lua_State *L, int index, const char *word)
{
	struct suggestion suggestion;

	index = lua_absindex(L, index);
	suggestion_init(&suggestion, word);
	/* the best of all words, and among equals the first in the alphabet */
	const char *best = NULL;
	unsigned distance = suggestion.distance;
	for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
		if (lua_type(L, -2) != LUA_TSTRING)
			continue;
		const char *candidate = lua_tostring(L, -2);
		suggestion_init(&suggestion, word);
		suggestion_offer(&suggestion, candidate);
		if (!suggestion.best || suggestion.distance > distance)
			continue;
		if (suggestion.distance < distance || !best || strcmp(candidate, best) < 0)
			best = candidate;
		distance = suggestion.distance;
	}
	suggestion.best = best;
	return lua_pushstring(L, suggestion_text(&suggestion));
}
