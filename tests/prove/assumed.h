/* SPDX-License-Identifier: MIT */
/*
 * What proofs take for granted of functions that are not proved. Only Frama-C reads it, ahead of
 * each file; README.md says why each may be believed.
 */
#pragma once

#include "object/account.h"

/*@ assigns *account; */
void *heap_alloc(struct account *account, size_t size);

/*@ assigns *account; */
void heap_free(struct account *account, void *memory, size_t size);
