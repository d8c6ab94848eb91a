/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include <native.h>

#include "directory.h"

/* As many entries are looked through one by one; a table has room for as many at least. */
enum { FEW_ENTRIES = 8 };

/* ---- entries -------------------------------------------------------------------------------- */

/* FNV-1a. */
static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619;
	return hash;
}

size_t entry_size(const char *name)
{
	return sizeof(struct entry) + strlen(name) + 1;
}

void entry_init(struct entry *entry, const char *name)
{
	entry->hash = hash_of(name);
	strcpy(entry->name, name);
}

struct entry *entry_create(const char *name)
{
	struct entry *entry = native_heap_alloc(entry_size(name));

	if (entry)
		entry_init(entry, name);
	return entry;
}

/* ---- the table of buckets ------------------------------------------------------------------- */

static struct entry **bucket_of(const struct directory *directory, uint32_t hash)
{
	return &directory->buckets[hash & (directory->bucket_count - 1)];
}

static void chain(struct directory *directory, struct entry *entry)
{
	struct entry **bucket = bucket_of(directory, entry->hash);

	entry->chain = *bucket;
	*bucket = entry;
}

/* A table of another size; without memory for it the old one stays. 0: none. */
static void rechain(struct directory *directory, size_t bucket_count)
{
	struct entry **buckets = NULL;

	if (bucket_count) {
		buckets = native_heap_alloc(bucket_count * sizeof *buckets);
		if (!buckets)
			return;
	}
	native_heap_free(directory->buckets);
	directory->buckets = buckets;
	directory->bucket_count = bucket_count;
	for (struct entry *entry = directory->first; entry && buckets; entry = entry->next)
		chain(directory, entry);
}

static void unchain(struct entry *entry)
{
	struct entry **place = bucket_of(entry->directory, entry->hash);

	while (*place != entry)
		place = &(*place)->chain;
	*place = entry->chain;
}

/* ---- names ---------------------------------------------------------------------------------- */

void directory_add(struct directory *directory, struct entry *entry, struct node *node)
{
	entry->directory = directory;
	entry->node = node;
	entry->next = NULL;
	entry->previous = directory->last;
	entry->order = ++directory->orders_given;
	if (directory->last)
		directory->last->next = entry;
	else
		directory->first = entry;
	directory->last = entry;
	directory->count++;
	if (directory->buckets)
		chain(directory, entry);
	if (directory->count > FEW_ENTRIES && directory->count > directory->bucket_count)
		rechain(directory,
		        directory->bucket_count ? 2 * directory->bucket_count : 2 * FEW_ENTRIES);
	if (node_directory(node))
		directory_of(node)->place = entry;
}

void directory_take(struct entry *entry)
{
	struct directory *directory = entry->directory;

	if (directory->listed == entry)
		directory->listed = entry->previous;
	if (entry->previous)
		entry->previous->next = entry->next;
	else
		directory->first = entry->next;
	if (entry->next)
		entry->next->previous = entry->previous;
	else
		directory->last = entry->previous;
	directory->count--;
	if (directory->buckets)
		unchain(entry);
	if (directory->bucket_count > 4 * directory->count)
		rechain(directory,
		        directory->count > FEW_ENTRIES ? directory->bucket_count / 2 : 0);
	if (node_directory(entry->node) && directory_of(entry->node)->place == entry)
		directory_of(entry->node)->place = NULL;
}

struct entry *directory_find(struct directory *directory, const char *name)
{
	const uint32_t hash = hash_of(name);
	const bool table = directory->buckets != NULL;

	for (struct entry *entry = table ? *bucket_of(directory, hash) : directory->first; entry;
	     entry = table ? entry->chain : entry->next)
		if (entry->hash == hash && strcmp(entry->name, name) == 0)
			return entry;
	return NULL;
}

struct entry *directory_leaf(struct directory *root)
{
	struct entry *entry = root->first;

	while (entry && node_directory(entry->node) && directory_of(entry->node)->first)
		entry = directory_of(entry->node)->first;
	return entry;
}

/* ---- operations ----------------------------------------------------------------------------- */

int directory_lookup(struct node *directory, const char *name, struct node **out_node)
{
	const struct entry *entry = directory_find(directory_of(directory), name);

	if (!entry)
		return -ENOENT;
	*out_node = node_get(entry->node);
	return 0;
}

struct node *directory_parent(struct node *directory)
{
	const struct entry *place = directory_of(directory)->place;

	return place ? &place->directory->node : NULL;
}

const char *directory_name(struct node *directory)
{
	return directory_of(directory)->place->name;
}

/* The first entry behind `order`. */
static struct entry *entry_behind(const struct directory *directory, uint64_t order)
{
	struct entry *entry = directory->first;

	if (directory->listed && directory->listed->order <= order)
		entry = directory->listed;
	while (entry && entry->order <= order)
		entry = entry->next;
	return entry;
}

int directory_list(struct node *node, uint64_t *cookie, struct directory_entry *out_entry)
{
	struct directory *directory = directory_of(node);
	struct entry *entry = entry_behind(directory, *cookie);

	if (!entry)
		return 0;
	directory->listed = entry;
	*cookie = entry->order;
	out_entry->id = entry->node->id;
	out_entry->mode = entry->node->mode;
	strcpy(out_entry->name, entry->name);
	return 1;
}
