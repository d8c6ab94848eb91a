/* SPDX-License-Identifier: MIT */
#include "pattern.h"

#include "meter.h"

#include <ctype.h>
#include <lauxlib.h>
#include <string.h>

enum { CAPTURE_OPEN = -1, CAPTURE_POSITION = -2, ESCAPE = '%' };

static bool class_contains(int class, int c)
{
	bool found;

	switch (tolower(class)) {
	case 'a': found = isalpha(c); break;
	case 'c': found = iscntrl(c); break;
	case 'd': found = isdigit(c); break;
	case 'g': found = isgraph(c); break;
	case 'l': found = islower(c); break;
	case 'p': found = ispunct(c); break;
	case 's': found = isspace(c); break;
	case 'u': found = isupper(c); break;
	case 'w': found = isalnum(c); break;
	case 'x': found = isxdigit(c); break;
	default: return class == c;
	}
	return isupper(class) ? !found : found;
}

/* The end of the single-character item that begins at `pattern`. */
static const char *item_end(struct pattern_match *match, const char *pattern)
{
	const char *const end = match->pattern_end;
	const char first = *pattern++;

	if (first == ESCAPE) {
		if (pattern == end)
			luaL_error(match->L, "malformed pattern (ends with '%%')");
		return pattern + 1;
	}
	if (first != '[')
		return pattern;
	if (pattern < end && *pattern == '^')
		pattern++;
	do { /* a ']' at first place is an ordinary member */
		if (pattern == end)
			luaL_error(match->L, "malformed pattern (missing ']')");
		if (*pattern++ == ESCAPE && pattern < end)
			pattern++;
	} while (pattern >= end || *pattern != ']');
	return pattern + 1;
}

/* Whether c is in the set [set, close]; *set is '[' and *close is ']'. */
static bool set_contains(const char *set, const char *close, int c)
{
	const bool inverted = set[1] == '^';

	for (set += inverted ? 2 : 1; set < close; set++) {
		if (*set == ESCAPE) {
			set++;
			if (class_contains((unsigned char)*set, c))
				return !inverted;
		} else if (set[1] == '-' && set + 2 < close) {
			if ((unsigned char)*set <= c && c <= (unsigned char)set[2])
				return !inverted;
			set += 2;
		} else if ((unsigned char)*set == c) {
			return !inverted;
		}
	}
	return inverted;
}

static bool item_matches(struct pattern_match *match, const char *at, const char *item,
                         const char *end)
{
	meter_charge(match->L, 1 + (uint64_t)(end - item) / 4);
	if (at >= match->text_end)
		return false;
	const int c = (unsigned char)*at;
	switch (*item) {
	case '.': return true;
	case ESCAPE: return class_contains((unsigned char)item[1], c);
	case '[': return set_contains(item, end - 1, c);
	default: return (unsigned char)*item == c;
	}
}

static const char *match_greedy(struct pattern_match *match, const char *at, const char *item,
                                const char *end, ptrdiff_t least)
{
	ptrdiff_t count = 0;

	while (item_matches(match, at + count, item, end))
		count++;
	for (; count >= least; count--) {
		const char *found = pattern_match_at(match, at + count, end + 1);
		if (found)
			return found;
	}
	return NULL;
}

static const char *match_lazy(struct pattern_match *match, const char *at, const char *item,
                              const char *end)
{
	for (;; at++) {
		const char *found = pattern_match_at(match, at, end + 1);
		if (found)
			return found;
		if (!item_matches(match, at, item, end))
			return NULL;
	}
}

static const char *match_open(struct pattern_match *match, const char *at, const char *pattern,
                              ptrdiff_t size)
{
	if (match->capture_count == PATTERN_CAPTURES_MAX)
		luaL_error(match->L, "too many captures");
	match->captures[match->capture_count++] =
		(struct pattern_capture){.start = at, .size = size};
	const char *found = pattern_match_at(match, at, pattern);
	if (!found)
		match->capture_count--;
	return found;
}

static const char *match_close(struct pattern_match *match, const char *at, const char *pattern)
{
	int index = match->capture_count - 1;

	while (index >= 0 && match->captures[index].size != CAPTURE_OPEN)
		index--;
	if (index < 0)
		luaL_error(match->L, "invalid pattern capture");
	match->captures[index].size = at - match->captures[index].start;
	const char *found = pattern_match_at(match, at, pattern);
	if (!found)
		match->captures[index].size = CAPTURE_OPEN;
	return found;
}

/* %bxy: from x to the y that balances it. Returns the end or NULL. */
static const char *balanced_end(struct pattern_match *match, const char *at, const char *pair)
{
	size_t open = 1;

	if (pair + 1 >= match->pattern_end)
		luaL_error(match->L, "malformed pattern (missing arguments to '%%b')");
	if (at >= match->text_end || *at != pair[0])
		return NULL;
	while (++at < match->text_end) {
		meter_charge(match->L, 1);
		if (*at == pair[1]) {
			if (--open == 0)
				return at + 1;
		} else if (*at == pair[0]) {
			open++;
		}
	}
	return NULL;
}

