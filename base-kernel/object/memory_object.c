/* SPDX-License-Identifier: MIT */
#include "memory_object.h"

#include "mapping.h"
#include "memory/assert.h"
#include "memory/frame.h"
#include "thread.h"

enum {
	STEP_WORK = 48,
	DROP_WORK = 15
}; /* entries looked at in one step; a page given back is as many */

static uint64_t leaf_count(const struct memory_object *memory)
{
	return (memory->pages + MEMORY_LEAF_PAGES - 1) / MEMORY_LEAF_PAGES;
}

static uint32_t *leaf_at(const struct memory_object *memory, uint64_t leaf)
{
	return memory->leaves ? memory->leaves[leaf] : memory->leaf;
}

/* One leaf is as long as it needs to be; several are pages, each taken when it is first needed. */
static enum status alloc_leaves(struct memory_object *memory)
{
	struct account *account = memory->object.account;
	const uint64_t count = leaf_count(memory);

	if (count > 1)
		memory->leaves = heap_alloc(account, count * sizeof(*memory->leaves));
	else
		memory->leaf = heap_alloc(account, memory->pages * sizeof(*memory->leaf));
	return memory->leaves || memory->leaf ? OK : ERR_OUT_OF_RAM;
}

static void free_leaves(struct memory_object *memory)
{
	struct account *account = memory->object.account;

	heap_free(account, memory->leaf, memory->pages * sizeof(*memory->leaf));
	heap_free(account, memory->leaves, leaf_count(memory) * sizeof(*memory->leaves));
}

/* All frames it may ever need: pages, and leaves that are pages. */
uint64_t memory_object_extra_bytes(const struct memory_object *memory)
{
	const uint64_t leaves = leaf_count(memory);

	if (memory->backing != MEMORY_ANONYMOUS)
		return 0;
	if (memory->contiguous)
		return (uint64_t)PAGE_SIZE << frame_order_for(memory->pages * PAGE_SIZE);
	return (memory->pages + (leaves > 1 ? leaves : 0)) * PAGE_SIZE;
}

static void prepare(struct memory_object *memory, enum memory_backing backing, uint64_t size)
{
	memory->pages = page_align_up(size) >> PAGE_SHIFT;
	memory->backing = backing;
	list_init(&memory->waiters);
}

enum status memory_object_init(struct memory_object *memory, uint64_t size)
{
	struct account *account = memory->object.account;

	prepare(memory, MEMORY_ANONYMOUS, size);
	if (!account_charge_ram(account, memory_object_extra_bytes(memory)))
		return ERR_OUT_OF_RAM;

	const enum status status = alloc_leaves(memory);

	if (status != OK)
		account_refund_ram(account, memory_object_extra_bytes(memory));
	return status;
}

enum status memory_object_init_contiguous(struct memory_object *memory, uint64_t size,
                                          paddr_t limit)
{
	struct account *account = memory->object.account;

	prepare(memory, MEMORY_ANONYMOUS, size);
	memory->contiguous = true;

	const uint64_t bytes = memory_object_extra_bytes(memory);

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

__attribute__((cold, noinline)) static uint32_t *add_leaf(struct memory_object *memory,
                                                          uint64_t index)
{
	uint32_t *leaf = paddr_to_pointer(frame_alloc_charged());

	memory->leaves[index / MEMORY_LEAF_PAGES] = leaf;
	return &leaf[index % MEMORY_LEAF_PAGES];
}

/* Where the number of an anonymous page's frame stands. */
static uint32_t *place_of(struct memory_object *memory, uint64_t index)
{
	uint32_t *leaf = leaf_at(memory, index / MEMORY_LEAF_PAGES);

	assert(index < memory->pages);
	return leaf ? &leaf[index % MEMORY_LEAF_PAGES] : add_leaf(memory, index);
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
			*place_of(memory, i) = (uint32_t)(page >> PAGE_SHIFT);
		}
	}
	for (uint32_t grant = source->object.grant; grant; grant = grant_next(grant)) {
		list_for_each (node, &grant_at(grant)->uses)
			mapping_protect(list_entry(node, struct mapping, of_grant));
	}
	return OK;
}

/* Gives back some pages, and each leaf after its last one; true: all. */
static bool drop_pages(struct memory_object *memory)
{
	for (unsigned work = 0; work < STEP_WORK && memory->ended < memory->pages; work++) {
		uint32_t *leaf = leaf_at(memory, memory->ended / MEMORY_LEAF_PAGES);

		if (!leaf) {
			memory->ended = (memory->ended | (MEMORY_LEAF_PAGES - 1)) + 1;
			continue;
		}

		const paddr_t page = memory_object_present(memory, memory->ended++);

		if (page) {
			frame_drop(page);
			work += DROP_WORK;
		}
		if (memory->leaves &&
		    (memory->ended % MEMORY_LEAF_PAGES == 0 || memory->ended == memory->pages))
			frame_free(pointer_to_paddr(leaf));
	}
	if (memory->ended < memory->pages)
		return false;
	free_leaves(memory);
	return true;
}

/* Its mappings have ended with its grants. */
bool memory_object_fini(struct memory_object *memory)
{
	struct list_node *first = list_first(&memory->waiters);

	if (first) {
		thread_wake(list_entry(first, struct thread, queue), ERR_GONE);
		return false;
	}
	if (memory->contiguous)
		frame_free(memory->base);
	else if (memory->backing == MEMORY_ANONYMOUS && !drop_pages(memory))
		return false;
	account_refund_ram(memory->object.account, memory_object_extra_bytes(memory));
	return true;
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

	const uint32_t *leaf = leaf_at(memory, index / MEMORY_LEAF_PAGES);

	return leaf ? (paddr_t)leaf[index % MEMORY_LEAF_PAGES] << PAGE_SHIFT : 0;
}

bool memory_object_owns(const struct memory_object *memory, paddr_t page)
{
	return memory_object_is_range(memory) || frame_sole(page);
}

/* Replaces a page that is shared by a copy, in all mappings. */
__attribute__((cold)) static void copy_page(struct memory_object *memory, uint64_t index,
                                            uint32_t *place)
{
	const paddr_t shared = (paddr_t)*place << PAGE_SHIFT, page = frame_alloc(0);

	assert(page != 0); /* charged when the object was made */
	*place = (uint32_t)(page >> PAGE_SHIFT);
	memory_copy(paddr_to_pointer(page), paddr_to_pointer(shared), PAGE_SIZE / sizeof(uint64_t));
	for (uint32_t grant = memory->object.grant; grant; grant = grant_next(grant)) {
		list_for_each (node, &grant_at(grant)->uses)
			mapping_forget(list_entry(node, struct mapping, of_grant), index);
	}
	frame_drop(shared);
}

static inline paddr_t page_for(struct memory_object *memory, uint64_t index, bool write)
{
	if (memory_object_is_range(memory))
		return memory_object_present(memory, index);

	uint32_t *place = place_of(memory, index);

	if (*place == 0)
		*place = (uint32_t)(frame_alloc_charged() >> PAGE_SHIFT);
	else if (write && !frame_sole((paddr_t)*place << PAGE_SHIFT))
		copy_page(memory, index, place);
	return (paddr_t)*place << PAGE_SHIFT;
}

paddr_t memory_object_page(struct memory_object *memory, uint64_t index)
{
	return page_for(memory, index, false);
}

paddr_t memory_object_own_page(struct memory_object *memory, uint64_t index)
{
	return page_for(memory, index, true);
}
