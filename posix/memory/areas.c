/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <syscall/error.h>

#include "areas.h"

/* A memory object and how many areas show a piece of it. */
struct backing {
	uint64_t memory;
	size_t size;
	unsigned references;
	uint32_t number; /* in a list of pieces; 0: in none */
	bool shared;     /* with forks */
};

/* What a piece tells of an area: its access, and this. */
enum { STATE_SHARED = 1 << 8 };

struct area {
	struct area *next;
	uintptr_t base;
	size_t size;
	enum native_access access;
	struct backing *backing; /* NULL: only reserved */
	size_t offset;           /* in the memory object */
};

static uintptr_t end_of(const struct area *area)
{
	return area->base + area->size;
}

static bool mapped(const struct area *area)
{
	return area->backing && area->access != NATIVE_ACCESS_NONE;
}

/* ---- pieces --------------------------------------------------------------------------------- */

static int piece_map(const struct area *area)
{
	if (!mapped(area))
		return 0;
	return error_of(native_memory_map(area->backing->memory, area->offset, (void *)area->base,
	                                  area->size, area->access));
}

static void piece_unmap(const struct area *area)
{
	if (mapped(area))
		native_memory_unmap((void *)area->base, area->size);
}

static void backing_put(struct backing *backing)
{
	if (!backing || --backing->references > 0)
		return;
	native_memory_destroy(backing->memory);
	native_heap_free(backing);
}

static int backing_create(size_t size, struct backing **out_backing)
{
	struct backing *backing = native_heap_alloc(sizeof *backing);

	if (!backing)
		return -ENOMEM;
	const enum status status = native_memory_create(size, &backing->memory);
	if (status != OK) {
		native_heap_free(backing);
		return error_of(status);
	}
	backing->size = size;
	backing->references = 1;
	*out_backing = backing;
	return 0;
}

/* ---- the list ------------------------------------------------------------------------------- */

/* The first area that ends behind `address`, by the link that leads to it. */
static struct area **find(struct areas *areas, uintptr_t address)
{
	struct area **at = &areas->first;

	while (*at && end_of(*at) <= address)
		at = &(*at)->next;
	return at;
}

/* The lowest gap of this size; NULL: there is none. */
static struct area **find_gap(struct areas *areas, size_t size, uintptr_t *out_base)
{
	struct area **at = &areas->first;
	uintptr_t base = AREAS_BEGIN;

	while (*at && (*at)->base - base < size) {
		base = end_of(*at);
		at = &(*at)->next;
	}
	if (size > AREAS_END - base)
		return NULL;
	*out_base = base;
	return at;
}

/* Makes two areas of one, with a border at `address` within. The pieces are not touched. */
static int split(struct area *area, uintptr_t address)
{
	struct area *rest = native_heap_alloc(sizeof *rest);

	if (!rest)
		return -ENOMEM;
	*rest = (struct area){
		.next = area->next,
		.base = address,
		.size = end_of(area) - address,
		.access = area->access,
		.backing = area->backing,
		.offset = area->offset + (address - area->base),
	};
	if (rest->backing)
		rest->backing->references++;
	area->size = address - area->base;
	area->next = rest;
	return 0;
}

/* Undoes a split: the area takes over what follows. */
static void join(struct area *area)
{
	struct area *rest = area->next;

	area->size += rest->size;
	area->next = rest->next;
	backing_put(rest->backing);
	native_heap_free(rest);
}

/*
 * Sees to it that an area and its piece end at `address`, or none reaches across it. The whole
 * piece is unmapped for a moment; when it can't be mapped again as two, it is mapped as one.
 */
static int border(struct areas *areas, uintptr_t address)
{
	struct area *area = *find(areas, address);

	if (!area || area->base >= address)
		return 0;
	const struct area whole = *area;
	int error = split(area, address);
	if (error)
		return error;
	piece_unmap(&whole);
	error = piece_map(area);
	if (!error) {
		error = piece_map(area->next);
		if (error)
			piece_unmap(area);
	}
	if (error) {
		join(area);
		(void)piece_map(area); /* it needs no more than it did */
	}
	return error;
}

