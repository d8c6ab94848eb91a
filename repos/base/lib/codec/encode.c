/* SPDX-License-Identifier: MIT */
/* Lua value to message. */
#include "scalar.h"

#include <lua.h>
#include <string.h>

struct encoder {
	struct lua_State *lua;
	const struct codec_schema *schema;
	struct capnp_builder builder;
	struct failure failure;
};

static enum status encode_struct(struct encoder *encoder, int index,
                                 const struct codec_struct *type, struct capnp_target *to,
                                 uint32_t depth);

static enum status refuse(struct encoder *encoder, const char *expected, int index)
{
	return failure_set(&encoder->failure, "expected %s, got %s", expected,
	                   scalar_kind_name(encoder->lua, index));
}

struct fields {
	const struct codec_schema *schema;
	const struct codec_struct *type;
};

static const char *field_name(const void *context, uint32_t index)
{
	const struct fields *fields = context;

	if (index >= fields->type->field_count)
		return NULL;
	return schema_string(fields->schema,
	                     schema_field(fields->schema, fields->type, index)->lua_name);
}

static bool field_known(const struct fields *fields, const char *key)
{
	const char *name;

	for (uint32_t i = 0; (name = field_name(fields, i)) != NULL; i++) {
		if (strcmp(name, key) == 0)
			return true;
	}
	return false;
}

/* Refuses keys that are no fields; of several the first in alphabetical order. */
static enum status check_keys(struct encoder *encoder, int index, const struct codec_struct *type)
{
	const struct fields fields = {encoder->schema, type};
	struct lua_State *lua = encoder->lua;
	const char *unknown = NULL;

	lua_pushnil(lua);
	while (lua_next(lua, index) != 0) {
		lua_pop(lua, 1);
		if (lua_type(lua, -1) != LUA_TSTRING) {
			lua_pop(lua, 1);
			return failure_set(&encoder->failure,
			                   "expected a table with named fields, got a list");
		}
		const char *key = lua_tostring(lua, -1);

		if (!field_known(&fields, key) && (unknown == NULL || strcmp(key, unknown) < 0))
			unknown = key;
	}
	if (unknown == NULL)
		return OK;
	/* the key stays alive as long as the table has it */
	return failure_unknown(&encoder->failure, "field", unknown, field_name, &fields);
}

/* Pushes a field of the table at index. */
static bool push_field(struct encoder *encoder, int index, const struct codec_field *field)
{
	lua_pushstring(encoder->lua, schema_string(encoder->schema, field->lua_name));
	return lua_rawget(encoder->lua, index) != LUA_TNIL;
}

static void append(char *text, size_t capacity, const char *more)
{
	if (strlen(text) + strlen(more) < capacity)
		strcat(text, more);
}

static enum status refuse_union(struct encoder *encoder, const struct codec_struct *type)
{
	char names[140] = "";

	for (uint32_t i = 0; i < type->field_count; i++) {
		const struct codec_field *field = schema_field(encoder->schema, type, i);

		if (field->discriminant == CODEC_NONE)
			continue;
		append(names, sizeof(names), names[0] != 0 ? ", " : "");
		append(names, sizeof(names), schema_string(encoder->schema, field->lua_name));
	}
	return failure_set(&encoder->failure, "expected one of %s", names);
}

/* Which member of the union is given? None means the first, if that is Void. */
static enum status find_which(struct encoder *encoder, int index, const struct codec_struct *type,
                              uint16_t *out)
{
	const struct codec_field *given = NULL;
	bool void_first = false;

	for (uint32_t i = 0; i < type->field_count; i++) {
		const struct codec_field *field = schema_field(encoder->schema, type, i);

		if (field->discriminant == CODEC_NONE)
			continue;
		void_first = void_first || (field->discriminant == 0 && field->kind == CODEC_VOID);

		const bool present = push_field(encoder, index, field);

		lua_pop(encoder->lua, 1);
		if (present && given != NULL)
			return failure_set(&encoder->failure,
			                   "'%.60s' and '%.60s' exclude each other",
			                   schema_string(encoder->schema, given->lua_name),
			                   schema_string(encoder->schema, field->lua_name));
		if (present)
			given = field;
	}
	if (given == NULL && !void_first)
		return refuse_union(encoder, type);
	*out = given != NULL ? given->discriminant : 0;
	return OK;
}

static enum status encode_void(struct encoder *encoder, int index)
{
	struct lua_State *lua = encoder->lua;
	const int kind = lua_type(lua, index);

	if (kind == LUA_TBOOLEAN && lua_toboolean(lua, index))
		return OK;
	if (kind != LUA_TTABLE)
		return refuse(encoder, "{} or true", index);
	lua_pushnil(lua);
	if (lua_next(lua, index) == 0)
		return OK;
	lua_pop(lua, 2);
	return failure_set(&encoder->failure, "expected {} or true, got a table with content");
}

