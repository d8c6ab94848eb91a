/* SPDX-License-Identifier: MIT */
#include "library.h"

#include "meter.h"
#include "sorted_keys.h"

#include <lauxlib.h>
#include <lualib.h>

/* Upvalue: the function itself. All metered ones are linear in what their arguments hold. */
static int call_metered(lua_State *L)
{
	const lua_CFunction function = lua_tocfunction(L, lua_upvalueindex(1));
	uint64_t steps = 1;

	for (int i = 1; i <= lua_gettop(L); i++) {
		if (lua_type(L, i) == LUA_TSTRING || lua_type(L, i) == LUA_TTABLE)
			steps += lua_rawlen(L, i);
	}
	meter_charge(L, steps);
	return function(L);
}

void library_push_original(lua_State *L, const char *library, const char *name)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, -1, library);
	lua_getfield(L, -1, name);
	lua_replace(L, -3);
	lua_pop(L, 1);
}

void library_copy(lua_State *L, const char *library, const char *const *names)
{
	for (; *names; names++) {
		library_push_original(L, library, *names);
		lua_setfield(L, -2, *names);
	}
}

void library_copy_metered(lua_State *L, const char *library, const char *const *names)
{
	for (; *names; names++) {
		library_push_original(L, library, *names);
		lua_pushcclosure(L, call_metered, 1);
		lua_setfield(L, -2, *names);
	}
}

/* Upvalues: table, its sorted keys, how many were visited. */
static int pairs_next(lua_State *L)
{
	lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));

	do {
		lua_settop(L, 0);
		meter_charge(L, 1);
		if (lua_rawgeti(L, lua_upvalueindex(2), ++at) == LUA_TNIL)
			return 0;
		if (lua_type(L, -1) > LUA_TSTRING)
			return luaL_error(L, "pairs: a %s as key has no place in an order",
			                  luaL_typename(L, -1));
		lua_pushvalue(L, -1);
	} while (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL); /* removed meanwhile */
	lua_pushinteger(L, at);
	lua_replace(L, lua_upvalueindex(3));
	return 2;
}

/* Keys are visited in order, so that an evaluation does not depend on where things lie. */
static int base_pairs(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	const lua_Integer count = sorted_keys_push(L, 1);
	meter_charge(L, (uint64_t)count * 8);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, pairs_next, 3);
	return 1;
}

/* Without addresses: what has no text of its own answers its type. */
static int base_tostring(lua_State *L)
{
	luaL_checkany(L, 1);
	switch (lua_type(L, 1)) {
	case LUA_TNIL:
	case LUA_TBOOLEAN:
	case LUA_TNUMBER:
	case LUA_TSTRING: luaL_tolstring(L, 1, NULL); return 1;
	default: lua_pushstring(L, luaL_typename(L, 1)); return 1;
	}
}

static void load_originals(lua_State *L)
{
	static const luaL_Reg libraries[] = {
		{LUA_GNAME, luaopen_base},       {LUA_STRLIBNAME, luaopen_string},
		{LUA_TABLIBNAME, luaopen_table}, {LUA_MATHLIBNAME, luaopen_math},
		{LUA_UTF8LIBNAME, luaopen_utf8},
	};

	for (unsigned i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		luaL_requiref(L, libraries[i].name, libraries[i].func, 0);
		lua_pop(L, 1);
	}
}

void library_open(lua_State *L)
{
	static const char *const base[] = {"assert", "error", "ipairs", "select", "type", NULL};
	static const char *const base_metered[] = {"tonumber", NULL};
	static const char *const math[] = {"abs",  "ceil",       "floor", "fmod",       "huge",
	                                   "max",  "maxinteger", "min",   "mininteger", "modf",
	                                   "sqrt", "tointeger",  "type",  "ult",        NULL};
	static const char *const utf8[] = {"char", "codepoint", "len", "offset", NULL};
	static const luaL_Reg own[] = {
		{"pairs", base_pairs},
		{"tostring", base_tostring},
		{NULL, NULL},
	};

	load_originals(L);
	library_copy(L, LUA_GNAME, base);
	library_copy_metered(L, LUA_GNAME, base_metered);
	luaL_setfuncs(L, own, 0);

	lua_newtable(L);
	library_copy(L, LUA_MATHLIBNAME, math);
	lua_setfield(L, -2, LUA_MATHLIBNAME);
	lua_newtable(L);
	library_copy_metered(L, LUA_UTF8LIBNAME, utf8);
	lua_setfield(L, -2, LUA_UTF8LIBNAME);
	library_open_string(L);
	lua_setfield(L, -2, LUA_STRLIBNAME);
	library_open_table(L);
	lua_setfield(L, -2, LUA_TABLIBNAME);
}
