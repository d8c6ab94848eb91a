/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <event/ready.h>
#include <native_process.h>
#include <process/job_control.h>
#include <process/process.h>
#include <terminal/line_discipline.h>
#include <vfs/file_system.h>

#include "terminal.h"

enum { UNSENT_MAX = 1024, PART_MAX = 256 };

struct terminal {
	struct file_system file_system; /* first */

	struct terminal *next;
	struct node node; /* the root */
	struct wait_queue waiters;
	struct process *process;
	struct native_terminal session;
	struct line_discipline line;
	uint8_t unsent[UNSENT_MAX]; /* that the session has not taken yet */
	size_t unsent_size;
	struct winsize window;
	pid_t controls;   /* a session; 0: none */
	pid_t foreground; /* its process group that may read */
	uint64_t late_ns; /* when a read has waited long enough; 0: none waits so */
	bool late;        /* one has */
};

/* The service thread is told of all of them by one signal. */
static struct terminal *terminals;

static struct terminal *of(const struct node *node)
{
	return (struct terminal *)node->file_system;
}

/* ---- the session ----------------------------------------------------------------------------- */

static struct line_output unsent_output(struct terminal *terminal)
{
	return (struct line_output){
		.bytes = terminal->unsent, .size = terminal->unsent_size, .room = UNSENT_MAX};
}

/* As much as the session takes; it tells when it takes more. */
static void send(struct terminal *terminal)
{
	size_t taken = 0;

	if (terminal->unsent_size == 0)
		return;
	if (native_terminal_write(&terminal->session, terminal->unsent, terminal->unsent_size,
	                          &taken) != OK)
		taken = terminal->unsent_size; /* a terminal that has gone shows nothing */
	if (taken > terminal->unsent_size)
		taken = terminal->unsent_size;
	terminal->unsent_size -= taken;
	memmove(terminal->unsent, terminal->unsent + taken, terminal->unsent_size);
}

static void set_late(struct terminal *terminal)
{
	const uint64_t patience_ns = line_discipline_patience_ns(&terminal->line);

	terminal->late = false;
	terminal->late_ns = patience_ns ? native_time_ns() + patience_ns : 0;
	if (patience_ns)
		native_service_wake_at(terminal->late_ns);
}

static void type(struct terminal *terminal, const uint8_t *keys, size_t size)
{
	struct line_output echo = unsent_output(terminal);

	for (size_t i = 0; i < size; i++) {
		const int signal = line_discipline_type(&terminal->line, keys[i], &echo);
		if (signal && terminal->foreground)
			job_signal(terminal->process, terminal->foreground, signal);
	}
	terminal->unsent_size = echo.size;
}

/* Takes in what was typed, as far as there is room. */
static bool take_keys(struct terminal *terminal)
{
	uint8_t keys[PART_MAX];
	bool any = false;

	while (line_discipline_accepts(&terminal->line)) {
		const size_t room = LINE_INPUT_MAX - terminal->line.count;
		const size_t wanted = room == 0 ? 1 : room < PART_MAX ? room : PART_MAX;
		size_t size = 0;
		if (native_terminal_read(&terminal->session, keys, wanted, &size) != OK ||
		    size == 0 || size > wanted)
			break;
		type(terminal, keys, size);
		any = true;
	}
	return any;
}

static void changed(struct terminal *terminal)
{
	if (take_keys(terminal) && terminal->late_ns)
		set_late(terminal); /* from this key on */
	send(terminal);
	if (terminal->late_ns && native_time_ns() >= terminal->late_ns) {
		terminal->late_ns = 0;
		terminal->late = true;
	}
	node_changed(&terminal->node);
}

void terminals_changed(struct process *process)
{
	for (struct terminal *at = terminals; at; at = at->next)
		if (at->process == process)
			changed(at);
	for (const struct terminal *at = terminals; at; at = at->next)
		if (at->late_ns)
			native_service_wake_at(at->late_ns);
}

/* ---- the device ------------------------------------------------------------------------------ */

static ssize_t terminal_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	struct terminal *terminal = of(node);

	(void)offset;
	const ssize_t done = line_discipline_read(&terminal->line, buffer, size, terminal->late);
	if (done == -EAGAIN) {
		if (!terminal->late_ns)
			set_late(terminal);
		return done;
	}
	terminal->late = false;
	terminal->late_ns = 0;
	if (take_keys(terminal))
		node_changed(node); /* those that had no room before */
	send(terminal);
	return done;
}

static ssize_t terminal_write(struct node *node, const void *buffer, size_t size, off_t offset)
{
	struct terminal *terminal = of(node);
	const uint8_t *from = buffer;
	size_t done = 0;

	(void)offset;
	for (;;) {
		struct line_output output = unsent_output(terminal);
		const size_t part =
			line_discipline_write(&terminal->line, from + done, size - done, &output);

		terminal->unsent_size = output.size;
		done += part;
		send(terminal);
		if (done == size || part == 0)
			break;
	}
	return done || !size ? (ssize_t)done : -EAGAIN;
}

static int terminal_ready(struct node *node, int flags)
{
	const struct terminal *terminal = of(node);

	(void)flags;
	return (line_discipline_due(&terminal->line) ? POLLIN : 0) |
	       (!terminal->line.stopped && terminal->unsent_size < UNSENT_MAX / 2 ? POLLOUT : 0);
}