static int borders(struct areas *areas, uintptr_t base, uintptr_t end)
{
	const int error = border(areas, base);

	return error ? error : border(areas, end);
}

static void area_end(struct area **at)
{
	struct area *area = *at;

	*at = area->next;
	piece_unmap(area);
	backing_put(area->backing);
	native_heap_free(area);
}

/* ---- what mmap and the like do -------------------------------------------------------------- */

bool areas_range(const void *address, size_t size)
{
	const uintptr_t base = (uintptr_t)address;

	return base >= AREAS_BEGIN && base < AREAS_END && size <= AREAS_END - base;
}

int areas_unmap(struct areas *areas, void *address, size_t size)
{
	const uintptr_t base = (uintptr_t)address;
	const int error = borders(areas, base, base + size);

	if (error)
		return error;
	for (struct area **at = find(areas, base); *at && (*at)->base < base + size;)
		area_end(at);
	return 0;
}

/* Where it goes: the link before which it stands, and its address. */
static int place_find(struct areas *areas, enum area_place place, size_t size, uintptr_t *base,
                      struct area ***out_at)
{
	struct area **at;

	if (place == AREA_ANYWHERE) {
		*out_at = find_gap(areas, size, base);
		return *out_at ? 0 : -ENOMEM;
	}
	if (!areas_range((void *)*base, size))
		return -ENOMEM;
	at = find(areas, *base);
	if (*at && (*at)->base < *base + size) {
		if (place == AREA_IF_FREE)
			return -EEXIST;
		const int error = areas_unmap(areas, (void *)*base, size);
		if (error)
			return error;
		at = find(areas, *base);
	}
	*out_at = at;
	return 0;
}

int areas_map(struct areas *areas, enum area_place place, size_t size, enum native_access access,
              void **address)
{
	struct area *area = native_heap_alloc(sizeof *area);
	struct area **at;

	if (!area)
		return -ENOMEM;
	*area = (struct area){.base = (uintptr_t)*address, .size = size, .access = access};
	/* what can be refused for lack of memory comes before anything is unmapped */
	int error = access == NATIVE_ACCESS_NONE ? 0 : backing_create(size, &area->backing);
	if (!error)
		error = place_find(areas, place, size, &area->base, &at);
	if (!error)
		error = piece_map(area);
	if (error) {
		backing_put(area->backing);
		native_heap_free(area);
		return error;
	}
	area->next = *at;
	*at = area;
	*address = (void *)area->base;
	return 0;
}

/* Gives one whole area another access; what was only reserved gets its memory. */
static int area_protect(struct area *area, enum native_access access)
{
	const struct area before = *area;
	int error;

	if (area->access == access)
		return 0;
	if (!area->backing && access != NATIVE_ACCESS_NONE) {
		error = backing_create(area->size, &area->backing);
		if (error)
			return error;
		area->offset = 0;
	}
	piece_unmap(&before);
	area->access = access;
	error = piece_map(area);
	if (!error)
		return 0;
	if (!before.backing)
		backing_put(area->backing);
	*area = before;
	(void)piece_map(area); /* it needs no more than it did */
	return error;
}

int areas_protect(struct areas *areas, void *address, size_t size, enum native_access access)
{
	const uintptr_t base = (uintptr_t)address;

	if (!areas_cover(areas, address, size, NATIVE_ACCESS_NONE))
		return -ENOMEM;
	int error = borders(areas, base, base + size);
	for (struct area *area = *find(areas, base); !error && area && area->base < base + size;
	     area = area->next)
		error = area_protect(area, access);
	return error;
}

bool areas_cover(const struct areas *areas, const void *address, size_t size,
                 enum native_access access)
{
	uintptr_t at = (uintptr_t)address;
	const uintptr_t end = at + size;

	for (const struct area *area = areas->first; area && at < end; area = area->next) {
		if (end_of(area) <= at)
			continue;
		if (area->base > at || (area->access & access) != access)
			return false;
		at = end_of(area);
	}
	return at >= end;
}

void areas_share(struct areas *areas, const void *address)
{
	(*find(areas, (uintptr_t)address))->backing->shared = true;
}

