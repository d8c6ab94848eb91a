/* SPDX-License-Identifier: MIT */
#include "library.h"
#include "meter.h"
#include "sorted_keys.h"

#include <lauxlib.h>

/* Compares the two values at the top, by argument 2 if there is one. */
static bool before(lua_State *L, void *self)
{
	(void)self; /* the function is on the stack */
	meter_charge(L, 2);
	if (lua_isnoneornil(L, 2))
		return lua_compare(L, -2, -1, LUA_OPLT);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, -3);
	lua_pushvalue(L, -3);
	meter_call(L, 2, 1);
	const bool result = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return result;
}

/* Stable, unlike Lua's own, which picks its pivots by the clock. */
static int table_sort(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	if (!lua_isnoneornil(L, 2))
		luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_settop(L, 2);
	const lua_Unsigned count = lua_rawlen(L, 1);
	meter_charge(L, count);
	sorted_keys_merge(L, 1, (lua_Integer)count, before, NULL);
	return 0;
}

static int table_move(lua_State *L)
{
	const lua_Integer from = luaL_checkinteger(L, 2);
	const lua_Integer end = luaL_checkinteger(L, 3);
	const lua_Integer to = luaL_checkinteger(L, 4);
	const int target = lua_isnoneornil(L, 5) ? 1 : 5;

	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_checktype(L, target, LUA_TTABLE);
	if (end >= from) {
		const lua_Unsigned count = (lua_Unsigned)end - (lua_Unsigned)from + 1;
		luaL_argcheck(L, from > 0 || count <= LUA_MAXINTEGER, 3,
		              "too many elements to move");
		luaL_argcheck(L, to <= LUA_MAXINTEGER - (lua_Integer)count + 1, 4,
		              "destination wrap around");
		meter_charge(L, count);
		const bool downwards = target == 1 && to > from && to <= end;
		for (lua_Unsigned i = 0; i < count; i++) {
			const lua_Integer at = (lua_Integer)(downwards ? count - 1 - i : i);
			lua_geti(L, 1, from + at);
			lua_seti(L, target, to + at);
		}
	}
	lua_pushvalue(L, target);
	return 1;
}

static int table_concat(lua_State *L)
{
	size_t between_size;
	const char *between = luaL_optlstring(L, 2, "", &between_size);
	luaL_Buffer buffer;

	luaL_checktype(L, 1, LUA_TTABLE);
	const lua_Integer from = luaL_optinteger(L, 3, 1);
	const lua_Integer end = luaL_optinteger(L, 4, (lua_Integer)lua_rawlen(L, 1));
	lua_settop(L, 2);
	luaL_buffinit(L, &buffer);
	for (lua_Integer i = from; i <= end; i++) {
		if (lua_geti(L, 1, i) != LUA_TSTRING && !lua_isstring(L, -1))
			luaL_error(L, "table.concat: element %I is a %s", i, luaL_typename(L, -1));
		meter_charge(L, 1 + lua_rawlen(L, -1) / METER_BYTES_PER_STEP);
		luaL_addvalue(&buffer);
		if (i < end)
			luaL_addlstring(&buffer, between, between_size);
		meter_limit_string(L, luaL_bufflen(&buffer));
		if (i == LUA_MAXINTEGER)
			break;
	}
	luaL_pushresult(&buffer);
	return 1;
}

void library_open_table(lua_State *L)
{
	static const char *const metered[] = {"insert", "pack", "remove", "unpack", NULL};
	static const luaL_Reg own[] = {
		{"concat", table_concat},
		{"move", table_move},
		{"sort", table_sort},
		{NULL, NULL},
	};

	lua_newtable(L);
	library_copy_metered(L, "table", metered);
	luaL_setfuncs(L, own, 0);
}
