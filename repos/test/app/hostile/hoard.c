/* SPDX-License-Identifier: MIT */
#include "hoard.h"

#include <stddef.h>

#include "catalogue.h"

enum { TRIES = 24 };

void hoard_add_own(struct hoard *hoard, cap_t cap, enum object_kind kind, uint32_t interface)
{
	if (hoard->own_count < HOARD_OWN)
		hoard->own[hoard->own_count++] =
			(struct hoard_entry){.cap = cap, .kind = kind, .interface = interface};
}

void hoard_add(struct hoard *hoard, cap_t cap, enum object_kind kind, uint32_t interface)
{
	const uint32_t slot = cap_slot(cap);

	if (slot < HOARD_FIRST || slot >= HOARD_END)
		return;
	if (!cap_valid(hoard->slots[slot].cap))
		hoard->used++;
	hoard->slots[slot] = (struct hoard_entry){.cap = cap, .kind = kind, .interface = interface};
}

void hoard_lose(struct hoard *hoard, cap_t cap)
{
	const uint32_t slot = cap_slot(cap);

	if (slot < HOARD_FIRST || slot >= HOARD_END || hoard->slots[slot].cap.id != cap.id)
		return;
	hoard->slots[slot] = (struct hoard_entry){0};
	hoard->used--;
	hoard->stale[hoard->stale_count++ % HOARD_STALE] = cap;
}

const struct hoard_entry *hoard_find(const struct hoard *hoard, cap_t cap)
{
	const uint32_t slot = cap_slot(cap);

	if (slot < HOARD_END && cap_valid(cap) && hoard->slots[slot].cap.id == cap.id)
		return &hoard->slots[slot];
	for (unsigned i = 0; i < hoard->own_count; i++) {
		if (hoard->own[i].cap.id == cap.id)
			return &hoard->own[i];
	}
	return NULL;
}

const struct hoard_entry *hoard_pick_entry(const struct hoard *hoard, struct random *random)
{
	if (random_one_in(random, 4) && hoard->own_count > 0)
		return &hoard->own[random_below(random, hoard->own_count)];
	for (unsigned i = 0; i < TRIES; i++) {
		const uint32_t slot = HOARD_FIRST + random_below(random, HOARD_END - HOARD_FIRST);

		if (cap_valid(hoard->slots[slot].cap))
			return &hoard->slots[slot];
	}
	return NULL;
}

cap_t hoard_pick(const struct hoard *hoard, struct random *random)
{
	const struct hoard_entry *entry;

	switch (random_below(random, 8)) {
	case 0: return hoard->stale[random_below(random, HOARD_STALE)];
	case 1: return cap_make(random_below(random, HOARD_END + 8), random_below(random, 4));
	case 2: return (cap_t){random_any(random)};
	default: entry = hoard_pick_entry(hoard, random); return entry ? entry->cap : CAP_NULL;
	}
}

cap_t hoard_pick_kind(const struct hoard *hoard, struct random *random, enum object_kind kind)
{
	if (random_one_in(random, 10))
		return hoard_pick(hoard, random);
	for (unsigned i = 0; i < TRIES; i++) {
		const struct hoard_entry *entry = hoard_pick_entry(hoard, random);

		if (entry && entry->kind == kind)
			return entry->cap;
	}
	return hoard_pick(hoard, random);
}

/* What components serve may go by any name. */
static bool serves(const struct hoard_entry *entry, uint32_t interface)
{
	if (interface == OBJECT_INTERFACE)
		return true;
	if (interface == CLIENT_INTERFACE || interface == PAGER_INTERFACE)
		return entry->kind == OBJECT_KIND_COMPONENT || entry->kind == OBJECT_KIND_ENDPOINT;
	return catalogue_offers(entry->interface, interface);
}

cap_t hoard_pick_interface(const struct hoard *hoard, struct random *random, uint32_t interface)
{
	const uint32_t start = random_below(random, HOARD_END - HOARD_FIRST);

	for (unsigned i = 0; i < TRIES; i++) {
		const struct hoard_entry *entry = hoard_pick_entry(hoard, random);

		if (entry && serves(entry, interface))
			return entry->cap;
	}
	/* it is rare: so all are looked at */
	for (uint32_t i = 0; i < HOARD_END - HOARD_FIRST; i++) {
		const struct hoard_entry *entry =
			&hoard->slots[HOARD_FIRST + (start + i) % (HOARD_END - HOARD_FIRST)];

		if (cap_valid(entry->cap) && serves(entry, interface))
			return entry->cap;
	}
	return hoard_pick(hoard, random);
}

uint32_t hoard_window(const struct hoard *hoard, struct random *random, unsigned count)
{
	const uint32_t start = HOARD_FIRST + random_below(random, HOARD_END - HOARD_FIRST - 8);
	unsigned run = 0;

	for (uint32_t slot = start; slot < HOARD_END; slot++) {
		run = cap_valid(hoard->slots[slot].cap) ? 0 : run + 1;
		if (run == count)
			return slot + 1 - count;
	}
	return start;
}
