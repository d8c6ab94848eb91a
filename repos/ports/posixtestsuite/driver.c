/* SPDX-License-Identifier: MIT */
/*
 * Driver: the main program of all cases of one interface; argv[1] names the case, as in `3-1`.
 * What a case returns is its verdict, so it runs as if it were alone.
 */
#include <stdio.h>
#include <string.h>

struct test_case {
	const char *name;
	int (*main)(int argc, char **argv);
};

extern const struct test_case cases[]; /* written at build time; ends with a NULL */

enum { NO_SUCH_CASE = 99 };

int main(int argc, char **argv)
{
	for (const struct test_case *c = cases; argc > 1 && c->name; c++)
		if (strcmp(c->name, argv[1]) == 0)
			return c->main(argc - 1, argv + 1);
	fprintf(stderr, "%s: no case '%s'\n", argv[0], argc > 1 ? argv[1] : "");
	return NO_SUCH_CASE;
}
