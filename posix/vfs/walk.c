/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <native.h>

#include "walk.h"

struct mount_point *mount_point_of(struct vfs *vfs, const struct node *node)
{
	return node->point ? &vfs->points[node->point - 1] : NULL;
}

struct mount_point *mount_point_in(struct vfs *vfs, const struct node *directory, const char *name)
{
	for (size_t i = 1; directory->points_inside && i < vfs->point_count; i++)
		if (vfs->points[vfs->points[i].parent].node == directory &&
		    strcmp(vfs->points[i].name, name) == 0)
			return &vfs->points[i];
	return NULL;
}

int walk_name(const char **path, char name[NAME_MAX + 1])
{
	while (**path == '/')
		(*path)++;

	/* a plain loop: names are short */
	const char *from = *path;
	size_t size = 0;
	for (char byte; (byte = from[size]) && byte != '/'; size++) {
		if (size == NAME_MAX)
			return -ENAMETOOLONG;
		name[size] = byte;
	}
	if (size == 0)
		return 0; /* the name before stays */
	name[size] = '\0';
	*path = from + size;
	return (int)size;
}

/* One name further; *out_node is referenced. */
static int step(struct vfs *vfs, struct node *directory, const char *name, struct node **out_node)
{
	if (!node_directory(directory))
		return -ENOTDIR;
	if (name[0] == '.' && name[1] == '\0') {
		*out_node = node_get(directory);
		return 0;
	}
	if (name[0] == '.' && name[1] == '.' && name[2] == '\0') {
		*out_node = vfs_parent(vfs, directory);
		return *out_node ? 0 : -ENOENT;
	}
	if (directory->points_inside) {
		const struct mount_point *point = mount_point_in(vfs, directory, name);
		if (point) {
			*out_node = node_get(point->node);
			return 0;
		}
	}
	return directory->file_system->ops->lookup(directory, name, out_node);
}

static int walk_from(struct vfs *vfs, struct node *start, const char *path, enum walk_last last,
                     int *links_left, struct walk *walk);

/* The walk has come to a symbolic link: goes on to where that leads. */
static int follow(struct vfs *vfs, bool last, int *links_left, struct walk *walk)
{
	struct node *link = walk->node;
	struct walk *further;

	if (--*links_left < 0)
		return -ELOOP;
	if (link->file_system->ops->follow) {
		const int error = link->file_system->ops->follow(link, &walk->node, &walk->access);
		if (error == 0)
			node_put(link);
		return error;
	}
	further = native_heap_alloc(sizeof *further); /* large, and links lead to links */
	if (!further)
		return -ENOMEM;
	const int error = walk_from(vfs, walk->directory, link->file_system->ops->target(link),
	                            WALK_FOLLOW, links_left, further);
	const bool slash = walk->slash;
	if (!error) {
		walk_end(walk);
		*walk = *further;
		walk->slash = slash || (last && walk->slash);
	}
	native_heap_free(further);
	return error;
}

static int walk_from(struct vfs *vfs, struct node *start, const char *path, enum walk_last last,
                     int *links_left, struct walk *walk)
{
	const size_t size = strnlen(path, PATH_MAX);

	if (size == PATH_MAX)
		return -ENAMETOOLONG;
	if (size == 0)
		return -ENOENT;
	walk->directory = NULL;
	walk->access = O_RDWR;
	walk->node = node_get(path[0] == '/' ? vfs->points[0].node : start);
	walk->slash = path[size - 1] == '/';
	int error = 0;
	for (;;) {
		/* only what is there is gone through, but every name is looked at */
		const bool found = walk->node != NULL;
		if (found && S_ISLNK(walk->node->mode) &&
		    (path[0] != '\0' || last == WALK_FOLLOW)) {
			error = follow(vfs, path[0] == '\0', links_left, walk);
			if (error)
				break;
			continue;
		}
		error = walk_name(&path, walk->name);
		if (error <= 0)
			break;
		if (!found) {
			error = -ENOENT;
			break;
		}
		node_put(walk->directory);
		walk->directory = walk->node;
		walk->access = O_RDWR;
		walk->node = NULL;
		error = step(vfs, walk->directory, walk->name, &walk->node);
		if (error && error != -ENOENT)
			break;
	}
	if (error == 0 && walk->node && walk->slash && !node_directory(walk->node))
		error = -ENOTDIR;
	if (error) {
		walk_end(walk);
		return error;
	}
	if (!walk->directory) {
		walk->directory = node_get(walk->node);
		strcpy(walk->name, ".");
	}
	return 0;
}

int walk_path(struct vfs *vfs, struct node *start, const char *path, enum walk_last last,
              struct walk *walk)
{
	int links_left = WALK_LINKS_MAX;

	return walk_from(vfs, start, path, last, &links_left, walk);
}

void walk_end(struct walk *walk)
{
	node_put(walk->node);
	node_put(walk->directory);
}

bool walk_dots(const struct walk *walk)
{
	return strcmp(walk->name, ".") == 0 || strcmp(walk->name, "..") == 0;
}
