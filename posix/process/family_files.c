/* SPDX-License-Identifier: MIT */
/*
 * What a child has of this process's files: its table of exports, and the names in directories of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <event/ready.h>
#include <native_process.h>
#include <syscall/calls.h>

#include "family.h"
#include "process.h"

/* ---- exports -------------------------------------------------------------------------------- */

static void export_end(struct export *export)
{
	if (export->file)
		open_file_put(export->file);
	node_put(export->node);
	*export = (struct export){0};
}

void family_close_all(struct child *child)
{
	node_put(child->program);
	child->program = NULL;
	for (uint32_t i = 0; i < child->export_count; i++)
		if (child->exports[i].node)
			export_end(&child->exports[i]);
	native_heap_free(child->exports);
	child->exports = NULL;
	child->export_count = 0;
}

/* A free place, or one more than there were. */
static struct export *export_place(struct child *child)
{
	enum { PLACES_MIN = 8 };
	const uint32_t count = child->export_count ? 2 * child->export_count : PLACES_MIN;

	for (uint32_t i = 0; i < child->export_count; i++)
		if (!child->exports[i].node)
			return &child->exports[i];
	if (count > EXPORTS_MAX)
		return NULL;
	struct export *places = native_heap_alloc(count * sizeof *places);
	if (!places)
		return NULL;
	memset(places, 0, count * sizeof *places);
	if (child->exports)
		memcpy(places, child->exports, child->export_count * sizeof *places);
	native_heap_free(child->exports);
	child->exports = places;
	struct export *place = &places[child->export_count];
	child->export_count = count;
	return place;
}

/* Numbers begin with 1. */
static long number_of(const struct child *child, const struct export *export)
{
	return export - child->exports + 1;
}

long family_export_file(struct child *child, struct open_file *file)
{
	for (uint32_t i = 0; i < child->export_count; i++)
		if (child->exports[i].file == file)
			return number_of(child, &child->exports[i]);
	struct export *export = export_place(child);
	if (!export)
		return -ENOMEM;
	*export = (struct export){.node = node_get(file->node), .file = open_file_get(file)};
	return number_of(child, export);
}

static long export_node(struct child *child, struct node *node, bool root)
{
	for (uint32_t i = 0; i < child->export_count; i++)
		if (child->exports[i].node == node && !child->exports[i].file)
			return number_of(child, &child->exports[i]);
	struct export *export = export_place(child);
	if (!export)
		return -ENOMEM;
	*export = (struct export){.node = node_get(node), .root = root};
	return number_of(child, export);
}

long family_export_tree(struct child *child, struct node *directory)
{
	return export_node(child, directory, true);
}

static struct export *find_export(const struct child *child, uint32_t file)
{
	if (file == 0 || file > child->export_count || !child->exports[file - 1].node)
		return NULL;
	return &child->exports[file - 1];
}

static struct node *find_directory(const struct child *child, uint32_t file)
{
	const struct export *export = find_export(child, file);

	return export && !export->file && node_directory(export->node) ? export->node : NULL;
}

void family_node_changed(struct process *process, struct node *node)
{
	for (struct child *child = process->family.children; child; child = child->next)
		for (uint32_t i = 0; i < child->export_count; i++) {
			struct export *export = &child->exports[i];
			if (export->node != node || !export->watched)
				continue;
			export->watched = false;
			child->changed = true;
			if (child->native)
				native_child_wake(child->native);
		}
}

static void watch(struct export *export)
{
	export->watched = true;
	export->node->watched = true;
}

/*
 * What is read and written: what has no open file by who may open it anyway, as `bare`, but not
 * at a position of its own. NULL: there is no such thing.
 */
static struct open_file *transferable(const struct export *export, off_t offset,
                                      struct open_file *bare)
{
	if (!export || (offset < 0 && !export->file && !export->node->stream))
		return NULL;
	*bare = (struct open_file){.node = export->node, .flags = O_RDWR};
	return export->file ? export->file : bare;
}

static ssize_t transferred(struct export *export, ssize_t done)
{
	if (done == -EAGAIN)
		watch(export);
	return done;
}

ssize_t family_read(struct child *child, uint32_t file, void *buffer, size_t size, off_t offset)
{
	struct export *export = find_export(child, file);
	struct open_file bare;
	struct open_file *from = transferable(export, offset, &bare);

	return from ? transferred(export, transfer_read(from, buffer, size, offset)) : -EBADF;
}

ssize_t family_write(struct child *child, uint32_t file, const void *buffer, size_t size,
                     off_t offset)
{
	struct export *export = find_export(child, file);
	struct open_file bare;
	struct open_file *to = transferable(export, offset, &bare);

	return to ? transferred(export, transfer_write(to, buffer, size, offset)) : -EBADF;
}

off_t family_seek(struct child *child, uint32_t file, off_t offset, int whence)
{
	const struct export *export = find_export(child, file);

	return export && export->file ? transfer_seek(export->file, offset, whence) : -EBADF;
}

int family_ready(struct child *child, uint32_t file)
{
	struct export *export = find_export(child, file);

	if (!export || (!export->file && !export->node->stream))
		return -EBADF;
	watch(export);
	return file_ready(export->file ? export->file : &(struct open_file){.node = export->node});
}

