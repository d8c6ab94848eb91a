/* SPDX-License-Identifier: MIT */
/*
 * Words: the policy language's vocabulary as Lua values.
 */
#pragma once

#include "source.h"

#include <lua.h>

/*
 * Puts policy, component, service, any_service, child, any_child, parent, deny
 * and choose into the table at the stack's top. The words look up their callers
 * in `sources`, which must outlive the state.
 */
void words_open(lua_State *L, struct sources *sources);

/* Where the Lua code stands that called the running C function. */
struct plan_place words_caller_place(lua_State *L);

/* Makes the nearest of the strings in the table at `index` a suggestion; pushes the text. */
const char *words_suggest(lua_State *L, int index, const char *word);
