/* SPDX-License-Identifier: MIT */
/*
 * The blocks of a sparse file: a tree of tables with 64 places each, as high as the last block
 * needs. A hole is a NULL anywhere in it, so that a byte far out costs a few tables. A file of one
 * block is that block alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "charge.h"

enum { BLOCK_SIZE = 4096, BLOCK_TABLE_BITS = 6, BLOCK_HEIGHT_MAX = 6 };

/* One more than the number of the last block there can be. */
static const uint64_t block_count_max = UINT64_C(1) << (BLOCK_TABLE_BITS * BLOCK_HEIGHT_MAX);

struct blocks {
	void *root;      /* a block when height is 0, else a table */
	unsigned height; /* tables from the root to a block */
	size_t used;     /* blocks that are no holes */
};

/* The block, or NULL for a hole. */
uint8_t *blocks_find(const struct blocks *blocks, uint64_t number);
/* Likewise, made of zeros where there was a hole; `number` is less than block_count_max. */
int blocks_get(struct blocks *blocks, struct charge *charge, uint64_t number, uint8_t **out_block);
/* Makes holes of the blocks from `first` to before `end`. */
void blocks_cut(struct blocks *blocks, struct charge *charge, uint64_t first, uint64_t end);
/* The first block from `from` on that is no hole. */
bool blocks_next(const struct blocks *blocks, uint64_t from, uint64_t *out_number);
