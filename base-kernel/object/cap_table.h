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

_Static_assert(sizeof(struct cap_entry) == CAP_SLOT_BYTES, "two entries share a cache line");

enum { CAP_TABLE_SLOTS_MIN = 16, CAP_TABLE_SLOTS_MAX = 1 << 16 };
enum { CAP_TABLE_SLOTS_FIRST = 1024 }; /* of a new domain, at most; it can grow */

struct cap_table {
	struct cap_entry *entries;
	uint32_t slots;
	uint32_t used;
	uint32_t ended; /* slots whose entries have ended */

	/* while it grows: what it becomes, of which so many slots are there already, the same as here */
	struct cap_entry *larger;
	uint32_t larger_slots;
	uint32_t copied;
};

/*@
  predicate cap_entry_retired{L}(struct cap_entry *e) =
    e->object == \null && e->flags == CAP_RETIRED;

  predicate cap_entry_same{L1, L2}(struct cap_entry *e, struct cap_entry *f) =
    \at(e->object, L1) == \at(f->object, L2) && \at(e->grant, L1) == \at(f->grant, L2) &&
    \at(e->epoch, L1) == \at(f->epoch, L2) && \at(e->interface, L1) == \at(f->interface, L2) &&
    \at(e->generation, L1) == \at(f->generation, L2) && \at(e->flags, L1) == \at(f->flags, L2);

  // As long as an entry's epoch is that of its grant, so is its object.
  predicate cap_entry_valid{L}(struct cap_entry *e) =
    e->object == \null ? e->flags == 0 || e->flags == CAP_RETIRED :
    0 < e->grant < grants.count && e->epoch <= grants.table[e->grant].epoch &&
    (e->epoch == grants.table[e->grant].epoch ==>
      e->object == grants.table[e->grant].object && grant_usable(&grants.table[e->grant]));

  predicate cap_entry_live{L}(struct cap_entry *e) =
    e->object != \null && e->epoch == grants.table[e->grant].epoch;

  // The id is that of an entry, be its grant alive or not.
  predicate cap_names{L}(struct cap_table *t, cap_t cap) =
    (uint32_t)cap.id < t->slots && t->entries[(uint32_t)cap.id].object != \null &&
    t->entries[(uint32_t)cap.id].generation == (uint32_t)(cap.id >> 32);

  predicate cap_table_shaped{L}(struct cap_table *t) =
    \valid(t) && 0 < t->slots <= CAP_TABLE_SLOTS_MAX && \valid(t->entries + (0 .. t->slots - 1)) &&
    \separated(t, t->entries + (0 .. t->slots - 1), grants.table + (0 .. grants.count - 1)) &&
    (0 < t->copied ==> \valid(t->larger + (0 .. t->copied - 1))) &&
    \separated(t->larger + (0 .. t->slots - 1), t, t->entries + (0 .. t->slots - 1),
      grants.table + (0 .. grants.count - 1)) &&
    grants_valid;

  predicate cap_table_valid{L}(struct cap_table *t) =
    cap_table_shaped(t) && cap_entry_retired(&t->entries[0]) &&
    \forall integer i; 0 <= i < t->slots ==> cap_entry_valid(&t->entries[i]);

  // What an id meant before, it means now, or nothing for ever: its generation has passed.
  predicate cap_entry_later{L1, L2}(struct cap_entry *e, struct cap_entry *f) =
    \at(e->generation, L1) <= \at(f->generation, L2) &&
    (\at(e->object, L1) != \null && \at(e->generation, L1) == \at(f->generation, L2) ==>
      cap_entry_same{L1, L2}(e, f) || cap_entry_retired{L2}(f)) &&
    (cap_entry_retired{L1}(e) ==> cap_entry_retired{L2}(f));

  lemma cap_entry_stays_valid{L1, L2}: \forall struct cap_entry *e;
    cap_entry_valid{L1}(e) && \at(*e, L1) == \at(*e, L2) && grants_later{L1, L2} ==>
      cap_entry_valid{L2}(e);
*/

