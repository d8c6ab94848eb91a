/* SPDX-License-Identifier: MIT */
#include "diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *severity_name(enum severity severity)
{
	switch (severity) {
	case SEVERITY_WARNING: return "warning";
	case SEVERITY_ERROR: return "error";
	}
	return "?";
}

static bool known(const struct diagnostics *diagnostics, const char *file, uint32_t line,
                  const char *text)
{
	for (uint32_t i = 0; i < diagnostics->count; i++) {
		const struct diagnostic *item = &diagnostics->items[i];
		if (item->line == line && !strcmp(item->file, file) && !strcmp(item->text, text))
			return true;
	}
	return false;
}

void diagnostics_fini(struct diagnostics *diagnostics)
{
	for (uint32_t i = 0; i < diagnostics->count; i++) {
		free(diagnostics->items[i].file);
		free(diagnostics->items[i].text);
	}
	*diagnostics = (struct diagnostics){0};
}

void diagnostics_add(struct diagnostics *diagnostics, enum severity severity, const char *file,
                     uint32_t line, const char *format, ...)
{
	char text[DIAGNOSTIC_BYTES_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);

	if (known(diagnostics, file, line, text))
		return;
	if (severity == SEVERITY_ERROR)
		diagnostics->errors++;

	struct diagnostic item = {
		.severity = severity,
		.file = strdup(file),
		.line = line,
		.ordinal = diagnostics->count,
		.text = strdup(text),
	};
	if (diagnostics->count == DIAGNOSTICS_MAX || !item.file || !item.text) {
		free(item.file);
		free(item.text);
		diagnostics->dropped++;
		return;
	}
	diagnostics->items[diagnostics->count++] = item;
}

/* The ordinal of the first finding in this file: its rank among the files. */
static uint32_t file_rank(const struct diagnostics *diagnostics, const char *file)
{
	uint32_t rank = UINT32_MAX;

	for (uint32_t i = 0; i < diagnostics->count; i++) {
		const struct diagnostic *item = &diagnostics->items[i];
		if (item->ordinal < rank && !strcmp(item->file, file))
			rank = item->ordinal;
	}
	return rank;
}

static bool before(const struct diagnostics *diagnostics, const struct diagnostic *left,
                   const struct diagnostic *right)
{
	if (strcmp(left->file, right->file))
		return file_rank(diagnostics, left->file) < file_rank(diagnostics, right->file);
	if (left->line != right->line)
		return left->line < right->line;
	return left->ordinal < right->ordinal;
}

void diagnostics_sort(struct diagnostics *diagnostics)
{
	for (uint32_t i = 1; i < diagnostics->count; i++) {
		for (uint32_t k = i; k > 0; k--) {
			struct diagnostic *left = &diagnostics->items[k - 1];
			struct diagnostic *right = &diagnostics->items[k];
			if (!before(diagnostics, right, left))
				break;
			const struct diagnostic moved = *left;
			*left = *right;
			*right = moved;
		}
	}
}

void diagnostic_format(const struct diagnostic *diagnostic, char *out, size_t size)
{
	const char *severity = severity_name(diagnostic->severity);

	if (diagnostic->line == 0)
		snprintf(out, size, "%s: %s: %s", diagnostic->file, severity, diagnostic->text);
	else
		snprintf(out, size, "%s:%u: %s: %s", diagnostic->file, diagnostic->line, severity,
		         diagnostic->text);
}
