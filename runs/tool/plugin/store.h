/* SPDX-License-Identifier: MIT */
/*
 * Memory that is never given back: what is remembered of a run is remembered to its end.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

/* Zeroed. A run that can't be counted is of no use to whoever asked for it: it ends. */
static inline void *store_new(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory) {
		fprintf(stderr, "counting plugin: out of memory\n");
		exit(1);
	}
	return memory;
}
