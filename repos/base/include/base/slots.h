/* SPDX-License-Identifier: MIT */
/*
 * Slots: which places of the component's own capability table are free.
 *
 * The kernel fills only slots it was told to; who hands them out is the
 * component's business, and here it is.
 */
#pragma once

#include <abi/cap.h>
#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

enum { SLOTS_MAX = 4096 };

struct slots {
	uint64_t used[SLOTS_MAX / 64];
	uint32_t count; /* size of the kernel's table */
	uint32_t taken;
};

/* Slots below `first` are taken. */
void slots_init(struct slots *slots, uint32_t first, uint32_t count);
/* Takes `count` neighbouring slots. ERR_OUT_OF_CAPS: there is no such run. */
enum status slots_take(struct slots *slots, uint32_t count, uint32_t *out_first);
void slots_put(struct slots *slots, uint32_t first, uint32_t count);
