/* SPDX-License-Identifier: MIT */
/*
 * Call tree: how many instructions each function took, by who called it.
 *
 * A path is a tree and a place in it, which follows a stack of functions.
 */
#pragma once

#include "image.h"

#include <stdint.h>
#include <stdio.h>

enum { STACK_MAX = 128 }; /* functions; deeper ones count for the last */

struct call_node {
	const struct function *function; /* NULL: the root */
	uint64_t count;                  /* its own instructions, without those it called */
	struct call_node *parent, *child, *sibling;
};

struct call_path {
	struct call_node root;
	struct call_node *nodes[STACK_MAX + 1]; /* by depth; 0 is the root */
	struct call_node *current;
	struct call_chunk *chunks, *spare;
	unsigned used; /* of the first chunk */
};

/* Also for a path that was used: forgets its tree, and stands at the root. */
void call_path_init(struct call_path *path);

/*
 * Goes where the stack of `depth` functions leads. It is as it was the last time
 * below `unchanged`.
 */
void call_path_follow(struct call_path *path, const struct function *const *stack, unsigned depth,
                      unsigned unchanged);

/* Lines `PREFIX COUNT image:function;image:function…`, one for each place that counts. */
void call_path_write(const struct call_path *path, const char *prefix, FILE *out);

/* The way down from the root that always takes the largest part: `function > function…`. */
void call_path_heaviest(const struct call_path *path, char *text, size_t size);
