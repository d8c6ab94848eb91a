/* SPDX-License-Identifier: MIT */
/*
 * Line discipline: what lies between the keys and the program's read, and between its write and
 * the screen. Pure logic: it is told of bytes and of reads, and says what to show and which signal a
 * key stands for. Who is signalled, who waits and where bytes come from is fs/terminal.c's business.
 *
 * Typed bytes stand in a queue, oldest first: those of finished lines (`ready` of them), then the
 * line that is being typed, which alone can still be edited. In raw mode all are ready. A line's end
 * is a mark on its last byte; that of the end-of-file key is no byte itself.
 *
 * Not there: case conversion, delays, parity, and lines longer than the queue, whose rest is refused
 * with a bell.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { LINE_INPUT_MAX = 4096, LINE_CHARACTERS = 19 };

/* As TCGETS and TCSETS have it; the values are those of <termios.h>. */
struct line_settings {
	uint32_t input;
	uint32_t output;
	uint32_t control;
	uint32_t local;
	uint8_t line;
	uint8_t characters[LINE_CHARACTERS];
};

struct line_discipline {
	struct line_settings settings;
	uint16_t bytes[LINE_INPUT_MAX]; /* with marks above the lowest 8 bits */
	uint32_t first;
	uint32_t count;
	uint32_t ready;
	bool literal;         /* the next key stands for itself */
	bool stopped;         /* output is, by a key */
	unsigned column;      /* of the cursor */
	unsigned line_column; /* where the line being typed begins */
};

/* What is to be shown; more than there is room for is left out. */
struct line_output {
	uint8_t *bytes;
	size_t size;
	size_t room;
};

void line_discipline_init(struct line_discipline *line);
void line_discipline_set(struct line_discipline *line, const struct line_settings *settings);
/* Forgets what was typed and not read. */
void line_discipline_flush(struct line_discipline *line);
/* Is there room for what a key may stand for? */
bool line_discipline_accepts(const struct line_discipline *line);
/* A key was pressed: the signal it stands for, or 0; its echo is added to `echo`. */
int line_discipline_type(struct line_discipline *line, uint8_t byte, struct line_output *echo);
/*
 * As read: EAGAIN when there is too little yet. `expired`: the time that VTIME allows has passed.
 */
ssize_t line_discipline_read(struct line_discipline *line, uint8_t *buffer, size_t size,
                             bool expired);
/* How much a read would take: a line at most. */
size_t line_discipline_readable(const struct line_discipline *line);
/* Would a read of one byte not be EAGAIN? */
bool line_discipline_due(const struct line_discipline *line);
/* How long a read waits that was EAGAIN, from then on or from the next key on; 0: for ever. */
uint64_t line_discipline_patience_ns(const struct line_discipline *line);
/* Adds what `bytes` look like to `output`; answers how many of them there was room for. */
size_t line_discipline_write(struct line_discipline *line, const uint8_t *bytes, size_t size,
                             struct line_output *output);
