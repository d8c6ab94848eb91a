/* SPDX-License-Identifier: MIT */
/*
 * Areas: the part of the address space that mmap gives out.
 *
 * An area is a range of addresses with one access and either a piece of a memory object behind it
 * or none: a reservation, which costs nothing but its addresses. Areas stand in a list by address,
 * and new ones take the lowest gap that fits, so that the page tables beneath stay few. A piece with
 * any access is mapped as a whole; what is done to a part of an area splits it. A memory object
 * lives as long as an area shows a piece of it, and is charged in full as long. A fork's child has a
 * clone of it, or the very same object where it is shared.
 *
 * Refused is what the component's budget does not allow, before anything has changed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <memory/pieces.h>
#include <native.h>

#define AREAS_BEGIN 0x200000000000ul
#define AREAS_END   0x600000000000ul

struct area;

struct areas {
	struct area *first;
};

/* Where an area shall be. */
enum area_place {
	AREA_ANYWHERE,
	AREA_IF_FREE,    /* there, if nothing else is: EEXIST */
	AREA_INSTEAD_OF, /* there, and what was there is unmapped */
};

/*
 * `size` bytes of zeros at *address (a hint where any place will do). With no access they are only
 * reserved. 0 or a negated errno.
 */
int areas_map(struct areas *areas, enum area_place place, size_t size, enum native_access access,
              void **address);
/* What is at `address`, which has just been mapped with an access, is shared with forks from now on. */
void areas_share(struct areas *areas, const void *address);
/* Is any of the range shared with forks? */
bool areas_shared(const struct areas *areas, const void *address, size_t size);
/* Ends what is in the range; gaps are nothing to end. */
int areas_unmap(struct areas *areas, void *address, size_t size);
/* ENOMEM: there are gaps, or no memory for what was only reserved. */
int areas_protect(struct areas *areas, void *address, size_t size, enum native_access access);
/* Is every page of the range in an area, with at least this access? */
bool areas_cover(const struct areas *areas, const void *address, size_t size,
                 enum native_access access);
/* The access of the page at `address`; false: there is none. */
bool areas_access(const struct areas *areas, const void *address, enum native_access *out_access);
/* Is the range within what this module gives out? */
bool areas_range(const void *address, size_t size);
/* Appends all to the pieces, for a fork; ERR_OUT_OF_RAM. */
enum status areas_list(struct areas *areas, struct memory_pieces *pieces);
/*
 * The pieces of that list that are areas, which are mapped already. No areas may be known before.
 * ERR_OUT_OF_RAM; ERR_BAD_ARG: they can't be.
 */
enum status areas_restore(struct areas *areas, const struct memory_pieces *pieces);
/* Gives everything back. */
void areas_fini(struct areas *areas);
bool areas_consistent(const struct areas *areas);
