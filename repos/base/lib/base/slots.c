/* SPDX-License-Identifier: MIT */
#include <base/slots.h>

static bool used(const struct slots *slots, uint32_t slot)
{
	return slots->used[slot / 64] >> (slot % 64) & 1;
}

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
	*slots = (struct slots){.count = count < SLOTS_MAX ? count : SLOTS_MAX};
	mark(slots, 0, first, true);
	slots->taken = first;
}

/* The free slots among the 64 of one word; those beyond the table are not. */
static uint64_t free_in_word(const struct slots *slots, uint32_t word)
{
	const uint32_t inside = slots->count - word * 64;

	return ~slots->used[word] & (inside >= 64 ? UINT64_MAX : (1ul << inside) - 1);
}

/* The quick way: a run that lies within one word. */
static bool find_in_words(const struct slots *slots, uint32_t count, uint32_t *out_first)
{
	for (uint32_t word = 0; word * 64 < slots->count; word++) {
		uint64_t starts = free_in_word(slots, word);

		for (uint32_t i = 1; i < count && starts; i++)
			starts &= starts >> 1;
		if (starts) {
			*out_first = word * 64 + (uint32_t)__builtin_ctzl(starts);
			return true;
		}
	}
	return false;
}

static bool find_anywhere(const struct slots *slots, uint32_t count, uint32_t *out_first)
{
	uint32_t run = 0;

	for (uint32_t slot = 1; slot < slots->count; slot++) {
		run = used(slots, slot) ? 0 : run + 1;
		if (run == count) {
			*out_first = slot - count + 1;
			return true;
		}
	}
	return false;
}

enum status slots_take(struct slots *slots, uint32_t count, uint32_t *out_first)
{
	if (!find_in_words(slots, count, out_first) && !find_anywhere(slots, count, out_first))
		return ERR_OUT_OF_CAPS;
	mark(slots, *out_first, count, true);
	slots->taken += count;
	return OK;
}

void slots_put(struct slots *slots, uint32_t first, uint32_t count)
{
	mark(slots, first, count, false);
	slots->taken -= count;
}
