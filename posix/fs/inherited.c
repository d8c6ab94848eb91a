/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include <event/ready.h>
#include <native.h>
#include <process/process.h>
#include <syscall/calls.h>

#include "inherited.h"

enum { TARGET_MAX = PATH_MAX };

struct inherited_node {
	struct node node; /* first */
	struct inherited *inherited;
	struct inherited_node *next;
	uint32_t file; /* the spawner's number */
	/* of what a name led to: where it was found last */
	struct inherited_node *parent; /* referenced; NULL: the root, or no name */
	char *name;
	char *target; /* of a symbolic link, once asked for */
};

struct inherited_file_system {
	struct file_system file_system; /* first */
	struct inherited *inherited;
	struct inherited_node *root;
};

static struct inherited_node *of(const struct node *node)
{
	return (struct inherited_node *)(uintptr_t)node;
}

/* ---- nodes ---------------------------------------------------------------------------------- */

static void inherited_release(struct node *node)
{
	struct inherited_node *self = of(node);
	struct inherited_node **at = &self->inherited->nodes;

	while (*at != self)
		at = &(*at)->next;
	*at = self->next;
	spawner_close(self->file);
	if (self->parent)
		node_put(&self->parent->node);
	native_heap_free(self->name);
	native_heap_free(self->target);
	native_heap_free(self);
}

static int node_create(struct inherited *inherited, struct file_system *file_system, uint32_t file,
                       const struct spawner_status *status, struct inherited_node **out_node)
{
	struct inherited_node *self = native_heap_alloc(sizeof *self);

	if (!self)
		return -ENOMEM;
	*self = (struct inherited_node){
		.node = {.file_system = file_system,
	                 .id = status->id,
	                 .mode = status->mode,
	                 .stream = status->stream,
	                 .terminal = status->terminal,
	                 .elsewhere = true,
	                 .waiters = &inherited->waiters,
	                 .references = 1},
		.inherited = inherited,
		.next = inherited->nodes,
		.file = file,
	};
	inherited->nodes = self;
	*out_node = self;
	return 0;
}

/* ---- what is done to a file ----------------------------------------------------------------- */

/* An open file is asked for what comes next, any other at its offset. */
static off_t offset_of(const struct node *node, off_t offset)
{
	return node->stream ? -1 : offset;
}

static ssize_t inherited_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	return spawner_read(of(node)->file, buffer, size, offset_of(node, offset));
}

static ssize_t inherited_write(struct node *node, const void *buffer, size_t size, off_t offset)
{
	return spawner_write(of(node)->file, buffer, size, offset_of(node, offset));
}

static off_t inherited_seek(struct node *node, off_t offset, int whence)
{
	return spawner_seek(of(node)->file, offset, whence);
}

static int inherited_ready(struct node *node, int flags)
{
	(void)flags; /* the spawner knows them */
	const int events = spawner_ready(of(node)->file);
	return events < 0 ? POLLERR | POLLHUP : events;
}

static int inherited_control(struct node *node, unsigned long request, void *argument, size_t size)
{
	return spawner_control(of(node)->file, request, argument, size);
}

static int inherited_truncate(struct node *node, off_t size)
{
	return spawner_truncate(of(node)->file, size);
}

static int inherited_set_mode(struct node *node, mode_t permissions)
{
	const int error = spawner_set_mode(of(node)->file, permissions);

	if (!error)
		node->mode = (node->mode & S_IFMT) | permissions;
	return error;
}

/* The time of access is not kept. */
static int inherited_set_times(struct node *node, const struct timespec times[2])
{
	uint64_t modified_ns;

	if (times[1].tv_nsec == UTIME_OMIT)
		return 0;
	const int error = time_to_ns(&times[1], &modified_ns);
	return error ? error : spawner_set_time(of(node)->file, modified_ns);
}

static void inherited_status(struct node *node, struct stat *out_stat)
{
	enum { SECTOR = 512 };
	struct spawner_status status;

	if (spawner_status(of(node)->file, &status) != 0)
		return; /* what is known has to do */
	node->mode = status.mode;
	out_stat->st_mode = status.mode;
	out_stat->st_size = status.size;
	out_stat->st_blocks = (status.size + SECTOR - 1) / SECTOR;
	out_stat->st_mtim = time_from_ns(status.modified_ns);
	out_stat->st_atim = out_stat->st_mtim;
	out_stat->st_ctim = out_stat->st_mtim;
}

/* What is in a directory its spawner tells of its trees only, not of one that was open. */

static int no_lookup(struct node *directory, const char *name, struct node **out_node)
{
	(void)directory, (void)name, (void)out_node;
	return -EOPNOTSUPP;
}

static struct node *no_parent(struct node *directory)
{
	(void)directory;
	return NULL;
}

static int no_list(struct node *directory, uint64_t *cookie, struct directory_entry *out_entry)
{
	(void)directory, (void)cookie, (void)out_entry;
	return -EOPNOTSUPP;
}

static const struct file_system_ops file_ops = {
	.lookup = no_lookup,
	.parent = no_parent,
	.list = no_list,
	.read = inherited_read,
	.write = inherited_write,
	.reposition = inherited_seek,
	.ready = inherited_ready,
	.control = inherited_control,
	.truncate = inherited_truncate,
	.set_mode = inherited_set_mode,
	.set_times = inherited_set_times,
	.status = inherited_status,
	.release = inherited_release,
};

int inherited_open(struct inherited *inherited, uint32_t file, struct node **out_node)
{
	struct spawner_status status;
	struct inherited_node *self;

	for (self = inherited->nodes; self; self = self->next)
		if (self->file == file && self->node.own_position) {
			*out_node = node_get(&self->node);
			return 0;
		}
	int error = spawner_status(file, &status);
	if (error)
		return error;
	inherited->files.ops = &file_ops;
	error = node_create(inherited, &inherited->files, file, &status, &self);
	if (error)
		return error;
	self->node.own_position = true;
	*out_node = &self->node;
	return 0;
}

