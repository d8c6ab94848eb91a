/* SPDX-License-Identifier: MIT */
/*
 * proc: what a program finds out about itself.
 *
 *   self       leads to the directory with the process's number
 *   N/fd/      a symbolic link for each descriptor; to open it is to open the file again, for no
 *              more than the descriptor is open for
 *   N/cwd, root    where paths begin
 *   N/cmdline, comm, status, stat, mounts     text, made anew by each read
 *   mounts     leads to self/mounts
 *
 * There is one process, this one. Nothing here shows what the program could not find out by calls,
 * and nothing can be changed. A descriptor's node is made when it is looked up and gone when it is put.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <native.h>
#include <process/process.h>
#include <vfs/directory.h>

#include "plugins.h"

enum { FIRST_FD_ID = 100, COMMAND_SIZE = 16 };

struct proc_file_system;

/* The part of a text that a read wants. */
struct window {
	char *buffer;
	size_t size;   /* of the buffer */
	size_t offset; /* of its first byte in the text */
	size_t at;     /* how far the text has come */
};

struct proc_node {
	struct directory directory; /* first; of a file only the node in it is used */
	struct entry *entry;
	void (*show)(struct proc_file_system *proc, struct window *window);
};

struct fd_node {
	struct node node; /* first */
	int descriptor;
};

enum {
	PROC_ROOT,
	PROC_SELF,
	PROC_MOUNTS_LINK,
	PROC_PROCESS,
	PROC_FD,
	PROC_CWD,
	PROC_ROOT_LINK,
	PROC_CMDLINE,
	PROC_COMM,
	PROC_STATUS,
	PROC_STAT,
	PROC_MOUNTS,
	PROC_NODES
};

struct proc_file_system {
	struct file_system file_system; /* first */

	struct process *process;
	struct proc_node nodes[PROC_NODES];
	char own_name[12];     /* the process's number */
	char target[PATH_MAX]; /* of the link that was asked last */
	size_t size;
	char arguments[];
};

static struct proc_file_system *proc_of(const struct node *node)
{
	return (struct proc_file_system *)node->file_system;
}

/* Which of the fixed nodes it is; PROC_NODES: a descriptor's. */
static size_t number_of(const struct node *node)
{
	return node->id >= FIRST_FD_ID ? PROC_NODES : (size_t)node->id - 1;
}

/* ---- text ----------------------------------------------------------------------------------- */

static void put(struct window *window, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++, window->at++)
		if (window->at >= window->offset && window->at - window->offset < window->size)
			window->buffer[window->at - window->offset] = text[i];
}

static void put_text(struct window *window, const char *text)
{
	put(window, text, strlen(text));
}

static void put_number(struct window *window, uint64_t number)
{
	char digits[20];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + number % 10);
	while ((number /= 10));
	put(window, digits + at, sizeof digits - at);
}

static void put_line(struct window *window, const char *name, uint64_t number)
{
	put_text(window, name);
	put_number(window, number);
	put_text(window, "\n");
}

/* As much as Linux keeps: the last part of the program's name. */
static void put_command(struct proc_file_system *proc, struct window *window)
{
	const char *slash = proc->size ? strrchr(proc->arguments, '/') : NULL;
	const char *name = slash ? slash + 1 : proc->arguments;

	put(window, name, strnlen(name, COMMAND_SIZE - 1));
}

static unsigned threads(const struct proc_file_system *proc)
{
	unsigned count = 0;

	for (const struct thread *t = proc->process->threads; t; t = t->next)
		count++;
	return count;
}

static void show_cmdline(struct proc_file_system *proc, struct window *window)
{
	put(window, proc->arguments, proc->size);
}

static void show_comm(struct proc_file_system *proc, struct window *window)
{
	put_command(proc, window);
	put_text(window, "\n");
}

static void show_status(struct proc_file_system *proc, struct window *window)
{
	put_text(window, "Name:\t");
	show_comm(proc, window);
	put_text(window, "State:\tR (running)\n");
	put_line(window, "Tgid:\t", (uint64_t)proc->process->id);
	put_line(window, "Pid:\t", (uint64_t)proc->process->id);
	put_line(window, "PPid:\t", (uint64_t)proc->process->parent);
	put_text(window, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
	put_line(window, "FDSize:\t", DESCRIPTORS_MAX);
	put_line(window, "Threads:\t", threads(proc));
}

/* The fields up to the count of threads; what is not known is 0, as for a process of a kernel. */
static void show_stat(struct proc_file_system *proc, struct window *window)
{
	put_number(window, (uint64_t)proc->process->id);
	put_text(window, " (");
	put_command(proc, window);
	put_text(window, ") R 0 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 ");
	put_number(window, threads(proc));
	put_text(window, " 0 0 0 0 0\n");
}

static void show_mounts(struct proc_file_system *proc, struct window *window)
{
	struct vfs *vfs = &proc->process->vfs;

	for (size_t i = 0; i < vfs->point_count; i++) {
		const struct mount_point *point = &vfs->points[i];
		if (!point->file_system ||
		    vfs_path(vfs, point->node, proc->target, sizeof proc->target) != 0)
			continue;
		const char *type = point->file_system->ops->type;
		put_text(window, type);
		put_text(window, " ");
		put_text(window, proc->target);
		put_text(window, " ");
		put_text(window, type);
		put_text(window, vfs_writable(point->node) ? " rw 0 0\n" : " ro 0 0\n");
	}
}

static ssize_t proc_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	struct window window = {.buffer = buffer, .size = size, .offset = (size_t)offset};

	proc_of(node)->nodes[number_of(node)].show(proc_of(node), &window);
	if (window.at <= window.offset)
		return 0;
	return (ssize_t)(window.at - window.offset < size ? window.at - window.offset : size);
}

