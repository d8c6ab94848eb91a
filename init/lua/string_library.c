/* SPDX-License-Identifier: MIT */
#include "library.h"
#include "meter.h"
#include "pattern.h"

#include <lauxlib.h>
#include <string.h>

/* What find, match, gmatch and gsub begin with. */
struct search {
	struct pattern_match match;
	const char *pattern;
	bool anchored;
};

static void search_init(struct search *search, lua_State *L, int text_index, int pattern_index)
{
	size_t text_size, pattern_size;
	const char *text = luaL_checklstring(L, text_index, &text_size);
	const char *pattern = luaL_checklstring(L, pattern_index, &pattern_size);

	search->anchored = pattern_size > 0 && *pattern == '^';
	search->pattern = pattern + (search->anchored ? 1 : 0);
	search->match = (struct pattern_match){
		.L = L,
		.text = text,
		.text_end = text + text_size,
		.pattern_end = pattern + pattern_size,
	};
}

static const char *search_at(struct search *search, const char *at)
{
	meter_charge(search->match.L, 1);
	search->match.capture_count = 0;
	search->match.depth = 0;
	return pattern_match_at(&search->match, at, search->pattern);
}

/* The first match at or behind *at; moves *at to where it starts. */
static const char *search_from(struct search *search, const char **at)
{
	for (;; ++*at) {
		const char *end = search_at(search, *at);
		if (end)
			return end;
		if (search->anchored || *at >= search->match.text_end)
			return NULL;
	}
}

/* Lua's idea of a starting position: from 1, negative from the end; false: behind the text. */
static bool start_position(lua_State *L, int index, size_t size, size_t *out)
{
	const lua_Integer at = luaL_optinteger(L, index, 1);

	if (at > 0)
		*out = (size_t)at - 1;
	else if (at == 0 || (lua_Unsigned)-at > size)
		*out = 0;
	else
		*out = size - (size_t)-at;
	return *out <= size;
}

static int find_plain(lua_State *L, const char *text, size_t size, size_t start)
{
	size_t wanted_size;
	const char *wanted = lua_tolstring(L, 2, &wanted_size);

	for (size_t at = start; at + wanted_size <= size; at++) {
		meter_charge(L, 1 + wanted_size / METER_BYTES_PER_STEP);
		if (memcmp(text + at, wanted, wanted_size))
			continue;
		lua_pushinteger(L, (lua_Integer)at + 1);
		lua_pushinteger(L, (lua_Integer)(at + wanted_size));
		return 2;
	}
	lua_pushnil(L);
	return 1;
}

/* Whether a pattern is a text that stands for itself; as in Lua, find takes it as such. */
static bool is_plain(lua_State *L, int index)
{
	size_t size;
	const char *pattern = lua_tolstring(L, index, &size);

	for (size_t i = 0; i < size; i++) {
		if (pattern[i] && strchr("^$*+?.([%-", pattern[i]))
			return false;
	}
	return true;
}

static int find_or_match(lua_State *L, bool find)
{
	struct search search;
	size_t start;

	search_init(&search, L, 1, 2);
	const size_t size = (size_t)(search.match.text_end - search.match.text);
	if (!start_position(L, 3, size, &start)) {
		lua_pushnil(L);
		return 1;
	}
	if (find && (lua_toboolean(L, 4) || is_plain(L, 2)))
		return find_plain(L, search.match.text, size, start);

	const char *at = search.match.text + start;
	const char *end = search_from(&search, &at);
	if (!end) {
		lua_pushnil(L);
		return 1;
	}
	if (!find)
		return pattern_push_captures(&search.match, at, end);
	lua_pushinteger(L, at - search.match.text + 1);
	lua_pushinteger(L, end - search.match.text);
	return 2 + (search.match.capture_count ? pattern_push_captures(&search.match, at, end) : 0);
}

static int string_find(lua_State *L)
{
	return find_or_match(L, true);
}

static int string_match(lua_State *L)
{
	return find_or_match(L, false);
}

/* Upvalues: text, pattern, where to go on, where the last match ended (0: none). */
static int gmatch_next(lua_State *L)
{
	struct search search;

	search_init(&search, L, lua_upvalueindex(1), lua_upvalueindex(2));
	search.pattern -= search.anchored ? 1 : 0; /* in gmatch, ^ has no meaning */
	search.anchored = false;
	const char *text = search.match.text;
	const char *at = text + lua_tointeger(L, lua_upvalueindex(3));
	const lua_Integer last = lua_tointeger(L, lua_upvalueindex(4));
	for (; at <= search.match.text_end; at++) {
		const char *end = search_from(&search, &at);
		if (!end)
			return 0;
		if (end - text + 1 == last)
			continue; /* an empty match right behind the last one */
		lua_pushinteger(L, end - text);
		lua_replace(L, lua_upvalueindex(3));
		lua_pushinteger(L, end - text + 1);
		lua_replace(L, lua_upvalueindex(4));
		return pattern_push_captures(&search.match, at, end);
	}
	return 0;
}

static int string_gmatch(lua_State *L)
{
	luaL_checkstring(L, 1);
	luaL_checkstring(L, 2);
	lua_settop(L, 2);
	lua_pushinteger(L, 0);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, gmatch_next, 4);
	return 1;
}

