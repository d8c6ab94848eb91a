/* SPDX-License-Identifier: MIT */
/*
 * What is done to an open file.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <event/pipe.h>
#include <process/job_control.h>

#include "calls.h"

/* What musl's readdir expects: a record of getdents64. */
struct directory_record {
	uint64_t id;
	int64_t position; /* of the record that follows */
	uint16_t size;
	uint8_t type;
	char name[];
};

static const off_t offset_max = INT64_MAX;

off_t call_file_size(const struct open_file *file)
{
	struct stat status;

	vfs_status(file->node, &status);
	return status.st_size;
}

/* ---- position, size, state ------------------------------------------------------------------ */

/* A file system that knows of no holes has none but what is behind the end. */
static long seek_hole(struct open_file *file, off_t offset, bool hole)
{
	const struct file_system_ops *ops = file->node->file_system->ops;
	const off_t size = call_file_size(file);
	off_t found = hole ? size : offset;

	if (offset < 0 || offset >= size)
		return -ENXIO;
	const int error = ops->seek ? ops->seek(file->node, offset, hole, &found) : 0;
	if (error)
		return error;
	file->position = found;
	return found;
}

off_t transfer_seek(struct open_file *file, off_t offset, int whence)
{
	off_t base = 0;

	if (file->flags & O_PATH)
		return -EBADF;
	if (file->node->stream)
		return -ESPIPE;
	if (file->node->own_position)
		return file->node->file_system->ops->reposition(file->node, offset, whence);
	switch (whence) {
	case SEEK_SET: break;
	case SEEK_CUR: base = file->position; break;
	case SEEK_END: base = call_file_size(file); break;
	case SEEK_DATA:
	case SEEK_HOLE: return seek_hole(file, offset, whence == SEEK_HOLE);
	default: return -EINVAL;
	}
	if (offset < 0 ? base + offset < 0 : offset > offset_max - base)
		return offset < 0 ? -EINVAL : -EOVERFLOW;
	file->position = base + offset;
	return file->position;
}

long sys_lseek(struct process *process, const long *arguments)
{
	struct open_file *file = call_file(process, arguments[0]);

	return file ? transfer_seek(file, arguments[1], (int)arguments[2]) : -EBADF;
}

long sys_fstat(struct process *process, const long *arguments)
{
	const struct open_file *file = call_file(process, arguments[0]);

	if (!file)
		return -EBADF;
	vfs_status(file->node, call_pointer(arguments[1]));
	return 0;
}

long sys_ftruncate(struct process *process, const long *arguments)
{
	const struct open_file *file = call_file(process, arguments[0]);

	if (!file)
		return -EBADF;
	if (arguments[1] < 0 || !open_file_writable(file) || !S_ISREG(file->node->mode))
		return file->flags & O_PATH ? -EBADF : -EINVAL;
	if (!file->node->file_system->ops->truncate)
		return -EROFS;
	return file->node->file_system->ops->truncate(file->node, arguments[1]);
}

/* Linux's values, which musl's headers have as FALLOC_FL_… in <linux/falloc.h> only. */
enum { ALLOCATE_KEEP_SIZE = 1, ALLOCATE_HOLE = 2 };

long sys_fallocate(struct process *process, const long *arguments)
{
	const struct open_file *file = call_file(process, arguments[0]);
	const bool hole = arguments[1] & ALLOCATE_HOLE;
	const off_t offset = arguments[2];
	const off_t size = arguments[3];

	if (!file || !open_file_writable(file))
		return -EBADF;
	if (offset < 0 || size <= 0)
		return -EINVAL;
	if (!S_ISREG(file->node->mode))
		return file->node->stream ? -ESPIPE : -ENODEV;
	if (size > offset_max - offset)
		return -EFBIG;
	/* a hole changes no size, and the other modes are not offered */
	const struct file_system_ops *ops = file->node->file_system->ops;
	if (!ops->allocate || arguments[1] & ~(ALLOCATE_KEEP_SIZE | ALLOCATE_HOLE) ||
	    arguments[1] == ALLOCATE_HOLE)
		return -EOPNOTSUPP;
	const int error = ops->allocate(file->node, offset, size, hole);
	if (error || arguments[1] & ALLOCATE_KEEP_SIZE || call_file_size(file) >= offset + size)
		return error;
	return ops->truncate(file->node, offset + size);
}

