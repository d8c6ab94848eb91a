/* SPDX-License-Identifier: MIT */
/*
 * Line set: which cache lines have been touched, since it was last emptied.
 */
#pragma once

#include <stdint.h>

enum { LINE_SHIFT = 6 }; /* 64 bytes */

struct line_set {
	struct line_entry *entries;
	uint32_t mask;
	uint32_t round; /* entries of earlier rounds are free */
	uint64_t count;
};

/* Empties it. One that is zeroed is new. */
void line_set_clear(struct line_set *set);
void line_set_add(struct line_set *set, uint64_t line);
