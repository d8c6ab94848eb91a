/* SPDX-License-Identifier: MIT */
/*
 * Directories in memory: what most plugins keep the names of their files in.
 *
 * An *entry* is a name and the node it stands for; a node of the plugin's may have several (hard
 * links). A plugin's directory embeds `struct directory` as its first member and puts
 * directory_lookup, directory_parent, directory_name and directory_list into its table.
 *
 * Entries stand in the order they were added, each with a number that only rises: a listing in
 * progress meets every entry that stays exactly once, whatever else is added or removed meanwhile.
 * A table of buckets finds names; it grows and shrinks with the directory, and where there is no
 * memory for a larger one the chains get longer. A directory remembers where the last listing was,
 * so that a step of one costs the same at the front and at the end.
 */
#pragma once

#include "file_system.h"

struct directory;

struct entry {
	struct directory *directory;
	struct node *node; /* not referenced */

	struct entry *next; /* in order */
	struct entry *previous;
	struct entry *chain; /* in the same bucket */
	uint64_t order;
	uint32_t hash;
	char name[];
};

struct directory {
	struct node node; /* first */

	struct entry *place; /* its own in the directory above; NULL: the root, or removed */
	struct entry *first;
	struct entry *last;
	struct entry *listed; /* where the last listing was, or NULL */
	struct entry **buckets;
	size_t bucket_count; /* a power of two, or 0: there are few entries */
	size_t count;
	uint64_t orders_given;
};

static inline struct directory *directory_of(struct node *node)
{
	return (struct directory *)node;
}

/* How much memory an entry of this name is; one in zeroed memory; one on the native heap, or NULL. */
size_t entry_size(const char *name);
void entry_init(struct entry *entry, const char *name);
struct entry *entry_create(const char *name);

/* Adds an entry as the last. Its name must not be there already. */
void directory_add(struct directory *directory, struct entry *entry, struct node *node);
/* Takes an entry out; its memory is the caller's. */
void directory_take(struct entry *entry);
/* The entry called `name`, or NULL. */
struct entry *directory_find(struct directory *directory, const char *name);
/* What a tree is taken down by, leaves first: an entry without others below it, or NULL. */
struct entry *directory_leaf(struct directory *root);

/* For the table of operations. */
int directory_lookup(struct node *directory, const char *name, struct node **out_node);
struct node *directory_parent(struct node *directory);
const char *directory_name(struct node *directory);
int directory_list(struct node *directory, uint64_t *cookie, struct directory_entry *out_entry);
