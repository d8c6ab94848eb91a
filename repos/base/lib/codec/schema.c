/* SPDX-License-Identifier: MIT */
/*
 * Checks a descriptor once, so that everybody else may trust it. What holds
 * afterwards: all references lie inside and are aligned, strings end, fields
 * lie in their struct, and groups form trees (a group comes after its parent,
 * and is named by one field of it), so that walking them ends.
 */
#include "schema.h"

#include <string.h>

enum { MAGIC = 0x53706163 }; /* "capS" */

static bool range_inside(const struct codec_schema *schema, uint64_t at, uint64_t size)
{
	return at <= schema->size && size <= schema->size - at;
}

static bool string_sound(const struct codec_schema *schema, uint32_t at)
{
	if (!range_inside(schema, at, 2))
		return false;
	const uint32_t length = schema->bytes[at];

	return range_inside(schema, at, (uint64_t)length + 2) && length > 0 &&
	       schema->bytes[at + 1 + length] == 0 &&
	       strlen((const char *)schema->bytes + at + 1) == length;
}

static bool table_sound(const struct codec_schema *schema, uint32_t at, uint64_t count,
                        uint32_t record)
{
	return at % 4 == 0 && range_inside(schema, at, count * record);
}

const char *schema_string(const struct codec_schema *schema, uint32_t at)
{
	return (const char *)schema->bytes + at + 1;
}

static const void *schema_at(const struct codec_schema *schema, uint32_t at)
{
	return schema->bytes + at;
}

const struct codec_struct *schema_struct(const struct codec_schema *schema, uint32_t index)
{
	return (const struct codec_struct *)schema_at(schema, schema->structs) + index;
}

const struct codec_enum *schema_enum(const struct codec_schema *schema, uint32_t index)
{
	return (const struct codec_enum *)schema_at(schema, schema->enums) + index;
}

const struct codec_field *schema_field(const struct codec_schema *schema,
                                       const struct codec_struct *of, uint32_t index)
{
	return (const struct codec_field *)schema_at(schema, of->fields) + index;
}

const char *schema_enumerant(const struct codec_schema *schema, uint32_t index, uint64_t value,
                             bool in_lua)
{
	const struct codec_enum *of = schema_enum(schema, index);
	const uint32_t *names = schema_at(schema, of->names);

	if (value >= of->count)
		return NULL;
	return schema_string(schema, names[2 * value + (in_lua ? 1 : 0)]);
}

const struct codec_struct *schema_find(const struct codec_schema *schema, const char *name)
{
	for (uint32_t i = 0; i < schema->struct_count; i++) {
		const struct codec_struct *candidate = schema_struct(schema, i);

		if (candidate->parent == CODEC_NONE &&
		    strcmp(schema_string(schema, candidate->name), name) == 0)
			return candidate;
	}
	return NULL;
}

uint32_t kind_bits(enum codec_kind kind)
{
	switch (kind) {
	case CODEC_BOOL: return 1;
	case CODEC_INT8:
	case CODEC_UINT8: return 8;
	case CODEC_INT16:
	case CODEC_UINT16:
	case CODEC_ENUM: return 16;
	case CODEC_INT32:
	case CODEC_UINT32:
	case CODEC_FLOAT32: return 32;
	case CODEC_INT64:
	case CODEC_UINT64:
	case CODEC_FLOAT64: return 64;
	case CODEC_VOID:
	case CODEC_TEXT:
	case CODEC_DATA:
	case CODEC_LIST:
	case CODEC_STRUCT:
	case CODEC_INTERFACE:
	case CODEC_GROUP: return 0;
	}
	return 0;
}

bool kind_signed(enum codec_kind kind)
{
	return kind >= CODEC_INT8 && kind <= CODEC_INT64;
}

static bool kind_has_pointer(enum codec_kind kind)
{
	return kind == CODEC_TEXT || kind == CODEC_DATA || kind == CODEC_LIST ||
	       kind == CODEC_STRUCT || kind == CODEC_INTERFACE;
}

static bool kind_known(uint8_t kind)
{
	return kind <= CODEC_INTERFACE || kind == CODEC_GROUP;
}

/* Does the type that a field refers to exist? */
static bool reference_sound(const struct codec_schema *schema, const struct codec_field *field,
                            uint32_t self)
{
	const enum codec_kind kind =
		(enum codec_kind)(field->kind == CODEC_LIST ? field->element : field->kind);

	if (kind == CODEC_LIST || (field->kind == CODEC_LIST && kind == CODEC_GROUP))
		return false;
	if (kind == CODEC_ENUM)
		return field->of < schema->enum_count;
	if (kind != CODEC_STRUCT && kind != CODEC_GROUP)
		return true;
	if (field->of >= schema->struct_count)
		return false;
	const uint16_t parent = schema_struct(schema, field->of)->parent;

	if (kind == CODEC_STRUCT)
		return parent == CODEC_NONE;
	return parent == self && field->of > self;
}

