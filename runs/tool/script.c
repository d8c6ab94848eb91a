/* SPDX-License-Identifier: MIT */
#include "script.h"

#include "library.h"
#include "policy_words.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_INTERNAL = 70 };

/* A searcher for `require`: the embedded module's loader, or why there is none. */
static int search(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	for (size_t i = 0; i < script_file_count; i++) {
		const struct script_file *file = &script_files[i];
		if (strcmp(file->name, name) != 0)
			continue;
		lua_pushfstring(L, "@runs/tool/lua/%s.lua", name);
		if (luaL_loadbufferx(L, file->text, file->size, lua_tostring(L, -1), "t") != LUA_OK)
			return lua_error(L);
		return 1;
	}
	lua_pushfstring(L, "no embedded module '%s'", name);
	return 1;
}

static void open_modules(lua_State *L)
{
	luaL_openlibs(L);
	luaL_requiref(L, "files", library_open_files, 0);
	luaL_requiref(L, "processes", library_open_processes, 0);
	luaL_requiref(L, "policy_words", policy_words_open_module, 0);
	luaL_requiref(L, "state", library_open_state, 0);
	lua_pop(L, 4);

	/* nothing is ever loaded from the host's own Lua directories */
	lua_getglobal(L, "package");
	lua_createtable(L, 2, 0);
	lua_getfield(L, -2, "searchers");
	lua_rawgeti(L, -1, 1); /* package.preload */
	lua_rawseti(L, -3, 1);
	lua_pop(L, 1);
	lua_pushcfunction(L, search);
	lua_rawseti(L, -2, 2);
	lua_setfield(L, -2, "searchers");
	lua_pop(L, 1);
}

static int explain_error(lua_State *L)
{
	luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
	return 1;
}

struct invocation {
	const char *name;
	int argc;
	char **argv;
};

static int invoke(lua_State *L)
{
	const struct invocation *invocation = lua_touserdata(L, 1);

	open_modules(L);
	lua_getglobal(L, "require");
	lua_pushstring(L, invocation->name);
	lua_call(L, 1, 1);
	lua_createtable(L, invocation->argc, 0);
	for (int i = 1; i < invocation->argc; i++) {
		lua_pushstring(L, invocation->argv[i]);
		lua_rawseti(L, -2, i);
	}
	lua_call(L, 1, 1);
	return 1;
}

int script_command(const char *name, int argc, char **argv)
{
	struct invocation invocation = {name, argc, argv};
	int status = EXIT_INTERNAL;

	lua_State *L = luaL_newstate();
	if (!L) {
		fprintf(stderr, "capos: out of memory\n");
		return EXIT_INTERNAL;
	}
	lua_pushcfunction(L, explain_error);
	lua_pushcfunction(L, invoke);
	lua_pushlightuserdata(L, &invocation);
	if (lua_pcall(L, 1, 1, 1) == LUA_OK)
		status = (int)lua_tointeger(L, -1);
	else
		fprintf(stderr, "capos: internal error: %s\n", lua_tostring(L, -1));
	lua_close(L); /* ends what was started */
	return status;
}
