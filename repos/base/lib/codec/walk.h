/* SPDX-License-Identifier: MIT */
/*
 * Walks a message by its schema and tells a visitor what it finds, in the
 * order of the schema. What is absent is not told: null pointers (unless the
 * schema has a default for them), inactive union members, capabilities.
 */
#pragma once

#include "failure.h"
#include "schema.h"

/* One thing that has no members. */
struct walk_value {
	enum codec_kind kind;
	uint64_t bits;    /* of a number */
	const char *name; /* of an enumerant; NULL if it is unknown */
	const char *text; /* text and data */
	uint32_t size;
};

struct visitor {
	bool lua_names;
	enum status (*open)(void *self, bool list, uint32_t count);
	enum status (*close)(void *self, bool list);
	enum status (*member)(void *self, const char *name);
	enum status (*element)(void *self, uint32_t index);
	enum status (*value)(void *self, const struct walk_value *value);
	/* after the value or table of a member, an element (number is then its index) */
	enum status (*done)(void *self, bool list, uint32_t number);
};

enum status walk_message(const struct codec_schema *schema, const char *struct_name,
                         const void *segment, size_t size, const struct visitor *visitor,
                         void *self, struct codec_error *error);