static bool place_sound(const struct codec_struct *of, const struct codec_field *field)
{
	const uint32_t bits = kind_bits((enum codec_kind)field->kind);

	if (kind_has_pointer((enum codec_kind)field->kind))
		return field->offset < of->pointer_count;
	return ((uint64_t)field->offset + 1) * bits <= 64 * (uint64_t)of->data_words;
}

static bool default_sound(const struct codec_schema *schema, const struct codec_field *field)
{
	if (field->kind != CODEC_TEXT && field->kind != CODEC_DATA)
		return field->text_size == 0;
	if (field->text_size == 0)
		return true;
	return range_inside(schema, field->otherwise, (uint64_t)field->text_size + 1) &&
	       schema->bytes[field->otherwise + field->text_size] == 0;
}

static bool field_sound(const struct codec_schema *schema, uint32_t self,
                        const struct codec_struct *of, const struct codec_field *field)
{
	if (!kind_known(field->kind) || !kind_known(field->element))
		return false;
	if (field->discriminant != CODEC_NONE && field->discriminant >= of->member_count)
		return false;
	return string_sound(schema, field->name) && string_sound(schema, field->lua_name) &&
	       reference_sound(schema, field, self) && place_sound(of, field) &&
	       default_sound(schema, field);
}

/* A group shares the sections of its parent. */
static bool parent_sound(const struct codec_schema *schema, uint32_t index)
{
	const struct codec_struct *of = schema_struct(schema, index);

	if (of->parent == CODEC_NONE)
		return true;
	if (of->parent >= index)
		return false;
	const struct codec_struct *parent = schema_struct(schema, of->parent);

	return of->data_words == parent->data_words && of->pointer_count == parent->pointer_count;
}

static bool struct_sound(const struct codec_schema *schema, uint32_t index)
{
	const struct codec_struct *of = schema_struct(schema, index);
	uint32_t last_group = 0;

	if (!string_sound(schema, of->name) || !parent_sound(schema, index) || of->fields % 8 != 0)
		return false;
	if (!table_sound(schema, of->fields, of->field_count, sizeof(struct codec_field)))
		return false;
	if (of->member_count > 0 &&
	    ((uint64_t)of->which_offset + 1) * 16 > 64 * (uint64_t)of->data_words)
		return false;
	for (uint32_t i = 0; i < of->field_count; i++) {
		const struct codec_field *field = schema_field(schema, of, i);

		if (!field_sound(schema, index, of, field))
			return false;
		if (field->kind != CODEC_GROUP)
			continue;
		if (field->of <= last_group)
			return false;
		last_group = field->of;
	}
	return true;
}

static bool enum_sound(const struct codec_schema *schema, uint32_t index)
{
	const struct codec_enum *of = schema_enum(schema, index);

	if (!string_sound(schema, of->name) || !table_sound(schema, of->names, of->count, 8))
		return false;
	const uint32_t *names = schema_at(schema, of->names);

	for (uint32_t i = 0; i < 2u * of->count; i++) {
		if (!string_sound(schema, names[i]))
			return false;
	}
	return true;
}

static bool schema_sound(const struct codec_schema *schema)
{
	if (!table_sound(schema, schema->structs, schema->struct_count,
	                 sizeof(struct codec_struct)) ||
	    !table_sound(schema, schema->enums, schema->enum_count, sizeof(struct codec_enum)))
		return false;
	for (uint32_t i = 0; i < schema->struct_count; i++) {
		if (!struct_sound(schema, i))
			return false;
	}
	for (uint32_t i = 0; i < schema->enum_count; i++) {
		if (!enum_sound(schema, i))
			return false;
	}
	return true;
}

enum status codec_schema_init(struct codec_schema *schema, const void *bytes, size_t size)
{
	struct codec_header header;

	if (bytes == NULL || (uintptr_t)bytes % 8 != 0 || size < sizeof(header))
		return ERR_BAD_ARG;
	memcpy(&header, bytes, sizeof(header));
	if (header.magic != MAGIC || header.size > size || header.size < sizeof(header))
		return ERR_BAD_ARG;

	const struct codec_schema candidate = {
		.bytes = bytes,
		.size = header.size,
		.struct_count = header.struct_count,
		.structs = header.structs,
		.enum_count = header.enum_count,
		.enums = header.enums,
	};

	if (!schema_sound(&candidate))
		return ERR_BAD_ARG;
	*schema = candidate;
	return OK;
}
