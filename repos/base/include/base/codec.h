/* SPDX-License-Identifier: MIT */
/*
 * Codec: messages of types that are known only as a schema descriptor, from
 * and to Lua tables, and to JSON.
 *
 * A descriptor is what the schema compiler writes to schema.c; a component
 * carries that of its configuration in the ELF section .capos.schema. Neither
 * a hostile descriptor nor a hostile message does harm: both are checked.
 *
 * In Lua, fields and enumerants are spelled in snake_case. Lists are arrays;
 * of a union exactly one member is given (a Void one as true or {}); data is
 * a string. Numbers of 64 bits may also be strings of digits, and those
 * marked $size strings like "8M". In JSON the schema's own spelling is used
 * and, as in Cap'n Proto's mapping, 64-bit numbers are strings and data is an
 * array of numbers. Capabilities have no form in either and are left out.
 */
#pragma once

#include <abi/status.h>
#include <stddef.h>
#include <stdint.h>

struct lua_State;

struct codec_schema {
	const uint8_t *bytes;
	uint32_t size;
	uint32_t struct_count;
	uint32_t structs;
	uint32_t enum_count;
	uint32_t enums;
};

/* What was wrong, and where. */
struct codec_error {
	char path[160];    /* "mounts[2].ram.size"; empty: the whole */
	char message[200]; /* "expected a size like \"8M\", got a table" */
	char unknown[64];  /* the field or enumerant that does not exist, or empty */
	char nearest[64];  /* the one that was probably meant, or empty */
};

/* Takes a descriptor (8-aligned, kept in place); ERR_BAD_ARG if it is not sound. */
enum status codec_schema_init(struct codec_schema *schema, const void *bytes, size_t size);

/*
 * Writes the Lua value at a stack index as a message of type struct_name.
 * ERR_BAD_ARG: *error says why (it may be NULL). ERR_INSUFFICIENT_RAM: capacity is too small.
 * The same value gives the same bytes.
 */
enum status codec_encode(struct lua_State *lua, int index, const struct codec_schema *schema,
                         const char *struct_name, void *segment, size_t capacity, size_t *out_size,
                         struct codec_error *error);

/* Pushes a message as a Lua table; on failure pushes nothing. */
enum status codec_decode(struct lua_State *lua, const struct codec_schema *schema,
                         const char *struct_name, const void *segment, size_t size,
                         struct codec_error *error);

/* Writes a message as JSON text, NUL-terminated; *out_size does not count the NUL. */
enum status codec_json(const struct codec_schema *schema, const char *struct_name,
                       const void *segment, size_t size, char *text, size_t capacity,
                       size_t *out_size, struct codec_error *error);