/* Every write is where it belongs when it returns; there is nothing to wait for. */
long sys_fsync(struct process *process, const long *arguments)
{
	const struct open_file *file = call_file(process, arguments[0]);

	if (!file || file->flags & O_PATH)
		return -EBADF;
	return file->node->stream ? -EINVAL : 0;
}

long sys_fdatasync(struct process *process, const long *arguments)
{
	return sys_fsync(process, arguments);
}

int transfer_control(struct open_file *file, unsigned long request, void *argument, size_t size)
{
	const struct file_system_ops *ops = file->node->file_system->ops;

	if (request == FIONREAD && pipe_here(file->node) && size == sizeof(int)) {
		*(int *)argument = (int)pipe_used(file->node);
		return 0;
	}
	return ops->control ? ops->control(file->node, request, argument, size) : -ENOTTY;
}

/* What a file's own controls do not answer is ENOTTY: it is no terminal either. */
long sys_ioctl(struct process *process, const long *arguments)
{
	struct open_file *file = call_file(process, arguments[0]);
	const unsigned long request = (unsigned long)arguments[1];

	if (!file || file->flags & O_PATH)
		return -EBADF;
	switch (request) {
	case FIOCLEX: return sys_fcntl(process, (const long[]){arguments[0], F_SETFD, FD_CLOEXEC});
	case FIONCLEX: return sys_fcntl(process, (const long[]){arguments[0], F_SETFD, 0});
	case FIONBIO:
		file->flags = (file->flags & ~O_NONBLOCK) |
		              (*(int *)call_pointer(arguments[2]) ? O_NONBLOCK : 0);
		return 0;
	default: return job_control(process, file, request, arguments[2]);
	}
}

/* ---- listing -------------------------------------------------------------------------------- */

/*
 * Positions 0 and 1 of a directory are `.` and `..`; what follows is the file system's, two later.
 */
enum { DOT_ENTRIES = 2 };

static int next_entry(struct process *process, struct node *directory, off_t *position,
                      struct directory_entry *out_entry)
{
	if (*position >= DOT_ENTRIES) {
		uint64_t cookie = (uint64_t)*position - DOT_ENTRIES;
		const int found = vfs_list(&process->vfs, directory, &cookie, out_entry);
		*position = (off_t)(cookie + DOT_ENTRIES);
		return found;
	}
	struct node *node =
		*position == 0 ? node_get(directory) : vfs_parent(&process->vfs, directory);
	strcpy(out_entry->name, *position == 0 ? "." : "..");
	out_entry->id = node ? node->id : directory->id;
	out_entry->mode = S_IFDIR;
	node_put(node);
	(*position)++;
	return 1;
}

long sys_getdents64(struct process *process, const long *arguments)
{
	enum { ALIGNMENT = 8 };
	struct open_file *file = call_file(process, arguments[0]);
	uint8_t *buffer = call_pointer(arguments[1]);
	const size_t size = (size_t)arguments[2] & UINT32_MAX;
	struct directory_entry entry;
	size_t done = 0;

	if (!file || !open_file_readable(file))
		return -EBADF;
	if (!node_directory(file->node))
		return -ENOTDIR;
	for (;;) {
		off_t position = file->position;
		const int found = next_entry(process, file->node, &position, &entry);
		if (found <= 0)
			return done ? (long)done : found;

		const size_t name_size = strlen(entry.name) + 1;
		const size_t record_size =
			(offsetof(struct directory_record, name) + name_size + ALIGNMENT - 1) /
			ALIGNMENT * ALIGNMENT;
		if (record_size > size - done)
			return done ? (long)done : -EINVAL;
		struct directory_record *record =
			(struct directory_record *)(void *)(buffer + done);
		record->id = entry.id;
		record->position = position;
		record->size = (uint16_t)record_size;
		record->type = (uint8_t)((entry.mode & S_IFMT) >> 12);
		memcpy(record->name, entry.name, name_size);
		done += record_size;
		file->position = position;
	}
}
