/* SPDX-License-Identifier: MIT */
/*
 * What is done to an open file.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

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

static struct open_file *file_of(struct process *process, long descriptor)
{
	struct descriptor *found = descriptor_find(&process->descriptors, (int)descriptor);

	return found ? found->file : NULL;
}

/* ---- reading and writing -------------------------------------------------------------------- */

static int check_readable(const struct open_file *file)
{
	if (!file || !open_file_readable(file))
		return -EBADF;
	if (node_directory(file->node))
		return -EISDIR;
	return file->node->file_system->ops->read ? 0 : -EINVAL;
}

static int check_writable(const struct open_file *file)
{
	if (!file || !open_file_writable(file))
		return -EBADF;
	return file->node->file_system->ops->write ? 0 : -EROFS;
}

/* No read or write may end beyond the largest offset. */
static int check_range(off_t offset, size_t size)
{
	if (offset < 0)
		return -EINVAL;
	return size > (size_t)(offset_max - offset) ? -EINVAL : 0;
}

static off_t file_size(const struct open_file *file)
{
	struct stat status;

	vfs_status(file->node, &status);
	return status.st_size;
}

/* At most PART_MAX at a time, so that a count always fits the answer. */
enum { PART_MAX = 0x7ffff000 };

static long read_at(struct open_file *file, void *buffer, size_t size, off_t offset)
{
	if (size > PART_MAX)
		size = PART_MAX;
	const int error = check_range(offset, size);
	if (error)
		return error;
	return file->node->file_system->ops->read(file->node, buffer, size, offset);
}

static long write_at(struct open_file *file, const void *buffer, size_t size, off_t offset)
{
	if (size > PART_MAX)
		size = PART_MAX;
	const int error = check_range(offset, size);
	if (error)
		return error == -EINVAL && offset >= 0 ? -EFBIG : error;
	return file->node->file_system->ops->write(file->node, buffer, size, offset);
}

static long read_on(struct open_file *file, void *buffer, size_t size)
{
	const long done = read_at(file, buffer, size, file->position);

	if (done > 0 && !file->node->stream)
		file->position += done;
	return done;
}

static long write_on(struct open_file *file, const void *buffer, size_t size)
{
	if (file->flags & O_APPEND && !file->node->stream)
		file->position = file_size(file);

	const long done = write_at(file, buffer, size, file->position);
	if (done > 0 && !file->node->stream)
		file->position += done;
	return done;
}

long sys_read(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);

	const int error = check_readable(file);
	return error ? error : read_on(file, call_pointer(arguments[1]), (size_t)arguments[2]);
}

long sys_write(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);

	const int error = check_writable(file);
	return error ? error : write_on(file, call_pointer(arguments[1]), (size_t)arguments[2]);
}

long sys_pread64(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);

	const int error = check_readable(file);
	if (error)
		return error;
	if (file->node->stream)
		return -ESPIPE;
	return read_at(file, call_pointer(arguments[1]), (size_t)arguments[2], arguments[3]);
}

long sys_pwrite64(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);

	const int error = check_writable(file);
	if (error)
		return error;
	if (file->node->stream)
		return -ESPIPE;
	return write_at(file, call_pointer(arguments[1]), (size_t)arguments[2], arguments[3]);
}

/* Several buffers as if they were one: stops at the first that is not served whole. */
static long transfer(struct open_file *file, const struct iovec *parts, long count, off_t *offset,
                     bool writing)
{
	size_t total = 0;
	long done = 0;

	if (count < 0 || count > IOV_MAX)
		return -EINVAL;
	for (long i = 0; i < count; i++) {
		if (parts[i].iov_len > SSIZE_MAX - total)
			return -EINVAL;
		total += parts[i].iov_len;
	}
	for (long i = 0; i < count; i++) {
		void *at = parts[i].iov_base;
		const size_t size = parts[i].iov_len;
		if (size == 0)
			continue;
		long part;
		if (offset)
			part = writing ? write_at(file, at, size, *offset + done)
			               : read_at(file, at, size, *offset + done);
		else
			part = writing ? write_on(file, at, size) : read_on(file, at, size);
		if (part < 0)
			return done ? done : part;
		done += part;
		if ((size_t)part < size)
			break;
	}
	return done;
}

