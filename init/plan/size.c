/* SPDX-License-Identifier: MIT */
#include "size.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"

static const char units[] = "KMG";

bool size_parse(const char *text, uint64_t *out)
{
	uint64_t value;

	text = decimal_parse(text, &value);
	if (!text)
		return false;
	if (*text) {
		const char *unit = strchr(units, *text);
		if (!unit || text[1] ||
		    __builtin_mul_overflow(value, UINT64_C(1) << (10 * (unit - units + 1)), &value))
			return false;
	}
	if (value > INT64_MAX)
		return false;
	*out = value;
	return true;
}

const char *size_format(uint64_t size, char out[SIZE_TEXT_MAX])
{
	unsigned unit = 0;

	while (unit < 3 && size > 0 && size % 1024 == 0) {
		size /= 1024;
		unit++;
	}
	if (unit == 0)
		snprintf(out, SIZE_TEXT_MAX, "%" PRIu64, size);
	else
		snprintf(out, SIZE_TEXT_MAX, "%" PRIu64 "%c", size, units[unit - 1]);
	return out;
}
