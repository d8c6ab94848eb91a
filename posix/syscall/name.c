/* SPDX-License-Identifier: MIT */
/*
 * What is done to files by name.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <event/pipe.h>
#include <native.h>

#include <process/job_control.h>

#include "calls.h"

int call_directory(struct process *process, long descriptor, struct node **out_directory)
{
	if ((int)descriptor == AT_FDCWD) {
		*out_directory = process->directory;
		return 0;
	}
	const struct descriptor *found = descriptor_find(&process->descriptors, (int)descriptor);
	if (!found)
		return -EBADF;
	*out_directory = found->file->node;
	return 0;
}

/* Where to begin: an absolute path does not look at the descriptor at all. */
static int start_of(struct process *process, long descriptor, const char *path,
                    struct node **out_start)
{
	if (path[0] == '/') {
		*out_start = process->directory;
		return 0;
	}
	return call_directory(process, descriptor, out_start);
}

int call_find(struct process *process, long descriptor, const char *path, long flags,
              struct node **out_node)
{
	struct node *start;

	const int error = start_of(process, descriptor, path, &start);
	if (error)
		return error;
	if (path[0] == '\0' && flags & AT_EMPTY_PATH) {
		*out_node = node_get(start);
		return 0;
	}
	return vfs_find(&process->vfs, start, path, flags & AT_SYMLINK_NOFOLLOW, out_node);
}