long sys_readv(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);

	const int error = check_readable(file);
	return error ? error
	             : transfer(file, call_pointer(arguments[1]), arguments[2], NULL, false);
}

long sys_writev(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);

	const int error = check_writable(file);
	return error ? error : transfer(file, call_pointer(arguments[1]), arguments[2], NULL, true);
}

/*
 * The offset is passed in two halves for the sake of 32-bit machines; the first is all of it here.
 */
long sys_preadv(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);
	off_t offset = arguments[3];

	const int error = check_readable(file);
	if (error)
		return error;
	if (file->node->stream)
		return -ESPIPE;
	return offset < 0
	               ? -EINVAL
	               : transfer(file, call_pointer(arguments[1]), arguments[2], &offset, false);
}

long sys_pwritev(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);
	off_t offset = arguments[3];

	const int error = check_writable(file);
	if (error)
		return error;
	if (file->node->stream)
		return -ESPIPE;
	return offset < 0 ? -EINVAL
	                  : transfer(file, call_pointer(arguments[1]), arguments[2], &offset, true);
}

/* ---- position, size, state ------------------------------------------------------------------ */

long sys_lseek(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);
	const off_t offset = arguments[1];
	off_t base = 0;

	if (!file || file->flags & O_PATH)
		return -EBADF;
	if (file->node->stream)
		return -ESPIPE;
	switch (arguments[2]) {
	case SEEK_SET: break;
	case SEEK_CUR: base = file->position; break;
	case SEEK_END: base = file_size(file); break;
	default: return -EINVAL;
	}
	if (offset < 0 ? base + offset < 0 : offset > offset_max - base)
		return offset < 0 ? -EINVAL : -EOVERFLOW;
	file->position = base + offset;
	return file->position;
}

long sys_fstat(struct process *process, const long *arguments)
{
	const struct open_file *file = file_of(process, arguments[0]);

	if (!file)
		return -EBADF;
	vfs_status(file->node, call_pointer(arguments[1]));
	return 0;
}

long sys_ftruncate(struct process *process, const long *arguments)
{
	const struct open_file *file = file_of(process, arguments[0]);

	if (!file)
		return -EBADF;
	if (arguments[1] < 0 || !open_file_writable(file) || !S_ISREG(file->node->mode))
		return file->flags & O_PATH ? -EBADF : -EINVAL;
	if (!file->node->file_system->ops->truncate)
		return -EROFS;
	return file->node->file_system->ops->truncate(file->node, arguments[1]);
}

long sys_fchmod(struct process *process, const long *arguments)
{
	const struct open_file *file = file_of(process, arguments[0]);

	if (!file || file->flags & O_PATH)
		return -EBADF;
	if (!file->node->file_system->ops->set_mode)
		return -EROFS;
	return file->node->file_system->ops->set_mode(file->node, (mode_t)arguments[1] & 07777);
}

/* Every write is where it belongs when it returns; there is nothing to wait for. */
long sys_fsync(struct process *process, const long *arguments)
{
	const struct open_file *file = file_of(process, arguments[0]);

	if (!file || file->flags & O_PATH)
		return -EBADF;
	return file->node->stream ? -EINVAL : 0;
}

long sys_fdatasync(struct process *process, const long *arguments)
{
	return sys_fsync(process, arguments);
}

/* No file is a terminal, and there are no other controls: ENOTTY says both. */
long sys_ioctl(struct process *process, const long *arguments)
{
	const struct open_file *file = file_of(process, arguments[0]);

	if (!file || file->flags & O_PATH)
		return -EBADF;
	switch ((unsigned long)arguments[1]) {
	case FIOCLEX: return sys_fcntl(process, (const long[]){arguments[0], F_SETFD, FD_CLOEXEC});
	case FIONCLEX: return sys_fcntl(process, (const long[]){arguments[0], F_SETFD, 0});
	default: return -ENOTTY;
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
	struct open_file *file = file_of(process, arguments[0]);
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

/* ---- descriptors ---------------------------------------------------------------------------- */

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
	struct open_file *file = file_of(process, arguments[0]);

	return file ? duplicate(process, file, 0, false) : -EBADF;
}

long sys_dup3(struct process *process, const long *arguments)
{
	struct open_file *file = file_of(process, arguments[0]);

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
