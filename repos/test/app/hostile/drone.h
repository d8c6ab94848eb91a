/* SPDX-License-Identifier: MIT */
/*
 * Drone: position-independent code for a domain of its own, in drone.S.
 *
 * Each entry brings the processor into a state that kernels have got wrong before; all end in a
 * loop of system calls with any registers. The data page is at DRONE_DATA: a random state, then
 * operation words to choose from.
 */
#pragma once

#include <stdint.h>

#define DRONE_CODE 0x400000ul
#define DRONE_DATA 0x500000ul

enum { DRONE_WORDS = 64 };

struct drone_data {
	uint64_t state;
	uint64_t reserved[7];
	uint64_t words[DRONE_WORDS];
};

extern const char drone_begin[], drone_end[];
extern const uint16_t drone_entries[]; /* offsets into the code */
extern const unsigned drone_entry_count;
