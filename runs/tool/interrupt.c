/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/*
 * Globals, since a signal handler is given nothing else. Once a signal has come,
 * the pipe stays readable.
 */
static volatile sig_atomic_t noted_signal;
static int wake_pipe[2];

static const int handled_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { HANDLED_SIGNALS = sizeof handled_signals / sizeof handled_signals[0] };

static void note_signal(int number)
{
	const int error = errno;
	const ssize_t written = write(wake_pipe[1], "", 1);

	(void)written; /* a full pipe wakes as well */
	noted_signal = number;
	errno = error;
}

bool interrupt_init(void)
{
	const struct sigaction action = {.sa_handler = note_signal, .sa_flags = (int)SA_RESETHAND};

	if (pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	for (int i = 0; i < HANDLED_SIGNALS; i++)
		sigaction(handled_signals[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	return true;
}

void interrupt_restore(void)
{
	for (int i = 0; i < HANDLED_SIGNALS; i++)
		signal(handled_signals[i], SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
}

int interrupt_signal(void)
{
	return noted_signal;
}

int interrupt_poll(const struct pollfd *files, nfds_t count, int timeout_ms)
{
	struct pollfd all[INTERRUPT_POLL_MAX + 1];

	if (count > INTERRUPT_POLL_MAX)
		count = INTERRUPT_POLL_MAX;
	memcpy(all, files, count * sizeof *files);
	all[count] = (struct pollfd){.fd = wake_pipe[0], .events = POLLIN};

	const int ready = poll(all, count + 1, timeout_ms);
	return ready <= 0 || noted_signal ? 0 : ready;
}
