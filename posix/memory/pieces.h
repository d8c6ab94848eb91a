/* SPDX-License-Identifier: MIT */
/*
 * Pieces: a program's memory as a list, for a fork, whose child has clones of the same memory at
 * the same places, or the same memory where it is shared.
 *
 * A piece is a part of a memory object at an address. The objects are numbered from 1; `native` is
 * what the forking process knows them by, and means nothing to its child.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <native.h>

struct memory_piece {
	uintptr_t base;
	size_t size;
	uint32_t memory; /* 0: only reserved */
	uint32_t state;  /* what its keeper has to know: an access, at least */
	size_t offset;
	enum native_access access; /* it is mapped with; NONE: not at all */
};

struct piece_memory {
	uint64_t native;
	size_t size;
	bool shared; /* not cloned */
};

/* Zeroed: empty. */
struct memory_pieces {
	struct memory_piece *items;
	uint32_t count;
	uint32_t room;
	struct piece_memory *memories; /* [number - 1] */
	uint32_t memory_count;
	uint32_t memory_room;
};

/* Behind those there are; ERR_OUT_OF_RAM. */
enum status pieces_add(struct memory_pieces *pieces, const struct memory_piece *piece);
/* Numbers a memory object; ERR_OUT_OF_RAM. */
enum status pieces_number(struct memory_pieces *pieces, uint64_t memory, size_t size,
                          uint32_t *out_number);
void pieces_fini(struct memory_pieces *pieces);
