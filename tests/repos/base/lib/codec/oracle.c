/* SPDX-License-Identifier: MIT */
/* Runs a Lua script that has the codec and the generated readers as functions. */
#include <base/codec.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <rich/schema.h>
#include <rich/types.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENT_MAX = 1 << 20, TEXT_MAX = 1 << 22 };

static struct codec_schema schema;
static uint64_t segment[SEGMENT_MAX / 8];
static uint64_t source[SEGMENT_MAX / 8];

static int fail(lua_State *lua, const struct codec_error *error)
{
	return luaL_error(lua, "%s: %s", error->path, error->message);
}

/* encode(name, table) -> segment */
static int oracle_encode(lua_State *lua)
{
	struct codec_error error;
	size_t size;

	if (codec_encode(lua, 2, &schema, luaL_checkstring(lua, 1), segment, sizeof(segment), &size,
	                 &error) != OK)
		return fail(lua, &error);
	lua_pushlstring(lua, (const char *)segment, size);
	return 1;
}

static size_t load(lua_State *lua, int index)
{
	size_t size;
	const char *bytes = luaL_checklstring(lua, index, &size);

	luaL_argcheck(lua, size <= sizeof(source), index, "too large");
	memcpy(source, bytes, size);
	return size;
}

/* decode(name, segment) -> table */
static int oracle_decode(lua_State *lua)
{
	struct codec_error error;
	const size_t size = load(lua, 2);

	if (codec_decode(lua, &schema, luaL_checkstring(lua, 1), source, size, &error) != OK)
		return fail(lua, &error);
	return 1;
}

/* json(name, segment) -> text */
static int oracle_json(lua_State *lua)
{
	struct codec_error error;
	const size_t size = load(lua, 2);
	char *text = malloc(TEXT_MAX);
	size_t text_size;

	if (codec_json(&schema, luaL_checkstring(lua, 1), source, size, text, TEXT_MAX, &text_size,
	               &error) != OK) {
		free(text);
		return fail(lua, &error);
	}
	lua_pushlstring(lua, text, text_size);
	free(text);
	return 1;
}

/* again(segment) -> segment: through the generated view of Rich and back */
static int oracle_again(lua_State *lua)
{
	const size_t size = load(lua, 1);
	struct rich rich;
	uint32_t again_size;

	enum status status = rich_decode(source, (uint32_t)size, &rich);
	if (status == OK)
		status = rich_encode(&rich, segment, sizeof(segment), &again_size);
	if (status != OK)
		return luaL_error(lua, "status %d", (int)status);
	lua_pushlstring(lua, (const char *)segment, again_size);
	return 1;
}

/* schema() -> descriptor */
static int oracle_schema(lua_State *lua)
{
	lua_pushlstring(lua, (const char *)rich_schema, rich_schema_size);
	return 1;
}

int main(int argument_count, char **arguments)
{
	static const luaL_Reg functions[] = {
		{"encode", oracle_encode}, {"decode", oracle_decode}, {"json", oracle_json},
		{"again", oracle_again},   {"schema", oracle_schema}, {NULL, NULL},
	};
	lua_State *lua = luaL_newstate();

	if (argument_count < 2 || codec_schema_init(&schema, rich_schema, rich_schema_size) != OK)
		return 2;
	luaL_openlibs(lua);
	lua_pushglobaltable(lua);
	luaL_setfuncs(lua, functions, 0);
	lua_pop(lua, 1);
	lua_newtable(lua);
	for (int i = 2; i < argument_count; i++) {
		lua_pushstring(lua, arguments[i]);
		lua_rawseti(lua, -2, i - 1);
	}
	lua_setglobal(lua, "arg");
	const int failed = luaL_dofile(lua, arguments[1]);

	if (failed)
		fprintf(stderr, "%s\n", lua_tostring(lua, -1));
	lua_close(lua);
	return failed ? 1 : 0;
}
