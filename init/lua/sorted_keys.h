/* SPDX-License-Identifier: MIT */
/*
 * Sorted keys: a table's keys in an order that depends on nothing but the keys:
 * numbers, then strings byte by byte, then false and true.
 *
 * Other keys have no such order; they come last, and their users refuse them.
 */
#pragma once

#include <lua.h>
#include <stdbool.h>

/* Pushes a list of the keys of the table at `index` and returns their number. */
lua_Integer sorted_keys_push(lua_State *L, int index);

/* Sorts list[1..count] in place and stably; `before` compares the two values at the stack's top. */
void sorted_keys_merge(lua_State *L, int list, lua_Integer count,
                       bool (*before)(lua_State *L, void *self), void *self);
