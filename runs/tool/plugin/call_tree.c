/* SPDX-License-Identifier: MIT */
#include "call_tree.h"

#include "store.h"

#include <string.h>

enum { CHUNK_NODES = 128 };

struct call_chunk {
	struct call_chunk *next;
	struct call_node nodes[CHUNK_NODES];
};

void call_path_init(struct call_path *path)
{
	while (path->chunks) {
		struct call_chunk *chunk = path->chunks;
		path->chunks = chunk->next;
		chunk->next = path->spare;
		path->spare = chunk;
	}
	path->used = CHUNK_NODES;
	path->root = (struct call_node){0};
	path->nodes[0] = path->current = &path->root;
}

static struct call_node *new_node(struct call_path *path)
{
	if (path->used == CHUNK_NODES) {
		struct call_chunk *chunk = path->spare;
		if (chunk)
			path->spare = chunk->next;
		else
			chunk = store_new(sizeof *chunk);
		chunk->next = path->chunks;
		path->chunks = chunk;
		path->used = 0;
	}
	return &path->chunks->nodes[path->used++];
}

static struct call_node *child_of(struct call_path *path, struct call_node *parent,
                                  const struct function *function)
{
	for (struct call_node *node = parent->child; node; node = node->sibling)
		if (node->function == function)
			return node;

	struct call_node *node = new_node(path);

	*node = (struct call_node){
		.function = function, .parent = parent, .sibling = parent->child};
	parent->child = node;
	return node;
}

void call_path_follow(struct call_path *path, const struct function *const *stack, unsigned depth,
                      unsigned unchanged)
{
	for (unsigned i = unchanged; i < depth; i++)
		path->nodes[i + 1] = child_of(path, path->nodes[i], stack[i]);
	path->current = path->nodes[depth];
}

/* ---- what came out ---- */

static void write_names(const struct call_node *node, FILE *out)
{
	if (node->parent->function) {
		write_names(node->parent, out);
		fputc(';', out);
	}
	fprintf(out, "%s:%s", image_name(node->function->image), node->function->name);
}

static void write_below(const struct call_node *node, const char *prefix, FILE *out)
{
	for (const struct call_node *child = node->child; child; child = child->sibling) {
		if (child->count > 0) {
			fprintf(out, "%s %lu ", prefix, (unsigned long)child->count);
			write_names(child, out);
			fputc('\n', out);
		}
		write_below(child, prefix, out);
	}
}

void call_path_write(const struct call_path *path, const char *prefix, FILE *out)
{
	write_below(&path->root, prefix, out);
}

static uint64_t total(const struct call_node *node)
{
	uint64_t count = node->count;

	for (const struct call_node *child = node->child; child; child = child->sibling)
		count += total(child);
	return count;
}

static const struct call_node *largest_child(const struct call_node *node, uint64_t *out_total)
{
	const struct call_node *largest = NULL;

	*out_total = 0;
	for (const struct call_node *child = node->child; child; child = child->sibling) {
		const uint64_t count = total(child);
		if (count > *out_total) {
			*out_total = count;
			largest = child;
		}
	}
	return largest;
}

void call_path_heaviest(const struct call_path *path, char *text, size_t size)
{
	const struct call_node *node = &path->root;
	uint64_t below;
	size_t at = 0;

	text[0] = '\0';
	for (;;) {
		const uint64_t own = node->count;
		node = largest_child(node, &below);
		if (!node || below <= own) /* most of it was done here */
			return;
		const int length = snprintf(text + at, size - at, "%s%s", at ? " > " : "",
		                            node->function->name);
		if (length < 0 || (size_t)length >= size - at)
			return;
		at += (size_t)length;
	}
}
