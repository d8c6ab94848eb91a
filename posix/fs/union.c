/* SPDX-License-Identifier: MIT */
/*
 * union: several directories as one, or one in another place; each may be read-only or without
 * programs.
 *
 * A *layer* is a directory of another file system. What is in several is found in the first;
 * directories of one name are united in turn. One layer alone is a view of a part of the tree: its
 * root has nothing above it, whatever the directory has, so `..` leads out of the view to where it
 * is mounted. What is made goes into the first layer that can be written to, with the directories
 * above it; what is there is changed where it is. A file of a layer that can't be written to stays
 * as it is (EROFS), and removing one shows what is behind it.
 *
 * Directories are nodes of this file system that stand for those of the layers, and know the place
 * they were found at. A file is the layer's own node, unless the layer is marked: then it is a node
 * here, too, which passes on what the marks allow. There is one such node for each of the layers'
 * while somebody holds it. A node that can't be changed belongs to `frozen`, a file system whose
 * table has none of the operations that change something.
 */
#include <errno.h>
#include <string.h>

#include <native.h>
#include <vfs/vfs.h>

#include "union_node.h"

enum { COOKIE_LAYER_SHIFT = 56 };

static const struct file_system_ops union_ops;
static const struct file_system_ops frozen_ops;

struct union_file_system *union_of(const struct node *node)
{
	char *file_system = (char *)node->file_system;

	if (node->file_system->ops == &frozen_ops)
		file_system -= offsetof(struct union_file_system, frozen);
	return (struct union_file_system *)(void *)file_system;
}

bool union_own(const struct node *node)
{
	return node->file_system->ops == &union_ops || node->file_system->ops == &frozen_ops;
}

struct node *union_inner_of(struct node *node)
{
	struct union_node *self = union_node_of(node);
	size_t i = 0;

	while (!self->layers[i])
		i++;
	return self->layers[i];
}

bool union_layer_writable(const struct union_layer *layer)
{
	return !(layer->marks & LAYER_READ_ONLY) && layer->base->file_system->ops->create;
}

/* ---- nodes ---------------------------------------------------------------------------------- */

struct union_node **union_bucket_of(struct union_file_system *file_system, const struct node *inner)
{
	return &file_system->buckets[(uintptr_t)inner / 64 % UNION_BUCKETS];
}

/* The node of this file system for that of a layer, if there is one. */
static struct union_node *known(struct union_file_system *file_system, const struct node *inner)
{
	struct union_node *node = *union_bucket_of(file_system, inner);

	while (node && union_inner_of(&node->node) != inner)
		node = node->next;
	return node;
}

static mode_t mode_of(const struct node *inner, unsigned marks)
{
	const bool without = S_ISREG(inner->mode) && marks & LAYER_NO_EXECUTE;

	return inner->mode & (without ? ~(mode_t)0111 : ~(mode_t)0);
}

static void node_free(struct union_node *self)
{
	for (size_t i = 0; i < LAYERS_MAX; i++)
		node_put(self->layers[i]);
	native_heap_free(self->name);
	native_heap_free(self);
}

/* Which of the two file systems a node belongs to: a directory takes what is new in any layer. */
static struct file_system *side_of(struct union_file_system *file_system, const struct node *inner,
                                   size_t layer)
{
	bool changes = !(file_system->layers[layer].marks & LAYER_READ_ONLY);

	if (node_directory(inner))
		changes = file_system->writable;
	return changes ? &file_system->file_system : &file_system->frozen;
}

/*
 * The node for `layers`, whose references are taken over in any case. `parent` NULL: the root.
 */
