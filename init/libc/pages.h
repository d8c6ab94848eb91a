/* SPDX-License-Identifier: MIT */
/*
 * Pages: memory for malloc, out of memory objects that each hold many.
 *
 * An object costs a capability and kernel calls, and malloc asks for two pages at a time.
 * So they come in *chunks*, which grow with what is in use. A chunk goes back when nothing
 * in it is used; one empty chunk is kept against thrashing. What no chunk could hold gets
 * one of its own, and is given back as it was asked for: whole.
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PAGES_BYTES = 4096, /* of one page */
	PAGES_CHUNK_MIN = 16,
	PAGES_CHUNK_MAX = 256,
	PAGES_CHUNKS_MAX = 32,
};

/* Where chunks come from. */
struct pages_source {
	void *self;
	/* A zeroed memory object, attached. */
	enum status (*create)(void *self, size_t size, void **out_base, cap_t *out_memory);
	void (*destroy)(void *self, void *base, size_t size, cap_t memory);
};

struct pages_chunk {
	unsigned char *base; /* NULL: the place is free */
	cap_t memory;
	size_t count;
	size_t used_count;
	uint8_t states[PAGES_CHUNK_MAX]; /* enum page_state; not of a chunk for one request */
};

struct pages {
	struct pages_source source;
	size_t next_count; /* of the next chunk */
	struct pages_chunk chunks[PAGES_CHUNKS_MAX];
};

/* A zeroed struct with a source is an empty one. */

/* `count` zeroed pages in a row. ERR_OUT_OF_RAM. */
enum status pages_take(struct pages *pages, size_t count, void **out_base);
/* ERR_BAD_ARG, changing nothing, unless all are taken pages of one chunk. */
enum status pages_give(struct pages *pages, void *base, size_t count);
