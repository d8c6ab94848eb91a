/* SPDX-License-Identifier: MIT */
#include "pages.h"

#include <stdbool.h>
#include <string.h>

enum page_state { PAGE_CLEAN, PAGE_DIRTY, PAGE_USED };

static bool for_one_request(const struct pages_chunk *chunk)
{
	return chunk->count > PAGES_CHUNK_MAX;
}

/* ---- taking ---- */

/* The first of `count` free pages in a row; chunk->count if there are none. */
static size_t find_run(const struct pages_chunk *chunk, size_t count)
{
	size_t run = 0;

	if (for_one_request(chunk) || count > chunk->count - chunk->used_count)
		return chunk->count;
	for (size_t page = 0; page < chunk->count; page++) {
		run = chunk->states[page] == PAGE_USED ? 0 : run + 1;
		if (run == count)
			return page + 1 - count;
	}
	return chunk->count;
}

static void *use(struct pages_chunk *chunk, size_t first, size_t count)
{
	chunk->used_count += count;
	if (for_one_request(chunk))
		return chunk->base;
	for (size_t page = first; page < first + count; page++) {
		if (chunk->states[page] == PAGE_DIRTY)
			memset(chunk->base + page * PAGES_BYTES, 0, PAGES_BYTES);
		chunk->states[page] = PAGE_USED;
	}
	return chunk->base + first * PAGES_BYTES;
}

static struct pages_chunk *free_place(struct pages *pages)
{
	for (unsigned i = 0; i < PAGES_CHUNKS_MAX; i++) {
		if (!pages->chunks[i].base)
			return &pages->chunks[i];
	}
	return NULL;
}

static enum status chunk_create(struct pages *pages, size_t count, struct pages_chunk **out_chunk)
{
	struct pages_chunk *chunk = free_place(pages);
	cap_t memory;
	void *base;

	if (!chunk)
		return ERR_OUT_OF_RAM;

	const enum status status =
		pages->source.create(pages->source.self, count * PAGES_BYTES, &base, &memory);

	if (status != OK)
		return status;
	*chunk = (struct pages_chunk){.base = base, .memory = memory, .count = count};
	*out_chunk = chunk;
	return OK;
}

enum status pages_take(struct pages *pages, size_t count, void **out_base)
{
	const size_t usual = pages->next_count ? pages->next_count : PAGES_CHUNK_MIN;
	struct pages_chunk *chunk;

	if (count == 0 || count > SIZE_MAX / PAGES_BYTES)
		return ERR_OUT_OF_RAM;
	for (unsigned i = 0; i < PAGES_CHUNKS_MAX; i++) {
		chunk = &pages->chunks[i];
		if (!chunk->base)
			continue;
		const size_t first = find_run(chunk, count);
		if (first < chunk->count) {
			*out_base = use(chunk, first, count);
			return OK;
		}
	}

	enum status status = chunk_create(pages, count > usual ? count : usual, &chunk);

	if (status != OK && count < usual)
		status = chunk_create(pages, count, &chunk);
	if (status != OK)
		return ERR_OUT_OF_RAM;
	pages->next_count = usual < PAGES_CHUNK_MAX ? usual * 2 : usual;
	*out_base = use(chunk, 0, count);
	return OK;
}

/* ---- giving back ---- */

static void chunk_destroy(struct pages *pages, struct pages_chunk *chunk)
{
	pages->source.destroy(pages->source.self, chunk->base, chunk->count * PAGES_BYTES,
	                      chunk->memory);
	*chunk = (struct pages_chunk){0};
}

static struct pages_chunk *chunk_of(struct pages *pages, const unsigned char *base)
{
	for (unsigned i = 0; i < PAGES_CHUNKS_MAX; i++) {
		struct pages_chunk *chunk = &pages->chunks[i];
		if (chunk->base && base >= chunk->base &&
		    base < chunk->base + chunk->count * PAGES_BYTES)
			return chunk;
	}
	return NULL;
}

static bool taken(const struct pages_chunk *chunk, size_t first, size_t count)
{
	if (count == 0 || count > chunk->count - first)
		return false;
	if (for_one_request(chunk))
		return count == chunk->count;
	for (size_t page = first; page < first + count; page++) {
		if (chunk->states[page] != PAGE_USED)
			return false;
	}
	return true;
}

static bool another_is_empty(const struct pages *pages, const struct pages_chunk *this)
{
	for (unsigned i = 0; i < PAGES_CHUNKS_MAX; i++) {
		const struct pages_chunk *chunk = &pages->chunks[i];
		if (chunk->base && chunk != this && chunk->used_count == 0)
			return true;
	}
	return false;
}

enum status pages_give(struct pages *pages, void *base, size_t count)
{
	struct pages_chunk *chunk = chunk_of(pages, base);

	if (!chunk)
		return ERR_BAD_ARG;

	const size_t offset = (size_t)((unsigned char *)base - chunk->base);
	const size_t first = offset / PAGES_BYTES;

	if (offset % PAGES_BYTES != 0 || !taken(chunk, first, count))
		return ERR_BAD_ARG;
	chunk->used_count -= count;
	if (for_one_request(chunk)) {
		chunk_destroy(pages, chunk);
		return OK;
	}
	memset(chunk->states + first, PAGE_DIRTY, count);
	if (chunk->used_count == 0 && another_is_empty(pages, chunk))
		chunk_destroy(pages, chunk);
	return OK;
}
