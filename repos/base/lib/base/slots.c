/* SPDX-License-Identifier: MIT */
#include <base/slots.h>

static void mark(struct slots *slots, uint32_t first, uint32_t count, bool taken)
{
	while (count > 0) {
		const uint32_t bit = first % 64;
		const uint32_t here = count < 64 - bit ? count : 64 - bit;
		const uint64_t mask = UINT64_MAX >> (64 - here) << bit;

		if (taken)
			slots->used[first / 64] |= mask;
		else
			slots->used[first / 64] &= ~mask;
		first += here;
		count -= here;
	}
}

void slots_init(struct slots *slots, uint32_t first, uint32_t count)
{
	*slots = (struct slots){.count = count < SLOTS_FIRST ? count : SLOTS_FIRST,
	                        .room = SLOTS_FIRST};
	slots->used = slots->first;
	mark(slots, 0, first, true);
	slots->taken = first;
}

/* The free slots among the 64 of one word; those beyond the table are not. */
static uint64_t free_in_word(const struct slots *slots, uint32_t word)
{
	const uint32_t inside = slots->count - word * 64;

	return ~slots->used[word] & (inside >= 64 ? UINT64_MAX : (1ul << inside) - 1);
}

/* Where in the word so many neighbouring free ones begin, a bit for each. */
static uint64_t runs_in_word(const struct slots *slots, uint32_t word, uint32_t count)
{
	uint64_t starts = free_in_word(slots, word);

	for (uint32_t i = 1; i < count && starts; i++)
		starts &= starts >> 1;
	return starts;
}

/* A run lies within one word; so what is free between two words is for those that want less. */
enum status slots_take(struct slots *slots, uint32_t count, uint32_t *out_first)
{
	uint32_t *hint = count < SLOTS_RUN ? &slots->full : &slots->scattered;

	for (uint32_t word = *hint; word * 64 < slots->count; word++) {
		const uint64_t starts = runs_in_word(slots, word, count);

		if (!starts)
			continue;
		*out_first = word * 64 + (uint32_t)__builtin_ctzl(starts);
		mark(slots, *out_first, count, true);
		slots->taken += count;
		if (count == 1 || count == SLOTS_RUN)
			*hint = word;
		return OK;
	}
	return ERR_OUT_OF_CAPS;
}

void slots_put(struct slots *slots, uint32_t first, uint32_t count)
{
	const uint32_t word = first / 64;

	mark(slots, first, count, false);
	slots->taken -= count;
	if (slots->full > word)
		slots->full = word;
	if (slots->scattered > word && runs_in_word(slots, word, SLOTS_RUN))
		slots->scattered = word;
}

void slots_move(struct slots *slots, uint64_t *memory, uint32_t room)
{
	for (uint32_t word = 0; word < slots->room / 64; word++)
		memory[word] = slots->used[word];
	slots->used = memory;
	slots->room = room;
}
