/* SPDX-License-Identifier: MIT */
/*
 * Library: what a policy may call of Lua's own functions.
 *
 * Kept as they are: functions that take constant time. Metered: those whose time
 * depends on their arguments, which pay for it first. Replaced: those that could
 * run for ever or tell two evaluations apart (patterns, sort, pairs, tostring).
 * Left out: all that reaches outside (io, os, debug, load, require), that
 * catches errors (pcall, coroutine), random numbers, the collector, metatables.
 */
#pragma once

#include <lua.h>

/* Puts assert, pairs, type …, math, string, table and utf8 into the table at the stack's top. */
void library_open(lua_State *L);

/* For the parts: each pushes its table. */
void library_open_string(lua_State *L);
void library_open_table(lua_State *L);

/* Pushes a function of Lua's own library, e.g. ("string", "len"). */
void library_push_original(lua_State *L, const char *library, const char *name);

/* Copies functions (names end with NULL) to the table at the top, as they are or metered. */
void library_copy(lua_State *L, const char *library, const char *const *names);
void library_copy_metered(lua_State *L, const char *library, const char *const *names);
