/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sources_fini(struct sources *sources)
{
	for (uint32_t i = 0; i < sources->count; i++) {
		free(sources->items[i].file);
		free(sources->items[i].text);
	}
	*sources = (struct sources){0};
}

/* FNV-1a: enough to tell one version of a file from the next. */
static uint64_t hash(const char *text, size_t size)
{
	uint64_t value = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size; i++)
		value = (value ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return value;
}

enum status sources_add(struct sources *sources, const char *file, const char *chunk_name,
                        const char *text, size_t size, uint32_t *out_index)
{
	for (uint32_t i = 0; i < sources->count; i++) {
		if (!strcmp(sources->items[i].file, file)) {
			*out_index = i;
			return OK;
		}
	}
	if (sources->count == PLAN_SOURCES_MAX)
		return ERR_BAD_ARG;
	if (chunk_name && strlen(chunk_name) >= SOURCE_CHUNK_NAME_MAX)
		return ERR_BAD_ARG;

	struct source source = {
		.file = strdup(file),
		.text = malloc(size + 1),
		.size = size,
		.hash = hash(text, size),
	};
	if (!source.file || !source.text) {
		free(source.file);
		free(source.text);
		return ERR_OUT_OF_RAM;
	}
	memcpy(source.text, text, size);
	source.text[size] = '\0';
	if (chunk_name)
		strcpy(source.chunk_name, chunk_name);
	else
		snprintf(source.chunk_name, sizeof(source.chunk_name), "=#%u", sources->count);
	*out_index = sources->count;
	sources->items[sources->count++] = source;
	return OK;
}

uint32_t sources_find(const struct sources *sources, const char *chunk_name)
{
	for (uint32_t i = 0; i < sources->count; i++) {
		if (!strcmp(sources->items[i].chunk_name, chunk_name))
			return i;
	}
	return PLAN_SOURCES_MAX;
}