void inherited_changed(struct process *process)
{
	for (struct inherited_node *at = process->inherited.nodes; at; at = at->next)
		node_changed(&at->node);
	waiters_changed(&process->inherited.waiters);
}

/* ---- names ---------------------------------------------------------------------------------- */

static char *copy_name(const char *name)
{
	const size_t size = strlen(name) + 1;
	char *copy = native_heap_alloc(size);

	if (copy)
		memcpy(copy, name, size);
	return copy;
}

/*
 * Remembers where the node was found: it may have been renamed since. So may what is above: a way up
 * that would lead back here is an old one, and is cut.
 */
static void name_node(struct inherited_node *self, struct inherited_node *parent, char *name)
{
	for (struct inherited_node *at = parent; at && at != self; at = at->parent)
		if (at->parent == self) {
			at->parent = NULL;
			node_put(&self->node);
			break;
		}
	if (self->parent)
		node_put(&self->parent->node);
	native_heap_free(self->name);
	(void)node_get(&parent->node);
	self->parent = parent;
	self->name = name;
}

static int inherited_lookup(struct node *directory, const char *name, struct node **out_node)
{
	struct inherited *inherited = of(directory)->inherited;
	struct inherited_node *self;
	struct spawner_status status;
	char *copy = copy_name(name);

	if (!copy)
		return -ENOMEM;
	const long file = spawner_lookup(of(directory)->file, name, &status);
	if (file < 0) {
		native_heap_free(copy);
		return (int)file;
	}
	for (self = inherited->nodes; self; self = self->next)
		if (self->file == (uint32_t)file &&
		    self->node.file_system == directory->file_system)
			break;
	if (self) {
		(void)node_get(&self->node);
	} else if (node_create(inherited, directory->file_system, (uint32_t)file, &status, &self)) {
		spawner_close((uint32_t)file);
		native_heap_free(copy);
		return -ENOMEM;
	}
	name_node(self, of(directory), copy);
	*out_node = &self->node;
	return 0;
}

static int inherited_create(struct node *directory, const char *name, mode_t mode,
                            struct node **out_node)
{
	const int error = spawner_create(of(directory)->file, name, mode);

	return error ? error : inherited_lookup(directory, name, out_node);
}

static int inherited_link_symbolic(struct node *directory, const char *name, const char *target,
                                   struct node **out_node)
{
	const int error = spawner_link(of(directory)->file, name, target);

	return error ? error : inherited_lookup(directory, name, out_node);
}

static const char *inherited_target(struct node *link)
{
	struct inherited_node *self = of(link);

	if (!self->target) {
		self->target = native_heap_alloc(TARGET_MAX);
		if (!self->target || spawner_target(self->file, self->target, TARGET_MAX) != 0)
			return ""; /* leads nowhere */
	}
	return self->target;
}

static int inherited_remove(struct node *directory, const char *name, struct node *node)
{
	return spawner_remove(of(directory)->file, name, node_directory(node));
}

static int inherited_rename(const struct file_move *move)
{
	char *name = copy_name(move->to_name);

	if (!name)
		return -ENOMEM;
	const int error = spawner_rename(of(move->from)->file, move->from_name, of(move->to)->file,
	                                 move->to_name);
	if (error)
		native_heap_free(name);
	else
		name_node(of(move->node), of(move->to), name);
	return error;
}

static struct node *inherited_parent(struct node *directory)
{
	struct inherited_node *parent = of(directory)->parent;

	return parent ? &parent->node : NULL;
}

static const char *inherited_name(struct node *directory)
{
	return of(directory)->name;
}

static int inherited_list(struct node *directory, uint64_t *cookie,
                          struct directory_entry *out_entry)
{
	return spawner_list(of(directory)->file, cookie, out_entry);
}

static void inherited_destroy(struct file_system *file_system)
{
	struct inherited_file_system *self = (struct inherited_file_system *)file_system;

	node_put(&self->root->node);
	native_heap_free(self);
}

static const struct file_system_ops tree_ops = {
	.type = "inherited",
	.lookup = inherited_lookup,
	.create = inherited_create,
	.link_symbolic = inherited_link_symbolic,
	.target = inherited_target,
	.remove = inherited_remove,
	.rename = inherited_rename,
	.parent = inherited_parent,
	.name = inherited_name,
	.list = inherited_list,
	.read = inherited_read,
	.write = inherited_write,
	.ready = inherited_ready,
	.control = inherited_control,
	.truncate = inherited_truncate,
	.set_mode = inherited_set_mode,
	.set_times = inherited_set_times,
	.status = inherited_status,
	.release = inherited_release,
	.destroy = inherited_destroy,
};

int inherited_file_system_create(struct inherited *inherited, uint32_t directory,
                                 struct file_system **out_file_system)
{
	struct inherited_file_system *self = native_heap_alloc(sizeof *self);
	struct spawner_status status;

	if (!self)
		return -ENOMEM;
	*self = (struct inherited_file_system){.file_system = {.ops = &tree_ops},
	                                       .inherited = inherited};
	int error = spawner_status(directory, &status);
	if (!error)
		error = S_ISDIR(status.mode) || status.terminal
		                ? node_create(inherited, &self->file_system, directory, &status,
		                              &self->root)
		                : -ENOTDIR;
	if (error) {
		native_heap_free(self);
		return error;
	}
	self->file_system.root = &self->root->node;
	*out_file_system = &self->file_system;
	return 0;
}