static enum status encode_bytes(struct encoder *encoder, int index, enum codec_kind kind,
                                uint64_t *pointer)
{
	size_t size;

	if (lua_type(encoder->lua, index) != LUA_TSTRING)
		return refuse(encoder, "a string", index);
	const char *text = lua_tolstring(encoder->lua, index, &size);

	if (size > UINT32_MAX / 16)
		return ERR_INSUFFICIENT_RAM;
	if (kind == CODEC_TEXT)
		return capnp_put_text(&encoder->builder, pointer,
		                      (struct capnp_text){.at = text, .size = (uint32_t)size});
	return capnp_put_data(&encoder->builder, pointer,
	                      (struct capnp_data){.at = (const uint8_t *)text,
	                                          .size = (uint32_t)size});
}

/* A list has the keys 1..count and no others. */
static enum status list_size(struct encoder *encoder, int index, uint32_t *out)
{
	struct lua_State *lua = encoder->lua;
	lua_Unsigned keys = 0;

	if (lua_type(lua, index) != LUA_TTABLE)
		return refuse(encoder, "a list", index);
	const lua_Unsigned size = lua_rawlen(lua, index);

	for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
		const bool element = lua_isinteger(lua, -2) && lua_tointeger(lua, -2) >= 1 &&
		                     (lua_Unsigned)lua_tointeger(lua, -2) <= size;

		if (!element && lua_type(lua, -2) == LUA_TSTRING) {
			enum status status =
				failure_set(&encoder->failure,
			                    "expected a list, got a table with '%.60s'",
			                    lua_tostring(lua, -2));

			lua_pop(lua, 2);
			return status;
		}
		if (!element) {
			lua_pop(lua, 2);
			return failure_set(&encoder->failure, "expected a list without gaps");
		}
		keys++;
	}
	if (keys != size)
		return failure_set(&encoder->failure, "expected a list without gaps");
	if (size > UINT32_MAX / 64)
		return ERR_INSUFFICIENT_RAM;
	*out = (uint32_t)size;
	return OK;
}

struct elements {
	const struct codec_field *field;
	const struct codec_struct *type; /* of structs */
	uint8_t *data;                   /* of numbers */
	uint64_t *words;                 /* of pointers and structs */
};

static enum status encode_element(struct encoder *encoder, const struct elements *elements,
                                  uint32_t i, uint32_t depth)
{
	const enum codec_kind kind = (enum codec_kind)elements->field->element;
	const uint32_t bits = kind_bits(kind);
	const int index = lua_gettop(encoder->lua);
	uint64_t value;

	if (kind == CODEC_VOID)
		return encode_void(encoder, index);
	if (kind == CODEC_TEXT || kind == CODEC_DATA)
		return encode_bytes(encoder, index, kind, elements->words + i);
	if (kind == CODEC_STRUCT) {
		struct capnp_target to =
			capnp_target_at(&encoder->builder, elements->words, i,
		                        elements->type->data_words, elements->type->pointer_count);

		return encode_struct(encoder, index, elements->type, &to, depth);
	}
	enum status status = scalar_read(encoder->lua, index, encoder->schema, elements->field,
	                                 kind, &encoder->failure, &value);
	if (status != OK)
		return status;
	if (bits == 1)
		elements->data[i / 8] |= (uint8_t)(value << i % 8);
	else
		memcpy(elements->data + (size_t)i * (bits / 8), &value, bits / 8);
	return OK;
}

static enum status allocate_elements(struct encoder *encoder, struct elements *elements,
                                     uint64_t *pointer, uint32_t count)
{
	const enum codec_kind kind = (enum codec_kind)elements->field->element;

	if (kind == CODEC_INTERFACE)
		return failure_set(&encoder->failure, "capabilities cannot be written");
	if (kind == CODEC_TEXT || kind == CODEC_DATA)
		return capnp_put_pointer_list(&encoder->builder, pointer, count, &elements->words);
	if (kind != CODEC_STRUCT)
		return capnp_put_list(&encoder->builder, pointer, kind_bits(kind), count,
		                      &elements->data);
	elements->type = schema_struct(encoder->schema, elements->field->of);
	return capnp_put_struct_list(&encoder->builder, pointer, count, elements->type->data_words,
	                             elements->type->pointer_count, &elements->words);
}

static enum status encode_list(struct encoder *encoder, int index, const struct codec_field *field,
                               uint64_t *pointer, uint32_t depth)
{
	struct elements elements = {.field = field};
	uint32_t count = 0;

	enum status status = list_size(encoder, index, &count);
	if (status == OK)
		status = allocate_elements(encoder, &elements, pointer, count);
	for (uint32_t i = 0; i < count && status == OK; i++) {
		const uint32_t mark = failure_enter_element(&encoder->failure, i + 1);

		lua_rawgeti(encoder->lua, index, (lua_Integer)i + 1);
		status = encode_element(encoder, &elements, i, depth);
		lua_pop(encoder->lua, 1);
		if (status == OK)
			failure_leave(&encoder->failure, mark);
	}
	return status;
}

