/* SPDX-License-Identifier: MIT */
/*
 * What is done to descriptors: more of them for one file, fewer, their flags.
 */
#include <errno.h>
#include <fcntl.h>

#include "calls.h"

struct open_file *call_file(struct process *process, long descriptor)
{
	struct descriptor *found = descriptor_find(&process->descriptors, (int)descriptor);

	return found ? found->file : NULL;
}

int call_open(struct process *process, struct node *node, int flags)
{
	struct open_file *file;

	const int error = open_file_create(node, flags, &file);
	if (error) {
		node_put(node);
		return error;
	}
	const int number = descriptor_add(&process->descriptors, 0, file, flags & O_CLOEXEC);
	if (number < 0)
		open_file_put(file);
	return number;
}

long sys_close(struct process *process, const long *arguments)
{
	return descriptor_close(&process->descriptors, (int)arguments[0]);
}

static long duplicate(struct process *process, struct open_file *file, long from,
                      bool close_on_exec)
{
	if (from < 0 || from >= DESCRIPTORS_MAX)
		return -EINVAL;
	const int number = descriptor_add(&process->descriptors, (int)from, file, close_on_exec);
	if (number >= 0)
		open_file_get(file);
	return number;
}

long sys_dup(struct process *process, const long *arguments)
{
	struct open_file *file = call_file(process, arguments[0]);

	return file ? duplicate(process, file, 0, false) : -EBADF;
}

long sys_dup3(struct process *process, const long *arguments)
{
	struct open_file *file = call_file(process, arguments[0]);

	if (arguments[2] & ~O_CLOEXEC || arguments[0] == arguments[1])
		return -EINVAL;
	if (!file || arguments[1] < 0 || arguments[1] >= DESCRIPTORS_MAX)
		return -EBADF;
	return descriptor_replace(&process->descriptors, (int)arguments[1], open_file_get(file),
	                          arguments[2] & O_CLOEXEC);
}

/*
 * Record locks keep other processes out. No other process sees this one's files, so a lock is
 * always to be had, and nobody else ever holds one.
 */
static long lock(const struct open_file *file, long command, struct flock *lock)
{
	if (lock->l_whence != SEEK_SET && lock->l_whence != SEEK_CUR && lock->l_whence != SEEK_END)
		return -EINVAL;
	if (lock->l_type != F_RDLCK && lock->l_type != F_WRLCK && lock->l_type != F_UNLCK)
		return -EINVAL;
	if (command == F_GETLK) {
		lock->l_type = F_UNLCK;
		return 0;
	}
	if ((lock->l_type == F_RDLCK && !open_file_readable(file)) ||
	    (lock->l_type == F_WRLCK && !open_file_writable(file)))
		return -EBADF;
	return 0;
}

long sys_fcntl(struct process *process, const long *arguments)
{
	enum { CHANGEABLE = O_APPEND | O_NONBLOCK };
	struct descriptor *descriptor = descriptor_find(&process->descriptors, (int)arguments[0]);

	if (!descriptor)
		return -EBADF;
	struct open_file *file = descriptor->file;
	switch (arguments[1]) {
	case F_DUPFD: return duplicate(process, file, arguments[2], false);
	case F_DUPFD_CLOEXEC: return duplicate(process, file, arguments[2], true);
	case F_GETFD: return descriptor->close_on_exec ? FD_CLOEXEC : 0;
	case F_SETFD: descriptor->close_on_exec = arguments[2] & FD_CLOEXEC; return 0;
	case F_GETFL: return file->flags;
	case F_SETFL:
		file->flags = (file->flags & ~CHANGEABLE) | ((int)arguments[2] & CHANGEABLE);
		return 0;
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW: return lock(file, arguments[1], call_pointer(arguments[2]));
	default: return -EINVAL;
	}
}
