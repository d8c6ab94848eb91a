/* SPDX-License-Identifier: MIT */
/* Message to Lua table: a visitor that leaves what it is told on the Lua stack. */
#include "walk.h"

#include <lua.h>
#include <string.h>

enum { PRESIZE_MAX = 64 };

static enum status lua_open(void *self, bool list, uint32_t count)
{
	const int presize = count < PRESIZE_MAX ? (int)count : PRESIZE_MAX;

	if (!lua_checkstack(self, 8))
		return ERR_OUT_OF_RAM;
	lua_createtable(self, list ? presize : 0, list ? 0 : presize);
	return OK;
}

static enum status lua_close_table(void *self, bool list)
{
	(void)self;
	(void)list;
	return OK;
}

static enum status lua_member(void *self, const char *name)
{
	lua_pushstring(self, name);
	return OK;
}

static enum status lua_element(void *self, uint32_t index)
{
	(void)self;
	(void)index;
	return OK;
}

static int64_t extended(uint64_t bits, uint32_t width)
{
	const uint64_t sign = (uint64_t)1 << (width - 1);

	return (int64_t)((bits ^ sign) - sign);
}

static void push_float(struct lua_State *lua, const struct walk_value *value)
{
	double wide;
	float narrow;

	memcpy(&wide, &value->bits, sizeof(wide));
	memcpy(&narrow, &value->bits, sizeof(narrow));
	lua_pushnumber(lua, value->kind == CODEC_FLOAT32 ? (double)narrow : wide);
}

/* Lua has no integers of 64 unsigned bits: the upper half becomes a string of digits. */
static void push_unsigned(struct lua_State *lua, uint64_t number)
{
	char text[24];
	char *at = text + sizeof(text);

	if (number <= INT64_MAX) {
		lua_pushinteger(lua, (lua_Integer)number);
		return;
	}
	for (*--at = 0; number > 0; number /= 10)
		*--at = (char)('0' + number % 10);
	lua_pushstring(lua, at);
}

static enum status lua_value(void *self, const struct walk_value *value)
{
	switch (value->kind) {
	case CODEC_VOID: lua_pushboolean(self, 1); return OK;
	case CODEC_BOOL: lua_pushboolean(self, value->bits != 0); return OK;
	case CODEC_INT8:
	case CODEC_INT16:
	case CODEC_INT32:
	case CODEC_INT64:
		lua_pushinteger(self, extended(value->bits, kind_bits(value->kind)));
		return OK;
	case CODEC_UINT8:
	case CODEC_UINT16:
	case CODEC_UINT32:
	case CODEC_UINT64: push_unsigned(self, value->bits); return OK;
	case CODEC_FLOAT32:
	case CODEC_FLOAT64: push_float(self, value); return OK;
	case CODEC_ENUM:
		if (value->name != NULL)
			lua_pushstring(self, value->name);
		else
			lua_pushinteger(self, (lua_Integer)value->bits);
		return OK;
	case CODEC_TEXT:
	case CODEC_DATA: lua_pushlstring(self, value->text, value->size); return OK;
	case CODEC_LIST:
	case CODEC_STRUCT:
	case CODEC_INTERFACE:
	case CODEC_GROUP: return ERR_BAD_ARG;
	}
	return ERR_BAD_ARG;
}

static enum status lua_done(void *self, bool list, uint32_t number)
{
	if (list)
		lua_rawseti(self, -2, (lua_Integer)number + 1);
	else
		lua_rawset(self, -3);
	return OK;
}

enum status codec_decode(struct lua_State *lua, const struct codec_schema *schema,
                         const char *struct_name, const void *segment, size_t size,
                         struct codec_error *error)
{
	static const struct visitor visitor = {
		.lua_names = true,
		.open = lua_open,
		.close = lua_close_table,
		.member = lua_member,
		.element = lua_element,
		.value = lua_value,
		.done = lua_done,
	};
	const int top = lua_gettop(lua);

	enum status status = walk_message(schema, struct_name, segment, size, &visitor, lua, error);
	if (status != OK)
		lua_settop(lua, top);
	return status;
}
