/* SPDX-License-Identifier: MIT */
#include "node.h"

#include "words.h"

#include <lauxlib.h>

static const char node_type[] = "capos.policy.node";

const char *const word_names[WORD_COUNT] = {
	[WORD_POLICY] = "policy",   [WORD_COMPONENT] = "component",
	[WORD_SERVICE] = "service", [WORD_ANY_SERVICE] = "any_service",
	[WORD_CHILD] = "child",     [WORD_ANY_CHILD] = "any_child",
	[WORD_PARENT] = "parent",   [WORD_DENY] = "deny",
	[WORD_CHOOSE] = "choose",   [WORD_INIT] = "init",
};

void node_push(lua_State *L, enum word word, struct plan_place place)
{
	struct node *node = lua_newuserdatauv(L, sizeof(*node), 2);

	*node = (struct node){.word = word, .place = place, .has_table = lua_istable(L, -2)};
	luaL_setmetatable(L, node_type);
	lua_insert(L, -3);
	lua_setiuservalue(L, -3, 2);
	lua_setiuservalue(L, -2, 1);
}

const struct node *node_at(lua_State *L, int index)
{
	return luaL_testudata(L, index, node_type);
}

void node_push_name(lua_State *L, int index)
{
	lua_getiuservalue(L, index, 1);
}

void node_push_table(lua_State *L, int index)
{
	lua_getiuservalue(L, index, 2);
}

const char *node_describe(lua_State *L, int index)
{
	const struct node *node = node_at(L, index);

	index = lua_absindex(L, index);
	if (lua_isnoneornil(L, index))
		return lua_pushliteral(L, "nothing");
	if (!node) {
		const char *type = luaL_typename(L, index);
		return lua_pushfstring(L, "%s %s", type[0] == 'i' ? "an" : "a", type);
	}
	node_push_name(L, index);
	if (lua_isnil(L, -1))
		lua_pushstring(L, word_names[node->word]);
	else
		lua_pushfstring(L, "%s '%s'", word_names[node->word], lua_tostring(L, -1));
	lua_remove(L, -2);
	return lua_tostring(L, -1);
}

/* component "x" { … }, child "x" { … }, parent { … } */
static int node_call(lua_State *L)
{
	const struct node *node = luaL_checkudata(L, 1, node_type);

	if (node->has_table)
		return luaL_error(L, "%s has its { ... } already", node_describe(L, 1));
	if (lua_type(L, 2) != LUA_TTABLE)
		return luaL_error(L, "%s wants { ... }, not %s", node_describe(L, 1),
		                  node_describe(L, 2));
	lua_settop(L, 2);
	node_push_name(L, 1);
	lua_insert(L, 2);
	node_push(L, node->word, node->place.line ? node->place : words_caller_place(L));
	return 1;
}

static int node_index(lua_State *L)
{
	return luaL_error(L, "%s cannot be looked into", node_describe(L, 1));
}

static int node_concat(lua_State *L)
{
	return luaL_error(L, "%s is no text", node_describe(L, node_at(L, 1) ? 1 : 2));
}

void node_open(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"__call", node_call},
		{"__index", node_index},
		{"__newindex", node_index},
		{"__concat", node_concat},
		{NULL, NULL},
	};

	luaL_newmetatable(L, node_type);
	luaL_setfuncs(L, methods, 0);
	lua_pushboolean(L, false);
	lua_setfield(L, -2, "__metatable");
	lua_pop(L, 1);
}
