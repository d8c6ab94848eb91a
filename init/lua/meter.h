/* SPDX-License-Identifier: MIT */
/*
 * Meter: what a policy may spend, in steps and in bytes.
 *
 * A step is about a VM instruction. Lua's count hook fires in Lua code only, so
 * everything else that takes time charges for itself: library functions what
 * they loop over, the allocator what it hands out. An empty meter raises a Lua
 * error, which no policy can catch (there is no pcall in the sandbox).
 *
 * Limits of memory and strings are passed in two stages. First the hook is armed
 * to raise an error, with its line, at the next instruction; only far beyond is
 * an allocation refused, by Lua's own error, which has no line.
 */
#pragma once

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	METER_STRING_MAX = 64 << 10, /* of one string: bounds what one comparison costs */
	METER_STRING_REFUSED = 1 << 20,
	METER_MEMORY_RESERVE = 1 << 20,
	METER_BYTES_PER_STEP = 64,
	METER_CALLBACKS_MAX = 16, /* nested ones; bounds the C stack */
};

struct meter {
	lua_State *state;
	uint64_t steps_left;
	uint64_t steps_given; /* for the message */
	size_t memory_used;
	size_t memory_max;
	bool string_too_long;
	unsigned callbacks; /* library functions that are calling a Lua function now */
};

/* A new state whose allocator and hook work for the meter; NULL: no memory. */
lua_State *meter_state_create(struct meter *meter, size_t memory_max);

/* From now on this many steps. */
void meter_refill(struct meter *meter, uint64_t steps);

/* The meter of a state made by meter_state_create(). */
struct meter *meter_of(lua_State *L);

/* Takes steps off, or raises an error. */
void meter_charge(lua_State *L, uint64_t steps);

/* lua_call() for library functions, which may nest only so deep. */
void meter_call(lua_State *L, int argument_count, int result_count);

/* Raises an error if a string of this size is too long. */
void meter_limit_string(lua_State *L, size_t size);
