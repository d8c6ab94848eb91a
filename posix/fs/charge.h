/* SPDX-License-Identifier: MIT */
/*
 * Memory of the native heap that is counted against a limit.
 */
#pragma once

#include <stddef.h>

struct charge {
	size_t limit;
	size_t used;
};

/* Zeroed memory. ENOSPC: beyond the limit; ENOMEM: the component has none. */
int charge_alloc(struct charge *charge, size_t size, void **out_memory);
/* Accepts NULL. */
void charge_free(struct charge *charge, void *memory, size_t size);
