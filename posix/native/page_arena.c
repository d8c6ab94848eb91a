/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "page_arena.h"

/* What a page is; the accesses of native.h, and two more. */
enum page_state {
	PAGE_NONE = NATIVE_ACCESS_NONE,
	PAGE_READ = NATIVE_ACCESS_READ,
	PAGE_WRITE = NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE,
	PAGE_EXECUTE = NATIVE_ACCESS_READ | NATIVE_ACCESS_EXECUTE,
	PAGE_CLEAN = 64, /* free, and still zero */
	PAGE_DIRTY,      /* free, to be zeroed when it is used again */
};

struct arena_chunk {
	struct arena_chunk *next;
	uint8_t *base;
	uint64_t memory;
	size_t page_count;
	size_t free_count;
	uint8_t states[]; /* enum page_state */
};

static bool page_free(const struct arena_chunk *chunk, size_t page)
{
	return chunk->states[page] >= PAGE_CLEAN;
}

static enum native_access access_at(const struct arena_chunk *chunk, size_t page)
{
	return page_free(chunk, page) ? (enum native_access)PAGE_WRITE
	                              : (enum native_access)chunk->states[page];
}

void page_arena_init(struct page_arena *arena, const struct arena_backing *backing)
{
	*arena = (struct page_arena){.backing = *backing, .next_pages = ARENA_CHUNK_PAGES_MIN};
}

static void chunk_destroy(struct page_arena *arena, struct arena_chunk *chunk)
{
	struct arena_chunk **place = &arena->chunks;

	while (*place != chunk)
		place = &(*place)->next;
	*place = chunk->next;
	arena->backing.destroy(arena->backing.self, chunk->base,
	                       chunk->page_count * NATIVE_PAGE_SIZE, chunk->memory);
	native_heap_free(chunk);
}

void page_arena_fini(struct page_arena *arena)
{
	while (arena->chunks)
		chunk_destroy(arena, arena->chunks);
}

/* ---- pieces --------------------------------------------------------------------------------- */

/* Maps the runs of [first, end), which no piece covers now. */
static enum status map_runs(struct page_arena *arena, const struct arena_chunk *chunk, size_t first,
                            size_t end)
{
	for (size_t page = first; page < end;) {
		const enum native_access access = access_at(chunk, page);
		size_t run = page + 1;

		while (run < end && access_at(chunk, run) == access)
			run++;
		if (access != NATIVE_ACCESS_NONE) {
			const enum status status =
				arena->backing.map(arena->backing.self, chunk->base, chunk->memory,
			                           page * NATIVE_PAGE_SIZE,
			                           (run - page) * NATIVE_PAGE_SIZE, access);
			if (status != OK)
				return status;
		}
		page = run;
	}
	return OK;
}

/* Gives the pages [first, end) the states in `to`, keeping the invariant, or changes nothing. */
static enum status change(struct page_arena *arena, struct arena_chunk *chunk, size_t first,
                          size_t end, uint8_t to)
{
	const enum native_access wanted = (enum native_access)to;
	size_t low = first;
	size_t high = end;
	bool same = true;

	for (size_t page = first; page < end; page++)
		same = same && access_at(chunk, page) == wanted;
	if (same)
		return OK;

	/* as far as the old pieces reach, and the neighbours that the new ones join */
	while (low > 0 && (access_at(chunk, low - 1) == access_at(chunk, low) ||
	                   (low == first && access_at(chunk, low - 1) == wanted)))
		low--;
	while (high < chunk->page_count && (access_at(chunk, high) == access_at(chunk, high - 1) ||
	                                    (high == end && access_at(chunk, high) == wanted)))
		high++;

	uint8_t *old = native_heap_alloc(end - first);
	if (!old)
		return ERR_OUT_OF_RAM;
	memcpy(old, chunk->states + first, end - first);
	arena->backing.unmap(arena->backing.self, chunk->base, low * NATIVE_PAGE_SIZE,
	                     (high - low) * NATIVE_PAGE_SIZE);
	memset(chunk->states + first, to, end - first);
	const enum status status = map_runs(arena, chunk, low, high);
	if (status != OK) {
		/* what was there before needed no more than was given back */
		arena->backing.unmap(arena->backing.self, chunk->base, low * NATIVE_PAGE_SIZE,
		                     (high - low) * NATIVE_PAGE_SIZE);
		memcpy(chunk->states + first, old, end - first);
		(void)map_runs(arena, chunk, low, high);
	}
	native_heap_free(old);
	return status;
}

/* ---- allocation ----------------------------------------------------------------------------- */

