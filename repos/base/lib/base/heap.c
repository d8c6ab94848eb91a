/* SPDX-License-Identifier: MIT */
#include <base/heap.h>
#include <base/ipc.h>
#include <kernel/client.h>
#include <string.h>

enum { ALIGN = 16, GROW_MIN = 4096, GROW_MAX = 256 * 1024 };

/* In front of each block, free or not. */
struct heap_block {
	size_t size; /* of the whole block, header included */
	struct heap_block *next;
};

struct heap_chunk {
	struct heap_chunk *next;
	cap_t memory;
	size_t size;
	size_t reserved;
};

_Static_assert(sizeof(struct heap_block) == ALIGN, "blocks stay aligned");
_Static_assert(sizeof(struct heap_chunk) % ALIGN == 0, "blocks stay aligned");

void heap_init(struct heap *heap, struct regions *regions, cap_t account)
{
	*heap = (struct heap){.regions = regions, .account = account, .grow_bytes = GROW_MIN};
}

void heap_fini(struct heap *heap)
{
	while (heap->chunks) {
		struct heap_chunk chunk = *heap->chunks;
		void *base = heap->chunks;

		heap->chunks = chunk.next;
		region_detach(heap->regions, base, chunk.size);
		ipc_drop(heap->regions->ipc, chunk.memory);
	}
	heap->free = NULL;
}

static void insert_free(struct heap *heap, struct heap_block *block)
{
	struct heap_block **place = &heap->free;
	struct heap_block *before = NULL;

	while (*place && *place < block) {
		before = *place;
		place = &(*place)->next;
	}
	block->next = *place;
	*place = block;
	/* Chunks may lie side by side; a block never reaches across. */
	if (block->next && (char *)block + block->size == (char *)block->next) {
		block->size += block->next->size;
		block->next = block->next->next;
	}
	if (before && (char *)before + before->size == (char *)block) {
		before->size += block->size;
		before->next = block->next;
	}
}

static bool grow(struct heap *heap, size_t need)
{
	size_t size = need + sizeof(struct heap_chunk);
	struct charge_create_memory_results made;
	void *base;

	if (size < heap->grow_bytes)
		size = heap->grow_bytes;
	size = (size + 4095) & ~(size_t)4095;

	const struct charge_create_memory_params params = {.size = size};

	if (charge_create_memory(heap->regions->ipc, heap->account, &params, &made) != OK)
		return false;

	const struct region_attach attach = {
		.memory = made.memory, .account = heap->account, .size = size, .write = true};

	if (region_attach(heap->regions, &attach, &base) != OK) {
		ipc_drop(heap->regions->ipc, made.memory);
		return false;
	}

	struct heap_chunk *chunk = base;
	struct heap_block *block = (struct heap_block *)(chunk + 1);

	*chunk = (struct heap_chunk){.next = heap->chunks, .memory = made.memory, .size = size};
	heap->chunks = chunk;
	block->size = size - sizeof(*chunk);
	insert_free(heap, block);
	if (heap->grow_bytes < GROW_MAX)
		heap->grow_bytes *= 2;
	return true;
}

static struct heap_block *take_fit(struct heap *heap, size_t size)
{
	for (struct heap_block **place = &heap->free; *place; place = &(*place)->next) {
		struct heap_block *block = *place;

		if (block->size < size)
			continue;
		if (block->size - size >= 2 * sizeof(*block)) {
			struct heap_block *rest = (struct heap_block *)((char *)block + size);

			rest->size = block->size - size;
			rest->next = block->next;
			*place = rest;
			block->size = size;
		} else {
			*place = block->next;
		}
		return block;
	}
	return NULL;
}

void *heap_alloc(struct heap *heap, size_t size)
{
	if (size > SIZE_MAX / 2)
		return NULL;

	const size_t need = (size + sizeof(struct heap_block) + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	struct heap_block *block = take_fit(heap, need);

	if (!block && grow(heap, need))
		block = take_fit(heap, need);
	if (!block)
		return NULL;
	memset(block + 1, 0, block->size - sizeof(*block));
	return block + 1;
}

void heap_free(struct heap *heap, void *memory)
{
	if (memory)
		insert_free(heap, (struct heap_block *)memory - 1);
}

/* Takes the chunk's one free block out of the list; false: it is not all free. */
static bool take_whole(struct heap *heap, struct heap_chunk *chunk)
{
	struct heap_block *whole = (struct heap_block *)(chunk + 1);

	for (struct heap_block **place = &heap->free; *place; place = &(*place)->next) {
		if (*place == whole && whole->size == chunk->size - sizeof(*chunk)) {
			*place = whole->next;
			return true;
		}
	}
	return false;
}

void heap_trim(struct heap *heap)
{
	struct heap_chunk **place = &heap->chunks;

	while (*place) {
		struct heap_chunk *chunk = *place;
		const struct heap_chunk copy = *chunk;

		if (!take_whole(heap, chunk)) {
			place = &chunk->next;
			continue;
		}
		*place = copy.next;
		region_detach(heap->regions, chunk, copy.size);
		ipc_drop(heap->regions->ipc, copy.memory);
	}
	heap->grow_bytes = GROW_MIN;
}

bool heap_consistent(const struct heap *heap)
{
	for (const struct heap_block *block = heap->free; block; block = block->next) {
		if (block->size < sizeof(*block) || block->size % ALIGN != 0)
			return false;
		if (block->next && (const char *)block + block->size >= (const char *)block->next)
			return false;
	}
	return true;
}
