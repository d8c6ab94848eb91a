/* SPDX-License-Identifier: MIT */
/*
 * Memory object: a set of frames that can be mapped.
 *
 * Anonymous memory is charged in full when created and gets each frame, zeroed,
 * when it is first touched; that can't fail, since every limit is backed by
 * RAM. Boot and device memory are ranges of physical addresses that
 * nobody allocates or frees. The end of the object ends its mappings.
 */
#pragma once

#include <abi/status.h>

#include "memory/address.h"
#include "object.h"

enum memory_backing { MEMORY_ANONYMOUS, MEMORY_BOOT, MEMORY_DEVICE };

enum { MEMORY_LEAF_PAGES = PAGE_SIZE / sizeof(uint32_t) };

#define MEMORY_OBJECT_BYTES_MAX (1ul << 32)

struct memory_object {
	struct object object;
	uint64_t pages;
	enum memory_backing backing;
	bool contiguous;
	paddr_t base;              /* boot, device, contiguous */
	struct list_node mappings; /* struct mapping.of_memory */
	uint32_t **leaves;         /* anonymous: frame numbers, 0 for not yet touched */
	uint32_t *leaf;            /* the only one, while one is enough */
};

/* Bytes of frames and tables a creation charges beside the object itself. */
enum status memory_object_init(struct memory_object *memory, uint64_t size, bool contiguous);
void memory_object_init_range(struct memory_object *memory, enum memory_backing backing, paddr_t base,
			      uint64_t size);
void memory_object_fini(struct memory_object *memory);
uint64_t memory_object_extra_bytes(const struct memory_object *memory);

/* The frame behind a page, allocated and zeroed on first use. `index` is within the object. */
paddr_t memory_object_page(struct memory_object *memory, uint64_t index);
/* The same, or 0 where none was needed yet. */
paddr_t memory_object_present(const struct memory_object *memory, uint64_t index);
