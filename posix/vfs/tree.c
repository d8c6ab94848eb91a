/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include <native.h>

#include "tree.h"

char *tree_copy_name(const char *name)
{
	const size_t size = strlen(name) + 1;

	char *copy = native_heap_alloc(size);
	if (copy)
		memcpy(copy, name, size);
	return copy;
}

void tree_insert(struct tree_node *directory, struct tree_node *child, char *name)
{
	child->name = name;
	child->parent = directory;
	child->next = NULL;
	child->previous = directory->last;
	child->order = ++directory->orders_given;
	if (directory->last)
		directory->last->next = child;
	else
		directory->first = child;
	directory->last = child;
}

void tree_remove(struct tree_node *child)
{
	struct tree_node *directory = child->parent;

	if (child->previous)
		child->previous->next = child->next;
	else
		directory->first = child->next;
	if (child->next)
		child->next->previous = child->previous;
	else
		directory->last = child->previous;
	native_heap_free(child->name);
	child->parent = child->next = child->previous = NULL;
	child->name = NULL;
}

struct tree_node *tree_find(struct tree_node *directory, const char *name)
{
	for (struct tree_node *child = directory->first; child; child = child->next)
		if (strcmp(child->name, name) == 0)
			return child;
	return NULL;
}

struct tree_node *tree_leaf(struct tree_node *root)
{
	struct tree_node *node = root->first;

	while (node && node->first)
		node = node->first;
	return node;
}

int tree_lookup(struct node *directory, const char *name, struct node **out_node)
{
	struct tree_node *child = tree_find(tree_of(directory), name);

	if (!child)
		return -ENOENT;
	*out_node = node_get(&child->node);
	return 0;
}

struct node *tree_parent(struct node *directory)
{
	struct tree_node *parent = tree_of(directory)->parent;

	return parent ? &parent->node : NULL;
}

const char *tree_name(struct node *directory)
{
	return tree_of(directory)->name;
}

int tree_list(struct node *directory, uint64_t *cookie, struct directory_entry *out_entry)
{
	for (struct tree_node *child = tree_of(directory)->first; child; child = child->next) {
		if (child->order <= *cookie)
			continue;
		*cookie = child->order;
		out_entry->id = child->node.id;
		out_entry->mode = child->node.mode;
		strcpy(out_entry->name, child->name);
		return 1;
	}
	return 0;
}
