/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <test/posix_check.h>

/* One program, one count. */
static int sentences;
static int broken;

void check(bool holds, const char *sentence)
{
	const int error = errno;

	sentences++;
	printf("%sok %d - %s\n", holds ? "" : "not ", sentences, sentence);
	fflush(stdout);
	if (holds)
		return;
	broken++;
	printf("# errno: %s\n", strerror(error));
}

bool refused(long result, int error)
{
	return result == -1 && errno == error;
}

int check_end(void)
{
	printf("1..%d\n", sentences);
	return broken ? 1 : 0;
}
