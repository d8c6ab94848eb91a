/* SPDX-License-Identifier: MIT */
/*
 * Vector state (x87, SSE, AVX) and its door, CR0.TS.
 *
 * A thread starts with the door closed; its first vector instruction traps and
 * opens it. The registers of a closed door always hold the initial image, so
 * whoever opens it finds nothing of anybody else's.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu.h"
#include "resume.h"

#define CR0_TS (1ul << 3)

enum { VECTOR_BYTES = 1024 }; /* of a saved state: legacy area and header 576, AVX 256 */

void vector_init(void);
void vector_save(void *state);
void vector_open(void);
void vector_close(void);

extern uint8_t vector_initial[];
extern uint32_t vector_features; /* the parts of the state that are in use */

static inline void vector_load(const void *state)
{
	asm volatile("xrstor64 (%0)" : : "r"(state), "a"(vector_features), "d"(0) : "memory");
}

/* Loads the initial image. The door must be open. */
static inline void vector_reset(void)
{
	vector_load(vector_initial);
}

/* Loads the initial image and closes the door, which was open. */
static inline void vector_discard(void)
{
	vector_load(vector_initial);
	write_cr0(read_cr0() | CR0_TS);
	cpu.vector_closed = true;
}