/* ---- links ---------------------------------------------------------------------------------- */

static struct open_file *file_of(struct node *node)
{
	const struct descriptor *descriptor = descriptor_find(
		&proc_of(node)->process->descriptors, ((const struct fd_node *)node)->descriptor);

	return descriptor ? descriptor->file : NULL;
}

static int proc_follow(struct node *link, struct node **out_node, int *out_access)
{
	struct process *process = proc_of(link)->process;
	const struct open_file *file;

	switch (number_of(link)) {
	case PROC_SELF:
		*out_node = node_get(&proc_of(link)->nodes[PROC_PROCESS].directory.node);
		break;
	case PROC_MOUNTS_LINK:
		*out_node = node_get(&proc_of(link)->nodes[PROC_MOUNTS].directory.node);
		break;
	case PROC_CWD: *out_node = node_get(process->directory); break;
	case PROC_ROOT_LINK: *out_node = node_get(process->vfs.points[0].node); break;
	default:
		file = file_of(link);
		if (!file)
			return -ENOENT;
		*out_node = node_get(file->node);
		if (!(file->flags & O_PATH))
			*out_access = file->flags & (O_WRONLY | O_RDWR);
	}
	return 0;
}

/* Files know no names: a device is looked for where its file system is mounted. */
static int device_path(struct vfs *vfs, const struct node *node, char *buffer, size_t size)
{
	struct directory_entry entry;
	uint64_t cookie = 0;

	for (size_t i = 0; i < vfs->point_count; i++) {
		struct node *root = vfs->points[i].node;
		if (root->file_system != node->file_system)
			continue;
		while (root->file_system->ops->list(root, &cookie, &entry) > 0) {
			if (entry.id != node->id)
				continue;
			const int error = vfs_path(vfs, root, buffer, size);
			const size_t length = error ? 0 : strlen(buffer);
			if (error || length + 1 + strlen(entry.name) >= size)
				return -ERANGE;
			buffer[length] = '/';
			strcpy(buffer + length + 1, entry.name);
			return 0;
		}
	}
	return -ENOENT;
}

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFIFO: return "pipe:[";
	case S_IFSOCK: return "socket:[";
	default: return "file:[";
	}
}

static const char *proc_target(struct node *link)
{
	struct proc_file_system *proc = proc_of(link);
	struct vfs *vfs = &proc->process->vfs;
	struct node *node;
	int access;

	if (number_of(link) == PROC_SELF)
		return proc->own_name;
	if (number_of(link) == PROC_MOUNTS_LINK)
		return "self/mounts";
	strcpy(proc->target, "(deleted)");
	if (proc_follow(link, &node, &access) != 0)
		return proc->target;
	int error = -ENOENT;
	if (node_directory(node))
		error = vfs_path(vfs, node, proc->target, sizeof proc->target);
	else if (S_ISCHR(node->mode))
		error = device_path(vfs, node, proc->target, sizeof proc->target);
	if (error) {
		struct window window = {.buffer = proc->target, .size = sizeof proc->target - 1};
		put_text(&window, kind_of(node->mode));
		put_number(&window, node->id);
		put_text(&window, "]");
		proc->target[window.at] = '\0';
	}
	node_put(node);
	return proc->target;
}

/* ---- names ---------------------------------------------------------------------------------- */

static int fd_lookup(struct proc_file_system *proc, const char *name, struct node **out_node)
{
	int descriptor = 0;

	for (const char *digit = name; *digit; digit++) {
		if (*digit < '0' || *digit > '9' || descriptor >= DESCRIPTORS_MAX ||
		    (digit > name && *name == '0'))
			return -ENOENT;
		descriptor = descriptor * 10 + (*digit - '0');
	}
	if (!descriptor_find(&proc->process->descriptors, descriptor))
		return -ENOENT;
	struct fd_node *node = native_heap_alloc(sizeof *node);
	if (!node)
		return -ENOMEM;
	*node = (struct fd_node){.node = {.file_system = &proc->file_system,
	                                  .id = FIRST_FD_ID + (uint64_t)descriptor,
	                                  .mode = S_IFLNK | 0500,
	                                  .references = 1},
	                         .descriptor = descriptor};
	*out_node = &node->node;
	return 0;
}