/* The first of `count` free pages in a row; page_count if there are none. */
static size_t find_run(const struct arena_chunk *chunk, size_t count)
{
	size_t run = 0;

	for (size_t page = 0; chunk->free_count >= count && page < chunk->page_count; page++) {
		run = page_free(chunk, page) ? run + 1 : 0;
		if (run == count)
			return page + 1 - count;
	}
	return chunk->page_count;
}

static void *take(struct arena_chunk *chunk, size_t first, size_t count)
{
	for (size_t page = first; page < first + count; page++) {
		if (chunk->states[page] == PAGE_DIRTY)
			memset(chunk->base + page * NATIVE_PAGE_SIZE, 0, NATIVE_PAGE_SIZE);
		chunk->states[page] = PAGE_WRITE;
	}
	chunk->free_count -= count;
	return chunk->base + first * NATIVE_PAGE_SIZE;
}

static enum status chunk_create(struct page_arena *arena, size_t page_count,
                                struct arena_chunk **out_chunk)
{
	struct arena_chunk *chunk = native_heap_alloc(sizeof *chunk + page_count);

	if (!chunk)
		return ERR_OUT_OF_RAM;
	*chunk = (struct arena_chunk){
		.next = arena->chunks, .page_count = page_count, .free_count = page_count};
	const enum status status = arena->backing.create(
		arena->backing.self, page_count * NATIVE_PAGE_SIZE, &chunk->base, &chunk->memory);
	if (status != OK) {
		native_heap_free(chunk);
		return status;
	}
	memset(chunk->states, PAGE_CLEAN, page_count);
	arena->chunks = chunk;
	*out_chunk = chunk;
	return OK;
}

enum status page_arena_alloc(struct page_arena *arena, size_t page_count, void **out_base)
{
	struct arena_chunk *chunk;

	if (page_count == 0 || page_count > SIZE_MAX / 2 / NATIVE_PAGE_SIZE)
		return ERR_BAD_ARG;
	for (chunk = arena->chunks; chunk; chunk = chunk->next) {
		const size_t first = find_run(chunk, page_count);
		if (first < chunk->page_count) {
			*out_base = take(chunk, first, page_count);
			return OK;
		}
	}

	const size_t pages = page_count > arena->next_pages ? page_count : arena->next_pages;
	enum status status = chunk_create(arena, pages, &chunk);
	if (status == ERR_OUT_OF_RAM && pages > page_count)
		status = chunk_create(arena, page_count, &chunk);
	if (status != OK)
		return status;
	if (arena->next_pages < ARENA_CHUNK_PAGES_MAX)
		arena->next_pages *= 2;
	*out_base = take(chunk, 0, page_count);
	return OK;
}

/* The chunk in which all these pages are allocated, or NULL. */
static struct arena_chunk *chunk_of(const struct page_arena *arena, const void *base,
                                    size_t page_count, size_t *out_first)
{
	const uintptr_t address = (uintptr_t)base;

	for (struct arena_chunk *chunk = arena->chunks; chunk; chunk = chunk->next) {
		const uintptr_t start = (uintptr_t)chunk->base;
		if (address < start || (address - start) / NATIVE_PAGE_SIZE >= chunk->page_count)
			continue;
		const size_t first = (address - start) / NATIVE_PAGE_SIZE;
		if (address % NATIVE_PAGE_SIZE || page_count == 0 ||
		    page_count > chunk->page_count - first)
			return NULL;
		for (size_t page = first; page < first + page_count; page++)
			if (page_free(chunk, page))
				return NULL;
		*out_first = first;
		return chunk;
	}
	return NULL;
}

static bool another_is_empty(const struct page_arena *arena, const struct arena_chunk *this)
{
	for (const struct arena_chunk *chunk = arena->chunks; chunk; chunk = chunk->next)
		if (chunk != this && chunk->free_count == chunk->page_count)
			return true;
	return false;
}

enum status page_arena_free(struct page_arena *arena, void *base, size_t page_count)
{
	size_t first;
	struct arena_chunk *chunk = chunk_of(arena, base, page_count, &first);

	if (!chunk)
		return ERR_BAD_ARG;
	const enum status status = change(arena, chunk, first, first + page_count, PAGE_WRITE);
	if (status != OK)
		return status;
	memset(chunk->states + first, PAGE_DIRTY, page_count);
	chunk->free_count += page_count;
	if (chunk->free_count == chunk->page_count &&
	    (chunk->page_count > ARENA_CHUNK_PAGES_MAX || another_is_empty(arena, chunk)))
		chunk_destroy(arena, chunk);
	return OK;
}

enum status page_arena_protect(struct page_arena *arena, void *base, size_t page_count,
                               enum native_access access)
{
	size_t first;
	struct arena_chunk *chunk = chunk_of(arena, base, page_count, &first);

