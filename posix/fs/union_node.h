/* SPDX-License-Identifier: MIT */
/*
 * The nodes of a union, for its own files; union.c tells what they are.
 */
#pragma once

#include "union.h"

enum { LAYERS_MAX = 8, UNION_BUCKETS = 64 };

struct union_node {
	struct node node; /* first */

	struct union_node *next;   /* in its bucket */
	struct union_node *parent; /* where it was found, referenced; NULL: the root */
	char *name;                /* there; owned, of a directory only */
	/* the layers' nodes, referenced, or NULL; a file has one only */
	struct node *layers[LAYERS_MAX];
};

struct union_file_system {
	struct file_system file_system; /* first */
	struct file_system frozen;

	struct union_layer layers[LAYERS_MAX];
	size_t layer_count;
	bool writable; /* one of them is */
	struct union_node *root;
	struct union_node *buckets[UNION_BUCKETS]; /* all nodes, by the first of their layers' */
};

static inline struct union_node *union_node_of(struct node *node)
{
	return (struct union_node *)node;
}

struct union_file_system *union_of(const struct node *node);
/* Is it a node of a union at all? */
bool union_own(const struct node *node);
/* The layers' node that a node stands for: of a directory, the first. */
struct node *union_inner_of(struct node *node);
bool union_layer_writable(const struct union_layer *layer);
/* Where a node is that stands for this one of a layer. */
struct union_node **union_bucket_of(struct union_file_system *file_system,
                                    const struct node *inner);
/* What stands here for the node `inner` of a layer, whose reference is taken over. */
int union_passed(struct union_file_system *file_system, struct union_node *parent, const char *name,
                 size_t layer, struct node *inner, struct node **out_node);
int union_layer_lookup(const struct union_node *directory, size_t layer, const char *name,
                       struct node **out_node);
/* Is a layer's directory still somewhere? */
bool union_alive(struct node *directory);

/* ---- operations (union_change.c) ----------------------------------------------------------- */

int union_create(struct node *directory, const char *name, mode_t mode, struct node **out_node);
int union_link_symbolic(struct node *directory, const char *name, const char *target,
                        struct node **out_node);
int union_link(struct node *directory, const char *name, struct node *node);
int union_remove(struct node *directory, const char *name, struct node *node);
int union_rename(const struct file_move *move);
