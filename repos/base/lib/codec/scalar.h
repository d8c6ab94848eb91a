/* SPDX-License-Identifier: MIT */
/* Numbers, truths and enumerants out of Lua values. */
#pragma once

#include "failure.h"
#include "schema.h"

struct lua_State;

/* What a Lua value is, in words: "a table", "a string". */
const char *scalar_kind_name(struct lua_State *lua, int index);

/* The bits of a value of a kind; size allows "8M", of is the index of an enum. */
enum status scalar_read(struct lua_State *lua, int index, const struct codec_schema *schema,
                        const struct codec_field *field, enum codec_kind kind,
                        struct failure *failure, uint64_t *out);
