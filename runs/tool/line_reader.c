/* SPDX-License-Identifier: MIT */
#include "line_reader.h"

#include <stdlib.h>
#include <string.h>

/* Marks a cut line; cannot come from the machine, whose control characters are replaced. */
enum { TRUNCATION_MARK = 1 };

void line_reader_init(struct line_reader *reader, size_t line_size_max)
{
	*reader = (struct line_reader){.line_size_max = line_size_max};
}

void line_reader_fini(struct line_reader *reader)
{
	free(reader->bytes);
	*reader = (struct line_reader){0};
}

/* Makes room for `size` more bytes, after forgetting those already taken. */
static bool reserve(struct line_reader *reader, size_t size)
{
	if (reader->taken > 0) {
		reader->size -= reader->taken;
		reader->current -= reader->taken;
		memmove(reader->bytes, reader->bytes + reader->taken, reader->size);
		reader->taken = 0;
	}
	if (reader->size + size <= reader->capacity)
		return true;

	const size_t capacity = 2 * (reader->size + size);
	char *bytes = realloc(reader->bytes, capacity);
	if (!bytes)
		return false;
	reader->bytes = bytes;
	reader->capacity = capacity;
	return true;
}

static void add(struct line_reader *reader, char byte)
{
	const size_t length = reader->size - reader->current;
	const unsigned char value = (unsigned char)byte;

	if (byte == '\n') {
		reader->bytes[reader->size++] = '\n';
		reader->current = reader->size;
	} else if (length < reader->line_size_max && byte != '\r') {
		const bool control = (value < ' ' && byte != '\t') || value == 0x7f;
		reader->bytes[reader->size++] = control ? '?' : byte;
	} else if (length == reader->line_size_max && byte != '\r') {
		reader->bytes[reader->size++] = TRUNCATION_MARK;
	}
}

bool line_reader_feed(struct line_reader *reader, const char *bytes, size_t size)
{
	if (!reserve(reader, size + 1)) /* one more for a later flush */
		return false;
	for (size_t i = 0; i < size; i++)
		add(reader, bytes[i]);
	return true;
}

bool line_reader_take(struct line_reader *reader, struct line *out_line)
{
	if (reader->taken == reader->current)
		return false;

	char *start = reader->bytes + reader->taken;
	char *end = memchr(start, '\n', reader->current - reader->taken);
	size_t size = (size_t)(end - start);
	reader->taken += size + 1;

	const bool truncated = size > 0 && start[size - 1] == TRUNCATION_MARK;
	if (truncated)
		size--;
	start[size] = '\0';
	*out_line = (struct line){.text = start, .size = size, .truncated = truncated};
	return true;
}

bool line_reader_flush(struct line_reader *reader)
{
	if (reader->size == reader->current)
		return false;
	add(reader, '\n'); /* feed left room */
	return true;
}