enum status cap_table_init(struct cap_table *table, struct account *account, uint32_t slots);
/* One step of the end of all entries: owned grants are doomed. True: it was the last. */
bool cap_table_fini(struct cap_table *table, struct account *account);
/*
 * One step towards a table of that many slots at least; `*out_over` becomes false: there are more.
 * ERR_BAD_ARG: beyond the maximum; ERR_OUT_OF_RAM: the account's limit.
 */
enum status cap_table_grow(struct cap_table *table, struct account *account, uint32_t slots,
                           bool *out_over);

/* ERR_BAD_CAP: no such entry, or a stale id; ERR_GONE: revoked. */
/*@
  requires cap_table_valid(table) && \valid(out_entry) && \separated(out_entry, table,
    table->entries + (0 .. table->slots - 1), grants.table + (0 .. grants.count - 1));
  assigns *out_entry;
  ensures \result == OK || \result == ERR_BAD_CAP || \result == ERR_GONE;
  behavior found:
    assumes cap_names(table, cap) && cap_entry_live(&table->entries[(uint32_t)cap.id]);
    ensures \result == OK && *out_entry == &table->entries[(uint32_t)cap.id];
    ensures (*out_entry)->object == grants.table[(*out_entry)->grant].object;
    ensures grant_usable(&grants.table[(*out_entry)->grant]);
  behavior gone:
    assumes cap_names(table, cap) && !cap_entry_live(&table->entries[(uint32_t)cap.id]);
    assigns \nothing;
    ensures \result == ERR_GONE;
  behavior stale:
    assumes !cap_names(table, cap);
    assigns \nothing;
    ensures \result == ERR_BAD_CAP;
  complete behaviors;
  disjoint behaviors;
*/
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

/* The entry of a capability whose grant is dying and not over yet; NULL: it is not. */
const struct cap_entry *cap_table_dying(const struct cap_table *table, cap_t cap);
/* Whether `slot` can be filled. */
/*@
  requires cap_table_valid(table);
  assigns \nothing;
  ensures \result <==> slot < table->slots && table->entries[slot].object == \null &&
    !cap_entry_retired(&table->entries[slot]);
*/
bool cap_table_free(const struct cap_table *table, uint32_t slot);
/* Fills a free slot with a capability for a live grant; returns its id. */
/*@
  requires cap_table_valid(table) && 0 < slot < table->slots;
  requires table->entries[slot].object == \null && table->entries[slot].flags == 0;
  requires 0 < grant < grants.count && grant_usable(&grants.table[grant]);
  requires grants.table[grant].object != \null && \valid_read(grants.table[grant].object);
  assigns table->used, table->entries[slot], table->larger[slot];
  ensures cap_table_valid(table);
  ensures \result.id == ((uint64_t)((uint64_t)table->entries[slot].generation << 32) | slot);
  ensures cap_entry_later{Pre, Post}(&table->entries[slot], &table->entries[slot]);
  ensures cap_entry_live(&table->entries[slot]) && table->entries[slot].grant == grant;
  ensures table->entries[slot].generation == \old(table->entries[slot].generation);
*/
cap_t cap_table_insert(struct cap_table *table, uint32_t slot, uint32_t grant, uint32_t flags);
/* Empties the slot of a live or dead entry without touching its grant. */
/*@
  requires cap_table_valid(table) && slot < table->slots && table->entries[slot].object != \null;
  assigns table->used, table->entries[slot], table->larger[slot];
  ensures cap_table_valid(table);
  ensures table->entries[slot].object == \null;
  ensures cap_entry_later{Pre, Post}(&table->entries[slot], &table->entries[slot]);
*/
void cap_table_clear(struct cap_table *table, uint32_t slot);
/* Empties the slot; an owner's end dooms the grant. ERR_BAD_CAP: no such entry. */
/*@
  requires cap_table_valid(table);
  assigns table->used, table->entries[(uint32_t)cap.id], table->larger[(uint32_t)cap.id];
  assigns grants.table[0 .. grants.count - 1];
  ensures cap_table_valid(table);
  ensures !cap_names(table, cap);
  ensures \old(cap_names(table, cap)) ? \result == OK : \result == ERR_BAD_CAP;
  ensures \result == OK ==> cap_entry_later{Pre, Post}(&table->entries[(uint32_t)cap.id],
    &table->entries[(uint32_t)cap.id]);
*/
enum status cap_table_drop(struct cap_table *table, cap_t cap);
