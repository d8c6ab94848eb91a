/* SPDX-License-Identifier: MIT */
/*
 * Hoard: the capabilities the attacker has got hold of, by slot, and ids that are no good any more.
 *
 * Slots below HOARD_FIRST are the component's own and stay as they are, or it would end before
 * its work is done. The hoard may be wrong about what is in a slot: that is as good.
 */
#pragma once

#include <abi/cap.h>
#include <kernel/words.h>

#include "random.h"

enum { HOARD_FIRST = 128, HOARD_END = 512, HOARD_STALE = 32, HOARD_OWN = 12 };

struct hoard_entry {
	cap_t cap; /* null: nothing is known to be here */
	enum object_kind kind;
	uint32_t interface;
};

struct hoard {
	struct hoard_entry slots[HOARD_END];
	struct hoard_entry own[HOARD_OWN]; /* below HOARD_FIRST, to be used but not lost */
	unsigned own_count;
	cap_t stale[HOARD_STALE];
	unsigned stale_count; /* so far */
	unsigned used;
};

void hoard_add_own(struct hoard *hoard, cap_t cap, enum object_kind kind, uint32_t interface);
void hoard_add(struct hoard *hoard, cap_t cap, enum object_kind kind, uint32_t interface);
/* It is not there any more; its id will be tried again. */
void hoard_lose(struct hoard *hoard, cap_t cap);
const struct hoard_entry *hoard_find(const struct hoard *hoard, cap_t cap);

/* Some capability, perhaps stale, forged or null. */
cap_t hoard_pick(const struct hoard *hoard, struct random *random);
/* One that is thought to be good; NULL: there was none within a few tries. */
const struct hoard_entry *hoard_pick_entry(const struct hoard *hoard, struct random *random);
/* One of the kind, mostly. */
cap_t hoard_pick_kind(const struct hoard *hoard, struct random *random, enum object_kind kind);
/* One through which the interface can be called, mostly. */
cap_t hoard_pick_interface(const struct hoard *hoard, struct random *random, uint32_t interface);
/* The first of `count` slots that are thought to be free, or any slot. */
uint32_t hoard_window(const struct hoard *hoard, struct random *random, unsigned count);
