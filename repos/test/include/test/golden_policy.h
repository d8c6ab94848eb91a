/* SPDX-License-Identifier: MIT */
/*
 * Golden policy: a policy with something wrong in it, and what is said about that.
 *
 * NAME.lua is the policy, NAME.expected the lines that `capos check` prints for it. A
 * first line "-- check: WORD ..." of the policy sets options: ram=SIZE caps=N (what
 * there is), binary (no functions), nested (the parent's services are not known),
 * no_include, schema (the binaries kettle, plain and damaged can be asked for theirs).
 *
 * A host test and a component on the target ask with this same code, and the answers
 * must be the same.
 */
#pragma once

#include <stddef.h>

/* Where the files are. */
struct golden_files {
	void *self;
	/* A whole file with a NUL behind it, to be freed; NULL: there is none. */
	char *(*read)(void *self, const char *name, size_t *out_size);
};

/* The lines for NAME.lua, to be freed; NULL: no such file, an unknown option, or no memory. */
char *golden_policy_answer(const struct golden_files *files, const char *name);
