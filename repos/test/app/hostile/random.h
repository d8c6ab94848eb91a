/* SPDX-License-Identifier: MIT */
/*
 * Random: numbers that look like it, the same for the same seed; with a taste for borders.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state; /* never 0 */
};

uint64_t random_next(struct random *random);
/* 0 .. end - 1; end is not 0. */
uint32_t random_below(struct random *random, uint32_t end);
/* True in one of `times`. */
bool random_one_in(struct random *random, uint32_t times);
/* A value at which arithmetic goes wrong: ends of ranges, signs, pages. */
uint64_t random_border(struct random *random);
/* Anything: small, border or full-width. */
uint64_t random_any(struct random *random);
