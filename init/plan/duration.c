/* SPDX-License-Identifier: MIT */
#include "duration.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"

/* From the largest down. */
static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{"m", 60000000000}, {"s", 1000000000}, {"ms", 1000000}, {"us", 1000}, {"ns", 1},
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

bool duration_parse(const char *text, uint64_t *out_ns)
{
	uint64_t value;

	text = decimal_parse(text, &value);
	if (!text)
		return false;
	for (size_t i = 0; i < UNITS; i++) {
		if (strcmp(text, units[i].name))
			continue;
		if (__builtin_mul_overflow(value, units[i].ns, &value) || value > INT64_MAX)
			return false;
		*out_ns = value;
		return true;
	}
	return false;
}

const char *duration_format(uint64_t ns, char out[DURATION_TEXT_MAX])
{
	size_t unit = 0;

	while (unit < UNITS - 1 && (ns == 0 || ns % units[unit].ns != 0))
		unit++;
	snprintf(out, DURATION_TEXT_MAX, "%" PRIu64 "%s", ns / units[unit].ns, units[unit].name);
	return out;
}
