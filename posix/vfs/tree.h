/* SPDX-License-Identifier: MIT */
/*
 * A tree of named nodes in memory: what most plugins keep their files in.
 *
 * A plugin embeds `struct tree_node` as the first member of its own node and puts tree_lookup,
 * tree_parent, tree_name and tree_list into its table. Siblings stand in the order they were added,
 * each with a number that only rises: a listing in progress meets every entry that stays exactly
 * once, whatever else is added or removed meanwhile. Lookup is linear in the size of one directory.
 */
#pragma once

#include "file_system.h"

struct tree_node {
	struct node node; /* first */

	struct tree_node *parent; /* NULL: the root, or not in the tree */
	struct tree_node *next;
	struct tree_node *previous;
	struct tree_node *first; /* of the children, if a directory */
	struct tree_node *last;
	uint64_t orders_given; /* to children, ever */
	uint64_t order;
	char *name; /* on the native heap, owned; NULL for the root */
};

static inline struct tree_node *tree_of(struct node *node)
{
	return (struct tree_node *)node;
}

/* A copy on the native heap, or NULL. */
char *tree_copy_name(const char *name);

/* Adds `child` as the last of `directory`. `name` is taken over; it must not be there already. */
void tree_insert(struct tree_node *directory, struct tree_node *child, char *name);
/* Takes `child` out of its directory and frees its name. */
void tree_remove(struct tree_node *child);
/* The child called `name`, or NULL. No reference is taken. */
struct tree_node *tree_find(struct tree_node *directory, const char *name);
/*
 * The node that follows when a tree is taken down leaves first; NULL when `root` has no children
 * left.
 */
struct tree_node *tree_leaf(struct tree_node *root);

/* For the table of operations. */
int tree_lookup(struct node *directory, const char *name, struct node **out_node);
struct node *tree_parent(struct node *directory);
const char *tree_name(struct node *directory);
int tree_list(struct node *directory, uint64_t *cookie, struct directory_entry *out_entry);
