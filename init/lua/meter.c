/* SPDX-License-Identifier: MIT */
#include "meter.h"

#include <lauxlib.h>
#include <stdlib.h>

enum { HOOK_INTERVAL = 100, STRING_HEADER_MAX = 64 };

struct meter *meter_of(lua_State *L)
{
	void *meter;

	(void)lua_getallocf(L, &meter); /* wanted is only the second result */
	return meter;
}

/* Takes steps off; false: not that many are left. */
static bool take(struct meter *meter, uint64_t steps)
{
	const bool enough = steps <= meter->steps_left;

	meter->steps_left -= enough ? steps : meter->steps_left;
	return enough;
}

static const char too_long[] = "the policy takes too long: it has %I steps";
static const char too_large[] = "the policy takes too much memory: it has %I bytes";
static const char string_too_long[] = "a string may have %I bytes at most";

void meter_charge(lua_State *L, uint64_t steps)
{
	struct meter *meter = meter_of(L);

	if (!take(meter, steps))
		luaL_error(L, too_long, (lua_Integer)meter->steps_given);
}

void meter_limit_string(lua_State *L, size_t size)
{
	if (size > METER_STRING_MAX)
		luaL_error(L, string_too_long, (lua_Integer)METER_STRING_MAX);
}

void meter_call(lua_State *L, int argument_count, int result_count)
{
	struct meter *meter = meter_of(L);

	if (meter->callbacks == METER_CALLBACKS_MAX)
		luaL_error(L, "functions call each other too deep inside of library functions");
	meter->callbacks++;
	lua_call(L, argument_count, result_count);
	meter->callbacks--;
}

/* luaL_error() would name the line of the caller of the function that is interrupted. */
static void raise(lua_State *L, lua_Debug *interrupted, const char *format, uint64_t limit)
{
	lua_getinfo(L, "Sl", interrupted);
	lua_pushfstring(L, "%s:%d: ", interrupted->short_src, interrupted->currentline);
	lua_pushfstring(L, format, (lua_Integer)limit);
	lua_concat(L, 2);
	lua_error(L);
}

static void hook(lua_State *L, lua_Debug *interrupted)
{
	struct meter *meter = meter_of(L);

	if (meter->string_too_long)
		raise(L, interrupted, string_too_long, METER_STRING_MAX);
	if (meter->memory_used > meter->memory_max)
		raise(L, interrupted, too_large, meter->memory_max);
	if (!take(meter, HOOK_INTERVAL))
		raise(L, interrupted, too_long, meter->steps_given);
}

/* Whether the allocation may be made at all. */
static bool allowed(const struct meter *meter, bool string, size_t size, size_t growth)
{
	if (string && size > METER_STRING_REFUSED)
		return false;
	return growth <= meter->memory_max + METER_MEMORY_RESERVE - meter->memory_used;
}

static void *reallocate(void *self, void *old, size_t old_size, size_t size)
{
	struct meter *meter = self;
	const size_t held = old ? old_size : 0;
	const bool string =
		!old && old_size == LUA_TSTRING; /* without `old`, its size is the kind */
	const size_t growth = size > held ? size - held : 0;

	if (size == 0) {
		free(old);
		meter->memory_used -= held;
		return NULL;
	}
	if (!allowed(meter, string, size, growth))
		return NULL;
	void *memory = realloc(old, size);
	if (!memory)
		return NULL;
	meter->memory_used += size - held;
	/* an allocation cannot raise an error: if the meter is empty now, the hook finds out */
	(void)take(meter, growth / METER_BYTES_PER_STEP);
	meter->string_too_long |= string && size > METER_STRING_MAX + STRING_HEADER_MAX;
	if (meter->state && (meter->string_too_long || meter->memory_used > meter->memory_max))
		lua_sethook(meter->state, hook, LUA_MASKCOUNT, 1);
	return memory;
}

lua_State *meter_state_create(struct meter *meter, size_t memory_max)
{
	*meter = (struct meter){.memory_max = memory_max, .steps_left = UINT64_MAX};
	meter->state = lua_newstate(reallocate, meter);
	if (meter->state)
		lua_gc(meter->state, LUA_GCINC, 120, 200, 0);
	return meter->state;
}

void meter_refill(struct meter *meter, uint64_t steps)
{
	meter->steps_left = steps;
	meter->steps_given = steps;
	meter->string_too_long = false;
	meter->callbacks = 0; /* an error leaves callbacks without their end */
	lua_sethook(meter->state, hook, LUA_MASKCOUNT, HOOK_INTERVAL);
}
