/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <string.h>

enum status filter_add(struct filter *filter, const char *text, size_t size)
{
	if (size == 0 || size > FILTER_TEXT_MAX || filter->count == FILTER_TEXTS_MAX)
		return ERR_BAD_ARG;
	memcpy(filter->texts[filter->count], text, size);
	filter->texts[filter->count][size] = '\0';
	filter->count++;
	return OK;
}

static bool holds(const char *line, size_t size, const char *text)
{
	const size_t length = strlen(text);

	for (size_t at = 0; at + length <= size; at++) {
		if (memcmp(line + at, text, length) == 0)
			return true;
	}
	return false;
}

bool filter_passes(const struct filter *filter, const char *line, size_t size)
{
	for (unsigned i = 0; i < filter->count; i++) {
		if (holds(line, size, filter->texts[i]))
			return false;
	}
	return true;
}
