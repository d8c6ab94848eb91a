/* SPDX-License-Identifier: MIT */
/*
 * Vector state (x87, SSE, AVX) and its door, CR0.TS.
 *
 * A thread starts with the door closed; its first vector instruction traps and
 * opens it. The registers of a closed door always hold the initial image, so
 * whoever opens it finds nothing of anybody else's.
 */
#pragma once

#include <stddef.h>

void vector_init(void);
/* Size of a saved state. */
size_t vector_bytes(void);
void vector_save(void *state);
void vector_restore(const void *state);
/* Loads the initial image. The door must be open. */
void vector_reset(void);
void vector_open(void);
void vector_close(void);