static int node_for(struct union_file_system *file_system, struct union_node *parent,
                    const char *name, struct node *const layers[LAYERS_MAX], struct node **out_node)
{
	size_t first = 0;
	while (!layers[first])
		first++;
	const unsigned marks = file_system->layers[first].marks;
	struct union_node *old = known(file_system, layers[first]);
	struct union_node *self = old ? NULL : native_heap_alloc(sizeof *self);
	const size_t name_size = node_directory(layers[first]) && parent ? strlen(name) + 1 : 0;
	char *copy = self && name_size ? native_heap_alloc(name_size) : NULL;

	if (!self || (name_size && !copy)) {
		for (size_t i = 0; i < LAYERS_MAX; i++)
			node_put(layers[i]);
		native_heap_free(self);
		if (!old)
			return -ENOMEM;
		old->node.mode = mode_of(union_inner_of(&old->node), marks);
		*out_node = node_get(&old->node);
		return 0;
	}
	*self = (struct union_node){
		.node = {.id = layers[first]->id,
	                 .mode = mode_of(layers[first], marks),
	                 .references = 1},
		.next = *union_bucket_of(file_system, layers[first]),
		.parent = parent,
		.name = name_size ? memcpy(copy, name, name_size) : NULL,
	};
	memcpy(self->layers, layers, sizeof self->layers);
	self->node.file_system = side_of(file_system, layers[first], first);
	if (parent)
		node_get(&parent->node);
	*union_bucket_of(file_system, layers[first]) = self;
	*out_node = &self->node;
	return 0;
}

static void union_release(struct node *node)
{
	struct union_node *self = union_node_of(node);
	struct union_node **place = union_bucket_of(union_of(node), union_inner_of(node));

	while (*place != self)
		place = &(*place)->next;
	*place = self->next;
	struct union_node *parent = self->parent;
	node_free(self);
	if (parent)
		node_put(&parent->node);
}

int union_passed(struct union_file_system *file_system, struct union_node *parent, const char *name,
                 size_t layer, struct node *inner, struct node **out_node)
{
	struct node *layers[LAYERS_MAX] = {NULL};

	if (!node_directory(inner) && !(S_ISREG(inner->mode) && file_system->layers[layer].marks)) {
		*out_node = inner;
		return 0;
	}
	layers[layer] = inner;
	return node_for(file_system, parent, name, layers, out_node);
}

/* ---- names ---------------------------------------------------------------------------------- */

int union_layer_lookup(const struct union_node *directory, size_t layer, const char *name,
                       struct node **out_node)
{
	struct node *inner = directory->layers[layer];

	return inner ? inner->file_system->ops->lookup(inner, name, out_node) : -ENOENT;
}

static int union_lookup(struct node *node, const char *name, struct node **out_node)
{
	struct union_file_system *file_system = union_of(node);
	struct union_node *directory = union_node_of(node);
	struct node *found[LAYERS_MAX] = {NULL};
	bool any = false;

	for (size_t i = 0; i < file_system->layer_count; i++) {
		struct node *inner;
		const int error = union_layer_lookup(directory, i, name, &inner);
		if (error == -ENOENT)
			continue;
		if (error) {
			for (size_t j = 0; j < i; j++)
				node_put(found[j]);
			return error;
		}
		if (!node_directory(inner) && any) {
			node_put(inner); /* and whatever is behind it is hidden */
			break;
		}
		if (!node_directory(inner))
			return union_passed(file_system, directory, name, i, inner, out_node);
		found[i] = inner;
		any = true;
	}
	return any ? node_for(file_system, directory, name, found, out_node) : -ENOENT;
}

bool union_alive(struct node *directory)
{
	return directory == directory->file_system->root ||
	       directory->file_system->ops->parent(directory);
}

static struct node *union_parent(struct node *node)
{
	struct union_node *self = union_node_of(node);

	if (!self->parent)
		return NULL;
	for (size_t i = 0; i < LAYERS_MAX; i++)
		if (self->layers[i] && union_alive(self->layers[i]))
			return &self->parent->node;
	return NULL;
}

static const char *union_name(struct node *node)
{
	return union_node_of(node)->name;
}

/* Is this name one of a layer before? */
static bool listed(const struct union_node *directory, size_t layers, const char *name)
{
	struct node *node;

	for (size_t i = 0; i < layers; i++)
		if (union_layer_lookup(directory, i, name, &node) == 0) {
			node_put(node);
			return true;
		}
	return false;
}

