/* SPDX-License-Identifier: MIT */
/*
 * Frames: the machine's RAM, handed out in powers of two pages.
 *
 * One `struct frame` describes each 4 KiB of physical memory up to the highest
 * address of RAM. What is not free is owned by exactly one kernel structure,
 * which is charged to an account; the sum of all limits never exceeds what
 * was free at boot, so a single page within a limit can always be had.
 */
#pragma once

#include <stdbool.h>

#include "address.h"

enum frame_state {
	FRAME_ABSENT, /* no RAM, or never given to the allocator */
	FRAME_FREE,   /* first page of a free block */
	FRAME_INSIDE, /* a later page of a block, free or not */
	FRAME_USED,   /* first page of a block in use */
	FRAME_HEAP,   /* a page of an account's heap */
};

enum { FRAME_ORDER_MAX = 18, FRAME_NONE = 0 };

struct frame {
	uint8_t state;
	uint8_t order; /* of the block */
	uint16_t used; /* heap: chunks in use */
	uint32_t next; /* free block: next and previous of its order */
	uint32_t prev;
	uint32_t sharers; /* page in use: its owners but one */
};

_Static_assert(sizeof(struct frame) == 16, "16 bytes for every page of RAM");

struct frames {
	struct frame *table;
	uint32_t count;
	uint32_t free_heads[FRAME_ORDER_MAX + 1];
	uint64_t free_pages;
	uint64_t total_pages; /* ever added */
};

extern struct frames frames; /* there is one physical memory */

/* `table` holds `count` zeroed entries, for the frames 0 .. count-1; none is free yet. */
void frames_init(struct frame *table, uint32_t count);
/* Gives whole pages inside [start, end) to the allocator. Frame 0 is never given. */
void frames_add(paddr_t start, paddr_t end);

/* A block of 2^order pages, aligned to its size; 0 when there is none. Content is undefined. */
paddr_t frame_alloc(unsigned order);
/* A zeroed page that an account has been charged for: there is one. */
paddr_t frame_alloc_charged(void);
/* A block, all of it below `limit`. */
paddr_t frame_alloc_below(unsigned order, paddr_t limit);
void frame_free(paddr_t address);

/*
 * Pages that are shared until one of their owners writes. A page that was never the allocator's
 * (the boot archive's) is nobody's: not to be written, never freed.
 */
void frame_share(paddr_t page);
/* One owner less; the last one frees it. */
void frame_drop(paddr_t page);
/* Whether it has one owner alone, who may write. */
bool frame_sole(paddr_t page);

struct frame *frame_of(paddr_t address);
unsigned frame_order_for(uint64_t size);
bool frames_consistent(void);
