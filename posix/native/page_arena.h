/* SPDX-License-Identifier: MIT */
/*
 * Page arena: single pages for mmap, out of memory objects that each hold many.
 *
 * A memory object costs a capability and a kernel call, so memory is taken in *chunks* that grow
 * with the program, and given back when a chunk is empty (one empty chunk is kept against
 * thrashing). Large requests get a chunk of their own. Each page of a chunk has a state: free, or
 * what the program may do with it. The kernel maps a memory object in pieces with one kind of
 * access each.
 *
 * Invariant: the pieces of a chunk are its longest runs of pages with the same access; free pages
 * count as writable, pages without access are in no piece. So an unused or wholly writable chunk is
 * one piece, and only what a change of access touches is mapped anew.
 */
#pragma once

#include <stdbool.h>

#include <memory/pieces.h>
#include <native.h>

enum {
	ARENA_CHUNK_PAGES_MIN = 16,
	ARENA_CHUNK_PAGES_MAX = 256,
};

/* Where chunks come from; `memory` is the maker's handle. */
struct arena_backing {
	void *self;
	/* A zeroed memory object at an address of its own, mapped writable in one piece. */
	enum status (*create)(void *self, size_t size, uint8_t **out_base, uint64_t *out_memory);
	/* The object and all its pieces. */
	void (*destroy)(void *self, uint8_t *base, size_t size, uint64_t memory);
	/* One piece at its place: pages from `offset` on. */
	enum status (*map)(void *self, uint8_t *base, uint64_t memory, size_t offset, size_t size,
	                   enum native_access access);
	/* Ends all pieces in a part of a chunk; none reaches beyond it. */
	void (*unmap)(void *self, uint8_t *base, size_t offset, size_t size);
};

struct arena_chunk;

struct page_arena {
	struct arena_backing backing;
	struct arena_chunk *chunks;
	size_t next_pages; /* of the next chunk */
};

void page_arena_init(struct page_arena *arena, const struct arena_backing *backing);
/* Gives back every chunk. */
void page_arena_fini(struct page_arena *arena);

/* Writable, zeroed pages in a row. */
enum status page_arena_alloc(struct page_arena *arena, size_t page_count, void **out_base);
/* ERR_BAD_ARG unless all are allocated pages of one chunk. */
enum status page_arena_free(struct page_arena *arena, void *base, size_t page_count);
/* Likewise. When the kernel refuses, the pages are as they were. */
enum status page_arena_protect(struct page_arena *arena, void *base, size_t page_count,
                               enum native_access access);
/* The lowest address from `begin` on where no chunk is in the way of `size` bytes. */
uintptr_t page_arena_gap(const struct page_arena *arena, uintptr_t begin, size_t size);
/* Appends all chunks to the pieces, for a fork; ERR_OUT_OF_RAM. */
enum status page_arena_list(const struct page_arena *arena, struct memory_pieces *pieces);
/*
 * The chunks whose pieces are in [begin, end) of that list, and mapped already. There may be none
 * before. ERR_OUT_OF_RAM; ERR_BAD_ARG: they can't be.
 */
enum status page_arena_restore(struct page_arena *arena, const struct memory_pieces *pieces,
                               uintptr_t begin, uintptr_t end);
bool page_arena_consistent(const struct page_arena *arena);
