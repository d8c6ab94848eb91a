/* SPDX-License-Identifier: MIT */
/*
 * Process: another program, run on the tool's behalf.
 *
 * It gets a process group of its own, so that it can be ended with all it has
 * started, and dies with the tool, even when that is killed. Functions answer
 * 0 or a negative errno.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

enum { PROCESS_FILES_MAX = 8 };

struct process {
	pid_t pid; /* also its process group; 0: reaped */
	int watch; /* readable (poll) as soon as it has ended */
};

/*
 * Starts argv[0], found through PATH. files[i] becomes its descriptor i, -1 means /dev/null;
 * beyond `file_count` it inherits none. A program that does not exist is -ENOENT.
 */
int process_start(struct process *process, char *const argv[], const int *files, size_t file_count);

/* Once it has ended: 0 and its exit status, or 256 + the signal that killed it. Else -EAGAIN. */
int process_reap(struct process *process, int *out_status);

/* Ends it and its group, waits for that, and releases the watch. Nothing on a reaped one. */
void process_kill(struct process *process);

/* Asks the process alone to end in good order; it is still to be reaped. */
void process_ask_to_end(const struct process *process);
