/* SPDX-License-Identifier: MIT */
/*
 * Filling and copying of kernel memory, in words where it matters.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* All for 8-byte aligned memory of a multiple of 8 bytes. */
static inline void memory_zero(void *to, size_t size)
{
	size_t count = size / 8;

	asm volatile("rep stosq" : "+D"(to), "+c"(count) : "a"(0ul) : "memory");
}

/* For a few words, whose number the compiler knows. */
static inline void memory_copy_words(uint64_t *to, const uint64_t *from, size_t count)
{
#pragma GCC unroll 16
	for (size_t i = 0; i < count; i++)
		to[i] = from[i];
}

/* For many. */
static inline void memory_copy(uint64_t *to, const uint64_t *from, size_t count)
{
	asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

/* One load, whatever the other side does meanwhile. */
#define read_once(place)         (*(const volatile typeof(place) *)&(place))
#define write_once(place, value) (*(volatile typeof(place) *)&(place) = (value))
