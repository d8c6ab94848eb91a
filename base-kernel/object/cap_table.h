/* SPDX-License-Identifier: MIT */
/*
 * Capability table: what one domain holds. Flat; a lookup is two compares.
 *
 * A slot is empty (object NULL) or holds an entry. Emptying a slot raises its
 * generation, so that old ids are refused; a slot whose generation is used up
 * is retired. Insertion never allocates: the table grows only on request.
 * Slot 0 is never filled: it names 'self'.
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "grant.h"

enum cap_flags {
	CAP_OWNER = 1 << 0, /* its end revokes the grant */
	CAP_RETIRED = 1 << 1,
	CAP_ENDPOINT = 1 << 2, /* the object is an endpoint: for the fast path */
};

struct cap_entry {
	struct object *object; /* NULL: empty. Only to be followed while the epoch is right. */
	uint32_t grant;
	uint32_t epoch;
	uint32_t interface; /* the grant's own, to be compared with a call's */
	uint32_t generation;
	uint32_t flags;
	uint32_t reserved;
};

_Static_assert(sizeof(struct cap_entry) == 32, "two entries share a cache line");

enum { CAP_TABLE_SLOTS_MIN = 16, CAP_TABLE_SLOTS_MAX = 1 << 16 };

struct cap_table {
	struct cap_entry *entries;
	uint32_t slots;
	uint32_t used;
};

enum status cap_table_init(struct cap_table *table, struct account *account, uint32_t slots);
/* The end of all entries: owned grants are doomed. */
void cap_table_fini(struct cap_table *table, struct account *account);
/* ERR_BAD_ARG: not larger than now or beyond the maximum; ERR_OUT_OF_RAM: the account's limit. */
enum status cap_table_grow(struct cap_table *table, struct account *account, uint32_t slots);

/* ERR_BAD_CAP: no such entry, or a stale id; ERR_GONE: revoked. */
static inline enum status cap_table_find(const struct cap_table *table, cap_t cap,
                                         struct cap_entry **out_entry)
{
	const uint32_t slot = cap_slot(cap);

	if (slot >= table->slots)
		return ERR_BAD_CAP;

	struct cap_entry *entry = &table->entries[slot];

	if (entry->generation != cap_generation(cap) || !entry->object)
		return ERR_BAD_CAP;
	if (grant_at(entry->grant)->epoch != entry->epoch)
		return ERR_GONE;
	*out_entry = entry;
	return OK;
}

/* Whether `slot` can be filled. */
bool cap_table_free(const struct cap_table *table, uint32_t slot);
/* Fills a free slot with a capability for a live grant; returns its id. */
cap_t cap_table_insert(struct cap_table *table, uint32_t slot, uint32_t grant, uint32_t flags);
/* Empties the slot of a live or dead entry without touching its grant. */
void cap_table_clear(struct cap_table *table, uint32_t slot);
/* Empties the slot; an owner's end dooms the grant. ERR_BAD_CAP: no such entry. */
enum status cap_table_drop(struct cap_table *table, cap_t cap);
bool cap_table_consistent(const struct cap_table *table);
