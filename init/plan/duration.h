/* SPDX-License-Identifier: MIT */
/* Times as one writes them: "50us", "100ms", "10s", "5m". */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { DURATION_TEXT_MAX = 24 };

/* False: no such time, or more than INT64_MAX nanoseconds. */
bool duration_parse(const char *text, uint64_t *out_ns);

/* With the largest unit that divides it. Returns out. */
const char *duration_format(uint64_t ns, char out[DURATION_TEXT_MAX]);
