/* SPDX-License-Identifier: MIT */
/*
 * Source: the texts a policy comes from, by number, so that a place in a plan
 * can be a small number and a field's line can be looked up in the text.
 */
#pragma once

#include <abi/status.h>
#include <plan/plan.h>

enum { SOURCE_CHUNK_NAME_MAX = 96 };

struct source {
	char *file;                             /* as it is shown; owned */
	char chunk_name[SOURCE_CHUNK_NAME_MAX]; /* what Lua calls it */
	char *text;                             /* owned */
	size_t size;
	uint64_t hash;
};

/* A zeroed struct is an empty list. */
struct sources {
	struct source items[PLAN_SOURCES_MAX];
	uint32_t count;
};

void sources_fini(struct sources *sources);

/*
 * Adds a copy. chunk_name is what the text is loaded under; NULL: one is made up.
 * A file that is there already keeps its number. ERR_OUT_OF_RAM; ERR_BAD_ARG: too many.
 */
enum status sources_add(struct sources *sources, const char *file, const char *chunk_name,
                        const char *text, size_t size, uint32_t *out_index);

/* The number of the source of this chunk name, or PLAN_SOURCES_MAX. */
uint32_t sources_find(const struct sources *sources, const char *chunk_name);

/*
 * The line where a field of the table behind a word is given a value. The word
 * stands in line `line`; `path` leads through tables within tables and ends with
 * NULL. Where the text does not show it (the table is computed), 0.
 */
uint32_t source_field_line(const struct source *source, uint32_t line, const char *const *path);