bool areas_shared(const struct areas *areas, const void *address, size_t size)
{
	const uintptr_t end = (uintptr_t)address + size;

	for (const struct area *area = areas->first; area && area->base < end; area = area->next)
		if (end_of(area) > (uintptr_t)address && area->backing && area->backing->shared)
			return true;
	return false;
}

bool areas_access(const struct areas *areas, const void *address, enum native_access *out_access)
{
	for (const struct area *area = areas->first; area; area = area->next)
		if (end_of(area) > (uintptr_t)address) {
			*out_access = area->access;
			return area->base <= (uintptr_t)address;
		}
	return false;
}

/* ---- forks ---------------------------------------------------------------------------------- */

static enum status list_one(const struct area *area, struct memory_pieces *pieces)
{
	struct backing *backing = area->backing;
	enum status status = OK;

	if (backing && !backing->number)
		status = pieces_number(pieces, backing->memory, backing->size, &backing->number);
	if (status != OK)
		return status;
	const bool shared = backing && backing->shared;
	if (shared)
		pieces->memories[backing->number - 1].shared = true;
	return pieces_add(pieces, &(struct memory_piece){
					  .base = area->base,
					  .size = area->size,
					  .memory = backing ? backing->number : 0,
					  .state = area->access | (shared ? STATE_SHARED : 0),
					  .offset = area->offset,
					  .access = area->access,
				  });
}

enum status areas_list(struct areas *areas, struct memory_pieces *pieces)
{
	enum status status = OK;

	for (struct area *area = areas->first; area && status == OK; area = area->next)
		status = list_one(area, pieces);
	for (struct area *area = areas->first; area; area = area->next)
		if (area->backing)
			area->backing->number = 0;
	return status;
}

/* The object behind a piece: the first piece of it makes it known. */
static enum status restore_backing(const struct memory_piece *piece,
                                   const struct memory_pieces *pieces, struct backing **known,
                                   struct backing **out_backing)
{
	if (piece->memory == 0)
		return OK;
	if (piece->memory > pieces->memory_count)
		return ERR_BAD_ARG;
	struct backing **place = &known[piece->memory - 1];
	if (!*place) {
		*place = native_heap_alloc(sizeof **place);
		if (!*place)
			return ERR_OUT_OF_RAM;
		(*place)->memory = pieces->memories[piece->memory - 1].native;
		(*place)->size = pieces->memories[piece->memory - 1].size;
		(*place)->shared = piece->state & STATE_SHARED;
	}
	(*place)->references++;
	*out_backing = *place;
	return OK;
}

enum status areas_restore(struct areas *areas, const struct memory_pieces *pieces)
{
	struct backing **known =
		native_heap_alloc((pieces->memory_count + 1) * sizeof(struct backing *));
	struct area **end = &areas->first;
	enum status status = known ? OK : ERR_OUT_OF_RAM;

	for (uint32_t i = 0; i < pieces->count && status == OK; i++) {
		const struct memory_piece *piece = &pieces->items[i];
		if (!areas_range((void *)piece->base, piece->size))
			continue;
		struct area *area = native_heap_alloc(sizeof *area);
		if (!area) {
			status = ERR_OUT_OF_RAM;
			break;
		}
		*area = (struct area){.base = piece->base,
		                      .size = piece->size,
		                      .access = (enum native_access)(piece->state & ~STATE_SHARED),
		                      .offset = piece->offset};
		status = restore_backing(piece, pieces, known, &area->backing);
		if (status != OK) {
			native_heap_free(area);
			break;
		}
		*end = area;
		end = &area->next;
	}
	native_heap_free(known);
	return status == OK && !areas_consistent(areas) ? ERR_BAD_ARG : status;
}

/* ---- all of them ---------------------------------------------------------------------------- */

void areas_fini(struct areas *areas)
{
	while (areas->first)
		area_end(&areas->first);
}

bool areas_consistent(const struct areas *areas)
{
	uintptr_t before = AREAS_BEGIN;

	for (const struct area *area = areas->first; area; area = area->next) {
		if (area->base < before || area->size == 0 || area->size % NATIVE_PAGE_SIZE ||
		    end_of(area) > AREAS_END)
			return false;
		if (!area->backing && area->access != NATIVE_ACCESS_NONE)
			return false;
		before = end_of(area);
	}
	return true;
}