static enum status encode_number(struct encoder *encoder, int index,
                                 const struct codec_field *field, struct capnp_target *to)
{
	const enum codec_kind kind = (enum codec_kind)field->kind;
	const uint32_t size = kind_bits(kind) / 8;
	uint64_t value;

	enum status status = scalar_read(encoder->lua, index, encoder->schema, field, kind,
	                                 &encoder->failure, &value);
	if (status != OK)
		return status;
	if (kind == CODEC_BOOL)
		capnp_put_bit(to, field->offset, value != (field->otherwise & 1));
	else
		capnp_put_number(to, field->offset * size, size, value ^ field->otherwise);
	return OK;
}

static enum status encode_behind(struct encoder *encoder, int index,
                                 const struct codec_field *field, uint64_t *pointer, uint32_t depth)
{
	const struct codec_struct *type = schema_struct(encoder->schema, field->of);
	struct capnp_target to;

	enum status status = capnp_put_struct(&encoder->builder, pointer, type->data_words,
	                                      type->pointer_count, &to);
	if (status != OK)
		return status;
	return encode_struct(encoder, index, type, &to, depth);
}

static enum status encode_value(struct encoder *encoder, int index, const struct codec_field *field,
                                struct capnp_target *to, uint32_t depth)
{
	uint64_t *pointer = to->pointers + field->offset;

	switch ((enum codec_kind)field->kind) {
	case CODEC_VOID: return encode_void(encoder, index);
	case CODEC_BOOL:
	case CODEC_INT8:
	case CODEC_INT16:
	case CODEC_INT32:
	case CODEC_INT64:
	case CODEC_UINT8:
	case CODEC_UINT16:
	case CODEC_UINT32:
	case CODEC_UINT64:
	case CODEC_FLOAT32:
	case CODEC_FLOAT64:
	case CODEC_ENUM: return encode_number(encoder, index, field, to);
	case CODEC_TEXT:
	case CODEC_DATA: return encode_bytes(encoder, index, (enum codec_kind)field->kind, pointer);
	case CODEC_LIST: return encode_list(encoder, index, field, pointer, depth);
	case CODEC_STRUCT: return encode_behind(encoder, index, field, pointer, depth);
	case CODEC_GROUP:
		return encode_struct(encoder, index, schema_struct(encoder->schema, field->of), to,
		                     depth);
	case CODEC_INTERFACE:
		return failure_set(&encoder->failure, "a capability cannot be written");
	}
	return ERR_BAD_ARG;
}

static enum status encode_field(struct encoder *encoder, int index, const struct codec_field *field,
                                struct capnp_target *to, uint32_t depth)
{
	const uint32_t mark =
		failure_enter(&encoder->failure, schema_string(encoder->schema, field->lua_name));
	enum status status = OK;

	if (push_field(encoder, index, field))
		status = encode_value(encoder, lua_gettop(encoder->lua), field, to, depth);
	lua_pop(encoder->lua, 1);
	if (status == OK)
		failure_leave(&encoder->failure, mark);
	return status;
}

static enum status encode_struct(struct encoder *encoder, int index,
                                 const struct codec_struct *type, struct capnp_target *to,
                                 uint32_t depth)
{
	uint16_t which = 0;

	if (lua_type(encoder->lua, index) != LUA_TTABLE)
		return refuse(encoder, "a table", index);
	if (depth == 0)
		return failure_set(&encoder->failure, "nested too deeply");
	if (!lua_checkstack(encoder->lua, 8))
		return ERR_OUT_OF_RAM;
	enum status status = check_keys(encoder, index, type);
	if (status != OK)
		return status;
	if (type->member_count > 0) {
		status = find_which(encoder, index, type, &which);
		if (status != OK)
			return status;
		capnp_put_number(to, type->which_offset * 2, 2, which);
	}
	for (uint32_t i = 0; i < type->field_count && status == OK; i++)
		status = encode_field(encoder, index, schema_field(encoder->schema, type, i), to,
		                      depth - 1);
	return status;
}

enum status codec_encode(struct lua_State *lua, int index, const struct codec_schema *schema,
                         const char *struct_name, void *segment, size_t capacity, size_t *out_size,
                         struct codec_error *error)
{
	const struct codec_struct *type = schema_find(schema, struct_name);
	struct encoder encoder = {.lua = lua, .schema = schema};
	struct codec_error unwanted;
	struct capnp_target root;
	const int top = lua_gettop(lua);

	failure_init(&encoder.failure, error != NULL ? error : &unwanted);
	if (type == NULL)
		return failure_set(&encoder.failure, "the schema has no struct '%.60s'",
		                   struct_name);
	enum status status = capnp_builder_init(&encoder.builder, segment, capacity, NULL, 0);
	if (status == OK)
		status = capnp_builder_root(&encoder.builder, type->data_words, type->pointer_count,
		                            &root);
	if (status == OK)
		status = encode_struct(&encoder, lua_absindex(lua, index), type, &root,
		                       CODEC_DEPTH_MAX);
	lua_settop(lua, top);
	if (status != OK)
		return status;
	*out_size = 8 * (size_t)encoder.builder.word_count;
	return OK;
}
