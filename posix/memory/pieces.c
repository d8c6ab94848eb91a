/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "pieces.h"

/* Room for one more of these. */
static enum status reserve(void **items, uint32_t count, uint32_t *room, size_t size)
{
	enum { ROOM_MIN = 16 };
	const uint32_t more = *room ? 2 * *room : ROOM_MIN;

	if (count < *room)
		return OK;
	void *larger = native_heap_alloc(more * size);
	if (!larger)
		return ERR_OUT_OF_RAM;
	if (*items)
		memcpy(larger, *items, count * size);
	native_heap_free(*items);
	*items = larger;
	*room = more;
	return OK;
}

enum status pieces_add(struct memory_pieces *pieces, const struct memory_piece *piece)
{
	void *items = pieces->items;
	const enum status status = reserve(&items, pieces->count, &pieces->room, sizeof *piece);

	pieces->items = items;
	if (status == OK)
		pieces->items[pieces->count++] = *piece;
	return status;
}

enum status pieces_number(struct memory_pieces *pieces, uint64_t memory, size_t size,
                          uint32_t *out_number)
{
	void *items = pieces->memories;
	const enum status status = reserve(&items, pieces->memory_count, &pieces->memory_room,
	                                   sizeof *pieces->memories);

	pieces->memories = items;
	if (status != OK)
		return status;
	pieces->memories[pieces->memory_count++] =
		(struct piece_memory){.native = memory, .size = size};
	*out_number = pieces->memory_count;
	return OK;
}

void pieces_fini(struct memory_pieces *pieces)
{
	native_heap_free(pieces->items);
	native_heap_free(pieces->memories);
	*pieces = (struct memory_pieces){0};
}