/* %f[set]: between a character outside of the set and one inside; the text's ends count as NUL. */
static bool at_frontier(struct pattern_match *match, const char *at, const char *set,
                        const char *end)
{
	const int before = at == match->text ? 0 : (unsigned char)at[-1];
	const int here = at == match->text_end ? 0 : (unsigned char)*at;

	meter_charge(match->L, 1 + (uint64_t)(end - set) / 4);
	return !set_contains(set, end - 1, before) && set_contains(set, end - 1, here);
}

/* %1 to %9: the same text as an earlier capture. Returns the end or NULL. */
static const char *repeated_end(struct pattern_match *match, const char *at, char digit)
{
	const int index = digit - '1';

	if (index < 0 || index >= match->capture_count ||
	    match->captures[index].size == CAPTURE_OPEN)
		luaL_error(match->L, "invalid capture index %%%d", index + 1);
	const struct pattern_capture *capture = &match->captures[index];
	const ptrdiff_t size = capture->size;
	if (size == CAPTURE_POSITION)
		return NULL; /* a position is no text */
	meter_charge(match->L, 1 + (uint64_t)size / METER_BYTES_PER_STEP);
	if (match->text_end - at < size || memcmp(capture->start, at, (size_t)size))
		return NULL;
	return at + size;
}

/* One item with its quantifier, and the rest of the pattern behind it; *next: go on there. */
static const char *match_item(struct pattern_match *match, const char *at, const char *item,
                              const char **next)
{
	const char *end = item_end(match, item);
	const char quantifier = end < match->pattern_end ? *end : '\0';
	const char *found;

	*next = NULL;
	switch (quantifier) {
	case '*': return match_greedy(match, at, item, end, 0);
	case '+': return match_greedy(match, at, item, end, 1);
	case '-': return match_lazy(match, at, item, end);
	case '?':
		if (item_matches(match, at, item, end) &&
		    (found = pattern_match_at(match, at + 1, end + 1)))
			return found;
		*next = end + 1;
		return at;
	default:
		if (!item_matches(match, at, item, end))
			return NULL;
		*next = end;
		return at + 1;
	}
}

/* Items that begin with '%' and are not a single character; false: it is one. */
static bool match_escape(struct pattern_match *match, const char **at, const char **pattern)
{
	const char *item = *pattern + 1;

	if (item >= match->pattern_end)
		return false;
	if (*item == 'b') {
		*at = balanced_end(match, *at, item + 1);
		*pattern = item + 3;
		return true;
	}
	if (*item == 'f') {
		if (item + 1 >= match->pattern_end || item[1] != '[')
			luaL_error(match->L, "missing '[' after '%%f' in pattern");
		const char *end = item_end(match, item + 1);
		*at = at_frontier(match, *at, item + 1, end) ? *at : NULL;
		*pattern = end;
		return true;
	}
	if (*item >= '0' && *item <= '9') {
		*at = repeated_end(match, *at, *item);
		*pattern = item + 1;
		return true;
	}
	return false;
}

static const char *match_rest(struct pattern_match *match, const char *at, const char *pattern)
{
	const char *next;

	while (pattern < match->pattern_end) {
		meter_charge(match->L, 1);
		if (*pattern == '(') {
			const bool position = pattern + 1 < match->pattern_end && pattern[1] == ')';
			return match_open(match, at, pattern + (position ? 2 : 1),
			                  position ? CAPTURE_POSITION : CAPTURE_OPEN);
		}
		if (*pattern == ')')
			return match_close(match, at, pattern + 1);
		if (*pattern == '$' && pattern + 1 == match->pattern_end)
			return at == match->text_end ? at : NULL;
		if (*pattern == ESCAPE && match_escape(match, &at, &pattern)) {
			if (!at)
				return NULL;
			continue;
		}
		at = match_item(match, at, pattern, &next);
		if (!at || !next)
			return at;
		pattern = next;
	}
	return at;
}

const char *pattern_match_at(struct pattern_match *match, const char *at, const char *pattern)
{
	if (match->depth == PATTERN_DEPTH_MAX)
		luaL_error(match->L, "pattern too complex");
	match->depth++;
	const char *found = match_rest(match, at, pattern);
	match->depth--;
	return found;
}

void pattern_push_capture(struct pattern_match *match, int index, const char *start,
                          const char *end)
{
	lua_State *L = match->L;

	if (index >= match->capture_count) {
		if (index != 0)
			luaL_error(L, "invalid capture index %%%d", index + 1);
		lua_pushlstring(L, start, (size_t)(end - start));
		return;
	}
	const struct pattern_capture *capture = &match->captures[index];
	if (capture->size == CAPTURE_OPEN)
		luaL_error(L, "unfinished capture");
	if (capture->size == CAPTURE_POSITION)
		lua_pushinteger(L, capture->start - match->text + 1);
	else
		lua_pushlstring(L, capture->start, (size_t)capture->size);
}

int pattern_push_captures(struct pattern_match *match, const char *start, const char *end)
{
	const int count = match->capture_count == 0 ? 1 : match->capture_count;

	luaL_checkstack(match->L, count, "too many captures");
	for (int i = 0; i < count; i++)
		pattern_push_capture(match, i, start, end);
	return count;
}