static void status_of(const struct node *node, struct spawner_status *out_status)
{
	struct stat status;

	vfs_status(node, &status);
	*out_status = (struct spawner_status){
		.mode = status.st_mode,
		.stream = node->stream,
		.terminal = node->terminal,
		.id = status.st_ino,
		.size = status.st_size,
		.modified_ns = (uint64_t)status.st_mtim.tv_sec * 1000000000 +
	                       (uint64_t)status.st_mtim.tv_nsec,
	};
}

int family_status(struct child *child, uint32_t file, struct spawner_status *out_status)
{
	const struct export *export = find_export(child, file);

	if (!export)
		return -EBADF;
	status_of(export->node, out_status);
	return 0;
}

int family_control(struct child *child, uint32_t file, unsigned long request, void *argument,
                   size_t size)
{
	const struct export *export = find_export(child, file);

	if (!export || (!export->file && !export->node->terminal))
		return -EBADF;
	return transfer_control(export->file ? export->file
	                                     : &(struct open_file){.node = export->node},
	                        request, argument, size);
}

/* Is it a file that whoever was given it may write to? */
static bool writable(const struct export *export)
{
	return export && S_ISREG(export->node->mode) &&
	       (!export->file || open_file_writable(export->file));
}

int family_truncate(struct child *child, uint32_t file, off_t size)
{
	const struct export *export = find_export(child, file);

	if (!export || size < 0 || !writable(export))
		return export ? -EINVAL : -EBADF;
	const struct file_system_ops *ops = export->node->file_system->ops;
	return ops->truncate ? ops->truncate(export->node, size) : -EROFS;
}

int family_set_mode(struct child *child, uint32_t file, mode_t mode)
{
	const struct export *export = find_export(child, file);

	if (!export)
		return -EBADF;
	const struct file_system_ops *ops = export->node->file_system->ops;
	return ops->set_mode ? ops->set_mode(export->node, mode & 07777) : -EROFS;
}

int family_set_time(struct child *child, uint32_t file, uint64_t modified_ns)
{
	const struct export *export = find_export(child, file);
	const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, time_from_ns(modified_ns)};

	if (!export)
		return -EBADF;
	const struct file_system_ops *ops = export->node->file_system->ops;
	return ops->set_times ? ops->set_times(export->node, times) : -EROFS;
}

void family_close(struct child *child, uint32_t file)
{
	struct export *export = find_export(child, file);

	if (export && !export->root)
		export_end(export);
}

/* ---- names ---------------------------------------------------------------------------------- */

static bool name_valid(const char *name)
{
	return name[0] && strnlen(name, NAME_MAX + 1) <= NAME_MAX && !strchr(name, '/') &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* What the name stands for, itself; ENOENT for what is mounted there. */
static int find_name(struct process *process, struct node *directory, const char *name,
                     struct node **out_node)
{
	struct node *node;

	if (!name_valid(name))
		return -EINVAL;
	const int error = vfs_find(&process->vfs, directory, name, true, &node);
	if (error)
		return error;
	if (node->file_system != directory->file_system) {
		node_put(node);
		return -ENOENT;
	}
	*out_node = node;
	return 0;
}

long family_lookup(struct child *child, uint32_t directory, const char *name,
                   struct spawner_status *out_status)
{
	struct node *at = find_directory(child, directory);
	struct node *node;

	if (!at)
		return -EBADF;
	const int error = find_name(child->process, at, name, &node);
	if (error)
		return error;
	const long number = export_node(child, node, false);
	if (number >= 0)
		status_of(node, out_status);
	node_put(node);
	return number;
}

int family_create(struct child *child, uint32_t directory, const char *name, mode_t mode)
{
	struct node *at = find_directory(child, directory);

	if (!at)
		return -EBADF;
	if (!name_valid(name) || (!S_ISREG(mode) && !S_ISDIR(mode) && !S_ISFIFO(mode)))
		return -EINVAL;
	return vfs_make(&child->process->vfs, at, name, mode);
}

int family_link(struct child *child, uint32_t directory, const char *name, const char *target)
{
	struct node *at = find_directory(child, directory);

	if (!at)
		return -EBADF;
	if (!name_valid(name))
		return -EINVAL;
	return vfs_link_symbolic(&child->process->vfs, at, name, target);
}

int family_target(struct child *child, uint32_t file, const char **out_target)
{
	const struct export *export = find_export(child, file);

	if (!export || !S_ISLNK(export->node->mode))
		return -EINVAL;
	*out_target = export->node->file_system->ops->target(export->node);
	return 0;
}

int family_delete(struct child *child, uint32_t directory, const char *name, bool folder)
{
	struct node *at = find_directory(child, directory);
	struct node *node;

	if (!at)
		return -EBADF;
	const int error = find_name(child->process, at, name, &node);
	if (error)
		return error;
	node_put(node);
	return vfs_remove(&child->process->vfs, at, name, folder);
}

int family_rename(struct child *child, uint32_t directory, const char *name, uint32_t to,
                  const char *new_name)
{
	struct node *from = find_directory(child, directory);
	struct node *into = find_directory(child, to);

	if (!from || !into)
		return -EBADF;
	if (!name_valid(name) || !name_valid(new_name))
		return -EINVAL;
	return vfs_rename(&child->process->vfs, from, name, into, new_name, false);
}

int family_list(struct child *child, uint32_t directory, uint64_t *cookie,
                struct directory_entry *out_entry)
{
	struct node *at = find_directory(child, directory);

	if (!at)
		return -EBADF;
	return at->file_system->ops->list ? at->file_system->ops->list(at, cookie, out_entry)
	                                  : -ENOTDIR;
}
