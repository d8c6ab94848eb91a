/* SPDX-License-Identifier: MIT */
/* Sizes as one writes them: "8M", "512K", "1G", "4096". */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { SIZE_TEXT_MAX = 24 };

/* False: no such size, or more than INT64_MAX. */
bool size_parse(const char *text, uint64_t *out);

/* With the largest unit that divides it. Returns out. */
const char *size_format(uint64_t size, char out[SIZE_TEXT_MAX]);
