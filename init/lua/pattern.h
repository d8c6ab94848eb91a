/* SPDX-License-Identifier: MIT */
/*
 * Pattern: Lua's string patterns, matched under the meter.
 *
 * The language is that of the Lua 5.4 manual, section 6.4.1. The matcher is our
 * own because Lua's cannot be stopped: a pattern such as ("a*"):rep(30) .. "b"
 * makes it try for years. Here each character looked at is a step.
 */
#pragma once

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

enum { PATTERN_CAPTURES_MAX = 32, PATTERN_DEPTH_MAX = 100 };

struct pattern_capture {
	const char *start;
	ptrdiff_t size; /* or CAPTURE_OPEN, CAPTURE_POSITION */
};

struct pattern_match {
	lua_State *L;
	const char *text;
	const char *text_end;
	const char *pattern_end;
	int depth;
	int capture_count;
	struct pattern_capture captures[PATTERN_CAPTURES_MAX];
};

/*
 * Matches the pattern (its ^ already taken off) at exactly `at`. Returns the end
 * of what matched or NULL. Raises an error for a malformed pattern.
 */
const char *pattern_match_at(struct pattern_match *match, const char *at, const char *pattern);

/* Pushes capture `index`; beyond the last one, index 0 means the whole [start, end). */
void pattern_push_capture(struct pattern_match *match, int index, const char *start,
                          const char *end);

/* Pushes all captures, or the whole if there are none; returns how many. */
int pattern_push_captures(struct pattern_match *match, const char *start, const char *end);
