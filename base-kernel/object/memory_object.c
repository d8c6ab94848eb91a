/* SPDX-License-Identifier: MIT */
#include "memory_object.h"

#include "account.h"
#include "mapping.h"
#include "memory/assert.h"
#include "memory/frame.h"
#include "memory/memory.h"
#include "thread.h"

static uint64_t leaf_count(const struct memory_object *memory)
{
	return (memory->pages + MEMORY_LEAF_PAGES - 1) / MEMORY_LEAF_PAGES;
}

/* The last leaf is as long as it needs to be. */
static size_t leaf_bytes(const struct memory_object *memory, uint64_t leaf)
{
	const uint64_t left = memory->pages - leaf * MEMORY_LEAF_PAGES;

	return (left < MEMORY_LEAF_PAGES ? left : MEMORY_LEAF_PAGES) * sizeof(uint32_t);
}

static uint32_t *leaf_at(const struct memory_object *memory, uint64_t leaf)
{
	return memory->leaves ? memory->leaves[leaf] : memory->leaf;
}

static void free_leaves(struct memory_object *memory, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		heap_free(memory->object.account, leaf_at(memory, i), leaf_bytes(memory, i));
	if (memory->leaves)
		heap_free(memory->object.account, memory->leaves,
		          leaf_count(memory) * sizeof(*memory->leaves));
}

static enum status alloc_leaves(struct memory_object *memory)
{
	struct account *account = memory->object.account;
	const uint64_t count = leaf_count(memory);

	if (count > 1) {
		memory->leaves = heap_alloc(account, count * sizeof(*memory->leaves));
		if (!memory->leaves)
			return ERR_OUT_OF_RAM;
	}
	for (uint64_t i = 0; i < count; i++) {
		uint32_t *leaf = heap_alloc(account, leaf_bytes(memory, i));

		if (!leaf) {
			free_leaves(memory, i);
			return ERR_OUT_OF_RAM;
		}
		if (memory->leaves)
			memory->leaves[i] = leaf;
		else
			memory->leaf = leaf;
	}
	return OK;
}

static uint64_t frame_bytes(const struct memory_object *memory)
{
	if (memory->backing != MEMORY_ANONYMOUS)
		return 0;
	if (memory->contiguous)
		return (uint64_t)PAGE_SIZE << frame_order_for(memory->pages * PAGE_SIZE);
	return memory->pages * PAGE_SIZE;
}

static void prepare(struct memory_object *memory, enum memory_backing backing, uint64_t size)
{
	memory->pages = page_align_up(size) >> PAGE_SHIFT;
	memory->backing = backing;
	list_init(&memory->mappings);
	list_init(&memory->waiters);
}

enum status memory_object_init(struct memory_object *memory, uint64_t size)
{
	struct account *account = memory->object.account;

	prepare(memory, MEMORY_ANONYMOUS, size);
	if (!account_charge_ram(account, frame_bytes(memory)))
		return ERR_OUT_OF_RAM;

	const enum status status = alloc_leaves(memory);

	if (status != OK)
		account_refund_ram(account, frame_bytes(memory));
	return status;
}

enum status memory_object_init_contiguous(struct memory_object *memory, uint64_t size,
                                          paddr_t limit)
{
	struct account *account = memory->object.account;

	prepare(memory, MEMORY_ANONYMOUS, size);
	memory->contiguous = true;

	const uint64_t bytes = frame_bytes(memory);

	if (!account_charge_ram(account, bytes))
		return ERR_OUT_OF_RAM;
	memory->base = frame_alloc_below(frame_order_for(bytes), limit);
	if (memory->base == 0) {
		account_refund_ram(account, bytes);
		return ERR_OUT_OF_RAM;
	}
	memory_zero(paddr_to_pointer(memory->base), bytes);
	return OK;
}

void memory_object_init_range(struct memory_object *memory, enum memory_backing backing,
                              paddr_t base, uint64_t size)
{
	prepare(memory, backing, size);
	memory->base = base;
}

static void set_page(struct memory_object *memory, uint64_t index, paddr_t page)
{
	leaf_at(memory, index / MEMORY_LEAF_PAGES)[index % MEMORY_LEAF_PAGES] =
		(uint32_t)(page >> PAGE_SHIFT);
}

enum status memory_object_init_clone(struct memory_object *memory, struct memory_object *source)
{
	if (source->contiguous || source->backing == MEMORY_DEVICE)
		return ERR_UNSUPPORTED;

	const enum status status = memory_object_init(memory, source->pages << PAGE_SHIFT);

	if (status != OK)
		return status;
	for (uint64_t i = 0; i < source->pages; i++) {
		const paddr_t page = memory_object_present(source, i);

		if (page) {
			frame_share(page);
			set_page(memory, i, page);
		}
	}
	list_for_each (node, &source->mappings)
		mapping_protect(list_entry(node, struct mapping, of_memory));
	return OK;
}

void memory_object_fini(struct memory_object *memory)
{
	struct list_node *first;

	while ((first = list_first(&memory->mappings)))
		object_destroy(&list_entry(first, struct mapping, of_memory)->object);
	while ((first = list_first(&memory->waiters)))
		thread_wake(list_entry(first, struct thread, queue), ERR_GONE);
	if (memory->backing != MEMORY_ANONYMOUS)
		return;
	if (memory->contiguous) {
		frame_free(memory->base);
	} else {
		for (uint64_t i = 0; i < memory->pages; i++) {
			const paddr_t page = memory_object_present(memory, i);

			if (page)
				frame_drop(page);
		}
		free_leaves(memory, leaf_count(memory));
	}
	account_refund_ram(memory->object.account, frame_bytes(memory));
}

uint64_t memory_object_extra_bytes(const struct memory_object *memory)
{
	return frame_bytes(memory);
}

bool memory_object_is_range(const struct memory_object *memory)
{
	return memory->backing != MEMORY_ANONYMOUS || memory->contiguous;
}

paddr_t memory_object_present(const struct memory_object *memory, uint64_t index)
{
	assert(index < memory->pages);
	if (memory_object_is_range(memory))
		return memory->base + (index << PAGE_SHIFT);
	return (paddr_t)leaf_at(memory, index / MEMORY_LEAF_PAGES)[index % MEMORY_LEAF_PAGES]
	       << PAGE_SHIFT;
}

/* Charged when the object was made: there is one. */
static paddr_t new_page(struct memory_object *memory, uint64_t index)
{
	const paddr_t page = frame_alloc(0);

	assert(page != 0);
	set_page(memory, index, page);
	return page;
}

paddr_t memory_object_page(struct memory_object *memory, uint64_t index)
{
	paddr_t page = memory_object_present(memory, index);

	if (page || memory_object_is_range(memory))
		return page;
	page = new_page(memory, index);
	memory_zero(paddr_to_pointer(page), PAGE_SIZE);
	return page;
}

bool memory_object_owns(const struct memory_object *memory, paddr_t page)
{
	return memory_object_is_range(memory) || frame_sole(page);
}

paddr_t memory_object_own_page(struct memory_object *memory, uint64_t index)
{
	const paddr_t shared = memory_object_page(memory, index);

	if (memory_object_owns(memory, shared))
		return shared;

	const paddr_t page = new_page(memory, index);

	memory_copy(paddr_to_pointer(page), paddr_to_pointer(shared), PAGE_SIZE / sizeof(uint64_t));
	list_for_each (node, &memory->mappings)
		mapping_forget(list_entry(node, struct mapping, of_memory), index);
	frame_drop(shared);
	return page;
}
