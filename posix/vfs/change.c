/* SPDX-License-Identifier: MIT */
/*
 * What changes the tree: opening for more than reading, making, removing, renaming, and the rules of
 * POSIX about each.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "vfs.h"
#include "walk.h"

/* May the existing node be opened so? */
static int open_existing(struct node *node, int flags)
{
	/* not O_ACCMODE: musl counts O_PATH to it */
	const bool writing = !(flags & O_PATH) && flags & (O_WRONLY | O_RDWR);

	if ((flags & O_CREAT) && (flags & O_EXCL))
		return -EEXIST;
	if (node_directory(node))
		return writing || (flags & (O_CREAT | O_TRUNC)) ? -EISDIR : 0;
	if (flags & O_DIRECTORY)
		return -ENOTDIR;
	if (S_ISLNK(node->mode) && !(flags & O_PATH))
		return -ELOOP; /* O_NOFOLLOW; else it would have been followed */
	if (S_ISSOCK(node->mode) && !(flags & O_PATH))
		return -ENXIO;
	if ((writing || (flags & O_TRUNC)) && !vfs_writable(node))
		return -EROFS;
	if ((flags & O_TRUNC) && S_ISREG(node->mode))
		return node->file_system->ops->truncate(node, 0);
	return 0;
}

/* A directory that was removed takes no new entries. */
static bool directory_lives(struct node *directory)
{
	return directory->file_system->ops->parent(directory) ||
	       directory == directory->file_system->root;
}

static int create(struct walk *walk, mode_t mode)
{
	const struct file_system_ops *ops = walk->directory->file_system->ops;

	if (!ops->create)
		return -EROFS;
	if (!directory_lives(walk->directory))
		return -ENOENT;
	const int error = ops->create(walk->directory, walk->name, mode, &walk->node);
	if (error == 0)
		walk->node->stream = S_ISFIFO(mode);
	return error;
}

int vfs_open(struct vfs *vfs, struct node *start, const char *path, int flags, mode_t mode,
             struct node **out_node)
{
	const bool stay = flags & O_NOFOLLOW || (flags & O_CREAT && flags & O_EXCL);
	const enum walk_last last = stay ? WALK_STAY : WALK_FOLLOW;
	struct walk walk;

	int error = walk_path(vfs, start, path, last, &walk);
	if (error)
		return error;
	if (walk.node && walk.access != O_RDWR && !(flags & O_PATH) &&
	    (flags & (O_WRONLY | O_RDWR)) != walk.access)
		error = -EACCES;
	else if (walk.node)
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

	int error = walk_path(vfs, start, path, WALK_STAY, &walk);
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

int vfs_link_symbolic(struct vfs *vfs, struct node *start, const char *path, const char *target)
{
	struct walk walk;

	int error = walk_path(vfs, start, path, WALK_STAY, &walk);
	if (error)
		return error;
	const struct file_system_ops *ops = walk.directory->file_system->ops;
	if (walk.node)
		error = -EEXIST;
	else if (walk.slash || !directory_lives(walk.directory))
		error = -ENOENT;
	else if (!ops->create)
		error = -EROFS;
	else if (!ops->link_symbolic)
		error = -EPERM;
	else
		error = ops->link_symbolic(walk.directory, walk.name, target, &walk.node);
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

	int error = walk_path(vfs, start, path, WALK_STAY, &walk);
	if (error)
		return error;
	if (directory && strcmp(walk.name, ".") == 0)
		error = walk.node == vfs->points[0].node ? -EBUSY : -EINVAL;
	else if (directory && strcmp(walk.name, "..") == 0)
		error = -ENOTEMPTY;
	else
		error = removal_refused(vfs, &walk, directory);
	if (error == 0)
		error = walk.directory->file_system->ops->remove(walk.directory, walk.name,
		                                                 walk.node);
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

static int link_refused(struct vfs *vfs, const struct walk *from, const struct walk *to)
{
	const struct file_system *file_system = to->directory->file_system;

	if (!from->node)
		return -ENOENT;
	if (node_directory(from->node))
		return -EPERM;
	if (to->node)
		return -EEXIST;
	if (from->directory->file_system != file_system || mount_point_of(vfs, from->node))
		return -EXDEV;
	if (to->slash || !directory_lives(to->directory))
		return -ENOENT;
	if (!file_system->ops->create)
		return -EROFS;
	return file_system->ops->link ? 0 : -EPERM;
}

int vfs_link(struct vfs *vfs, struct node *from_start, const char *from, struct node *to_start,
             const char *to, bool follow)
{
	struct walk source;
	struct walk target;

	int error = walk_path(vfs, from_start, from, follow ? WALK_FOLLOW : WALK_STAY, &source);
	if (error)
		return error;
	error = walk_path(vfs, to_start, to, WALK_STAY, &target);
	if (error)
		goto fail_target;
	error = link_refused(vfs, &source, &target);
	if (error == 0)
		error = target.directory->file_system->ops->link(target.directory, target.name,
		                                                 source.node);
	walk_end(&target);
fail_target:
	walk_end(&source);
	return error;
}

int vfs_rename(struct vfs *vfs, struct node *from_start, const char *from, struct node *to_start,
               const char *to, bool exclusive)
{
	struct walk source;
	struct walk target;

	int error = walk_path(vfs, from_start, from, WALK_STAY, &source);
	if (error)
		return error;
	error = walk_path(vfs, to_start, to, WALK_STAY, &target);
	if (error)
		goto fail_target;
	error = rename_refused(vfs, &source, &target, exclusive);
	if (error == 0)
		error = source.directory->file_system->ops->rename(&(struct file_move){
			.from = source.directory,
			.from_name = source.name,
			.node = source.node,
			.to = target.directory,
			.to_name = target.name,
			.replaced = target.node,
		});
	walk_end(&target);
fail_target:
	walk_end(&source);
	return error > 0 ? 0 : error;
}
