/* SPDX-License-Identifier: MIT */
/* What all tables of a policy have in common: fields, lists, sizes, texts. */
#include "compile.h"
#include "node.h"
#include "sorted_keys.h"

#include <lauxlib.h>
#include <plan/duration.h>
#include <plan/size.h>
#include <plan/suggestion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static uint32_t field_line(const struct compile *compile, struct plan_place place,
                           const char *const *path)
{
	if (place.source >= compile->sources->count)
		return place.line;
	const uint32_t line =
		source_field_line(&compile->sources->items[place.source], place.line, path);
	return line ? line : place.line;
}

static void report(struct compile *compile, const struct spot *spot, const char *const *path,
                   const char *format, va_list arguments)
{
	const uint32_t source = spot->place.source;
	const char *file =
		source < compile->sources->count ? compile->sources->items[source].file : "?";
	const uint32_t line = *path ? field_line(compile, spot->place, path) : spot->place.line;
	char text[DIAGNOSTIC_BYTES_MAX];

	vsnprintf(text, sizeof(text), format, arguments);
	diagnostics_add(compile->diagnostics, SEVERITY_ERROR, file, line, "%s: %s", spot->title,
	                text);
}

void compile_error(struct compile *compile, const struct spot *spot, const char *field,
                   const char *format, ...)
{
	const char *const path[] = {field, NULL};
	va_list arguments;

	va_start(arguments, format);
	report(compile, spot, path, format, arguments);
	va_end(arguments);
}

void compile_error_at(struct compile *compile, const struct spot *spot, const char *const *path,
                      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report(compile, spot, path, format, arguments);
	va_end(arguments);
}

uint32_t compile_locate(void *self, struct plan_place place, const char *field)
{
	return field_line(self, place, (const char *const[]){field, NULL});
}

void *compile_alloc(struct compile *compile, size_t count, size_t size)
{
	void *memory = plan_alloc(compile->plan, count, size);

	if (!memory)
		luaL_error(compile->L, "out of memory");
	return memory;
}

static bool contains(const char *const *names, const char *name)
{
	for (; names && *names; names++) {
		if (!strcmp(*names, name))
			return true;
	}
	return false;
}

static void unknown_field(struct compile *compile, const struct spot *spot, const char *name,
                          const struct field *fields, const char *const *others)
{
	struct suggestion suggestion;

	suggestion_init(&suggestion, name);
	for (; fields->name; fields++)
		suggestion_offer(&suggestion, fields->name);
	for (; others && *others; others++)
		suggestion_offer(&suggestion, *others);
	compile_error(compile, spot, name, "unknown field '%s'%s", name,
	              suggestion_text(&suggestion));
}

static bool is_field(const struct field *fields, const char *name)
{
	for (; fields->name; fields++) {
		if (!strcmp(fields->name, name))
			return true;
	}
	return false;
}

/* The key is at the stack's top. */
static void check_key(struct compile *compile, const struct spot *spot, const struct field *fields,
                      const char *const *others, bool positional)
{
	lua_State *L = compile->L;

	if (lua_type(L, -1) == LUA_TSTRING) {
		const char *name = lua_tostring(L, -1);
		if (!is_field(fields, name) && !contains(others, name))
			unknown_field(compile, spot, name, fields, others);
	} else if (!lua_isinteger(L, -1)) {
		compile_error(compile, spot, NULL, "a %s is no name of a field",
		              luaL_typename(L, -1));
	} else if (!positional) {
		compile_error(compile, spot, NULL, "element %lld has no name, as in name = value",
		              lua_tointeger(L, -1));
	}
}