/* The position of a layer, below those of the mount points and with the layer's number on top. */
static int union_list(struct node *node, uint64_t *cookie, struct directory_entry *out_entry)
{
	const uint64_t mask = (UINT64_C(1) << COOKIE_LAYER_SHIFT) - 1;
	const struct union_file_system *file_system = union_of(node);
	const struct union_node *directory = union_node_of(node);
	uint64_t inner_cookie = *cookie & mask;

	for (size_t i = *cookie >> COOKIE_LAYER_SHIFT; i < file_system->layer_count; i++) {
		struct node *inner = directory->layers[i];
		int found = 0;
		while (inner &&
		       (found = inner->file_system->ops->list(inner, &inner_cookie, out_entry)) >
		               0 &&
		       inner_cookie <= mask && listed(directory, i, out_entry->name))
			;
		if (found < 0)
			return found;
		if (found && inner_cookie <= mask) {
			*cookie = i << COOKIE_LAYER_SHIFT | inner_cookie;
			return 1;
		}
		inner_cookie = 0;
	}
	return 0;
}

/* ---- what is passed on ---------------------------------------------------------------------- */

#define INNER_OPS(node) (union_inner_of(node)->file_system->ops)

static ssize_t union_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	return INNER_OPS(node)->read
	               ? INNER_OPS(node)->read(union_inner_of(node), buffer, size, offset)
	               : -EINVAL;
}

static ssize_t union_write(struct node *node, const void *buffer, size_t size, off_t offset)
{
	return INNER_OPS(node)->write
	               ? INNER_OPS(node)->write(union_inner_of(node), buffer, size, offset)
	               : -EROFS;
}

static int union_truncate(struct node *node, off_t size)
{
	return INNER_OPS(node)->truncate ? INNER_OPS(node)->truncate(union_inner_of(node), size)
	                                 : -EROFS;
}

static int union_seek(struct node *node, off_t offset, bool hole, off_t *out_offset)
{
	struct stat status;

	if (INNER_OPS(node)->seek)
		return INNER_OPS(node)->seek(union_inner_of(node), offset, hole, out_offset);
	vfs_status(node, &status);
	*out_offset = hole ? status.st_size : offset;
	return 0;
}

static int union_allocate(struct node *node, off_t offset, off_t size, bool hole)
{
	return INNER_OPS(node)->allocate
	               ? INNER_OPS(node)->allocate(union_inner_of(node), offset, size, hole)
	               : -EOPNOTSUPP;
}

/* What is set of a directory that is united is set where new files are made. */
static struct node *changeable(struct node *node)
{
	struct union_file_system *file_system = union_of(node);
	struct union_node *self = union_node_of(node);

	for (size_t i = 0; i < file_system->layer_count; i++)
		if (self->layers[i] && !(file_system->layers[i].marks & LAYER_READ_ONLY))
			return self->layers[i];
	return union_inner_of(node);
}

static int union_set_mode(struct node *node, mode_t permissions)
{
	struct node *inner = changeable(node);

	if (!inner->file_system->ops->set_mode)
		return -EROFS;
	const int error = inner->file_system->ops->set_mode(inner, permissions);
	size_t layer = 0;
	while (!union_node_of(node)->layers[layer])
		layer++;
	node->mode = mode_of(union_inner_of(node), union_of(node)->layers[layer].marks);
	return error;
}

static int union_set_owner(struct node *node, uid_t owner, gid_t group)
{
	struct node *inner = changeable(node);

	return inner->file_system->ops->set_owner
	               ? inner->file_system->ops->set_owner(inner, owner, group)
	               : -EROFS;
}

static int union_set_times(struct node *node, const struct timespec times[2])
{
	struct node *inner = changeable(node);

	return inner->file_system->ops->set_times ? inner->file_system->ops->set_times(inner, times)
	                                          : -EROFS;
}

static void union_status(struct node *node, struct stat *out_stat)
{
	vfs_status(union_inner_of(node), out_stat);
	out_stat->st_mode = node->mode;
}

static void union_capacity(struct file_system *any, struct statfs *out_capacity)
{
	const struct union_file_system *file_system = union_of(&(struct node){.file_system = any});

	for (size_t i = 0; i < file_system->layer_count; i++) {
		struct file_system *inner = file_system->layers[i].base->file_system;
		if (!inner->ops->capacity)
			continue;
		inner->ops->capacity(inner, out_capacity);
		return;
	}
}

