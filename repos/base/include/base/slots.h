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

enum { SLOTS_FIRST = 4096, SLOTS_MAX = 65536, SLOTS_RUN = 4 };

struct slots {
	uint64_t first[SLOTS_FIRST / 64]; /* what most components are content with */
	uint64_t *used;                   /* that, or memory of somebody's */
	uint32_t room;                    /* for so many slots */
	uint32_t count;                   /* size of the kernel's table */
	uint32_t taken;
	/* words before these have nothing free, and no SLOTS_RUN neighbouring ones */
	uint32_t full, scattered;
};

/* Slots below `first` are taken. */
void slots_init(struct slots *slots, uint32_t first, uint32_t count);
/* Takes `count` neighbouring slots, 64 at most. ERR_OUT_OF_CAPS: there is no such run. */
enum status slots_take(struct slots *slots, uint32_t count, uint32_t *out_first);
void slots_put(struct slots *slots, uint32_t first, uint32_t count);
/* Room for as many more: `memory` is zeroed and has a bit for each. What was there before goes back. */
void slots_move(struct slots *slots, uint64_t *memory, uint32_t room);
