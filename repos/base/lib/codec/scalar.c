/* SPDX-License-Identifier: MIT */
#include "scalar.h"

#include <lua.h>
#include <string.h>

const char *scalar_kind_name(struct lua_State *lua, int index)
{
	switch (lua_type(lua, index)) {
	case LUA_TNIL:
	case LUA_TNONE: return "nothing";
	case LUA_TBOOLEAN: return lua_toboolean(lua, index) ? "true" : "false";
	case LUA_TNUMBER: return "a number";
	case LUA_TSTRING: return "a string";
	case LUA_TTABLE: return "a table";
	case LUA_TFUNCTION: return "a function";
	}
	return "something else";
}

/* Decimal digits, all of the text. */
static bool digits_read(const char *text, size_t size, uint64_t *out)
{
	uint64_t value = 0;

	if (size == 0)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
			return false;
	}
	*out = value;
	return true;
}

static bool size_read(const char *text, size_t size, uint64_t *out)
{
	uint32_t shift = 0;
	uint64_t value;

	if (size > 0) {
		switch (text[size - 1]) {
		case 'K': shift = 10; break;
		case 'M': shift = 20; break;
		case 'G': shift = 30; break;
		}
	}
	if (!digits_read(text, shift > 0 ? size - 1 : size, &value) || value > UINT64_MAX >> shift)
		return false;
	*out = value << shift;
	return true;
}

static enum status read_size(struct lua_State *lua, int index, struct failure *failure,
                             uint64_t *out)
{
	size_t size;
	int integral;
	const lua_Integer number = lua_tointegerx(lua, index, &integral);

	if (lua_type(lua, index) == LUA_TNUMBER && integral && number >= 0) {
		*out = (uint64_t)number;
		return OK;
	}
	if (lua_type(lua, index) == LUA_TNUMBER)
		return failure_set(failure, "expected a size like \"8M\", got %.14g",
		                   lua_tonumber(lua, index));
	if (lua_type(lua, index) != LUA_TSTRING)
		return failure_set(failure, "expected a size like \"8M\", got %s",
		                   scalar_kind_name(lua, index));
	const char *text = lua_tolstring(lua, index, &size);

	if (!size_read(text, size, out))
		return failure_set(failure, "expected a size like \"8M\", got \"%.40s\"", text);
	return OK;
}

/* Numbers of 64 bits may be spelled as strings, since Lua and JSON have no larger ones. */
static bool wide_read(struct lua_State *lua, int index, enum codec_kind kind, uint64_t *out)
{
	size_t size;
	const char *text;
	uint64_t value;

	if (lua_type(lua, index) != LUA_TSTRING || (kind != CODEC_INT64 && kind != CODEC_UINT64))
		return false;
	text = lua_tolstring(lua, index, &size);

	const bool negative = kind == CODEC_INT64 && size > 0 && text[0] == '-';

	if (!digits_read(text + (negative ? 1 : 0), size - (negative ? 1 : 0), &value))
		return false;
	if (kind == CODEC_INT64 && value > (uint64_t)INT64_MAX + (negative ? 1 : 0))
		return false;
	*out = negative ? 0 - value : value;
	return true;
}

/* The largest number of a kind; the smallest is -largest - 1, or 0. */
static uint64_t largest(enum codec_kind kind)
{
	return UINT64_MAX >> (64 - kind_bits(kind)) >> (kind_signed(kind) ? 1 : 0);
}

static bool in_range(lua_Integer number, enum codec_kind kind)
{
	if (number >= 0)
		return (uint64_t)number <= largest(kind);
	return kind_signed(kind) && number >= -(lua_Integer)largest(kind) - 1;
}

static enum status read_integer(struct lua_State *lua, int index, enum codec_kind kind,
                                struct failure *failure, uint64_t *out)
{
	const uint64_t most = largest(kind);
	const long long low = kind_signed(kind) ? -(long long)most - 1 : 0;
	int integral;
	const lua_Integer number = lua_tointegerx(lua, index, &integral);

	if (wide_read(lua, index, kind, out))
		return OK;
	if (lua_type(lua, index) != LUA_TNUMBER)
		return failure_set(failure, "expected a number, got %s",
		                   scalar_kind_name(lua, index));
	if (!integral || !in_range(number, kind))
		return failure_set(failure, "expected a whole number from %lld to %llu, got %.17g",
		                   low, (unsigned long long)most, lua_tonumber(lua, index));
	*out = (uint64_t)number;
	return OK;
}

static enum status read_float(struct lua_State *lua, int index, enum codec_kind kind,
                              struct failure *failure, uint64_t *out)
{
	const double wide = lua_tonumber(lua, index);
	const float narrow = (float)wide;

	if (lua_type(lua, index) != LUA_TNUMBER)
		return failure_set(failure, "expected a number, got %s",
		                   scalar_kind_name(lua, index));
	*out = 0;
	if (kind == CODEC_FLOAT32)
		memcpy(out, &narrow, sizeof(narrow));
	else
		memcpy(out, &wide, sizeof(wide));
	return OK;
}

struct enumerants {
	const struct codec_schema *schema;
	uint32_t of;
};

static const char *enumerant_name(const void *context, uint32_t index)
{
	const struct enumerants *enumerants = context;

	return schema_enumerant(enumerants->schema, enumerants->of, index, true);
}

/* The names as one text, for the message; cut where it gets long. */
static void list_enumerants(const struct enumerants *enumerants, char *text, size_t capacity)
{
	const char *name;

	text[0] = 0;
	for (uint32_t i = 0; (name = enumerant_name(enumerants, i)) != NULL; i++) {
		if (strlen(text) + strlen(name) + 4 >= capacity)
			return;
		strcat(text, i > 0 ? ", " : "");
		strcat(text, name);
	}
}

static enum status read_enum(struct lua_State *lua, int index, const struct codec_schema *schema,
                             uint32_t of, struct failure *failure, uint64_t *out)
{
	const struct enumerants enumerants = {schema, of};
	char names[120];
	const char *name;

	if (lua_type(lua, index) != LUA_TSTRING) {
		list_enumerants(&enumerants, names, sizeof(names));
		return failure_set(failure, "expected one of %s, got %s", names,
		                   scalar_kind_name(lua, index));
	}
	for (uint32_t i = 0; (name = enumerant_name(&enumerants, i)) != NULL; i++) {
		if (strcmp(name, lua_tostring(lua, index)) == 0) {
			*out = i;
			return OK;
		}
	}
	return failure_unknown(failure, "value", lua_tostring(lua, index), enumerant_name,
	                       &enumerants);
}

enum status scalar_read(struct lua_State *lua, int index, const struct codec_schema *schema,
                        const struct codec_field *field, enum codec_kind kind,
                        struct failure *failure, uint64_t *out)
{
	if (kind == CODEC_BOOL) {
		if (lua_type(lua, index) != LUA_TBOOLEAN)
			return failure_set(failure, "expected true or false, got %s",
			                   scalar_kind_name(lua, index));
		*out = lua_toboolean(lua, index) ? 1 : 0;
		return OK;
	}
	if (kind == CODEC_ENUM)
		return read_enum(lua, index, schema, field->of, failure, out);
	if (kind == CODEC_FLOAT32 || kind == CODEC_FLOAT64)
		return read_float(lua, index, kind, failure, out);
	if (field->flags & CODEC_FLAG_SIZE)
		return read_size(lua, index, failure, out);
	return read_integer(lua, index, kind, failure, out);
}
