/* SPDX-License-Identifier: MIT */
/*
 * Line reader: cuts what a machine sends over a serial line into lines.
 *
 * The sender may be broken in every way, so that no byte of it is trusted: a
 * line ends at '\n'; '\r' is dropped, other control characters become '?', so
 * that nothing of it can drive a terminal; what exceeds `line_size_max` is cut off
 * and the line is marked. Memory is bounded by what was fed and not yet taken.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct line_reader {
	size_t line_size_max;
	char *bytes; /* complete lines, each ended by '\n', then the unfinished one */
	size_t size;
	size_t capacity;
	size_t taken;   /* bytes already delivered */
	size_t current; /* start of the unfinished line */
};

struct line {
	const char *text; /* NUL-terminated; valid until the next call on the reader */
	size_t size;
	bool truncated;
};

void line_reader_init(struct line_reader *reader, size_t line_size_max);
void line_reader_fini(struct line_reader *reader);

/* Adds what was received; false: out of memory. */
bool line_reader_feed(struct line_reader *reader, const char *bytes, size_t size);

/* The next complete line; false: none yet. */
bool line_reader_take(struct line_reader *reader, struct line *out_line);

/* Ends the unfinished line as if '\n' had come; false: it has no text. */
bool line_reader_flush(struct line_reader *reader);