/* Adds the replacement text argument, in which %0 to %9 stand for captures. */
static void add_template(struct search *search, luaL_Buffer *buffer, const char *at,
                         const char *end)
{
	lua_State *L = search->match.L;
	size_t size;
	const char *text = lua_tolstring(L, 3, &size);

	meter_charge(L, size + (size_t)(end - at));
	for (const char *c = text; c < text + size; c++) {
		if (*c != '%') {
			luaL_addchar(buffer, *c);
			continue;
		}
		c++;
		if (c < text + size && *c == '%') {
			luaL_addchar(buffer, '%');
		} else if (c < text + size && *c == '0') {
			luaL_addlstring(buffer, at, (size_t)(end - at));
		} else if (c < text + size && *c >= '1' && *c <= '9') {
			pattern_push_capture(&search->match, *c - '1', at, end);
			luaL_tolstring(L, -1, NULL); /* a position is a number */
			lua_remove(L, -2);
			luaL_addvalue(buffer);
		} else {
			luaL_error(L, "invalid use of '%%' in replacement string");
		}
		meter_limit_string(L, luaL_bufflen(buffer));
	}
}

/* Adds what a table or function has for the match; false and nil keep it as it was. */
static void add_looked_up(struct search *search, luaL_Buffer *buffer, const char *at,
                          const char *end)
{
	lua_State *L = search->match.L;

	if (lua_type(L, 3) == LUA_TTABLE) {
		pattern_push_capture(&search->match, 0, at, end);
		lua_gettable(L, 3);
	} else {
		lua_pushvalue(L, 3);
		meter_call(L, pattern_push_captures(&search->match, at, end), 1);
	}
	if (!lua_toboolean(L, -1)) {
		lua_pop(L, 1);
		luaL_addlstring(buffer, at, (size_t)(end - at));
	} else if (lua_isstring(L, -1)) {
		luaL_addvalue(buffer);
	} else {
		luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
	}
}

static int string_gsub(lua_State *L)
{
	const int kind = lua_type(L, 3);
	struct search search;
	luaL_Buffer buffer;
	lua_Integer count = 0;

	search_init(&search, L, 1, 2);
	luaL_argexpected(L,
	                 kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TTABLE ||
	                         kind == LUA_TFUNCTION,
	                 3, "string, table or function");
	const char *at = search.match.text, *last = NULL;
	const lua_Integer most = luaL_optinteger(L, 4, search.match.text_end - at + 1);
	luaL_buffinit(L, &buffer);
	while (count < most) {
		const char *end = search_at(&search, at);
		if (end && end != last) {
			count++;
			if (kind == LUA_TTABLE || kind == LUA_TFUNCTION)
				add_looked_up(&search, &buffer, at, end);
			else
				add_template(&search, &buffer, at, end);
			meter_limit_string(L, luaL_bufflen(&buffer));
			at = last = end;
		} else if (at < search.match.text_end) {
			luaL_addchar(&buffer, *at++);
		} else {
			break;
		}
		if (search.anchored)
			break;
	}
	luaL_addlstring(&buffer, at, (size_t)(search.match.text_end - at));
	meter_limit_string(L, luaL_bufflen(&buffer));
	luaL_pushresult(&buffer);
	lua_pushinteger(L, count);
	return 2;
}

static int string_rep(lua_State *L)
{
	size_t size, between_size;
	const char *text = luaL_checklstring(L, 1, &size);
	const lua_Integer times = luaL_checkinteger(L, 2);
	const char *between = luaL_optlstring(L, 3, "", &between_size);
	luaL_Buffer buffer;

	if (times <= 0 || size + between_size == 0) {
		lua_pushliteral(L, "");
		return 1;
	}
	if ((lua_Unsigned)times > METER_STRING_MAX)
		meter_limit_string(L, SIZE_MAX);
	meter_limit_string(L, (size + between_size) * (size_t)times - between_size);
	luaL_buffinit(L, &buffer);
	for (lua_Integer i = 0; i < times; i++) {
		luaL_addlstring(&buffer, text, size);
		if (i + 1 < times)
			luaL_addlstring(&buffer, between, between_size);
	}
	meter_charge(L, 1 + (uint64_t)times / 4);
	luaL_pushresult(&buffer);
	return 1;
}

/* Upvalue: Lua's own. What has no text but its address is refused. */
static int string_format(lua_State *L)
{
	const char *format = luaL_checkstring(L, 1);

	meter_charge(L, lua_rawlen(L, 1));
	for (const char *c = strchr(format, '%'); c; c = strchr(c + 1, '%')) {
		c += 1 + strspn(c + 1, "-+ #0123456789.");
		if (*c == 'p')
			return luaL_error(L, "string.format: a policy has no use for addresses");
		if (*c == '\0')
			break; /* Lua's own reports it */
	}
	for (int i = 2; i <= lua_gettop(L); i++) {
		luaL_argcheck(L,
		              lua_type(L, i) <= LUA_TSTRING && lua_type(L, i) != LUA_TLIGHTUSERDATA,
		              i, "wants a number, string, boolean or nil");
		meter_charge(L, lua_type(L, i) == LUA_TSTRING ? lua_rawlen(L, i) : 1);
	}
	const lua_CFunction own = lua_tocfunction(L, lua_upvalueindex(1));
	return own(L);
}

void library_open_string(lua_State *L)
{
	static const char *const metered[] = {"byte",    "char", "len",   "lower",
	                                      "reverse", "sub",  "upper", NULL};
	static const luaL_Reg own[] = {
		{"find", string_find}, {"match", string_match}, {"gmatch", string_gmatch},
		{"gsub", string_gsub}, {"rep", string_rep},     {NULL, NULL},
	};

	lua_newtable(L);
	library_copy_metered(L, "string", metered);
	luaL_setfuncs(L, own, 0);
	library_push_original(L, "string", "format");
	lua_pushcclosure(L, string_format, 1);
	lua_setfield(L, -2, "format");

	/* ("x"):rep(3) means the functions of this table */
	lua_createtable(L, 0, 1);
	lua_pushvalue(L, -2);
	lua_setfield(L, -2, "__index");
	lua_pushliteral(L, "");
	lua_insert(L, -2);
	lua_setmetatable(L, -2);
	lua_pop(L, 1);
}