static void terminal_status(struct node *node, struct stat *out_stat)
{
	enum { CONSOLE = 0x501 }; /* 5, 1 */

	(void)node;
	out_stat->st_rdev = CONSOLE;
}

/* ---- ioctl ----------------------------------------------------------------------------------- */

static int set_window(struct terminal *terminal, const struct winsize *window)
{
	if (memcmp(window, &terminal->window, sizeof *window) == 0)
		return 0;
	terminal->window = *window;
	if (terminal->foreground)
		job_signal(terminal->process, terminal->foreground, SIGWINCH);
	return 0;
}

static int set_settings(struct terminal *terminal, const struct line_settings *settings,
                        bool forget)
{
	if (forget)
		line_discipline_flush(&terminal->line);
	line_discipline_set(&terminal->line, settings);
	terminal->late = false;
	terminal->late_ns = 0;
	node_changed(&terminal->node); /* what was too little may be enough */
	return 0;
}

static int set_owner(struct terminal *terminal, const struct terminal_owner *owner)
{
	if (terminal->controls && terminal->controls != owner->session && !owner->by_force)
		return -EPERM;
	terminal->controls = owner->session;
	terminal->foreground = owner->group;
	return 0;
}

static int flush(struct terminal *terminal, int which)
{
	if (which != TCIFLUSH && which != TCOFLUSH && which != TCIOFLUSH)
		return -EINVAL;
	if (which != TCOFLUSH)
		line_discipline_flush(&terminal->line);
	if (which != TCIFLUSH)
		terminal->unsent_size = 0;
	node_changed(&terminal->node);
	return 0;
}

static int flow(struct terminal *terminal, int action)
{
	if (action != TCOOFF && action != TCOON)
		return -EINVAL; /* whoever types can't be asked to stop */
	terminal->line.stopped = action == TCOOFF;
	node_changed(&terminal->node);
	return 0;
}

/* What each request's argument is has been seen to by who asks (syscall/control.c). */
static int control(struct terminal *terminal, unsigned long request, void *argument)
{
	struct line_settings settings;

	switch (request) {
	case TCGETS: memcpy(argument, &terminal->line.settings, sizeof settings); return 0;
	case TCSETS:
	case TCSETSW: /* what is written has been through already */
	case TCSETSF:
		memcpy(&settings, argument, sizeof settings);
		return set_settings(terminal, &settings, request == TCSETSF);
	case TCSBRK: return terminal->unsent_size ? -EAGAIN : 0;
	case TCFLSH: return flush(terminal, *(int *)argument);
	case TCXONC: return flow(terminal, *(int *)argument);
	case FIONREAD: *(int *)argument = (int)line_discipline_readable(&terminal->line); return 0;
	case TIOCOUTQ: *(int *)argument = (int)terminal->unsent_size; return 0;
	case TIOCGWINSZ: memcpy(argument, &terminal->window, sizeof terminal->window); return 0;
	case TIOCSWINSZ: return set_window(terminal, argument);
	case TIOCGSID: *(pid_t *)argument = terminal->controls; return 0;
	case TIOCGPGRP: *(pid_t *)argument = terminal->foreground; return 0;
	case TIOCSPGRP: terminal->foreground = *(pid_t *)argument; return 0;
	case TIOCSCTTY: return set_owner(terminal, argument);
	case TIOCNOTTY:
		terminal->controls = 0;
		terminal->foreground = 0;
		return 0;
	default: return -ENOTTY;
	}
}

static int terminal_control(struct node *node, unsigned long request, void *argument, size_t size)
{
	return size == job_control_size(request) ? control(of(node), request, argument) : -EINVAL;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void terminal_destroy(struct file_system *file_system)
{
	struct terminal *terminal = (struct terminal *)file_system;
	struct terminal **at = &terminals;

	while (*at != terminal)
		at = &(*at)->next;
	*at = terminal->next;
	native_terminal_close(&terminal->session);
	native_heap_free(terminal);
}

static const struct file_system_ops terminal_ops = {
	.type = "terminal",
	.read = terminal_read,
	.write = terminal_write,
	.ready = terminal_ready,
	.control = terminal_control,
	.status = terminal_status,
	.destroy = terminal_destroy,
};

int terminal_file_system_create(struct process *process, const char *label,
                                struct file_system **out_file_system)
{
	struct terminal *terminal = native_heap_alloc(sizeof *terminal);

	if (!terminal)
		return -ENOMEM;
	*terminal = (struct terminal){
		.file_system = {.ops = &terminal_ops, .root = &terminal->node},
		.node = {.file_system = &terminal->file_system,
	                 .id = 1,
	                 .mode = S_IFCHR | 0620,
	                 .stream = true,
	                 .terminal = true,
	                 .waiters = &terminal->waiters},
		.next = terminals,
		.process = process,
	};
	line_discipline_init(&terminal->line);
	const enum status status = native_terminal_open(label, &terminal->session);
	if (status != OK) {
		native_heap_free(terminal);
		return status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS ? -ENOMEM : -ENOENT;
	}
	if (process->session == process->id) {
		terminal->controls = process->session;
		terminal->foreground = process->group;
	}
	terminals = terminal;
	*out_file_system = &terminal->file_system;
	return 0;
}
