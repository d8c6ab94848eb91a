/* SPDX-License-Identifier: MIT */
/*
 * Process run: another program from its start to its end, with its output as one text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct process_run {
	/* what it reads from its standard input; NULL: nothing */
	const char *input;
	size_t input_size;
	int timeout_ms; /* negative: it may take for ever */

	/* the results */
	int status;   /* as process_reap() */
	char *output; /* output and errors, NUL-terminated; to be freed */
	size_t output_size;
	bool truncated; /* it wrote more than PROCESS_RUN_OUTPUT_MAX bytes */
};

enum { PROCESS_RUN_OUTPUT_MAX = 16 * 1024 * 1024 };

/*
 * 0, or a negative errno: -ETIMEDOUT when its time was up, -EINTR when the tool was told to end.
 * The program is over in each case.
 */
int process_run(char *const argv[], struct process_run *run);
