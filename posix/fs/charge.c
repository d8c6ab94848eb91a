/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>

#include <native.h>

#include "charge.h"

int charge_alloc(struct charge *charge, size_t size, void **out_memory)
{
	if (size > charge->limit - charge->used)
		return -ENOSPC;
	void *memory = native_heap_alloc(size);
	if (!memory)
		return -ENOMEM;
	charge->used += size;
	*out_memory = memory;
	return 0;
}

void charge_free(struct charge *charge, void *memory, size_t size)
{
	if (!memory)
		return;
	assert(charge->used >= size);
	charge->used -= size;
	native_heap_free(memory);
}
