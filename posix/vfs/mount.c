/* SPDX-License-Identifier: MIT */
/*
 * The mount points: the VFS's own directories, and what is mounted on them.
 */
#include <errno.h>
#include <string.h>

#include <native.h>

#include "vfs.h"
#include "walk.h"

/* ---- the VFS's own directories -------------------------------------------------------------- */

static void bare_release(struct node *node)
{
	native_heap_free(node);
}

static int bare_lookup(struct node *directory, const char *name, struct node **out_node)
{
	(void)directory; /* what there is are mount points, and those have been looked for */
	(void)name;
	(void)out_node;
	return -ENOENT;
}

static int bare_list(struct node *directory, uint64_t *cookie, struct directory_entry *out_entry)
{
	(void)directory;
	(void)cookie;
	(void)out_entry;
	return 0;
}

static struct node *bare_parent(struct node *directory)
{
	(void)directory; /* always a mount point: the VFS knows */
	return NULL;
}

static const struct file_system_ops bare_ops = {
	.type = "none",
	.lookup = bare_lookup,
	.list = bare_list,
	.parent = bare_parent,
	.release = bare_release,
};

static struct node *bare_directory(struct vfs *vfs)
{
	struct node *node = native_heap_alloc(sizeof *node);

	if (node)
		*node = (struct node){
			.file_system = &vfs->bare,
			.id = vfs->point_count + 1,
			.mode = S_IFDIR | 0555,
			.references = 1,
		};
	return node;
}

/* ---- mounting ------------------------------------------------------------------------------- */

int vfs_init(struct vfs *vfs)
{
	*vfs = (struct vfs){.bare = {.ops = &bare_ops, .device = 1}, .devices = 1};
	vfs->points[0].node = bare_directory(vfs);
	if (!vfs->points[0].node)
		return -ENOMEM;
	vfs->points[0].node->point = 1;
	vfs->point_count = 1;
	return 0;
}

void vfs_fini(struct vfs *vfs)
{
	/* all nodes first: a directory of one file system may be pinned below another's */
	for (size_t i = vfs->point_count; i-- > 0;)
		node_put(vfs->points[i].node);
	for (size_t i = vfs->point_count; i-- > 0;) {
		struct file_system *file_system = vfs->points[i].file_system;
		if (file_system && file_system->ops->destroy)
			file_system->ops->destroy(file_system);
	}
	vfs->point_count = 0;
}

/* The point `name` below `parent`, made if need be. */
static int point_make(struct vfs *vfs, size_t parent, const char *name, size_t *out_point)
{
	struct node *directory = vfs->points[parent].node;
	struct node *node;

	struct mount_point *known = mount_point_in(vfs, directory, name);
	if (known) {
		*out_point = (size_t)(known - vfs->points);
		return 0;
	}
	if (vfs->point_count == MOUNT_POINTS_MAX)
		return -ENOSPC;

	int error = directory->file_system->ops->lookup(directory, name, &node);
	if (error == 0 && !node_directory(node)) {
		node_put(node);
		return -ENOTDIR;
	}
	if (error == -ENOENT) {
		node = bare_directory(vfs);
		error = node ? 0 : -ENOMEM;
	}
	if (error)
		return error;

	struct mount_point *point = &vfs->points[vfs->point_count];
	*point = (struct mount_point){.node = node, .parent = parent};
	strcpy(point->name, name);
	*out_point = vfs->point_count++;
	node->point = (uint8_t)vfs->point_count;
	directory->points_inside++;
	return 0;
}

static void point_exchange(struct vfs *vfs, struct mount_point *point,
                           struct file_system *file_system)
{
	point->node->point = 0;
	node_put(point->node);
	point->node = node_get(file_system->root);
	point->node->point = (uint8_t)(point - vfs->points + 1);
	point->file_system = file_system;
	file_system->device = ++vfs->devices;
}

int vfs_mount(struct vfs *vfs, const char *at, struct file_system *file_system)
{
	char name[NAME_MAX + 1];
	size_t point = 0;
	int size;

	if (at[0] != '/')
		return -EINVAL;
	while ((size = walk_name(&at, name)) > 0) {
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			return -EINVAL;
		const int error = point_make(vfs, point, name, &point);
		if (error)
			return error;
	}
	if (size < 0)
		return size;
	if (vfs->points[point].file_system || vfs->points[point].node->points_inside)
		return -EBUSY;

	point_exchange(vfs, &vfs->points[point], file_system);
	return 0;
}

struct file_system *vfs_exchange(struct vfs *vfs, struct mount_point *point,
                                 struct file_system *file_system)
{
	struct file_system *before = point->file_system;

	point_exchange(vfs, point, file_system);
	return before;
}
