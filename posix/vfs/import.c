/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <native.h>

#include "import.h"
#include "walk.h"

static int write_whole(struct node *node, const void *content, size_t size, off_t offset)
{
	const uint8_t *from = content;

	while (size > 0) {
		const ssize_t part = node->file_system->ops->write(node, from, size, offset);
		if (part < 0)
			return (int)part;
		from += part;
		size -= (size_t)part;
		offset += part;
	}
	return 0;
}

static int copy_content(struct node *from, struct node *to)
{
	enum { PART = 512 };
	uint8_t part[PART];
	off_t offset = 0;

	for (;;) {
		const ssize_t size = from->file_system->ops->read(from, part, sizeof part, offset);
		if (size <= 0)
			return (int)size;
		const int error = write_whole(to, part, (size_t)size, offset);
		if (error)
			return error;
		offset += size;
	}
}

/* As far as the file system keeps them. */
static void copy_times(struct node *from, struct node *to)
{
	struct stat status;

	vfs_status(from, &status);
	if (to->file_system->ops->set_times)
		(void)to->file_system->ops->set_times(
			to, (const struct timespec[]){status.st_atim, status.st_mtim});
}

static int make(struct node *directory, const char *name, struct node *from, struct node **out_node)
{
	const struct file_system_ops *ops = directory->file_system->ops;

	const int error = ops->lookup(directory, name, out_node);
	if (error == 0) {
		if (node_directory(*out_node) && node_directory(from))
			return 0;
		node_put(*out_node);
		return -EEXIST;
	}
	if (error != -ENOENT)
		return error;
	if (!S_ISLNK(from->mode))
		return ops->create ? ops->create(directory, name, from->mode | 0200, out_node)
		                   : -EROFS;
	return ops->link_symbolic
	               ? ops->link_symbolic(directory, name, from->file_system->ops->target(from),
	                                    out_node)
	               : -EPERM;
}

static int copy_directory(struct node *from, struct node *to, int depth);

static int copy(struct node *from, struct node *directory, const char *name, int depth)
{
	struct node *made;

	if (!S_ISREG(from->mode) && !S_ISLNK(from->mode) && !node_directory(from))
		return 0; /* devices and the like are not copied */
	int error = make(directory, name, from, &made);
	if (error)
		return error;
	if (S_ISREG(from->mode))
		error = copy_content(from, made);
	else if (node_directory(from))
		error = depth < IMPORT_DEPTH_MAX ? copy_directory(from, made, depth + 1) : -ELOOP;
	if (error == 0)
		copy_times(from, made);
	node_put(made);
	return error;
}

static int copy_directory(struct node *from, struct node *to, int depth)
{
	struct directory_entry *entry = native_heap_alloc(sizeof *entry); /* large */
	uint64_t cookie = 0;
	struct node *node;
	int error;

	if (!entry)
		return -ENOMEM;
	while ((error = from->file_system->ops->list(from, &cookie, entry)) > 0) {
		error = from->file_system->ops->lookup(from, entry->name, &node);
		if (error)
			break;
		error = copy(node, to, entry->name, depth);
		node_put(node);
		if (error)
			break;
	}
	native_heap_free(entry);
	return error;
}

/* The directory `path` leads to but for its last name, if `file`; made if need be, referenced. */
static int make_way(struct vfs *vfs, struct node *root, const char *path, bool file,
                    struct node **out_directory)
{
	char name[NAME_MAX + 1] = "";
	struct node *at = node_get(root);
	int size;

	while ((size = walk_name(&path, name)) > 0) {
		struct node *next;
		if (file && path[strspn(path, "/")] == '\0')
			break;
		int error = vfs_make(vfs, at, name, S_IFDIR | 0755);
		if (error == 0 || error == -EEXIST)
			error = vfs_find(vfs, at, name, false, &next);
		node_put(at);
		if (error)
			return error;
		at = next;
	}
	if (size >= 0 && node_directory(at)) {
		*out_directory = at;
		return 0;
	}
	node_put(at);
	return size < 0 ? size : -ENOTDIR;
}

int import_tree(struct vfs *vfs, struct node *from, struct node *root, const char *path)
{
	struct node *to;

	int error = make_way(vfs, root, path, false, &to);
	if (error)
		return error;
	error = copy_directory(from, to, 0);
	node_put(to);
	return error;
}

int import_file(struct vfs *vfs, const struct import_content *content, struct node *root,
                const char *path)
{
	struct node *directory;
	struct node *file;

	int error = make_way(vfs, root, path, true, &directory);
	if (error)
		return error;
	const char *last = strrchr(path, '/');
	error = vfs_open(vfs, directory, last ? last + 1 : path, O_WRONLY | O_CREAT | O_EXCL,
	                 content->permissions, &file);
	if (error == 0) {
		error = write_whole(file, content->bytes, content->size, 0);
		node_put(file);
	}
	node_put(directory);
	return error;
}
