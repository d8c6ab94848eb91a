/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "process_run.h"

#include "interrupt.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* As interrupt_poll() on one file, until `deadline_ms` (negative: for ever). 0 or a negative errno. */
static int wait_for(int file, int64_t deadline_ms)
{
	struct pollfd watch = {.fd = file, .events = POLLIN};

	for (;;) {
		const int64_t left = deadline_ms < 0 ? 0 : deadline_ms - now_ms();
		if (left < 0)
			return -ETIMEDOUT;
		if (interrupt_poll(&watch, 1, deadline_ms < 0 ? -1 : (int)left + 1) > 0)
			return 0;
		if (interrupt_signal())
			return -EINTR;
	}
}

/* A file that holds the input, read from its beginning; -1 stands for none. */
static int open_input(const struct process_run *run, int *out_file)
{
	size_t done = 0;

	*out_file = -1;
	if (!run->input)
		return 0;
	const int file = memfd_create("input", MFD_CLOEXEC);
	if (file < 0)
		return -errno;
	while (done < run->input_size) {
		const ssize_t part = write(file, run->input + done, run->input_size - done);
		if (part < 0) {
			const int error = errno;
			close(file);
			return -error;
		}
		done += (size_t)part;
	}
	lseek(file, 0, SEEK_SET);
	*out_file = file;
	return 0;
}

/* Reads until the other end is closed; what exceeds the limit is read and dropped. */
static int collect(int from, int64_t deadline_ms, struct process_run *run)
{
	char rest[4096];

	for (;;) {
		const int error = wait_for(from, deadline_ms);
		if (error != 0)
			return error;
		const size_t room = PROCESS_RUN_OUTPUT_MAX - run->output_size;
		const ssize_t got = read(from, room ? run->output + run->output_size : rest,
		                         room ? room : sizeof rest);
		if (got <= 0)
			return got < 0 ? -errno : 0;
		if (room)
			run->output_size += (size_t)got;
		else
			run->truncated = true;
	}
}

static int run_to_end(struct process *process, int output, struct process_run *run)
{
	const int64_t deadline_ms = run->timeout_ms < 0 ? -1 : now_ms() + run->timeout_ms;

	int error = collect(output, deadline_ms, run);
	if (error == 0)
		error = wait_for(process->watch, deadline_ms);
	if (error == 0)
		error = process_reap(process, &run->status);
	run->output[run->output_size] = '\0';
	process_kill(process);
	return error;
}

int process_run(char *const argv[], struct process_run *run)
{
	struct process process;
	int ends[2];
	int input;

	run->output = malloc(PROCESS_RUN_OUTPUT_MAX + 1);
	run->output_size = 0;
	run->truncated = false;
	if (!run->output)
		return -ENOMEM;
	int error = open_input(run, &input);
	if (error != 0)
		goto fail_input;
	error = pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno;
	if (error != 0)
		goto fail_pipe;
	error = process_start(&process, argv, (const int[]){input, ends[1], ends[1]}, 3);
	close(ends[1]);
	if (error == 0)
		error = run_to_end(&process, ends[0], run);
	close(ends[0]);

fail_pipe:
	if (input >= 0)
		close(input);
fail_input:
	if (error != 0) {
		free(run->output);
		run->output = NULL;
	}
	return error;
}
