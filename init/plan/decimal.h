/* SPDX-License-Identifier: MIT */
/*
 * Decimal: the digits that a text begins with.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Behind the digits; NULL: there are none, or the number has more than 64 bits. */
static inline const char *decimal_parse(const char *text, uint64_t *out_value)
{
	uint64_t value = 0;

	if (*text < '0' || *text > '9')
		return NULL;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return NULL;
	}
	*out_value = value;
	return text;
}
