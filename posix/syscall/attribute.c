/* SPDX-License-Identifier: MIT */
/*
 * What is noted about a file: permissions, owners, times; and about its file system.
 *
 * A file system that keeps none of these answers EROFS. There is one user, who may change all of them.
 */
#include <errno.h>
#include <fcntl.h>

#include <native.h>

#include "calls.h"

/* The node of a descriptor that stands for more than a name, or NULL. */
static struct node *node_of(struct process *process, long descriptor)
{
	const struct open_file *file = call_file(process, descriptor);

	return file && !(file->flags & O_PATH) ? file->node : NULL;
}

static int set_mode(struct node *node, long mode)
{
	const struct file_system_ops *ops = node->file_system->ops;

	return ops->set_mode ? ops->set_mode(node, (mode_t)mode & 07777) : -EROFS;
}

long sys_fchmod(struct process *process, const long *arguments)
{
	struct node *node = node_of(process, arguments[0]);

	return node ? set_mode(node, arguments[1]) : -EBADF;
}

long sys_fchmodat(struct process *process, const long *arguments)
{
	struct node *node;

	int error = call_find(process, arguments[0], call_pointer(arguments[1]), 0, &node);
	if (error)
		return error;
	error = set_mode(node, arguments[2]);
	node_put(node);
	return error;
}

static int set_owner(struct node *node, long owner, long group)
{
	const struct file_system_ops *ops = node->file_system->ops;

	return ops->set_owner ? ops->set_owner(node, (uid_t)owner, (gid_t)group) : -EROFS;
}

long sys_fchown(struct process *process, const long *arguments)
{
	struct node *node = node_of(process, arguments[0]);

	return node ? set_owner(node, arguments[1], arguments[2]) : -EBADF;
}

long sys_fchownat(struct process *process, const long *arguments)
{
	struct node *node;

	if (arguments[4] & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	int error =
		call_find(process, arguments[0], call_pointer(arguments[1]), arguments[4], &node);
	if (error)
		return error;
	error = set_owner(node, arguments[2], arguments[3]);
	node_put(node);
	return error;
}

/* ---- times ---------------------------------------------------------------------------------- */

static int time_check(struct timespec *time, const struct timespec *now)
{
	enum { SECOND_NS = 1000000000 };

	if (time->tv_nsec == UTIME_NOW)
		*time = *now;
	if (time->tv_nsec == UTIME_OMIT)
		return 0;
	return time->tv_nsec < 0 || time->tv_nsec >= SECOND_NS ? -EINVAL : 0;
}

/* No path means the descriptor itself, no times mean now. */
long sys_utimensat(struct process *process, const long *arguments)
{
	const char *path = call_pointer(arguments[1]);
	const struct timespec *wanted = call_pointer(arguments[2]);
	const struct timespec now = time_from_ns(native_time_ns());
	struct timespec times[2] = {wanted ? wanted[0] : now, wanted ? wanted[1] : now};
	struct node *node;

	if (time_check(&times[0], &now) || time_check(&times[1], &now))
		return -EINVAL;
	int error = call_find(process, arguments[0], path ? path : "",
	                      path ? arguments[3] : AT_EMPTY_PATH, &node);
	if (error)
		return error;
	const bool none = times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT;
	if (!none)
		error = node->file_system->ops->set_times
		                ? node->file_system->ops->set_times(node, times)
		                : -EROFS;
	node_put(node);
	return error;
}

/* ---- the file system ------------------------------------------------------------------------ */

long sys_fstatfs(struct process *process, const long *arguments)
{
	const struct open_file *file = call_file(process, arguments[0]);

	if (!file)
		return -EBADF;
	vfs_capacity(file->node, call_pointer(arguments[1]));
	return 0;
}

long sys_statfs(struct process *process, const long *arguments)
{
	struct node *node;

	const int error = call_find(process, AT_FDCWD, call_pointer(arguments[0]), 0, &node);
	if (error)
		return error;
	vfs_capacity(node, call_pointer(arguments[1]));
	node_put(node);
	return 0;
}
