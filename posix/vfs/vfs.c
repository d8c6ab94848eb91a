/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <native.h>

#include "vfs.h"
#include "walk.h"

/* Listing positions from here on are mount points; below, they are the file system's own. */
static const uint64_t first_point_cookie = UINT64_C(1) << 62;

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
	return 0;
}

static bool point_has_children(const struct vfs *vfs, size_t point)
{
	for (size_t i = 1; i < vfs->point_count; i++)
		if (vfs->points[i].parent == point)
			return true;
	return false;
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
	if (vfs->points[point].file_system || point_has_children(vfs, point))
		return -EBUSY;

	node_put(vfs->points[point].node);
	vfs->points[point].node = node_get(file_system->root);
	vfs->points[point].file_system = file_system;
	file_system->device = ++vfs->devices;
	return 0;
}

/* ---- looking -------------------------------------------------------------------------------- */

int vfs_find(struct vfs *vfs, struct node *start, const char *path, struct node **out_node)
{
	struct walk walk;

	const int error = walk_path(vfs, start, path, &walk);
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
		const char *name = point ? point->name : node->file_system->ops->name(node);
		struct node *parent = vfs_parent(vfs, node);

		node_put(node);
		if (!parent)
			return -ENOENT;
		node = parent;

		const size_t length = strlen(name);
		if (at < length + 1) {
			node_put(node);
			return -ERANGE;
		}
		at -= length;
		memcpy(buffer + at, name, length);
		buffer[--at] = '/';
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

void vfs_status(const struct node *node, struct stat *out_stat)
{
	enum { BLOCK_SIZE = 4096 };

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

/* ---- changing ------------------------------------------------------------------------------- */

/* May the existing node be opened so? */
static int open_existing(struct node *node, int flags)
{
	const bool writing = (flags & O_ACCMODE) != O_RDONLY;

	if ((flags & O_CREAT) && (flags & O_EXCL))
		return -EEXIST;
	if (node_directory(node))
		return writing || (flags & (O_CREAT | O_TRUNC)) ? -EISDIR : 0;
	if (flags & O_DIRECTORY)
		return -ENOTDIR;
	if (S_ISSOCK(node->mode) && !(flags & O_PATH))
		return -ENXIO;
	if ((writing || (flags & O_TRUNC)) && !vfs_writable(node))
		return -EROFS;
	if ((flags & O_TRUNC) && S_ISREG(node->mode))
		return node->file_system->ops->truncate(node, 0);
	return 0;
}

static int create(struct walk *walk, mode_t mode)
{
	const struct file_system_ops *ops = walk->directory->file_system->ops;

	if (!ops->create)
		return -EROFS;
	if (!ops->parent(walk->directory) && walk->directory != walk->directory->file_system->root)
		return -ENOENT; /* a directory that was removed takes no new entries */
	const int error = ops->create(walk->directory, walk->name, mode, &walk->node);
	if (error == 0)
		walk->node->stream = S_ISFIFO(mode);
	return error;
}

int vfs_open(struct vfs *vfs, struct node *start, const char *path, int flags, mode_t mode,
             struct node **out_node)
{
	struct walk walk;

	int error = walk_path(vfs, start, path, &walk);
	if (error)
		return error;
	if (walk.node)
		error = open_existing(walk.node, flags);
	else if (!(flags & O_CREAT))
		error = -ENOENT;
	else if (walk.slash)
		error = -EISDIR;
	else
		error = create(&walk, S_IFREG | (mode & 07777));
	if (error == 0)
		*out_node = node_get(walk.node);
	walk_end(&walk);
	return error;
}

int vfs_make(struct vfs *vfs, struct node *start, const char *path, mode_t mode)
{
	struct walk walk;

	int error = walk_path(vfs, start, path, &walk);
	if (error)
		return error;
	if (walk.node)
		error = -EEXIST;
	else if (walk.slash && !S_ISDIR(mode))
		error = -ENOENT;
	else
		error = create(&walk, mode);
	walk_end(&walk);
	return error;
}

static bool directory_empty(struct node *directory)
{
	struct directory_entry entry;
	uint64_t cookie = 0;

	return directory->file_system->ops->list(directory, &cookie, &entry) == 0;
}

/* May the last name's entry be taken away, as a directory or as a file? */
static int removal_refused(struct vfs *vfs, const struct walk *walk, bool directory)
{
	if (!walk->node)
		return -ENOENT;
	if (mount_point_of(vfs, walk->node))
		return -EBUSY;
	if (directory && !node_directory(walk->node))
		return -ENOTDIR;
	if (!directory && node_directory(walk->node))
		return -EISDIR;
	if (!walk->directory->file_system->ops->remove)
		return -EROFS;
	if (directory && !directory_empty(walk->node))
		return -ENOTEMPTY;
	return 0;
}

int vfs_remove(struct vfs *vfs, struct node *start, const char *path, bool directory)
{
	struct walk walk;

	int error = walk_path(vfs, start, path, &walk);
	if (error)
		return error;
	if (directory && strcmp(walk.name, ".") == 0)
		error = walk.node == vfs->points[0].node ? -EBUSY : -EINVAL;
	else if (directory && strcmp(walk.name, "..") == 0)
		error = -ENOTEMPTY;
	else
		error = removal_refused(vfs, &walk, directory);
	if (error == 0)
		error = walk.directory->file_system->ops->remove(walk.directory, walk.node);
	walk_end(&walk);
	return error;
}

/* Is `node` the directory `above` or somewhere in it? */
static bool inside(struct vfs *vfs, struct node *node, const struct node *above)
{
	struct node *at = node_get(node);
	bool found = at == above;

	while (!found && at != vfs->points[0].node) {
		struct node *parent = vfs_parent(vfs, at);
		node_put(at);
		if (!parent)
			return false;
		at = parent;
		found = at == above;
	}
	node_put(at);
	return found;
}

/* Everything that speaks against the rename; 1 when there is nothing to do. */
static int rename_refused(struct vfs *vfs, const struct walk *from, const struct walk *to,
                          bool exclusive)
{
	const struct file_system *file_system = from->directory->file_system;

	if (!from->node)
		return -ENOENT;
	if (walk_dots(from) || walk_dots(to))
		return -EBUSY;
	if (mount_point_of(vfs, from->node) || (to->node && mount_point_of(vfs, to->node)))
		return -EBUSY;
	if (to->directory->file_system != file_system)
		return -EXDEV;
	if (!file_system->ops->rename)
		return -EROFS;
	if (to->node && exclusive)
		return -EEXIST;
	if (to->node == from->node)
		return 1;
	if (!node_directory(from->node) && (to->slash || from->slash))
		return -ENOTDIR;
	if (node_directory(from->node) && inside(vfs, to->directory, from->node))
		return -EINVAL;
	if (!file_system->ops->parent(to->directory) && to->directory != file_system->root)
		return -ENOENT;
	if (!to->node)
		return 0;
	if (node_directory(from->node) && !node_directory(to->node))
		return -ENOTDIR;
	if (!node_directory(from->node) && node_directory(to->node))
		return -EISDIR;
	return node_directory(to->node) && !directory_empty(to->node) ? -ENOTEMPTY : 0;
}

int vfs_rename(struct vfs *vfs, struct node *from_start, const char *from, struct node *to_start,
               const char *to, bool exclusive)
{
	struct walk source;
	struct walk target;

	int error = walk_path(vfs, from_start, from, &source);
	if (error)
		return error;
	error = walk_path(vfs, to_start, to, &target);
	if (error)
		goto fail_target;
	error = rename_refused(vfs, &source, &target, exclusive);
	if (error == 0)
		error = source.directory->file_system->ops->rename(source.node, target.directory,
		                                                   target.name, target.node);
	walk_end(&target);
fail_target:
	walk_end(&source);
	return error > 0 ? 0 : error;
}