static void union_destroy(struct file_system *any)
{
	struct union_file_system *file_system = union_of(&(struct node){.file_system = any});

	node_put(&file_system->root->node);
	for (size_t i = file_system->layer_count; i-- > 0;)
		if (file_system->layers[i].owned)
			file_system->layers[i].owned->ops->destroy(file_system->layers[i].owned);
	native_heap_free(file_system);
}

static const struct file_system_ops union_ops = {
	.type = "union",
	.lookup = union_lookup,
	.create = union_create,
	.link_symbolic = union_link_symbolic,
	.link = union_link,
	.remove = union_remove,
	.rename = union_rename,
	.parent = union_parent,
	.name = union_name,
	.list = union_list,
	.read = union_read,
	.write = union_write,
	.truncate = union_truncate,
	.seek = union_seek,
	.allocate = union_allocate,
	.set_mode = union_set_mode,
	.set_owner = union_set_owner,
	.set_times = union_set_times,
	.status = union_status,
	.capacity = union_capacity,
	.release = union_release,
	.destroy = union_destroy,
};

static const struct file_system_ops frozen_ops = {
	.type = "union",
	.lookup = union_lookup,
	.parent = union_parent,
	.name = union_name,
	.list = union_list,
	.read = union_read,
	.seek = union_seek,
	.status = union_status,
	.capacity = union_capacity,
	.release = union_release,
};

/* ---- layers --------------------------------------------------------------------------------- */

static void count_writable(struct union_file_system *file_system)
{
	file_system->writable = false;
	for (size_t i = 0; i < file_system->layer_count; i++)
		file_system->writable |= union_layer_writable(&file_system->layers[i]);
}

int union_file_system_create(const struct union_layer *layer, struct file_system **out_file_system)
{
	struct union_file_system *file_system = native_heap_alloc(sizeof *file_system);
	struct node *layers[LAYERS_MAX] = {layer->base};
	struct node *root;

	if (!file_system)
		return -ENOMEM;
	*file_system = (struct union_file_system){
		.file_system.ops = &union_ops,
		.frozen.ops = &frozen_ops,
		.layers = {*layer},
		.layer_count = 1,
	};
	count_writable(file_system);
	node_get(layer->base);
	const int error = node_for(file_system, NULL, NULL, layers, &root);
	if (error) {
		native_heap_free(file_system);
		return error;
	}
	file_system->root = union_node_of(root);
	file_system->file_system.root = file_system->frozen.root = root;
	*out_file_system = &file_system->file_system;
	return 0;
}

int union_add(struct file_system *any, const struct union_layer *layer, bool before)
{
	struct union_file_system *file_system = (struct union_file_system *)any;
	struct union_node *root = file_system->root;
	const size_t count = file_system->layer_count;
	const size_t at = before ? 0 : count;

	if (count == LAYERS_MAX)
		return -ENOSPC;
	/* only the root may be known: all other nodes have their layers at fixed places */
	for (size_t i = 0; i < UNION_BUCKETS; i++)
		for (struct union_node *node = file_system->buckets[i]; node; node = node->next)
			if (node != root)
				return -EBUSY;
	file_system->buckets[union_bucket_of(file_system, union_inner_of(&root->node)) -
	                     file_system->buckets] = NULL;
	for (size_t i = count; i > at; i--) {
		file_system->layers[i] = file_system->layers[i - 1];
		root->layers[i] = root->layers[i - 1];
	}
	file_system->layers[at] = *layer;
	root->layers[at] = node_get(layer->base);
	file_system->layer_count++;
	*union_bucket_of(file_system, union_inner_of(&root->node)) = root;
	count_writable(file_system);
	root->node.file_system = side_of(file_system, layer->base, at);
	return 0;
}

void union_dissolve(struct file_system *any)
{
	struct union_file_system *file_system = (struct union_file_system *)any;

	for (size_t i = 0; i < file_system->layer_count; i++)
		file_system->layers[i].owned = NULL;
	union_destroy(any);
}

bool union_file_system(const struct file_system *file_system)
{
	return file_system->ops == &union_ops;
}
