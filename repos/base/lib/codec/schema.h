/* SPDX-License-Identifier: MIT */
/* The records of a descriptor, as the schema compiler's schema.lua lays them out. */
#pragma once

#include <base/capnp.h>
#include <base/codec.h>

enum codec_kind {
	CODEC_VOID,
	CODEC_BOOL,
	CODEC_INT8,
	CODEC_INT16,
	CODEC_INT32,
	CODEC_INT64,
	CODEC_UINT8,
	CODEC_UINT16,
	CODEC_UINT32,
	CODEC_UINT64,
	CODEC_FLOAT32,
	CODEC_FLOAT64,
	CODEC_TEXT,
	CODEC_DATA,
	CODEC_LIST,
	CODEC_ENUM,
	CODEC_STRUCT,
	CODEC_INTERFACE,
	CODEC_GROUP = 19,
};

enum {
	CODEC_NONE = 0xffff, /* no discriminant, no parent, no type */
	CODEC_FLAG_SIZE = 1,
	CODEC_DEPTH_MAX = CAPNP_DEPTH_MAX,
};

struct codec_header {
	uint32_t magic;
	uint32_t size;
	uint32_t struct_count;
	uint32_t structs;
	uint32_t enum_count;
	uint32_t enums;
};

struct codec_struct {
	uint32_t name;
	uint16_t data_words;
	uint16_t pointer_count;
	uint16_t field_count;
	uint16_t member_count; /* of the union; 0: none */
	uint32_t which_offset;
	uint32_t fields;
	uint16_t parent;
	uint16_t reserved;
};

struct codec_field {
	uint32_t name;
	uint32_t lua_name;
	uint16_t discriminant;
	uint8_t kind;
	uint8_t element;
	uint32_t offset;
	uint16_t of;
	uint16_t flags;
	uint32_t text_size;
	uint64_t otherwise;
};

struct codec_enum {
	uint32_t name;
	uint16_t count;
	uint16_t reserved;
	uint32_t names;
};

_Static_assert(sizeof(struct codec_header) == 24, "as written by schema.lua");
_Static_assert(sizeof(struct codec_struct) == 24, "as written by schema.lua");
_Static_assert(sizeof(struct codec_field) == 32, "as written by schema.lua");
_Static_assert(sizeof(struct codec_enum) == 12, "as written by schema.lua");

/* All of these trust the indices they are given; codec_schema_init has checked those in records. */
const char *schema_string(const struct codec_schema *schema, uint32_t at);
const struct codec_struct *schema_struct(const struct codec_schema *schema, uint32_t index);
const struct codec_enum *schema_enum(const struct codec_schema *schema, uint32_t index);
const struct codec_field *schema_field(const struct codec_schema *schema,
                                       const struct codec_struct *of, uint32_t index);
/* Name of an enumerant; NULL if there is none. */
const char *schema_enumerant(const struct codec_schema *schema, uint32_t index, uint64_t value,
                             bool in_lua);
/* The struct (no group) of this name; NULL if there is none. */
const struct codec_struct *schema_find(const struct codec_schema *schema, const char *name);

/* Bits of a number of this kind; 0 for all that is not one. */
uint32_t kind_bits(enum codec_kind kind);
bool kind_signed(enum codec_kind kind);
