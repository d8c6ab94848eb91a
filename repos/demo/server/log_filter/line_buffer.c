/* SPDX-License-Identifier: MIT */
#include "line_buffer.h"

/* The line stays where it is; what comes next overwrites it. */
static bool complete(struct line_buffer *buffer, size_t *out_size)
{
	*out_size = buffer->used;
	buffer->used = 0;
	return true;
}

bool line_buffer_next(struct line_buffer *buffer, struct line_parts *parts, size_t *out_size)
{
	while (parts->size > 0) {
		if (*parts->at != '\n' && buffer->used == LINE_BUFFER_BYTES)
			return complete(buffer, out_size);

		const char c = *parts->at++;

		parts->size--;
		if (c == '\n')
			return complete(buffer, out_size);
		buffer->text[buffer->used++] = c;
	}
	return false;
}

bool line_buffer_end(struct line_buffer *buffer, size_t *out_size)
{
	return buffer->used > 0 && complete(buffer, out_size);
}
