/* SPDX-License-Identifier: MIT */
/* The ends a program can come to. */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Volatile, so that the compiler does not look through it. */
static int *volatile nowhere = (int *)8;

static void last_words(void)
{
	puts("last words");
}

_Noreturn void come_to_an_end(const char *how, const char *value)
{
	if (strcmp(how, "abort") == 0)
		abort();
	if (strcmp(how, "fault") == 0)
		*nowhere = 0;
	atexit(last_words);
	printf("unfinished line, ");
	exit(strcmp(how, "exit") == 0 ? atoi(value) : 1);
}
