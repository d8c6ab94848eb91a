/* SPDX-License-Identifier: MIT */
/*
 * Intrusive ordered tree, equal keys by address: an AA tree, which is a 2-3 tree in
 * binary form. A node's level is the height of its 2-3 node; a right child may
 * share its parent's level, a left one is always a level below. So no path is
 * longer than twice the logarithm of the number of nodes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tree_node {
	struct tree_node *left, *right;
	uint64_t key;
	uint64_t level; /* of a leaf: 1 */
};

struct tree {
	struct tree_node *root; /* NULL: empty */
};

/* The node's key must be set. */
void tree_insert(struct tree *tree, struct tree_node *node);
/* The node must be in the tree. */
void tree_remove(struct tree *tree, struct tree_node *node);
/* A node with the greatest key that is not above `key`; NULL: there is none. */
struct tree_node *tree_at_most(const struct tree *tree, uint64_t key);