long sys_openat(struct process *process, const long *arguments)
{
	const char *path = call_pointer(arguments[1]);
	const int flags = (int)arguments[2];
	struct node *start;
	struct node *node;

	if ((flags & O_TMPFILE) == O_TMPFILE)
		return -EOPNOTSUPP;
	if (flags & O_DIRECT || (flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	/* O_PATH names the file only: nothing is made, truncated or checked */
	const int effective = flags & O_PATH ? flags & (O_PATH | O_DIRECTORY | O_CLOEXEC) : flags;

	int error = start_of(process, arguments[0], path, &start);
	if (error)
		return error;
	error = vfs_open(&process->vfs, start, path, effective,
	                 (mode_t)arguments[3] & ~process->umask, &node);
	if (error)
		return error;
	if (S_ISFIFO(node->mode) && node->elsewhere && !(effective & O_PATH)) {
		node_put(node);
		return -ENXIO; /* its ends can't be opened from here */
	}
	const bool terminal = node->terminal;
	const bool fifo = pipe_here(node) && !(effective & O_PATH);
	const int number = call_open(process, node, effective);
	if (terminal && number >= 0)
		job_opened(process, call_file(process, number), effective);
	if (number < 0 || !fifo)
		return number;
	/* the first to come waits for another; the descriptor is nobody's yet */
	error = pipe_await(thread_current(&process->main), call_file(process, number));
	if (error)
		(void)descriptor_close(&process->descriptors, number); /* it is open */
	return error ? error : number;
}

/* Only FIFOs are made so, and plain files. */
long sys_mknodat(struct process *process, const long *arguments)
{
	const char *path = call_pointer(arguments[1]);
	const mode_t mode = (mode_t)arguments[2];
	const mode_t type = mode & S_IFMT ? mode & S_IFMT : S_IFREG;
	struct node *start;

	if (type != S_IFREG && type != S_IFIFO)
		return type == S_IFCHR || type == S_IFBLK ? -EPERM : -EINVAL;
	const int error = start_of(process, arguments[0], path, &start);
	return error ? error
	             : vfs_make(&process->vfs, start, path,
	                        type | (mode & 07777 & ~process->umask));
}

long sys_newfstatat(struct process *process, const long *arguments)
{
	struct node *node;

	const int error =
		call_find(process, arguments[0], call_pointer(arguments[1]), arguments[3], &node);
	if (error)
		return error;
	vfs_status(node, call_pointer(arguments[2]));
	node_put(node);
	return 0;
}

/* The one user may do what the file system can do; executable is what has an x bit. */
static int access_refused(const struct node *node, long wanted)
{
	if (wanted & W_OK && !vfs_writable(node))
		return -EROFS;
	if (wanted & X_OK && !node_directory(node) && !(node->mode & 0111))
		return -EACCES;
	return 0;
}

long sys_faccessat(struct process *process, const long *arguments)
{
	struct node *node;

	if (arguments[2] & ~(R_OK | W_OK | X_OK))
		return -EINVAL;
	int error = call_find(process, arguments[0], call_pointer(arguments[1]), 0, &node);
	if (error)
		return error;
	error = access_refused(node, arguments[2]);
	node_put(node);
	return error;
}

long sys_unlinkat(struct process *process, const long *arguments)
{
	const char *path = call_pointer(arguments[1]);
	struct node *start;

	if (arguments[2] & ~AT_REMOVEDIR)
		return -EINVAL;
	const int error = start_of(process, arguments[0], path, &start);
	return error ? error : vfs_remove(&process->vfs, start, path, arguments[2] & AT_REMOVEDIR);
}

long sys_mkdirat(struct process *process, const long *arguments)
{
	const char *path = call_pointer(arguments[1]);
	struct node *start;

	const int error = start_of(process, arguments[0], path, &start);
	return error ? error
	             : vfs_make(&process->vfs, start, path,
	                        S_IFDIR | ((mode_t)arguments[2] & 01777 & ~process->umask));
}

static long rename_to(struct process *process, const long *arguments, bool exclusive)
{
	const char *from = call_pointer(arguments[1]);
	const char *to = call_pointer(arguments[3]);
	struct node *from_start;
	struct node *to_start;

	int error = start_of(process, arguments[0], from, &from_start);
	if (error)
		return error;
	error = start_of(process, arguments[2], to, &to_start);
	if (error)
		return error;
	return vfs_rename(&process->vfs, from_start, from, to_start, to, exclusive);
}

long sys_renameat(struct process *process, const long *arguments)
{
	return rename_to(process, arguments, false);
}

/* Linux's value, which musl's headers do not have; exchanging two files is not offered. */
enum { RENAME_EXCLUSIVE = 1 };

long sys_renameat2(struct process *process, const long *arguments)
{
	if (arguments[4] & ~RENAME_EXCLUSIVE)
		return -EINVAL;
	return rename_to(process, arguments, arguments[4] & RENAME_EXCLUSIVE);
}

long sys_truncate(struct process *process, const long *arguments)
{
	struct node *node;

	if (arguments[1] < 0)
		return -EINVAL;
	int error = vfs_open(&process->vfs, process->directory, call_pointer(arguments[0]),
	                     O_WRONLY, 0, &node);
	if (error)
		return error;
	error = S_ISREG(node->mode) ? node->file_system->ops->truncate(node, arguments[1])
	                            : -EINVAL;
	node_put(node);
	return error;
}

/* As much of the link's target as there is room for, without a zero behind. */
long sys_readlinkat(struct process *process, const long *arguments)
{
	const size_t room = (size_t)arguments[3];
	struct node *node;

	if (arguments[3] <= 0)
		return -EINVAL;
	const int error = call_find(process, arguments[0], call_pointer(arguments[1]),
	                            AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, &node);
	if (error)
		return error;
	long size = -EINVAL;
	if (S_ISLNK(node->mode)) {
		const char *target = node->file_system->ops->target(node);
		const size_t length = strlen(target);
		size = (long)(length < room ? length : room);
		memcpy(call_pointer(arguments[2]), target, (size_t)size);
	}
	node_put(node);
	return size;
}

long sys_symlinkat(struct process *process, const long *arguments)
{
	const char *target = call_pointer(arguments[0]);
	const char *path = call_pointer(arguments[2]);
	struct node *start;

	if (target[0] == '\0')
		return -ENOENT;
	if (strnlen(target, PATH_MAX) == PATH_MAX)
		return -ENAMETOOLONG;
	const int error = start_of(process, arguments[1], path, &start);
	return error ? error : vfs_link_symbolic(&process->vfs, start, path, target);
}

long sys_linkat(struct process *process, const long *arguments)
{
	const char *from = call_pointer(arguments[1]);
	const char *to = call_pointer(arguments[3]);
	struct node *from_start;
	struct node *to_start;

	if (arguments[4] & ~AT_SYMLINK_FOLLOW)
		return -EINVAL;
	int error = start_of(process, arguments[0], from, &from_start);
	if (error)
		return error;
	error = start_of(process, arguments[2], to, &to_start);
	if (error)
		return error;
	return vfs_link(&process->vfs, from_start, from, to_start, to,
	                arguments[4] & AT_SYMLINK_FOLLOW);
}

long sys_getcwd(struct process *process, const long *arguments)
{
	char *buffer = call_pointer(arguments[0]);

	const int error = vfs_path(&process->vfs, process->directory, buffer, (size_t)arguments[1]);
	return error ? error : (long)strlen(buffer) + 1;
}

static int change_directory(struct process *process, struct node *node)
{
	if (!node_directory(node))
		return -ENOTDIR;
	node_put(process->directory);
	process->directory = node_get(node);
	return 0;
}

long sys_chdir(struct process *process, const long *arguments)
{
	struct node *node;

	int error = vfs_find(&process->vfs, process->directory, call_pointer(arguments[0]), false,
	                     &node);
	if (error)
		return error;
	error = change_directory(process, node);
	node_put(node);
	return error;
}

long sys_fchdir(struct process *process, const long *arguments)
{
	const struct descriptor *found = descriptor_find(&process->descriptors, (int)arguments[0]);

	return found ? change_directory(process, found->file->node) : -EBADF;
}

long sys_umask(struct process *process, const long *arguments)
{
	const mode_t old = process->umask;

	process->umask = (mode_t)arguments[0] & 0777;
	return (long)old;
}

/* Nothing is cached on its way to a file. */
long sys_sync(struct process *process, const long *arguments)
{
	(void)process;
	(void)arguments;
	return 0;
}
