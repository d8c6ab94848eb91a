/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a descriptor and a message: u16 size of the descriptor (0: that
 * of rich.capnp), u8 which struct, the descriptor, the message.
 */
#include <codec/schema.h>

#include <lauxlib.h>
#include <lua.h>
#include <rich/schema.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { JSON_MAX = 1 << 14, SEGMENT_MAX = 1 << 14 };

static uint64_t again[SEGMENT_MAX / 8];
static char json[JSON_MAX];

static void exercise(lua_State *lua, const struct codec_schema *schema, const char *name,
                     const uint64_t *segment, size_t size)
{
	struct codec_error error;
	size_t out_size;

	(void)!codec_json(schema, name, segment, size, json, sizeof(json), &out_size, &error);
	if (codec_decode(lua, schema, name, segment, size, &error) != OK)
		return;
	(void)!codec_encode(lua, -1, schema, name, again, sizeof(again), &out_size, &error);
	lua_pop(lua, 1);
}

static void *copy_of(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	memcpy(copy, bytes, size);
	return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct codec_schema schema;

	if (size < 3)
		return 0;
	size_t descriptor_size = bytes[0] | (size_t)bytes[1] << 8;
	const uint8_t which = bytes[2];

	if (descriptor_size > size - 3)
		return 0;
	uint8_t *descriptor = descriptor_size > 0 ? copy_of(bytes + 3, descriptor_size)
	                                          : copy_of(rich_schema, rich_schema_size);
	const size_t message_size = (size - 3 - descriptor_size) & ~(size_t)7;
	uint64_t *message = copy_of(bytes + 3 + descriptor_size, message_size);

	if (descriptor_size == 0)
		descriptor_size = rich_schema_size;
	if (codec_schema_init(&schema, descriptor, descriptor_size) == OK &&
	    schema.struct_count > 0) {
		const struct codec_struct *type =
			schema_struct(&schema, which % schema.struct_count);
		lua_State *lua = luaL_newstate();

		exercise(lua, &schema, schema_string(&schema, type->name), message, message_size);
		lua_close(lua);
	}
	free(message);
	free(descriptor);
	return 0;
}
