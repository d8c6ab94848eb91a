/* SPDX-License-Identifier: MIT */
/*
 * Included before every kernel file of this program: whenever the kernel reads memory that it shares
 * with a component, the component may rewrite all of it just before and just after.
 */
#pragma once

#include "memory/memory.h"

void shake(void);

#undef read_once
#define read_once(place) \
	({ \
		shake(); \
		const typeof(place) read_value = *(const volatile typeof(place) *)&(place); \
		shake(); \
		read_value; \
	})

static inline void shaken_copy(uint64_t *to, const uint64_t *from, size_t count)
{
	shake();
	memory_copy(to, from, count);
	shake();
}

#define memory_copy shaken_copy
