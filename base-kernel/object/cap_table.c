/* SPDX-License-Identifier: MIT */
#include "cap_table.h"

#include "finish.h"

enum { GENERATION_FIRST = 1, STEP_SLOTS = 64, COPY_SLOTS = 512 };

static size_t table_bytes(uint32_t slots)
{
	return slots * sizeof(struct cap_entry);
}

enum status cap_table_init(struct cap_table *table, struct account *account, uint32_t slots)
{
	if (slots < CAP_TABLE_SLOTS_MIN || slots > CAP_TABLE_SLOTS_MAX)
		return ERR_BAD_ARG;

	struct cap_entry *entries = heap_alloc(account, table_bytes(slots));

	if (!entries)
		return ERR_OUT_OF_RAM;
	for (uint32_t slot = 0; slot < slots; slot++)
		entries[slot].generation = GENERATION_FIRST;
	entries[0].flags = CAP_RETIRED;
	*table = (struct cap_table){.entries = entries, .slots = slots};
	return OK;
}

/* Whether the entry is the owner of a grant that is not over yet, though it may be dying. */
/*@
  requires grants_valid && \valid_read(entry) && entry->grant < grants.count;
  assigns \nothing;
*/
static bool owns(const struct cap_entry *entry)
{
	const struct grant *grant = grant_at(entry->grant);

	return entry->object && (entry->flags & CAP_OWNER) &&
	       entry->epoch + (grant->state == GRANT_DYING) == grant->epoch;
}

bool cap_table_fini(struct cap_table *table, struct account *account)
{
	for (unsigned i = 0; i < STEP_SLOTS && table->ended < table->slots; i++) {
		const struct cap_entry *entry = &table->entries[table->ended++];

		if (owns(entry))
			grant_doom(entry->grant);
	}
	if (table->ended < table->slots)
		return false;
	heap_free(account, table->larger, table_bytes(table->larger_slots));
	heap_free(account, table->entries, table_bytes(table->slots));
	*table = (struct cap_table){0};
	return true;
}

/* Some entries to where they will stand; true: all. */
static bool copy_entries(struct cap_table *table)
{
	const uint32_t left = table->larger_slots - table->copied;
	const uint32_t end = table->copied + (left < COPY_SLOTS ? left : COPY_SLOTS);
	const struct cap_entry *from = table->entries;
	struct cap_entry *to = table->larger;

	for (uint32_t slot = table->copied; slot < end; slot++)
		to[slot] = slot < table->slots ? from[slot]
		                               : (struct cap_entry){.generation = GENERATION_FIRST};
	table->copied = end;
	return end == table->larger_slots;
}

enum status cap_table_grow(struct cap_table *table, struct account *account, uint32_t slots,
                           bool *out_over)
{
	if (slots > CAP_TABLE_SLOTS_MAX)
		return ERR_BAD_ARG;
	if (slots <= table->slots)
		return OK;
	if (!table->larger) {
		table->larger = heap_alloc_raw(account, table_bytes(slots));
		table->larger_slots = slots;
	}
	if (!table->larger)
		return ERR_OUT_OF_RAM;
	*out_over = false;
	if (!copy_entries(table))
		return OK;
	heap_free(account, table->entries, table_bytes(table->slots));
	*table = (struct cap_table){
		.entries = table->larger, .slots = table->larger_slots, .used = table->used};
	return OK;
}

bool cap_table_free(const struct cap_table *table, uint32_t slot)
{
	return slot < table->slots && !table->entries[slot].object && !table->entries[slot].flags;
}

/* What has changed in a slot that has been copied already. */
/*@
  requires cap_table_valid(table) && slot < table->slots;
  assigns table->larger[slot];
  ensures cap_table_valid(table);
  ensures \forall integer i; 0 <= i < table->slots ==>
    table->entries[i] == \old(table->entries[i]);
*/
static inline void repeat_in_larger(struct cap_table *table, uint32_t slot)
{
	if (slot < table->copied)
		table->larger[slot] = table->entries[slot];
}

cap_t cap_table_insert(struct cap_table *table, uint32_t slot, uint32_t grant, uint32_t flags)
{
	const struct grant *source = grant_at(grant);
	struct cap_entry *entry = &table->entries[slot];

	entry->object = source->object;
	entry->grant = grant;
	entry->epoch = source->epoch;
	entry->interface = source->interfaces[0];
	entry->flags = flags | (source->object->type == OBJECT_ENDPOINT ? CAP_ENDPOINT : 0);
	table->used++;
	/*@ assert \forall integer i; 0 <= i < table->slots && i != slot ==>
	      table->entries[i] == \at(table->entries[i], Pre);
	*/
	/*@ assert cap_table_valid(table); */
	repeat_in_larger(table, slot);
	return cap_make(slot, entry->generation);
}

void cap_table_clear(struct cap_table *table, uint32_t slot)
{
	struct cap_entry *entry = &table->entries[slot];
	const uint32_t generation = entry->generation;

	*entry = (struct cap_entry){.generation = generation, .flags = CAP_RETIRED};
	table->used--;
	/* A generation that would come round again could revive stale ids. */
	if (generation < UINT32_MAX) {
		entry->generation = generation + 1;
		entry->flags = 0;
	}
	/*@ assert \forall integer i; 0 <= i < table->slots && i != slot ==>
	      table->entries[i] == \at(table->entries[i], Pre);
	*/
	/*@ assert cap_entry_later{Pre, Here}(&table->entries[slot], &table->entries[slot]); */
	/*@ assert cap_table_valid(table); */
	repeat_in_larger(table, slot);
}

const struct cap_entry *cap_table_dying(const struct cap_table *table, cap_t cap)
{
	const struct cap_entry *entry = &table->entries[cap_slot(cap)];
	const struct grant *grant;

	if (cap_slot(cap) >= table->slots || entry->generation != cap_generation(cap) ||
	    !entry->object)
		return NULL;
	grant = grant_at(entry->grant);
	return grant->state == GRANT_DYING && entry->epoch + 1 == grant->epoch ? entry : NULL;
}

enum status cap_table_drop(struct cap_table *table, cap_t cap)
{
	const uint32_t slot = cap_slot(cap);

	if (slot >= table->slots)
		return ERR_BAD_CAP;

	const struct cap_entry entry = table->entries[slot];

	if (entry.generation != cap_generation(cap) || !entry.object)
		return ERR_BAD_CAP;
	if (owns(&entry))
		grant_doom(entry.grant);
	/*@ assert \forall integer i; 0 <= i < table->slots ==>
	      table->entries[i] == \at(table->entries[i], Pre);
	*/
	cap_table_clear(table, slot);
	return OK;
}
