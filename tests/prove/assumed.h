/* SPDX-License-Identifier: MIT */
/*
 * What proofs take for granted of functions that are not proved. Only Frama-C reads it, ahead of
 * each file; README.md says why each may be believed.
 */
#pragma once

#include <stdbool.h>

extern bool sched_attention; /* contracts in headers speak of it that know no scheduler */

#include "memory/assert.h"
#include "object/grant.h"

/*@
  requires \false;
  assigns \nothing;
  ensures \false;
*/
_Noreturn void assert_failed(const char *expression, const char *file, int line);

/*@ assigns *account; */
void *heap_alloc(struct account *account, size_t size);

/*@ assigns *account; */
void heap_free(struct account *account, void *memory, size_t size);

/*@
  requires grants_valid && 0 < index < grants.count;
  assigns grants.table[0 .. grants.count - 1];
  ensures grants_valid && grants_later{Pre, Post};
*/
void grant_doom(uint32_t index);

/*@
  requires grants_valid && 0 < index < grants.count;
  assigns grants.table[0 .. grants.count - 1], sched_attention;
  ensures grants_valid && grants_later{Pre, Post};
  ensures grants.table[index].state == \old(grants.table[index].state);
  ensures grants.table[index].child == \old(grants.table[index].child);
*/
bool grant_sever(uint32_t index);

/*@
  requires grants_valid && 0 < index < grants.count && grants.table[index].child == GRANT_NONE;
  assigns grants, grants.table[0 .. grants.count - 1];
*/
void grant_release(uint32_t index);
