/* SPDX-License-Identifier: MIT */
/*
 * Page tables of a domain: the lower half is its own, the upper the kernel's.
 *
 * Tables are added before a mapping is made, so that entering a page never
 * fails; they stay until the domain ends. A large page stands where no table
 * is: in 2 MiB that one mapping of one physical range covers. What is entered
 * next to the page before is found at once, in the table of pages used last.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "memory/address.h"

struct account;

/* What a page may be used for, as the bits of its entry. */
#define PAGE_WRITE    (1ul << 1)
#define PAGE_COMBINED (1ul << 3) /* writes are gathered: by the attribute table */
#define PAGE_UNCACHED (1ul << 3 | 1ul << 4)
#define PAGE_EXECUTE  (1ul << 63)

#define LARGE_PAGE_SIZE (1ul << 21)

struct page_table {
	paddr_t root;
	uint32_t tables; /* pages charged to the domain's account, the root included */
	uint32_t
		last; /* frame number of the one added last; on to the root through struct frame.next */
	uint64_t *recent;    /* the table of pages used last */
	vaddr_t recent_base; /* of the 2 MiB it is for; UINT64_MAX: none */
};

bool page_table_init(struct page_table *table, struct account *account);
/* One step: gives tables back; true: all. */
bool page_table_fini(struct page_table *table, struct account *account);

/*
 * Adds the tables that pages of the range need; `large`: large ones wherever they fit. What
 * was added stays. ERR_OUT_OF_RAM: the account can't pay; ERR_NOT_NOW: it was enough for one step.
 */
enum status page_table_prepare(struct page_table *table, struct account *account, vaddr_t address,
                               uint64_t size, bool large);
/* `flags`: PAGE_WRITE and so on. Returns where the next page begins. */
vaddr_t page_table_enter(struct page_table *table, vaddr_t address, paddr_t page, uint64_t flags);
/* False: a table for pages stands there, from an earlier mapping. */
bool page_table_enter_large(struct page_table *table, vaddr_t address, paddr_t page,
                            uint64_t flags);
/*
 * Takes out the pages from `address` on, as many as a step of a long operation may; returns where it
 * stopped, `end` at most. A large page is inside of the range as a whole or not at all.
 */
vaddr_t page_table_clear(struct page_table *table, vaddr_t address, vaddr_t end);
/* Takes the right to write from all pages that are entered. */
void page_table_protect(struct page_table *table, vaddr_t address, uint64_t size);
/* The physical address behind a user address, 0: nothing there. */
paddr_t page_table_find(struct page_table *table, vaddr_t address);

/* The kernel's own half: W^X for the kernel image, all RAM below `ram_end` at the direct map. */
void page_table_init_kernel(paddr_t ram_end, paddr_t (*take_page)(void));
/* A page of device registers, uncached. At most DEVICE_PAGES_MAX of them. */
volatile void *page_table_map_device(paddr_t address);
