/* SPDX-License-Identifier: MIT */
/*
 * Heap: memory for a component's own data, first fit, growing by memory
 * objects charged to one account. Blocks are 16-byte aligned. Neighbouring free
 * blocks are joined; what was taken from the account stays until heap_trim or
 * heap_fini.
 */
#pragma once

#include <base/region.h>

struct heap_block;

struct heap {
	struct regions *regions;
	cap_t account;
	struct heap_block *free; /* by address */
	struct heap_chunk *chunks;
	size_t grow_bytes; /* of the next chunk at least */
};

void heap_init(struct heap *heap, struct regions *regions, cap_t account);
void heap_fini(struct heap *heap);
/* Zeroed; NULL when the account can't pay for more. */
void *heap_alloc(struct heap *heap, size_t size);
void heap_free(struct heap *heap, void *memory);
/* Gives back what holds no block at all. */
void heap_trim(struct heap *heap);
bool heap_consistent(const struct heap *heap);
