/* SPDX-License-Identifier: MIT */
#include "sorted_keys.h"

#include <lauxlib.h>
#include <string.h>

static int rank(lua_State *L, int index)
{
	switch (lua_type(L, index)) {
	case LUA_TNUMBER: return 0;
	case LUA_TSTRING: return 1;
	case LUA_TBOOLEAN: return 2;
	default: return 3;
	}
}

static int compare_strings(lua_State *L, int left, int right)
{
	size_t left_size, right_size;
	const char *left_text = lua_tolstring(L, left, &left_size);
	const char *right_text = lua_tolstring(L, right, &right_size);
	const int order =
		memcmp(left_text, right_text, left_size < right_size ? left_size : right_size);

	return order ? order : (left_size > right_size) - (left_size < right_size);
}

/* Negative, zero or positive. */
static int compare(lua_State *L, int left, int right)
{
	const int left_rank = rank(L, left), right_rank = rank(L, right);

	if (left_rank != right_rank)
		return left_rank - right_rank;
	if (left_rank == 1)
		return compare_strings(L, left, right);
	if (left_rank == 2)
		return lua_toboolean(L, left) - lua_toboolean(L, right);
	if (left_rank == 3)
		return 0;
	return lua_compare(L, right, left, LUA_OPLT) - lua_compare(L, left, right, LUA_OPLT);
}

/* Merges from[low..middle) and from[middle..high) into to[low..high). */
static void merge(lua_State *L, int from, int to, const lua_Integer at[3],
                  bool (*before)(lua_State *L, void *self), void *self)
{
	lua_Integer left = at[0], right = at[1];

	for (lua_Integer out = at[0]; out < at[2]; out++) {
		bool take_right = left == at[1];
		if (left < at[1] && right < at[2]) {
			lua_rawgeti(L, from, right);
			lua_rawgeti(L, from, left);
			take_right = before(L, self);
			lua_pop(L, 2);
		}
		lua_rawgeti(L, from, take_right ? right++ : left++);
		lua_rawseti(L, to, out);
	}
}

void sorted_keys_merge(lua_State *L, int list, lua_Integer count,
                       bool (*before)(lua_State *L, void *self), void *self)
{
	luaL_checkstack(L, 8, NULL);
	list = lua_absindex(L, list);
	lua_createtable(L, (int)count, 0);
	const int spare = lua_gettop(L);
	int from = list, to = spare;

	for (lua_Integer width = 1; width < count; width *= 2) {
		for (lua_Integer low = 1; low <= count; low += 2 * width) {
			const lua_Integer end = count + 1;
			const lua_Integer middle = low + width < end ? low + width : end;
			const lua_Integer high = middle + width < end ? middle + width : end;
			merge(L, from, to, (const lua_Integer[]){low, middle, high}, before, self);
		}
		const int swapped = from;
		from = to;
		to = swapped;
	}
	for (lua_Integer i = 1; from != list && i <= count; i++) {
		lua_rawgeti(L, from, i);
		lua_rawseti(L, list, i);
	}
	lua_remove(L, spare);
}

static bool key_before(lua_State *L, void *self)
{
	(void)self; /* keys need no help to compare */
	return compare(L, -2, -1) < 0;
}

lua_Integer sorted_keys_push(lua_State *L, int index)
{
	lua_Integer count = 0;

	luaL_checkstack(L, 8, NULL);
	index = lua_absindex(L, index);
	lua_newtable(L);
	const int list = lua_gettop(L);
	for (lua_pushnil(L); lua_next(L, index); count++) {
		lua_pop(L, 1);
		lua_pushvalue(L, -1);
		lua_rawseti(L, list, count + 1);
	}
	sorted_keys_merge(L, list, count, key_before, NULL);
	return count;
}
