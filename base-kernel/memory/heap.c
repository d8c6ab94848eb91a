/* SPDX-License-Identifier: MIT */
#include "heap.h"

#include "assert.h"
#include "frame.h"
#include "memory.h"
#include "object/account.h"

enum { UNIT = 1 << HEAP_CLASS_MIN, UNITS = PAGE_SIZE / UNIT };

/* The first unit of each page; never part of a chunk. */
struct heap_page {
	uint64_t starts[UNITS / 64]; /* bit: a free chunk begins at this unit */
};

/* A free chunk, in itself. */
struct heap_chunk {
	struct heap_chunk *next, *prev;
	uint64_t size_class;
};

_Static_assert(sizeof(struct heap_page) <= UNIT && sizeof(struct heap_chunk) <= UNIT, "fit a unit");

static unsigned class_for(size_t size)
{
	return 64 - HEAP_CLASS_MIN - (unsigned)__builtin_clzl((size - 1) | (UNIT - 1));
}

static struct heap_page *page_of(const void *memory)
{
	return (struct heap_page *)((uintptr_t)memory & ~(uintptr_t)(PAGE_SIZE - 1));
}

static unsigned unit_of(const void *memory)
{
	return ((uintptr_t)memory & (PAGE_SIZE - 1)) / UNIT;
}

static bool begins_free(const struct heap_page *page, unsigned unit)
{
	return page->starts[unit / 64] >> (unit % 64) & 1;
}

static void push(struct heap *heap, void *memory, unsigned size_class)
{
	struct heap_chunk *chunk = memory;
	const unsigned unit = unit_of(memory);

	*chunk = (struct heap_chunk){.next = heap->free[size_class], .size_class = size_class};
	if (chunk->next)
		chunk->next->prev = chunk;
	heap->free[size_class] = chunk;
	page_of(memory)->starts[unit / 64] |= 1ul << (unit % 64);
}

static void remove(struct heap *heap, struct heap_chunk *chunk)
{
	const unsigned unit = unit_of(chunk);

	if (chunk->prev)
		chunk->prev->next = chunk->next;
	else
		heap->free[chunk->size_class] = chunk->next;
	if (chunk->next)
		chunk->next->prev = chunk->prev;
	page_of(chunk)->starts[unit / 64] &= ~(1ul << (unit % 64));
}

/* A fresh page: behind its first unit one chunk of each size_class. */
static bool page_add(struct account *account)
{
	if (!account_charge_ram(account, PAGE_SIZE))
		return false;

	const paddr_t address = frame_alloc(0);

	if (address == 0) {
		account_refund_ram(account, PAGE_SIZE);
		return false;
	}

	char *page = paddr_to_pointer(address);
	struct frame *frame = frame_of(address);

	frame->state = FRAME_HEAP;
	frame->used = 0;
	*(struct heap_page *)page = (struct heap_page){0};
	for (unsigned size_class = 0; size_class < HEAP_CLASSES; size_class++)
		push(&account->heap, page + (UNIT << size_class), size_class);
	account->heap.bytes += PAGE_SIZE;
	return true;
}

/* All joined: what is free is just what page_add made. */
static void page_remove(struct account *account, struct heap_page *page)
{
	const paddr_t address = pointer_to_paddr(page);

	for (unsigned size_class = 0; size_class < HEAP_CLASSES; size_class++)
		remove(&account->heap, (struct heap_chunk *)((char *)page + (UNIT << size_class)));
	frame_of(address)->state = FRAME_USED;
	frame_of(address)->order = 0;
	frame_free(address);
	account->heap.bytes -= PAGE_SIZE;
	account_refund_ram(account, PAGE_SIZE);
}

static void *large_alloc(struct account *account, size_t size)
{
	const unsigned order = frame_order_for(size);
	const uint64_t bytes = (uint64_t)PAGE_SIZE << order;

	if (order > FRAME_ORDER_MAX || !account_charge_ram(account, bytes))
		return NULL;

	const paddr_t address = frame_alloc(order);

	if (address == 0) {
		account_refund_ram(account, bytes);
		return NULL;
	}
	account->heap.bytes += bytes;
	return paddr_to_pointer(address);
}