void compile_fields(struct compile *compile, const struct spot *spot, int index,
                    const struct field *fields, const char *const *others, bool positional,
                    void *into)
{
	lua_State *L = compile->L;

	index = lua_absindex(L, index);
	const lua_Integer count = sorted_keys_push(L, index);
	for (lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(L, -1, i);
		check_key(compile, spot, fields, others, positional);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	const int top = lua_gettop(L);
	for (; fields->name; fields++) {
		lua_pushstring(L, fields->name);
		if (lua_rawget(L, index) != LUA_TNIL)
			fields->read(compile, spot, fields->name, into);
		lua_settop(L, top);
	}
}

/* ---- lists ---- */

struct flat {
	struct compile *compile;
	const struct spot *spot;
	const char *field; /* NULL: the elements of the spot's own table, which may have fields */
	int list;
	uint32_t count;
	uint32_t most;
	bool ended; /* a limit is reported already */
};

static void flat_end(struct flat *flat, const char *why)
{
	if (!flat->ended)
		compile_error(flat->compile, flat->spot, flat->field, "%s", why);
	flat->ended = true;
}

static void flat_append(struct flat *flat)
{
	if (flat->count == flat->most)
		flat_end(flat, "too many elements");
	else
		lua_rawseti(flat->compile->L, flat->list, ++flat->count);
}

/* A list has the elements 1 to n and nothing else; with `named`, fields besides. */
static void check_list(struct flat *flat, int index, lua_Integer size, bool named)
{
	lua_State *L = flat->compile->L;
	const lua_Integer count = sorted_keys_push(L, index);

	for (lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(L, -1, i);
		const bool name = lua_type(L, -1) == LUA_TSTRING;
		const lua_Integer at = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
		if (name && !named)
			compile_error(flat->compile, flat->spot, flat->field,
			              "a list was wanted, it has a field '%s'",
			              lua_tostring(L, -1));
		else if (!name && (at < 1 || at > size))
			compile_error(flat->compile, flat->spot, flat->field,
			              "a list was wanted, one element stands outside");
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

static void flatten_table(struct flat *flat, int index, int depth)
{
	lua_State *L = flat->compile->L;
	const lua_Integer size = (lua_Integer)lua_rawlen(L, index);

	luaL_checkstack(L, 16, NULL);
	if (depth == COMPILE_DEPTH_MAX)
		flat_end(flat, "lists within lists are too deep");
	if (flat->compile->elements > COMPILE_ELEMENTS_MAX)
		flat_end(flat, "too many elements");
	if (flat->ended)
		return;
	check_list(flat, index, size, depth == 0 && !flat->field);
	const int top = lua_gettop(L);
	for (lua_Integer i = 1; i <= size && !flat->ended; i++) {
		flat->compile->elements++;
		lua_rawgeti(L, index, i);
		if (lua_istable(L, -1))
			flatten_table(flat, lua_gettop(L), depth + 1);
		else if (lua_isnil(L, -1))
			compile_error(flat->compile, flat->spot, flat->field, "element %lld is nil",
			              i);
		else {
			lua_pushvalue(L, -1);
			flat_append(flat);
		}
		lua_settop(L, top);
	}
}

uint32_t compile_flatten(struct compile *compile, const struct spot *spot, const char *field,
                         int index, uint32_t most)
{
	lua_State *L = compile->L;

	index = lua_absindex(L, index);
	lua_newtable(L);
	struct flat flat = {.compile = compile,
	                    .spot = spot,
	                    .field = field,
	                    .list = lua_gettop(L),
	                    .most = most};
	if (lua_istable(L, index)) {
		flatten_table(&flat, index, 0);
	} else {
		lua_pushvalue(L, index);
		flat_append(&flat);
	}
	lua_settop(L, flat.list);
	return flat.count;
}

/* ---- values ---- */

const char *compile_text(struct compile *compile, const struct spot *spot, const char *field)
{
	lua_State *L = compile->L;
	size_t size;

	if (lua_type(L, -1) != LUA_TSTRING) {
		compile_error(compile, spot, field, "%s is %s, wanted a text", field,
		              node_describe(L, -1));
		return NULL;
	}
	const char *text = lua_tolstring(L, -1, &size);
	if (strlen(text) != size) {
		compile_error(compile, spot, field, "%s has a zero byte in it", field);
		return NULL;
	}
	const char *copy = plan_copy(compile->plan, text, size);
	if (!copy)
		luaL_error(L, "out of memory");
	return copy;
}

void compile_read_size(struct compile *compile, const struct spot *spot, const char *name,
                       void *uint64)
{
	lua_State *L = compile->L;
	uint64_t *out = uint64;
	int exact = 0;
	const lua_Integer number =
		lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &exact) : 0;

	*out = PLAN_UNKNOWN;
	if (exact && number >= 0) {
		*out = (uint64_t)number;
	} else if (lua_type(L, -1) == LUA_TSTRING) {
		if (!size_parse(lua_tostring(L, -1), out))
			compile_error(compile, spot, name,
			              "%s = \"%s\" is no size such as \"8M\" or \"512K\"", name,
			              lua_tostring(L, -1));
	} else {
		compile_error(compile, spot, name,
		              "%s is %s, wanted a size such as \"8M\" or \"512K\"", name,
		              exact ? "negative" : node_describe(L, -1));
	}
}

void compile_read_duration(struct compile *compile, const struct spot *spot, const char *name,
                           void *uint64)
{
	lua_State *L = compile->L;
	uint64_t *out = uint64;

	*out = PLAN_UNKNOWN;
	if (lua_type(L, -1) != LUA_TSTRING)
		compile_error(compile, spot, name, "%s is %s, wanted a time such as \"100ms\"",
		              name, node_describe(L, -1));
	else if (!duration_parse(lua_tostring(L, -1), out))
		compile_error(compile, spot, name,
		              "%s = \"%s\" is no time such as \"100ms\" or \"10s\"", name,
		              lua_tostring(L, -1));
}

void compile_read_count(struct compile *compile, const struct spot *spot, const char *name,
                        void *uint64)
{
	lua_State *L = compile->L;
	uint64_t *out = uint64;
	int exact = 0;
	const lua_Integer number =
		lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &exact) : 0;

	*out = PLAN_UNKNOWN;
	if (exact && number >= 0 && number <= UINT32_MAX) {
		*out = (uint64_t)number;
		return;
	}
	compile_error(compile, spot, name, "%s is %s, wanted a whole number", name,
	              exact ? "out of range" : node_describe(L, -1));
}

void compile_read_bool(struct compile *compile, const struct spot *spot, const char *name,
                       void *boolean)
{
	bool *out = boolean;

	if (lua_isboolean(compile->L, -1)) {
		*out = lua_toboolean(compile->L, -1);
		return;
	}
	compile_error(compile, spot, name, "%s is %s, wanted true or false", name,
	              node_describe(compile->L, -1));
}

uint32_t compile_texts(struct compile *compile, const struct spot *spot, const char *field,
                       uint32_t most, const char ***out)
{
	lua_State *L = compile->L;
	const uint32_t count = compile_flatten(compile, spot, field, -1, most);
	const char **texts = compile_alloc(compile, count, sizeof(*texts));
	const int list = lua_gettop(L);
	uint32_t used = 0;

	for (uint32_t i = 1; i <= count; i++) {
		lua_rawgeti(L, list, i);
		const char *text = compile_text(compile, spot, field);
		if (text)
			texts[used++] = text;
		lua_settop(L, list);
	}
	*out = texts;
	return used;
}
