/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "machine.h"

#include "interrupt.h"

#include <abi/event.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	TEXT_LINE_MAX = 4096,
	MONITOR_LINE_MAX = 65536,
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
	static const size_t size_max[MACHINE_LINES] = {
		[MACHINE_CONSOLE] = TEXT_LINE_MAX,
		[MACHINE_EVENT] = EVENT_LINE_MAX - 1,
		[MACHINE_TERMINAL] = TEXT_LINE_MAX,
	};
	int files[MACHINE_MONITOR_FILE + 1] = {-1, message_file, message_file};
	int monitor[2];
	int opened = 0;
	int error = open_line(monitor);

	if (error != 0)
		return error;
	*machine = (struct machine){.input_file = -1, .echo_file = -1, .monitor_file = monitor[0]};
	line_reader_init(&machine->monitor, MONITOR_LINE_MAX);
	files[MACHINE_MONITOR_FILE] = monitor[1];
	for (; opened < MACHINE_LINES; opened++) {
		int ends[2];

		error = open_line(ends);
		if (error != 0)
			break;
		machine->files[opened] = ends[0];
		files[MACHINE_LINE_FILE + opened] = ends[1];
	}
	if (error == 0)
		error = process_start(&machine->process, argv, files, MACHINE_MONITOR_FILE + 1);
	close(monitor[1]);
	if (error != 0)
		close_file(&machine->monitor_file);
	for (int i = 0; i < opened; i++) {
		if (i != MACHINE_TERMINAL || error != 0)
			close(files[MACHINE_LINE_FILE + i]);
		if (error != 0)
			close(machine->files[i]);
		else
			line_reader_init(&machine->readers[i], size_max[i]);
	}
	machine->terminal_end = files[MACHINE_LINE_FILE + MACHINE_TERMINAL];
	return error;
}

/* Adds what a file has to offer now, a block of it: its size; 0: nothing now, or it is closed. */
static size_t feed(int *file, struct line_reader *reader, char *bytes, size_t size)
{
	const ssize_t got = *file >= 0 ? recv(*file, bytes, size, MSG_DONTWAIT) : 0;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got > 0 && line_reader_feed(reader, bytes, (size_t)got))
		return (size_t)got;
	close_file(file);
	return 0;
}

/* Takes what a line has to offer now. */
static void read_line(struct machine *machine, enum machine_line line)
{
	const bool shown = machine->echo_file >= 0 && machine->shown == line;
	char bytes[16384];

	for (int i = 0; i < READS_MAX; i++) {
		const size_t got =
			feed(&machine->files[line], &machine->readers[line], bytes, sizeof bytes);
		if (got == 0)
			return;
		if (line == MACHINE_TERMINAL)
			machine->terminal_size += got;
		if (shown && write(machine->echo_file, bytes, got) < 0)
			return; /* the terminal's loss */
	}
}

/* Events first, then the rest: then all text older than an event is there too. */
static void read_lines(struct machine *machine)
{
	read_line(machine, MACHINE_EVENT);
	read_line(machine, MACHINE_CONSOLE);
	read_line(machine, MACHINE_TERMINAL);
}

static bool take_line(struct machine *machine, struct machine_report *report)
{
	static const enum machine_line order[] = {MACHINE_CONSOLE, MACHINE_TERMINAL, MACHINE_EVENT};

	for (int i = 0; i < MACHINE_LINES; i++)
		if (line_reader_take(&machine->readers[order[i]], &report->line)) {
			report->kind = (enum machine_report_kind)order[i];
			return true;
		}
	return false;
}

static bool any_open(const struct machine *machine)
{
	for (int i = 0; i < MACHINE_LINES; i++)
		if (machine->files[i] >= 0)
			return true;
	return false;
}

/* Its last words are complete, since nobody can add to them. */
static void note_end(struct machine *machine)
{
	if (machine->ended || process_reap(&machine->process, &machine->status) != 0)
		return;
	machine->ended = true;
	while (any_open(machine)) {
		read_lines(machine);
		/* a grandchild that holds the socket open does not matter */
		for (int i = 0; i < MACHINE_LINES; i++)
			if (recv(machine->files[i], &(char){0}, 1, MSG_DONTWAIT | MSG_PEEK) < 0)
				close_file(&machine->files[i]);
	}
	for (int i = 0; i < MACHINE_LINES; i++)
		(void)line_reader_flush(&machine->readers[i]);
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
			{.fd = machine->input_file, .events = POLLIN},
			{.fd = machine->files[MACHINE_CONSOLE], .events = POLLIN},
			{.fd = machine->files[MACHINE_EVENT], .events = POLLIN},
			{.fd = machine->files[MACHINE_TERMINAL], .events = POLLIN},
		};
		interrupt_poll(files, 2 + MACHINE_LINES, timeout_ms);
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

bool machine_send(struct machine *machine, enum machine_line line, const char *bytes, size_t size)
{
	/* a machine that has ended is found out by the judge */
	return machine->files[line] >= 0 && send(machine->files[line], bytes, size,
	                                         MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)size;
}

bool machine_ask(struct machine *machine, const char *bytes, size_t size, int timeout_ms,
                 struct line *out_line)
{
	const struct pollfd file = {.fd = machine->monitor_file, .events = POLLIN};
	char answer[4096];

	/* one that has ended is found out below */
	if (bytes && machine->monitor_file >= 0)
		(void)send(machine->monitor_file, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (line_reader_take(&machine->monitor, out_line))
		return true;
	if (machine->monitor_file < 0 || interrupt_signal())
		return false;
	interrupt_poll(&file, 1, timeout_ms);
	(void)feed(&machine->monitor_file, &machine->monitor, answer, sizeof answer);
	return line_reader_take(&machine->monitor, out_line);
}

size_t machine_unread(const struct machine *machine)
{
	int unread = 0;

	if (machine->terminal_end >= 0)
		(void)ioctl(machine->terminal_end, FIONREAD, &unread); /* it is a socket */
	return (size_t)unread;
}

bool machine_flush(struct machine *machine)
{
	const bool console = line_reader_flush(&machine->readers[MACHINE_CONSOLE]);

	return line_reader_flush(&machine->readers[MACHINE_TERMINAL]) || console;
}

void machine_stop(struct machine *machine)
{
	process_kill(&machine->process);
	for (int i = 0; i < MACHINE_LINES; i++) {
		close_file(&machine->files[i]);
		line_reader_fini(&machine->readers[i]);
	}
	close_file(&machine->terminal_end);
	close_file(&machine->monitor_file);
	line_reader_fini(&machine->monitor);
	machine->ended = true;
}