	if (!chunk)
		return ERR_BAD_ARG;
	if (access & NATIVE_ACCESS_WRITE && access & NATIVE_ACCESS_EXECUTE)
		return ERR_DENIED;
	return change(arena, chunk, first, first + page_count, (uint8_t)access);
}

/* ---- forks ---------------------------------------------------------------------------------- */

uintptr_t page_arena_gap(const struct page_arena *arena, uintptr_t begin, size_t size)
{
	const struct arena_chunk *chunk = arena->chunks;

	while (chunk) {
		const uintptr_t base = (uintptr_t)chunk->base;
		const uintptr_t end = base + chunk->page_count * NATIVE_PAGE_SIZE;
		const bool in_the_way = base < begin + size && begin < end;
		begin = in_the_way ? end : begin;
		chunk = in_the_way ? arena->chunks : chunk->next;
	}
	return begin;
}

/* A chunk's runs of pages in the same state. */
static enum status list_chunk(const struct arena_chunk *chunk, struct memory_pieces *pieces)
{
	const size_t size = chunk->page_count * NATIVE_PAGE_SIZE;
	uint32_t number;

	enum status status = pieces_number(pieces, chunk->memory, size, &number);
	for (size_t page = 0, run; page < chunk->page_count && status == OK; page = run) {
		for (run = page + 1;
		     run < chunk->page_count && chunk->states[run] == chunk->states[page];)
			run++;
		status = pieces_add(
			pieces, &(struct memory_piece){
					.base = (uintptr_t)chunk->base + page * NATIVE_PAGE_SIZE,
					.size = (run - page) * NATIVE_PAGE_SIZE,
					.memory = number,
					.state = chunk->states[page],
					.offset = page * NATIVE_PAGE_SIZE,
					.access = access_at(chunk, page),
				});
	}
	return status;
}

enum status page_arena_list(const struct page_arena *arena, struct memory_pieces *pieces)
{
	enum status status = OK;

	for (const struct arena_chunk *chunk = arena->chunks; chunk && status == OK;
	     chunk = chunk->next)
		status = list_chunk(chunk, pieces);
	return status;
}

/* The chunk that begins with this piece. */
static enum status restore_chunk(struct page_arena *arena, const struct memory_piece *piece,
                                 const struct piece_memory *memory)
{
	const size_t page_count = memory->size / NATIVE_PAGE_SIZE;
	struct arena_chunk *chunk = native_heap_alloc(sizeof *chunk + page_count);

	if (!chunk)
		return ERR_OUT_OF_RAM;
	*chunk = (struct arena_chunk){
		.next = arena->chunks,
		.base = (uint8_t *)piece->base,
		.memory = memory->native,
		.page_count = page_count,
	};
	memset(chunk->states, PAGE_CLEAN, page_count);
	arena->chunks = chunk;
	if (arena->next_pages < ARENA_CHUNK_PAGES_MAX)
		arena->next_pages *= 2;
	return OK;
}

/* The pieces of a chunk follow one another. */
enum status page_arena_restore(struct page_arena *arena, const struct memory_pieces *pieces,
                               uintptr_t begin, uintptr_t end)
{
	for (uint32_t i = 0; i < pieces->count; i++) {
		const struct memory_piece *piece = &pieces->items[i];
		enum status status = OK;
		if (piece->base < begin || piece->base >= end)
			continue;
		if (piece->memory == 0 || piece->memory > pieces->memory_count)
			return ERR_BAD_ARG;
		if (piece->offset == 0)
			status = restore_chunk(arena, piece, &pieces->memories[piece->memory - 1]);
		if (status != OK)
			return status;
		struct arena_chunk *chunk = arena->chunks;
		const size_t first = piece->offset / NATIVE_PAGE_SIZE;
		const size_t count = piece->size / NATIVE_PAGE_SIZE;
		if (!chunk || first > chunk->page_count || count > chunk->page_count - first)
			return ERR_BAD_ARG;
		memset(chunk->states + first, (int)piece->state, count);
		if (piece->state >= PAGE_CLEAN)
			chunk->free_count += count;
	}
	return page_arena_consistent(arena) ? OK : ERR_BAD_ARG;
}

bool page_arena_consistent(const struct page_arena *arena)
{
	for (const struct arena_chunk *chunk = arena->chunks; chunk; chunk = chunk->next) {
		size_t free_count = 0;
		for (size_t page = 0; page < chunk->page_count; page++) {
			free_count += page_free(chunk, page);
			if (!page_free(chunk, page) && chunk->states[page] > PAGE_EXECUTE)
				return false;
		}
		if (free_count != chunk->free_count)
			return false;
	}
	return true;
}
