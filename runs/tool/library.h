/* SPDX-License-Identifier: MIT */
/*
 * The Lua modules written in C. Only the tool's own Lua sees them; a run script
 * is given words (lua/words.lua) and nothing else.
 *
 * Functions that can fail answer nil and a message.
 */
#pragma once

#include <lua.h>

/* Module "files": directories, the boot archive, the terminal, the clock. */
int library_open_files(lua_State *L);

/* Module "state": an init's report as a table. */
int library_open_state(lua_State *L);

/* Module "processes": machines, other programs, and waiting for them. */
int library_open_processes(lua_State *L);

/*
 * The strings of the list at `index`, NULL-terminated, on Lua's stack: valid until the
 * caller returns. A list that is no argument list is a Lua error.
 */
char **library_argument_list(lua_State *L, int index);
