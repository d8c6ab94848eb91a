/* SPDX-License-Identifier: MIT */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX = 63, DISTANCE_MAX = 3 };

void failure_init(struct failure *failure, struct codec_error *error)
{
	*error = (struct codec_error){0};
	*failure = (struct failure){.error = error};
}

static void path_append(struct failure *failure, const char *text)
{
	const uint32_t room = (uint32_t)sizeof(failure->error->path) - failure->path_size;
	const int length = snprintf(failure->error->path + failure->path_size, room, "%s", text);

	failure->path_size += (uint32_t)length < room ? (uint32_t)length : room - 1;
}

uint32_t failure_enter(struct failure *failure, const char *name)
{
	const uint32_t mark = failure->path_size;

	if (mark > 0)
		path_append(failure, ".");
	path_append(failure, name);
	return mark;
}

uint32_t failure_enter_element(struct failure *failure, uint32_t number)
{
	const uint32_t mark = failure->path_size;
	char text[16];

	(void)snprintf(text, sizeof(text), "[%u]", number);
	path_append(failure, text);
	return mark;
}

void failure_leave(struct failure *failure, uint32_t mark)
{
	failure->path_size = mark;
	failure->error->path[mark] = 0;
}

enum status failure_set(struct failure *failure, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(failure->error->message, sizeof(failure->error->message), format,
	                arguments);
	va_end(arguments);
	return ERR_BAD_ARG;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Insertions, deletions, exchanges and swaps of neighbours from one name to the other. */
static uint32_t edit_distance(const char *a, const char *b)
{
	uint8_t rows[3][NAME_MAX + 1];
	const uint32_t a_size = (uint32_t)strlen(a);
	const uint32_t b_size = (uint32_t)strlen(b);

	if (a_size > NAME_MAX || b_size > NAME_MAX)
		return UINT32_MAX;
	for (uint32_t j = 0; j <= b_size; j++)
		rows[0][j] = (uint8_t)j;
	for (uint32_t i = 1; i <= a_size; i++) {
		uint8_t *row = rows[i % 3];
		const uint8_t *above = rows[(i + 2) % 3];
		const uint8_t *before = rows[(i + 1) % 3];

		row[0] = (uint8_t)i;
		for (uint32_t j = 1; j <= b_size; j++) {
			uint32_t best = above[j - 1] + (a[i - 1] != b[j - 1] ? 1u : 0u);

			best = least(best, least(above[j], row[j - 1]) + 1u);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = least(best, before[j - 2] + 1u);
			row[j] = (uint8_t)best;
		}
	}
	return rows[a_size % 3][b_size];
}

static const char *nearest(const char *unknown,
                           const char *(*candidate)(const void *context, uint32_t index),
                           const void *context)
{
	/* a third of the name may be wrong, and never more than three letters */
	uint32_t limit = least((uint32_t)strlen(unknown) / 3 + 1, DISTANCE_MAX) + 1;
	const char *best = NULL;
	const char *name;

	for (uint32_t i = 0; (name = candidate(context, i)) != NULL; i++) {
		const uint32_t distance = edit_distance(unknown, name);

		if (distance < limit) {
			limit = distance;
			best = name;
		}
	}
	return best;
}

enum status failure_unknown(struct failure *failure, const char *what, const char *unknown,
                            const char *(*candidate)(const void *context, uint32_t index),
                            const void *context)
{
	struct codec_error *error = failure->error;
	const char *best = nearest(unknown, candidate, context);

	(void)snprintf(error->unknown, sizeof(error->unknown), "%s", unknown);
	if (best == NULL)
		return failure_set(failure, "unknown %s '%.60s'", what, unknown);
	(void)snprintf(error->nearest, sizeof(error->nearest), "%s", best);
	return failure_set(failure, "unknown %s '%.60s', did you mean '%.60s'?", what, unknown,
	                   best);
}
