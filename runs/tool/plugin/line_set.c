/* SPDX-License-Identifier: MIT */
#include "line_set.h"

#include "store.h"

enum { ENTRIES_FIRST = 1 << 12 };

struct line_entry {
	uint64_t line;
	uint32_t round;
};

static uint32_t place(uint64_t line)
{
	return (uint32_t)((line * 0x9e3779b97f4a7c15) >> 32);
}

void line_set_clear(struct line_set *set)
{
	if (!set->entries) {
		set->entries = store_new(ENTRIES_FIRST * sizeof *set->entries);
		set->mask = ENTRIES_FIRST - 1;
	}
	set->round++;
	set->count = 0;
}

static void grow(struct line_set *set)
{
	struct line_entry *before = set->entries;
	const uint32_t mask = set->mask;

	set->mask = 2 * mask + 1;
	set->entries = store_new(((size_t)set->mask + 1) * sizeof *set->entries);
	set->count = 0;
	for (uint32_t i = 0; i <= mask; i++)
		if (before[i].round == set->round)
			line_set_add(set, before[i].line);
	free(before);
}

void line_set_add(struct line_set *set, uint64_t line)
{
	uint32_t at = place(line) & set->mask;

	while (set->entries[at].round == set->round) {
		if (set->entries[at].line == line)
			return;
		at = (at + 1) & set->mask;
	}
	set->entries[at] = (struct line_entry){.line = line, .round = set->round};
	if (++set->count > set->mask / 2)
		grow(set);
}
