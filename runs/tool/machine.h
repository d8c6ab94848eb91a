/* SPDX-License-Identifier: MIT */
/*
 * Machine: a running QEMU, its two serial lines and its end, as one stream of reports.
 *
 * The guest writes its console on the first line and events on the second
 * (<abi/event.h>). Order matters to a judge in one direction: text written
 * before an event is reported before it; and the end comes last, after all text.
 */
#pragma once

#include "line_reader.h"
#include "process.h"

#include <stdint.h>

/* In QEMU's argument list the two lines are the sockets with these numbers. */
enum { MACHINE_CONSOLE_FILE = 3, MACHINE_EVENT_FILE = 4 };

enum machine_report_kind {
	MACHINE_CONSOLE,   /* text: a line of the console */
	MACHINE_EVENT,     /* text: a line of the event channel */
	MACHINE_EXIT,      /* status: as process_reap() */
	MACHINE_INPUT,     /* text: what the user typed, not a line */
	MACHINE_TIMEOUT,   /* nothing came within the time given */
	MACHINE_INTERRUPT, /* status: the signal the tool was sent */
};

struct machine_report {
	enum machine_report_kind kind;
	struct line line; /* valid until the next call on the machine */
	int status;
};

struct machine {
	struct process process;
	int console_file; /* -1: closed */
	int event_file;   /* -1: closed */
	int input_file;   /* whose bytes are reported as input; -1: none */
	int echo_file;    /* gets the console's bytes as they come; -1: none */
	bool ended;
	int status;
	struct line_reader console;
	struct line_reader event;
	char input[256];
};

/* Starts argv; what QEMU itself has to say goes to `message_file`. 0 or a negative errno. */
int machine_start(struct machine *machine, char *const argv[], int message_file);

/*
 * The next report, waiting at most `timeout_ms` (negative: for ever). A timeout may be
 * reported early.
 */
void machine_next(struct machine *machine, int timeout_ms, struct machine_report *out_report);

/* Sends to the event channel or the console; what the machine does not take is lost. */
void machine_send(struct machine *machine, const char *bytes, size_t size);
void machine_type(struct machine *machine, const char *bytes, size_t size);

/* Has the console's unfinished line reported as if it were complete; false: there is none. */
bool machine_flush(struct machine *machine);

/* Ends the machine if it still runs; may be called twice. */
void machine_stop(struct machine *machine);
