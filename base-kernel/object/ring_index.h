/* SPDX-License-Identifier: MIT */
/*
 * Index arithmetic of rings, and the layout of their pages. Indices run
 * freely; what the owner wrote is believed only as far as it makes sense.
 */
#pragma once

#include <abi/ring.h>
#include <stdbool.h>
#include <stdint.h>

/*@ admit lemma mask_bounds: \forall uint32_t x, mask; 0 <= (x & mask) <= mask; */

/* Whether `entries` is a power of two within the limits. */
/*@
  assigns \nothing;
  ensures \result <==> 0 < entries <= max && (entries & (entries - 1)) == 0;
*/
static inline bool ring_index_valid(unsigned entries, unsigned max)
{
	return entries > 0 && entries <= max && (entries & (entries - 1)) == 0;
}

/* Records between head and tail, at most `size`, whatever the two say. */
/*@
  assigns \nothing;
  ensures \result <= size;
  ensures head <= tail <= head + size ==> \result == tail - head;
*/
static inline uint32_t ring_index_used(uint32_t tail, uint32_t head, uint32_t size)
{
	const uint32_t used = tail - head;

	return used <= size ? used : size;
}

/*@
  requires records <= 0x10000;
  assigns \nothing;
  ensures \result == (records + 31) / 32;
*/
static inline unsigned ring_index_record_pages(unsigned records)
{
	return (records * (unsigned)sizeof(struct ring_submission) + PAGE_BYTES - 1) / PAGE_BYTES;
}

/*@
  requires entries <= 0x10000;
  assigns \nothing;
  ensures \result == 1 + (entries + 31) / 32;
*/
/* First page of the completions; page 0 is the header, then come the submissions. */
static inline unsigned ring_index_completion_page(unsigned entries)
{
	return 1 + ring_index_record_pages(entries);
}

/*@
  requires entries <= 0x8000 && buffers <= 0x10000;
  assigns \nothing;
  ensures \result == 1 + (entries + 31) / 32 + (2 * entries + 31) / 32 + buffers;
*/
static inline unsigned ring_index_pages(unsigned entries, unsigned buffers)
{
	return ring_index_completion_page(entries) + ring_index_record_pages(2 * entries) + buffers;
}
