/* SPDX-License-Identifier: MIT */
#include <base/slots.h>

static bool used(const struct slots *slots, uint32_t slot)
{
	return slots->used[slot / 64] >> (slot % 64) & 1;
}

static void mark(struct slots *slots, uint32_t first, uint32_t count, bool taken)
{
	for (uint32_t slot = first; slot < first + count; slot++) {
		if (taken)
			slots->used[slot / 64] |= 1ul << (slot % 64);
		else
			slots->used[slot / 64] &= ~(1ul << (slot % 64));
	}
}

void slots_init(struct slots *slots, uint32_t first, uint32_t count)
{
	*slots = (struct slots){.count = count < SLOTS_MAX ? count : SLOTS_MAX};
	mark(slots, 0, first, true);
}

enum status slots_take(struct slots *slots, uint32_t count, uint32_t *out_first)
{
	uint32_t run = 0;

	for (uint32_t slot = 1; slot < slots->count; slot++) {
		if (slot % 64 == 0 && slots->used[slot / 64] == UINT64_MAX) {
			run = 0;
			slot += 63;
			continue;
		}
		run = used(slots, slot) ? 0 : run + 1;
		if (run == count) {
			*out_first = slot - count + 1;
			mark(slots, *out_first, count, true);
			return OK;
		}
	}
	return ERR_OUT_OF_CAPS;
}

void slots_put(struct slots *slots, uint32_t first, uint32_t count)
{
	mark(slots, first, count, false);
}
