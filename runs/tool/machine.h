/* SPDX-License-Identifier: MIT */
/*
 * Machine: a running QEMU, its serial lines and its end, as one stream of reports; and beside that its monitor,
 * which is asked and answers.
 *
 * The guest writes its console on the first line, events on the second
 * (<abi/event.h>); the third is a terminal, if the machine has one. Order matters to a judge in one
 * direction: text written before an event is reported before it; and the end comes last, after all
 * text.
 */
#pragma once

#include "line_reader.h"
#include "process.h"

#include <stdint.h>

enum machine_line { MACHINE_CONSOLE, MACHINE_EVENT, MACHINE_TERMINAL, MACHINE_LINES };

/* In QEMU's argument list the lines are the sockets with these numbers, in the order above; then the monitor. */
enum { MACHINE_LINE_FILE = 3, MACHINE_MONITOR_FILE = MACHINE_LINE_FILE + MACHINE_LINES };

/* The first ones are a line of text from the serial line of that number. */
enum machine_report_kind {
	MACHINE_EXIT = MACHINE_LINES, /* status: as process_reap() */
	MACHINE_INPUT,                /* text: what the user typed, not a line */
	MACHINE_TIMEOUT,              /* nothing came within the time given */
	MACHINE_INTERRUPT,            /* status: the signal the tool was sent */
};

struct machine_report {
	enum machine_report_kind kind;
	struct line line; /* valid until the next call on the machine */
	int status;
};

struct machine {
	struct process process;
	int files[MACHINE_LINES]; /* -1: closed */
	int monitor_file;         /* -1: closed */
	int terminal_end;         /* the machine's end of that line, to see what it has read */
	uint64_t terminal_size;   /* bytes that came from it */
	struct line_reader readers[MACHINE_LINES];
	struct line_reader monitor;
	int input_file; /* whose bytes are reported as input; -1: none */
	int echo_file;  /* gets the bytes of `shown` as they come; -1: none */
	enum machine_line shown;
	bool ended;
	int status;
	char input[256];
};

/* Starts argv; what QEMU itself has to say goes to `message_file`. 0 or a negative errno. */
int machine_start(struct machine *machine, char *const argv[], int message_file);

/*
 * The next report, waiting at most `timeout_ms` (negative: for ever). A timeout may be
 * reported early.
 */
void machine_next(struct machine *machine, int timeout_ms, struct machine_report *out_report);

/* Sends on a line; false: the machine does not take all of it, and gets none of it or a part. */
bool machine_send(struct machine *machine, enum machine_line line, const char *bytes, size_t size);
/* How much of what was sent to the terminal the machine has not read yet. */
size_t machine_unread(const struct machine *machine);

/*
 * Sends a command to the monitor (if `bytes`), and waits for the next line it says: false: none came in time, or
 * it is closed. The guest goes on meanwhile; what it says is reported later.
 */
bool machine_ask(struct machine *machine, const char *bytes, size_t size, int timeout_ms,
                 struct line *out_line);

/* Has unfinished lines reported as if they were complete, but for events; false: there are none. */
bool machine_flush(struct machine *machine);

/* Ends the machine if it still runs; may be called twice. */
void machine_stop(struct machine *machine);
