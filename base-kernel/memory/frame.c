/* SPDX-License-Identifier: MIT */
/*
 * Buddy allocator over the frame table.
 */
#include "frame.h"

#include "assert.h"
#include "memory.h"

struct frames frames;
char *direct_map = (char *)0xffff800000000000ul;

static uint32_t buddy_of(uint32_t index, unsigned order)
{
	return index ^ (1u << order);
}

static void push_free(uint32_t index, unsigned order)
{
	struct frame *frame = &frames.table[index];
	const uint32_t head = frames.free_heads[order];

	*frame = (struct frame){.state = FRAME_FREE, .order = (uint8_t)order, .next = head};
	if (head != FRAME_NONE)
		frames.table[head].prev = index;
	frames.free_heads[order] = index;
}

static void remove_free(uint32_t index)
{
	struct frame *frame = &frames.table[index];

	if (frame->prev != FRAME_NONE)
		frames.table[frame->prev].next = frame->next;
	else
		frames.free_heads[frame->order] = frame->next;
	if (frame->next != FRAME_NONE)
		frames.table[frame->next].prev = frame->prev;
	*frame = (struct frame){.state = FRAME_INSIDE};
}

static void free_block(uint32_t index, unsigned order)
{
	while (order < FRAME_ORDER_MAX) {
		const uint32_t buddy = buddy_of(index, order);

		if (buddy >= frames.count || frames.table[buddy].state != FRAME_FREE ||
		    frames.table[buddy].order != order)
			break;
		remove_free(buddy);
		frames.table[index] = (struct frame){.state = FRAME_INSIDE};
		if (buddy < index)
			index = buddy;
		order++;
	}
	push_free(index, order);
}

void frames_init(struct frame *table, uint32_t count)
{
	frames = (struct frames){.table = table, .count = count};
}

void frames_add(paddr_t start, paddr_t end)
{
	uint64_t first = page_align_up(start) >> PAGE_SHIFT;
	uint64_t last = end >> PAGE_SHIFT;

	if (first == 0)
		first = 1;
	if (last > frames.count)
		last = frames.count;
	for (uint64_t index = first; index < last; index++) {
		assert(frames.table[index].state == FRAME_ABSENT);
		frames.table[index].state = FRAME_INSIDE;
		free_block((uint32_t)index, 0);
		frames.free_pages++;
		frames.total_pages++;
	}
}

/* The first 2^order pages of a block that is in no list; the rest of its 2^from are free again. */
static inline paddr_t cut_block(uint32_t index, unsigned from, unsigned order)
{
	while (from > order) {
		from--;
		push_free(index + (1u << from), from);
	}
	frames.table[index] = (struct frame){.state = FRAME_USED, .order = (uint8_t)order};
	frames.free_pages -= 1ul << order;
	return (paddr_t)index << PAGE_SHIFT;
}

paddr_t frame_alloc(unsigned order)
{
	for (unsigned from = order; from <= FRAME_ORDER_MAX; from++) {
		const uint32_t index = frames.free_heads[from];

		if (index == FRAME_NONE)
			continue;
		frames.free_heads[from] =
			frames.table[index].next; /* the end is frame 0, nobody's */
		frames.table[frames.free_heads[from]].prev = FRAME_NONE;
		return cut_block(index, from, order);
	}
	return 0;
}

paddr_t frame_alloc_charged(void)
{
	const paddr_t page = frame_alloc(0);

	assert(page != 0);
	memory_zero(paddr_to_pointer(page), PAGE_SIZE);
	return page;
}

paddr_t frame_alloc_below(unsigned order, paddr_t limit)
{
	const uint64_t pages = 1ul << order;

	for (unsigned from = order; from <= FRAME_ORDER_MAX; from++) {
		for (uint32_t i = frames.free_heads[from]; i != FRAME_NONE;
		     i = frames.table[i].next) {
			if (i + pages > limit >> PAGE_SHIFT)
				continue;
			remove_free(i);
			return cut_block(i, from, order);
		}
	}
	return 0;
}

void frame_free(paddr_t address)
{
	struct frame *frame = frame_of(address);

	assert(frame->state == FRAME_USED && frame->sharers == 0);
	frames.free_pages += 1ul << frame->order;
	free_block((uint32_t)(address >> PAGE_SHIFT), frame->order);
}

void frame_share(paddr_t page)
{
	struct frame *frame = frame_of(page);

	if (frame->state == FRAME_USED)
		frame->sharers++;
}

void frame_drop(paddr_t page)
{
	struct frame *frame = frame_of(page);

	if (frame->state != FRAME_USED)
		return;
	if (frame->sharers > 0)
		frame->sharers--;
	else
		frame_free(page);
}

bool frame_sole(paddr_t page)
{
	const struct frame *frame = frame_of(page);

	return frame->state == FRAME_USED && frame->sharers == 0;
}

struct frame *frame_of(paddr_t address)
{
	assert((address >> PAGE_SHIFT) < frames.count);
	return &frames.table[address >> PAGE_SHIFT];
}

unsigned frame_order_for(uint64_t size)
{
	unsigned order = 0;

	while (((uint64_t)PAGE_SIZE << order) < size)
		order++;
	return order;
}

bool frames_consistent(void)
{
	uint64_t pages = 0;

	for (unsigned order = 0; order <= FRAME_ORDER_MAX; order++) {
		uint32_t prev = FRAME_NONE;

		for (uint32_t i = frames.free_heads[order]; i != FRAME_NONE;
		     i = frames.table[i].next) {
			const struct frame *frame = &frames.table[i];

			if (frame->state != FRAME_FREE || frame->order != order ||
			    frame->prev != prev)
				return false;
			if (i & ((1u << order) - 1))
				return false;
			pages += 1ul << order;
			prev = i;
		}
	}
	return pages == frames.free_pages;
}
