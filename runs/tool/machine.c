/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "machine.h"

#include "interrupt.h"

#include <abi/event.h>
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONSOLE_LINE_MAX = 4096,
	/* The guest must not be slowed down by a tool that is busy: ample room on its side. */
	SOCKET_BUFFER_SIZE = 1024 * 1024,
	READS_MAX = 64, /* blocks read from one line before the other has its turn */
};

static int open_line(int ends[2])
{
	const int size = SOCKET_BUFFER_SIZE;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return -errno;
	/* a smaller buffer is no error */
	(void)setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	return 0;
}

static void close_file(int *file)
{
	if (*file >= 0)
		close(*file);
	*file = -1;
}

int machine_start(struct machine *machine, char *const argv[], int message_file)
{
	int console[2], event[2];

	int error = open_line(console);
	if (error != 0)
		return error;
	error = open_line(event);
	if (error != 0)
		goto fail_event;

	*machine = (struct machine){
		.console_file = console[0],
		.event_file = event[0],
		.input_file = -1,
		.echo_file = -1,
	};
	const int files[] = {-1, message_file, message_file, console[1], event[1]};
	static_assert(MACHINE_CONSOLE_FILE == 3 && MACHINE_EVENT_FILE == 4, "places in the list");
	error = process_start(&machine->process, argv, files, 5);
	close(event[1]);
	close(console[1]);
	if (error != 0)
		goto fail_start;

	line_reader_init(&machine->console, CONSOLE_LINE_MAX);
	line_reader_init(&machine->event, EVENT_LINE_MAX - 1);
	return 0;

fail_start:
	close(event[0]);
	close(console[0]);
	return error;
fail_event:
	close(console[1]);
	close(console[0]);
	return error;
}

/* Takes what a line has to offer now. */
static void read_line(int *file, struct line_reader *reader, int echo_file)
{
	char bytes[16384];

	for (int i = 0; i < READS_MAX && *file >= 0; i++) {
		const ssize_t got = recv(*file, bytes, sizeof bytes, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0 || !line_reader_feed(reader, bytes, (size_t)got)) {
			close_file(file);
			return;
		}
		if (echo_file >= 0 && write(echo_file, bytes, (size_t)got) < 0)
			return; /* the terminal's loss */
	}
}

/* Events first, then the console: then all text older than an event is there too. */
static void read_lines(struct machine *machine)
{
	read_line(&machine->event_file, &machine->event, -1);
	read_line(&machine->console_file, &machine->console, machine->echo_file);
}

static bool take_line(struct machine *machine, struct machine_report *report)
{
	if (line_reader_take(&machine->console, &report->line))
		report->kind = MACHINE_CONSOLE;
	else if (line_reader_take(&machine->event, &report->line))
		report->kind = MACHINE_EVENT;
	else
		return false;
	return true;
}

/* Its last words are complete, since nobody can add to them. */
static void note_end(struct machine *machine)
{
	if (machine->ended || process_reap(&machine->process, &machine->status) != 0)
		return;
	machine->ended = true;
	while (machine->console_file >= 0 || machine->event_file >= 0) {
		read_lines(machine);
		/* a grandchild that holds the socket open does not matter */
		if (recv(machine->console_file, &(char){0}, 1, MSG_DONTWAIT | MSG_PEEK) < 0)
			close_file(&machine->console_file);
		if (recv(machine->event_file, &(char){0}, 1, MSG_DONTWAIT | MSG_PEEK) < 0)
			close_file(&machine->event_file);
	}
	(void)line_reader_flush(&machine->console);
	(void)line_reader_flush(&machine->event);
}

static bool take_input(struct machine *machine, struct machine_report *report)
{
	struct pollfd input = {.fd = machine->input_file, .events = POLLIN};

	if (machine->input_file < 0 || poll(&input, 1, 0) <= 0)
		return false;
	const ssize_t got = read(machine->input_file, machine->input, sizeof machine->input);
	if (got <= 0)
		machine->input_file = -1;
	report->kind = MACHINE_INPUT;
	report->line = (struct line){.text = machine->input, .size = got > 0 ? (size_t)got : 0};
	return true;
}

void machine_next(struct machine *machine, int timeout_ms, struct machine_report *out_report)
{
	if (take_line(machine, out_report))
		return;
	if (!machine->ended && !interrupt_signal()) {
		const struct pollfd files[] = {
			{.fd = machine->process.watch, .events = POLLIN},
			{.fd = machine->console_file, .events = POLLIN},
			{.fd = machine->event_file, .events = POLLIN},
			{.fd = machine->input_file, .events = POLLIN},
		};
		interrupt_poll(files, 4, timeout_ms);
		read_lines(machine);
		note_end(machine);
	}
	if (take_line(machine, out_report) || take_input(machine, out_report))
		return;
	if (interrupt_signal())
		*out_report = (struct machine_report){.kind = MACHINE_INTERRUPT,
		                                      .status = interrupt_signal()};
	else if (machine->ended)
		*out_report =
			(struct machine_report){.kind = MACHINE_EXIT, .status = machine->status};
	else
		*out_report = (struct machine_report){.kind = MACHINE_TIMEOUT};
}

static void send_bytes(int file, const char *bytes, size_t size)
{
	/* a machine that has ended or does not listen is found out by the judge */
	if (file >= 0)
		(void)send(file, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void machine_send(struct machine *machine, const char *bytes, size_t size)
{
	send_bytes(machine->event_file, bytes, size);
}

void machine_type(struct machine *machine, const char *bytes, size_t size)
{
	send_bytes(machine->console_file, bytes, size);
}

bool machine_flush(struct machine *machine)
{
	return line_reader_flush(&machine->console);
}

void machine_stop(struct machine *machine)
{
	process_kill(&machine->process);
	close_file(&machine->console_file);
	close_file(&machine->event_file);
	line_reader_fini(&machine->console);
	line_reader_fini(&machine->event);
	machine->ended = true;
}
