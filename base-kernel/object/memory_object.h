/* SPDX-License-Identifier: MIT */
/*
 * Memory object: a set of frames that can be mapped.
 *
 * Anonymous memory is charged in full when created and gets each frame, zeroed,
 * when it is first touched; that can't fail, since every limit is backed by
 * RAM. Contiguous memory is one block, for devices. Boot and device memory are
 * ranges of physical addresses that nobody allocates or frees. The end of
 * the object ends its mappings and wakes its waiters.
 *
 * A clone shares the frames of its source until one of the two is written; the
 * write copies the frame. It is charged in full all the same, and every
 * frame is covered by each of its owners, so that the copy can't fail and
 * neither outlives the other at its expense.
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
	bool combined;            /* device: writes may be gathered */
	paddr_t base;             /* boot, device, contiguous */
	struct list_node waiters; /* struct thread.queue, of futex_wait */
	uint32_t **leaves;        /* anonymous: frame numbers, 0 for not yet touched */
	uint32_t *leaf;           /* the only one, while one is enough */
	uint64_t ended;           /* pages that have been given back */
};

/* ERR_OUT_OF_RAM: the account can't pay for all of it. */
enum status memory_object_init(struct memory_object *memory, uint64_t size);
/* One block, aligned to its size and below `limit`. ERR_OUT_OF_RAM also: there is none. */
enum status memory_object_init_contiguous(struct memory_object *memory, uint64_t size,
                                          paddr_t limit);
void memory_object_init_range(struct memory_object *memory, enum memory_backing backing,
                              paddr_t base, uint64_t size);
/* ERR_UNSUPPORTED: device and contiguous memory stay where they are. */
enum status memory_object_init_clone(struct memory_object *memory, struct memory_object *source);
/* One step; true: it was the last. */
bool memory_object_fini(struct memory_object *memory);
uint64_t memory_object_extra_bytes(const struct memory_object *memory);

/* The frame behind a page, allocated and zeroed on first use. `index` is within the object. */
paddr_t memory_object_page(struct memory_object *memory, uint64_t index);
/* The same, for writing: one that is shared with a clone is replaced by a copy, in all mappings. */
paddr_t memory_object_own_page(struct memory_object *memory, uint64_t index);
/* The page, or 0 where none was needed yet. */
paddr_t memory_object_present(const struct memory_object *memory, uint64_t index);
/* Whether a page of the object can be written as it is: no clone shares it. */
bool memory_object_owns(const struct memory_object *memory, paddr_t page);
/* Whether it is one range of physical addresses. */
bool memory_object_is_range(const struct memory_object *memory);
