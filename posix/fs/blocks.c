/* SPDX-License-Identifier: MIT */
#include "blocks.h"

enum { TABLE_PLACES = 1 << BLOCK_TABLE_BITS };

struct table {
	void *places[TABLE_PLACES];
	unsigned used;
};

/* How many blocks a tree of this height has room for. */
static uint64_t span(unsigned height)
{
	return UINT64_C(1) << (BLOCK_TABLE_BITS * height);
}

static unsigned place_of(uint64_t number, unsigned height)
{
	return (unsigned)(number >> (BLOCK_TABLE_BITS * (height - 1))) & (TABLE_PLACES - 1);
}

uint8_t *blocks_find(const struct blocks *blocks, uint64_t number)
{
	void *at = blocks->root;

	if (number >= span(blocks->height))
		return NULL;
	for (unsigned height = blocks->height; at && height > 0; height--)
		at = ((const struct table *)at)->places[place_of(number, height)];
	return at;
}

/* One table more above what is there. */
static int raise(struct blocks *blocks, struct charge *charge)
{
	void *memory;

	if (blocks->root) {
		const int error = charge_alloc(charge, sizeof(struct table), &memory);
		if (error)
			return error;
		struct table *table = memory;
		table->places[0] = blocks->root;
		table->used = 1;
		blocks->root = table;
	}
	blocks->height++;
	return 0;
}

/* Gives up the tables that hold nothing, down the way to block `number`. */
static void *prune(struct charge *charge, void *at, unsigned height, uint64_t number)
{
	struct table *table = at;

	if (!at || height == 0)
		return at;
	void **place = &table->places[place_of(number, height)];
	if (*place) {
		*place = prune(charge, *place, height - 1, number);
		if (!*place)
			table->used--;
	}
	if (table->used)
		return at;
	charge_free(charge, table, sizeof *table);
	return NULL;
}

int blocks_get(struct blocks *blocks, struct charge *charge, uint64_t number, uint8_t **out_block)
{
	int error = 0;

	while (number >= span(blocks->height)) {
		error = raise(blocks, charge);
		if (error)
			return error;
	}

	void **place = &blocks->root;
	struct table *table = NULL;
	for (unsigned height = blocks->height;; height--) {
		if (!*place) {
			error = charge_alloc(charge, height ? sizeof(struct table) : BLOCK_SIZE,
			                     place);
			if (error)
				break;
			if (table)
				table->used++;
			blocks->used += height == 0;
		}
		if (height == 0)
			break;
		table = *place;
		place = &table->places[place_of(number, height)];
	}
	if (error == 0) {
		*out_block = *place;
		return 0;
	}
	blocks->root = prune(charge, blocks->root, blocks->height, number);
	if (!blocks->root)
		blocks->height = 0;
	return error;
}

/* What is left of a subtree, `base` its first block's number. */
static void *cut(struct blocks *blocks, struct charge *charge, void *at, unsigned height,
                 uint64_t base, uint64_t first, uint64_t end)
{
	struct table *table = at;

	if (!at || first >= base + span(height) || end <= base)
		return at;
	if (height == 0) {
		charge_free(charge, at, BLOCK_SIZE);
		blocks->used--;
		return NULL;
	}
	for (unsigned i = 0; i < TABLE_PLACES; i++) {
		if (!table->places[i])
			continue;
		table->places[i] = cut(blocks, charge, table->places[i], height - 1,
		                       base + i * span(height - 1), first, end);
		table->used -= !table->places[i];
	}
	if (table->used)
		return at;
	charge_free(charge, table, sizeof *table);
	return NULL;
}

void blocks_cut(struct blocks *blocks, struct charge *charge, uint64_t first, uint64_t end)
{
	blocks->root = cut(blocks, charge, blocks->root, blocks->height, 0, first, end);
	if (!blocks->root)
		blocks->height = 0;
}

static bool next(const void *at, unsigned height, uint64_t base, uint64_t from,
                 uint64_t *out_number)
{
	const struct table *table = at;

	if (!at || from >= base + span(height))
		return false;
	if (height == 0) {
		*out_number = base;
		return true;
	}
	for (unsigned i = 0; i < TABLE_PLACES; i++)
		if (next(table->places[i], height - 1, base + i * span(height - 1), from,
		         out_number))
			return true;
	return false;
}

bool blocks_next(const struct blocks *blocks, uint64_t from, uint64_t *out_number)
{
	return next(blocks->root, blocks->height, 0, from, out_number);
}