static void large_free(struct account *account, void *memory, size_t size)
{
	const uint64_t bytes = (uint64_t)PAGE_SIZE << frame_order_for(size);

	frame_free(pointer_to_paddr(memory));
	account->heap.bytes -= bytes;
	account_refund_ram(account, bytes);
}

/* A free chunk of the size_class, split off a larger one if need be; NULL: the pages have none. */
static void *take(struct heap *heap, unsigned size_class)
{
	unsigned from = size_class;

	while (from < HEAP_CLASSES && !heap->free[from])
		from++;
	if (from == HEAP_CLASSES)
		return NULL;

	char *memory = (char *)heap->free[from];

	remove(heap, heap->free[from]);
	while (from > size_class) {
		from--;
		push(heap, memory + (UNIT << from), from);
	}
	return memory;
}

/* Joins a chunk that is no longer used with its buddies. */
static void join(struct account *account, struct heap_chunk *chunk)
{
	struct heap_page *page = page_of(chunk);
	struct frame *frame = frame_of(pointer_to_paddr(page));
	unsigned size_class = (unsigned)chunk->size_class;
	unsigned unit = unit_of(chunk);

	while (size_class + 1 < HEAP_CLASSES) {
		const unsigned other = unit ^ (1u << size_class);
		struct heap_chunk *buddy = (struct heap_chunk *)((char *)page + other * UNIT);

		/* Unit 0 is the page's own: its buddies are never joined with it. */
		if (other == 0 || !begins_free(page, other) || buddy->size_class != size_class)
			break;
		remove(&account->heap, buddy);
		unit &= other;
		size_class++;
	}
	push(&account->heap, (char *)page + unit * UNIT, size_class);
	frame->used--;
	if (frame->used == 0)
		page_remove(account, page);
}

static void join_last(struct account *account)
{
	struct heap_chunk *last = account->heap.last;

	account->heap.last = NULL;
	if (last)
		join(account, last);
}

void *heap_alloc(struct account *account, size_t size)
{
	void *memory = heap_alloc_raw(account, size);

	if (memory)
		memory_zero(memory, (size + 7) & ~7ul);
	return memory;
}

void *heap_alloc_raw(struct account *account, size_t size)
{
	if (size > PAGE_SIZE / 2)
		return large_alloc(account, size);

	const unsigned size_class = class_for(size);
	void *memory = account->heap.last;

	if (memory && account->heap.last->size_class == size_class) {
		account->heap.last = NULL;
	} else {
		join_last(account);
		memory = take(&account->heap, size_class);
		if (!memory && page_add(account))
			memory = take(&account->heap, size_class);
		if (!memory)
			return NULL;
		frame_of(pointer_to_paddr(memory))->used++;
	}
	return memory;
}

void heap_free(struct account *account, void *memory, size_t size)
{
	if (!memory)
		return;
	if (size > PAGE_SIZE / 2) {
		large_free(account, memory, size);
		return;
	}

	const struct frame *frame = frame_of(pointer_to_paddr(page_of(memory)));
	struct heap_chunk *chunk = memory;

	assert(frame->state == FRAME_HEAP && frame->used > 0 && chunk != account->heap.last &&
	       !begins_free(page_of(memory), unit_of(memory)));
	join_last(account);
	chunk->size_class = class_for(size);
	account->heap.last = chunk;
	if (frame->used == 1) /* nothing else holds its page */
		join_last(account);
}

bool heap_consistent(const struct heap *heap)
{
	for (unsigned size_class = 0; size_class < HEAP_CLASSES; size_class++) {
		const struct heap_chunk *prev = NULL;

		for (const struct heap_chunk *at = heap->free[size_class]; at;
		     prev = at, at = at->next) {
			const struct frame *frame = frame_of(pointer_to_paddr(page_of(at)));

			if (at->size_class != size_class || at->prev != prev ||
			    !begins_free(page_of(at), unit_of(at)))
				return false;
			if (unit_of(at) & ((1u << size_class) - 1) || frame->state != FRAME_HEAP ||
			    frame->used == 0)
				return false;
		}
	}
	return true;
}
