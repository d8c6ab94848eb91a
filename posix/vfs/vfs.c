/* SPDX-License-Identifier: MIT */
/*
 * What only looks at the tree.
 */
#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "vfs.h"
#include "walk.h"

enum { BLOCK_SIZE = 4096 };

/* Listing positions from here on are mount points; below, they are the file system's own. */
static const uint64_t first_point_cookie = UINT64_C(1) << 62;

int vfs_find(struct vfs *vfs, struct node *start, const char *path, bool stay,
             struct node **out_node)
{
	struct walk walk;

	const int error = walk_path(vfs, start, path, stay ? WALK_STAY : WALK_FOLLOW, &walk);
	if (error)
		return error;
	if (walk.node)
		*out_node = node_get(walk.node);
	walk_end(&walk);
	return walk.node ? 0 : -ENOENT;
}

struct node *vfs_parent(struct vfs *vfs, struct node *directory)
{
	const struct mount_point *point = mount_point_of(vfs, directory);

	if (point)
		return node_get(vfs->points[point->parent].node);
	struct node *parent = directory->file_system->ops->parent(directory);
	return parent ? node_get(parent) : NULL;
}

int vfs_path(struct vfs *vfs, struct node *directory, char *buffer, size_t size)
{
	size_t at = size;

	if (size == 0)
		return -ERANGE;
	struct node *node = node_get(directory);
	buffer[--at] = '\0';
	while (node != vfs->points[0].node) {
		const struct mount_point *point = mount_point_of(vfs, node);
		struct node *parent = vfs_parent(vfs, node);
		if (!parent) {
			node_put(node);
			return -ENOENT;
		}
		const char *name = point ? point->name : node->file_system->ops->name(node);
		const size_t length = strlen(name);
		const bool room = at >= length + 1;
		if (room) {
			at -= length;
			memcpy(buffer + at, name, length);
			buffer[--at] = '/';
		}
		node_put(node);
		node = parent;
		if (!room) {
			node_put(node);
			return -ERANGE;
		}
	}
	node_put(node);
	if (at == size - 1) {
		if (at == 0)
			return -ERANGE;
		buffer[--at] = '/';
	}
	memmove(buffer, buffer + at, size - at);
	return 0;
}

/* Does the directory's own file system list this mount point, too? */
static bool listed_already(struct node *directory, const struct mount_point *point)
{
	struct node *node;

	if (directory->file_system->ops->lookup(directory, point->name, &node) != 0)
		return false;
	node_put(node);
	return true;
}

int vfs_list(struct vfs *vfs, struct node *directory, uint64_t *cookie,
             struct directory_entry *out_entry)
{
	if (*cookie < first_point_cookie) {
		const int found = directory->file_system->ops->list(directory, cookie, out_entry);
		if (found != 0)
			return found;
		*cookie = first_point_cookie;
	}
	for (size_t i = *cookie - first_point_cookie + 1; i < vfs->point_count; i++) {
		const struct mount_point *point = &vfs->points[i];
		if (vfs->points[point->parent].node != directory ||
		    listed_already(directory, point))
			continue;
		*cookie = first_point_cookie + i;
		out_entry->id = point->node->id;
		out_entry->mode = point->node->mode;
		strcpy(out_entry->name, point->name);
		return 1;
	}
	return 0;
}

bool vfs_writable(const struct node *node)
{
	return node_directory(node) ? node->file_system->ops->create != NULL
	                            : node->file_system->ops->write != NULL;
}

void vfs_capacity(const struct node *node, struct statfs *out_capacity)
{
	enum { MAGIC = 0x63617046 }; /* "capF" */
	struct file_system *file_system = node->file_system;

	*out_capacity = (struct statfs){
		.f_type = MAGIC,
		.f_bsize = BLOCK_SIZE,
		.f_frsize = BLOCK_SIZE,
		.f_namelen = NAME_MAX,
		.f_fsid.__val = {(int)file_system->device},
	};
	if (file_system->ops->capacity)
		file_system->ops->capacity(file_system, out_capacity);
}

void vfs_status(const struct node *node, struct stat *out_stat)
{
	*out_stat = (struct stat){
		.st_dev = node->file_system->device,
		.st_ino = node->id,
		.st_mode = node->mode,
		.st_nlink = 1,
		.st_blksize = BLOCK_SIZE,
	};
	if (S_ISCHR(node->mode))
		out_stat->st_rdev =
			makedev((unsigned)node->file_system->device, (unsigned)node->id);
	if (node->file_system->ops->status)
		node->file_system->ops->status((struct node *)(uintptr_t)node, out_stat);
}
