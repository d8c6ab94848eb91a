/* SPDX-License-Identifier: MIT */
/*
 * Line buffer: makes whole lines out of text that comes in parts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A longer line becomes several. */
enum { LINE_BUFFER_BYTES = 512 };

struct line_buffer {
	char text[LINE_BUFFER_BYTES];
	size_t used;
};

struct line_parts {
	const char *at; /* what is still to be looked at */
	size_t size;
};

/*
 * Takes text from `parts` until a line is complete: it is then in the buffer, without its newline,
 * until the next call. False: all was taken, and the last line is still open.
 */
bool line_buffer_next(struct line_buffer *buffer, struct line_parts *parts, size_t *out_size);
/* The open line as if it had ended; false: there is none. */
bool line_buffer_end(struct line_buffer *buffer, size_t *out_size);
