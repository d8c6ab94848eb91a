/* SPDX-License-Identifier: MIT */
/*
 * A capability's name in its holder's own table: slot and generation.
 *
 * The generation changes each time the slot is emptied, so a stale id is
 * refused (ERR_BAD_CAP) and never means another object. Id 0 is the thread's
 * own 'self' as the target of a call, and 'none' everywhere else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	uint64_t id; /* bits 0..31: slot, bits 32..63: generation */
} cap_t;

#define CAP_NULL ((cap_t){0})

enum { CAP_SLOT_BYTES = 32 }; /* what a slot costs the account of its table */

/*@
  assigns \nothing;
  ensures \result.id == ((uint64_t)((uint64_t)generation << 32) | slot);
*/
static inline cap_t cap_make(uint32_t slot, uint32_t generation)
{
	return (cap_t){(uint64_t)generation << 32 | slot};
}

/*@
  assigns \nothing;
  ensures \result == (uint32_t)cap.id;
*/
static inline uint32_t cap_slot(cap_t cap)
{
	return (uint32_t)cap.id;
}

/*@
  assigns \nothing;
  ensures \result == (uint32_t)(cap.id >> 32);
*/
static inline uint32_t cap_generation(cap_t cap)
{
	return (uint32_t)(cap.id >> 32);
}

/*@
  assigns \nothing;
  ensures \result <==> cap.id != 0;
*/
static inline bool cap_valid(cap_t cap)
{
	return cap.id != 0;
}
