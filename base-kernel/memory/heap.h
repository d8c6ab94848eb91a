/* SPDX-License-Identifier: MIT */
/*
 * Heap: kernel memory of one account, in powers of two.
 *
 * Each account has its own: what the kernel spends on an account's objects
 * comes out of pages charged to that account, so a component exhausts only
 * itself, and a dead account leaves no page behind. Within a page, chunks of
 * 32 to 2048 bytes are split and joined as buddies, so that small accounts
 * need few pages; a page goes back as soon as its last chunk is free. Larger
 * requests are blocks of whole pages.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEAP_CLASS_MIN = 5, HEAP_CLASSES = 7 }; /* 32 .. 2048 bytes */

struct account;
struct heap_chunk;

struct heap {
	struct heap_chunk *free[HEAP_CLASSES];
	struct heap_chunk *
		last; /* freed last: not joined before the next request, which may be for the like */
	uint64_t bytes; /* taken from the account */
};

/* Zeroed memory charged to the account, or NULL: its limit, or the machine, is exhausted. */
void *heap_alloc(struct account *account, size_t size);
/* The same, with whatever is in it. */
void *heap_alloc_raw(struct account *account, size_t size);
/* `size` is the one it was allocated with; NULL is ignored. */
void heap_free(struct account *account, void *memory, size_t size);
bool heap_consistent(const struct heap *heap);
