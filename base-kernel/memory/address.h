/* SPDX-License-Identifier: MIT */
/*
 * Addresses: physical, virtual, and the direct map that joins them.
 *
 * All RAM is mapped at `direct_map`, writable and never executable. The kernel
 * reaches user memory only through it, by frames it owns or has pinned.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef uint64_t paddr_t;
typedef uint64_t vaddr_t;

enum { PAGE_SHIFT = 12, PAGE_SIZE = 1 << PAGE_SHIFT };

/* Where physical address 0 is mapped; a variable so that host tests can move it. */
extern char *direct_map;

/*@
  assigns \nothing;
  ensures \result == direct_map + address;
*/
static inline void *paddr_to_pointer(paddr_t address)
{
	return direct_map + address;
}

static inline paddr_t pointer_to_paddr(const void *pointer)
{
	return (paddr_t)((const char *)pointer - direct_map);
}

static inline uint64_t page_align_up(uint64_t value)
{
	return (value + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

static inline uint64_t page_align_down(uint64_t value)
{
	return value & ~(uint64_t)(PAGE_SIZE - 1);
}
