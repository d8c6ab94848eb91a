/* SPDX-License-Identifier: MIT */
/*
 * Filter: which lines pass. A line passes unless it holds one of the texts
 * that the configuration names.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { FILTER_TEXTS_MAX = 16, FILTER_TEXT_MAX = 63 };

struct filter {
	char texts[FILTER_TEXTS_MAX][FILTER_TEXT_MAX + 1];
	unsigned count;
};

/* ERR_BAD_ARG: it is empty or too long, or there are too many. */
enum status filter_add(struct filter *filter, const char *text, size_t size);
bool filter_passes(const struct filter *filter, const char *line, size_t size);
