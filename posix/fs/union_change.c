/* SPDX-License-Identifier: MIT */
/*
 * What a union changes in its layers: names that are made, removed and moved.
 */
#include <errno.h>
#include <string.h>

#include <native.h>

#include "union_node.h"

/* Sees to it that a directory is there in a layer, with those above it. */
static int ensure(struct union_file_system *file_system, struct union_node *directory, size_t layer)
{
	if (directory->layers[layer])
		return union_alive(directory->layers[layer]) ? 0 : -ENOENT;
	if (!directory->parent)
		return -EROFS;
	int error = ensure(file_system, directory->parent, layer);
	if (error)
		return error;
	struct node *above = directory->parent->layers[layer];
	/* the identity of the node is that of its first layer's: it moves in the table */
	struct node *made;
	error = above->file_system->ops->create(above, directory->name,
	                                        S_IFDIR | (directory->node.mode & 07777), &made);
	if (error)
		return error;
	struct union_node **place = union_bucket_of(file_system, union_inner_of(&directory->node));
	while (*place != directory)
		place = &(*place)->next;
	*place = directory->next;
	directory->layers[layer] = made;
	directory->next = *union_bucket_of(file_system, union_inner_of(&directory->node));
	*union_bucket_of(file_system, union_inner_of(&directory->node)) = directory;
	return 0;
}

/* The first layer that something can be made in, and the directory there. */
static int place_for_new(struct node *node, size_t *out_layer, struct node **out_directory)
{
	struct union_file_system *file_system = union_of(node);
	struct union_node *directory = union_node_of(node);

	for (size_t i = 0; i < file_system->layer_count; i++) {
		if (!union_layer_writable(&file_system->layers[i]))
			continue;
		const int error = ensure(file_system, directory, i);
		*out_layer = i;
		*out_directory = directory->layers[i];
		return error;
	}
	return -EROFS;
}

int union_create(struct node *directory, const char *name, mode_t mode, struct node **out_node)
{
	struct node *inner_directory;
	struct node *inner;
	size_t layer;

	int error = place_for_new(directory, &layer, &inner_directory);
	if (error)
		return error;
	error = inner_directory->file_system->ops->create(inner_directory, name, mode, &inner);
	if (error)
		return error;
	node_get(inner);
	error = union_passed(union_of(directory), union_node_of(directory), name, layer, inner,
	                     out_node);
	if (error)
		(void)inner_directory->file_system->ops->remove(inner_directory, name, inner);
	node_put(inner);
	return error;
}

int union_link_symbolic(struct node *directory, const char *name, const char *target,
                        struct node **out_node)
{
	struct node *inner;
	size_t layer;

	const int error = place_for_new(directory, &layer, &inner);
	if (error)
		return error;
	return inner->file_system->ops->link_symbolic
	               ? inner->file_system->ops->link_symbolic(inner, name, target, out_node)
	               : -EPERM;
}

/* The layer that `name` of a directory is found in. */
static int layer_of(struct node *directory, const char *name, size_t *out_layer,
                    struct node **out_inner)
{
	struct union_file_system *file_system = union_of(directory);

	for (size_t i = 0; i < file_system->layer_count; i++) {
		struct node *inner;
		const int error = union_layer_lookup(union_node_of(directory), i, name, &inner);
		if (error == -ENOENT)
			continue;
		if (error)
			return error;
		if (!union_layer_writable(&file_system->layers[i])) {
			node_put(inner);
			return -EROFS;
		}
		*out_layer = i;
		*out_inner = inner;
		return 0;
	}
	return -ENOENT;
}

int union_link(struct node *directory, const char *name, struct node *node)
{
	struct node *inner_directory;
	size_t layer;

	const int error = place_for_new(directory, &layer, &inner_directory);
	if (error)
		return error;
	struct node *inner = union_own(node) ? union_inner_of(node) : node;
	if (inner->file_system != inner_directory->file_system)
		return -EXDEV;
	return inner->file_system->ops->link
	               ? inner->file_system->ops->link(inner_directory, name, inner)
	               : -EPERM;
}

/* A directory that is united of several layers stays where it is: EXDEV, and callers copy. */
static bool united(const struct union_node *self)
{
	size_t layers = 0;

	for (size_t i = 0; i < LAYERS_MAX; i++)
		layers += self->layers[i] != NULL;
	return layers > 1;
}

/* Of a directory that is united, all or none. */
static int remove_united(struct node *directory, const char *name, struct union_node *self)
{
	const struct union_file_system *file_system = union_of(directory);
	int error = 0;

	for (size_t i = 0; i < LAYERS_MAX; i++)
		if (self->layers[i] && !union_layer_writable(&file_system->layers[i]))
			return -EROFS;
	for (size_t i = 0; i < LAYERS_MAX && error == 0; i++) {
		struct node *in = union_node_of(directory)->layers[i];
		if (self->layers[i])
			error = in->file_system->ops->remove(in, name, self->layers[i]);
	}
	return error;
}

int union_remove(struct node *directory, const char *name, struct node *node)
{
	struct node *inner;
	size_t layer;

	if (union_own(node) && united(union_node_of(node)))
		return remove_united(directory, name, union_node_of(node));
	int error = layer_of(directory, name, &layer, &inner);
	if (error)
		return error;
	struct node *in = union_node_of(directory)->layers[layer];
	error = in->file_system->ops->remove(in, name, inner);
	node_put(inner);
	return error;
}

int union_rename(const struct file_move *move)
{
	struct union_node *directory = node_directory(move->node) && union_own(move->node)
	                                       ? union_node_of(move->node)
	                                       : NULL;
	struct node *inner;
	struct node *replaced = NULL;
	struct node *to;
	size_t layer;
	size_t to_layer;
	char *name = NULL;

	if (directory && united(directory))
		return -EXDEV;
	int error = layer_of(move->from, move->from_name, &layer, &inner);
	if (error)
		return error;
	to = union_node_of(move->to)->layers[layer];
	if (!to)
		error = -EXDEV;
	else if (!to->file_system->ops->rename)
		error = -EROFS;
	else if (move->replaced)
		error = layer_of(move->to, move->to_name, &to_layer, &replaced);
	if (error == 0 && replaced && to_layer != layer)
		error = -EXDEV;
	if (error == 0 && directory) {
		name = native_heap_alloc(strlen(move->to_name) + 1);
		error = name ? 0 : -ENOMEM;
	}
	if (error == 0)
		error = to->file_system->ops->rename(&(struct file_move){
			.from = union_node_of(move->from)->layers[layer],
			.from_name = move->from_name,
			.node = inner,
			.to = to,
			.to_name = move->to_name,
			.replaced = replaced,
		});
	if (error == 0 && directory) {
		struct union_node *before = directory->parent;
		strcpy(name, move->to_name);
		native_heap_free(directory->name);
		directory->name = name;
		directory->parent = union_node_of(node_get(move->to));
		node_put(&before->node);
		name = NULL;
	}
	native_heap_free(name);
	node_put(replaced);
	node_put(inner);
	return error;
}