static int proc_lookup(struct node *directory, const char *name, struct node **out_node)
{
	if (number_of(directory) == PROC_FD)
		return fd_lookup(proc_of(directory), name, out_node);
	return directory_lookup(directory, name, out_node);
}

static int proc_list(struct node *directory, uint64_t *cookie, struct directory_entry *out_entry)
{
	struct descriptor_table *table = &proc_of(directory)->process->descriptors;

	if (number_of(directory) != PROC_FD)
		return directory_list(directory, cookie, out_entry);
	for (; *cookie < DESCRIPTORS_MAX; ++*cookie) {
		if (!descriptor_find(table, (int)*cookie))
			continue;
		struct window window = {.buffer = out_entry->name, .size = NAME_MAX};
		out_entry->id = FIRST_FD_ID + *cookie;
		out_entry->mode = S_IFLNK;
		put_number(&window, (*cookie)++);
		out_entry->name[window.at] = '\0';
		return 1;
	}
	return 0;
}

static void proc_release(struct node *node)
{
	if (number_of(node) == PROC_NODES)
		native_heap_free(node);
}

static void proc_destroy(struct file_system *file_system)
{
	struct proc_file_system *proc = (struct proc_file_system *)file_system;

	for (size_t i = PROC_NODES; i-- > 0;)
		if (proc->nodes[i].entry) {
			directory_take(proc->nodes[i].entry);
			native_heap_free(proc->nodes[i].entry);
		}
	native_heap_free(proc);
}

static const struct file_system_ops proc_ops = {
	.type = "proc",
	.lookup = proc_lookup,
	.target = proc_target,
	.follow = proc_follow,
	.parent = directory_parent,
	.name = directory_name,
	.list = proc_list,
	.read = proc_read,
	.release = proc_release,
	.destroy = proc_destroy,
};

static const struct {
	size_t above;
	const char *name;
	mode_t mode;
	void (*show)(struct proc_file_system *proc, struct window *window);
} fixed[PROC_NODES] = {
	[PROC_ROOT] = {.mode = S_IFDIR | 0555},
	[PROC_SELF] = {PROC_ROOT, "self", S_IFLNK | 0777, NULL},
	[PROC_MOUNTS_LINK] = {PROC_ROOT, "mounts", S_IFLNK | 0777, NULL},
	[PROC_PROCESS] = {PROC_ROOT, NULL, S_IFDIR | 0555, NULL},
	[PROC_FD] = {PROC_PROCESS, "fd", S_IFDIR | 0500, NULL},
	[PROC_CWD] = {PROC_PROCESS, "cwd", S_IFLNK | 0777, NULL},
	[PROC_ROOT_LINK] = {PROC_PROCESS, "root", S_IFLNK | 0777, NULL},
	[PROC_CMDLINE] = {PROC_PROCESS, "cmdline", S_IFREG | 0444, show_cmdline},
	[PROC_COMM] = {PROC_PROCESS, "comm", S_IFREG | 0444, show_comm},
	[PROC_STATUS] = {PROC_PROCESS, "status", S_IFREG | 0444, show_status},
	[PROC_STAT] = {PROC_PROCESS, "stat", S_IFREG | 0444, show_stat},
	[PROC_MOUNTS] = {PROC_PROCESS, "mounts", S_IFREG | 0444, show_mounts},
};

int proc_file_system_create(struct process *process, const char *arguments, size_t size,
                            struct file_system **out_file_system)
{
	struct proc_file_system *proc = native_heap_alloc(sizeof *proc + size + 1);

	if (!proc)
		return -ENOMEM;
	*proc = (struct proc_file_system){
		.file_system = {.ops = &proc_ops, .root = &proc->nodes[PROC_ROOT].directory.node},
		.process = process,
		.size = size,
	};
	struct window name = {.buffer = proc->own_name, .size = sizeof proc->own_name - 1};
	put_number(&name, (uint64_t)process->id);
	memcpy(proc->arguments, arguments, size);
	proc->arguments[size] = '\0';
	for (size_t i = 0; i < PROC_NODES; i++) {
		struct proc_node *node = &proc->nodes[i];
		node->directory.node = (struct node){
			.file_system = &proc->file_system, .id = i + 1, .mode = fixed[i].mode};
		node->show = fixed[i].show;
		if (i == PROC_ROOT)
			continue;
		node->entry = entry_create(fixed[i].name ? fixed[i].name : proc->own_name);
		if (!node->entry) {
			proc_destroy(&proc->file_system);
			return -ENOMEM;
		}
		directory_add(&proc->nodes[fixed[i].above].directory, node->entry,
		              &node->directory.node);
	}
	*out_file_system = &proc->file_system;
	return 0;
}
