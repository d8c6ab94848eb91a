/* SPDX-License-Identifier: MIT */
#include "library.h"

#include <base/codec.h>
#include <lauxlib.h>
#include <state_report/schema.h>
#include <string.h>

/* bytes of a StateReport -> a table with the schema's fields; or nil and what is wrong */
static int decode(lua_State *L)
{
	size_t size;
	const char *bytes = luaL_checklstring(L, 1, &size);
	struct codec_schema schema;
	struct codec_error error;

	void *aligned = lua_newuserdatauv(L, size + 1, 0);

	memcpy(aligned, bytes, size);
	if (codec_schema_init(&schema, state_report_schema, state_report_schema_size) == OK &&
	    codec_decode(L, &schema, "StateReport", aligned, size, &error) == OK)
		return 1;
	lua_pushnil(L);
	lua_pushfstring(L, "%s: %s", error.path, error.message);
	return 2;
}

int library_open_state(lua_State *L)
{
	static const luaL_Reg functions[] = {{"decode", decode}, {NULL, NULL}};

	luaL_newlib(L, functions);
	return 1;
}
