/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing. A node that has nothing to give or no room answers EAGAIN, and whoever has it
 * open without O_NONBLOCK waits.
 */
#include <errno.h>
#include <event/pipe.h>
#include <event/ready.h>
#include <fcntl.h>
#include <process/job_control.h>
#include <string.h>
#include <sys/uio.h>

#include "calls.h"

static const off_t offset_max = INT64_MAX;

static int check_readable(const struct open_file *file)
{
	if (!file || !open_file_readable(file))
		return -EBADF;
	if (node_directory(file->node))
		return -EISDIR;
	return pipe_here(file->node) || file->node->file_system->ops->read ? 0 : -EINVAL;
}

static int check_writable(const struct open_file *file)
{
	if (!file || !open_file_writable(file))
		return -EBADF;
	if (pipe_here(file->node) || file->node->file_system->ops->write)
		return 0;
	return file->node->stream ? -EINVAL : -EROFS;
}

/* No read or write may end beyond the largest offset. */
static int check_range(off_t offset, size_t size)
{
	if (offset < 0)
		return -EINVAL;
	return size > (size_t)(offset_max - offset) ? -EINVAL : 0;
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

static long stream_read(struct node *node, void *buffer, size_t size)
{
	return pipe_here(node) ? pipe_read(node, buffer, size)
	                       : node->file_system->ops->read(node, buffer, size, 0);
}

static long stream_write(struct node *node, const void *buffer, size_t size)
{
	return pipe_here(node) ? pipe_write(node, buffer, size)
	                       : node->file_system->ops->write(node, buffer, size, 0);
}

/* At the file's position, which moves on. */
static long position_read(struct open_file *file, void *buffer, size_t size)
{
	if (file->node->own_position)
		return file->node->file_system->ops->read(file->node, buffer, size, -1);
	const long done = read_at(file, buffer, size, file->position);
	if (done > 0)
		file->position += done;
	return done;
}

static long position_write(struct open_file *file, const void *buffer, size_t size)
{
	if (file->node->own_position)
		return file->node->file_system->ops->write(file->node, buffer, size, -1);
	if (file->flags & O_APPEND)
		file->position = call_file_size(file);
	const long done = write_at(file, buffer, size, file->position);
	if (done > 0)
		file->position += done;
	return done;
}

long transfer_read(struct open_file *file, void *buffer, size_t size, off_t offset)
{
	const int error = check_readable(file);

	if (error)
		return error;
	if (file->node->stream)
		return offset < 0 ? stream_read(file->node, buffer, size) : -ESPIPE;
	return offset < 0 ? position_read(file, buffer, size) : read_at(file, buffer, size, offset);
}

long transfer_write(struct open_file *file, const void *buffer, size_t size, off_t offset)
{
	const int error = check_writable(file);

	if (error)
		return error;
	if (file->node->stream)
		return offset < 0 ? stream_write(file->node, buffer, size) : -ESPIPE;
	return offset < 0 ? position_write(file, buffer, size)
	                  : write_at(file, buffer, size, offset);
}

/* Without a position: what flows. */
static long read_stream(struct process *process, struct open_file *file, void *buffer, size_t size)
{
	for (;;) {
		const int background = file->node->terminal ? job_may_read(process, file) : 0;
		if (background)
			return background;
		const long done = stream_read(file->node, buffer, size);
		if (done != -EAGAIN || file->flags & O_NONBLOCK)
			return done;
		const int error = file_wait(thread_current(&process->main), file);
		if (error)
			return error;
	}
}

/* Who writes to nobody is told by a signal, too. */
static long broken_pipe(struct process *process)
{
	const siginfo_t info = {.si_signo = SIGPIPE, .si_code = SI_USER};

	(void)signals_raise(process, thread_current(&process->main),
	                    &info); /* the error is told in any case */
	return -EPIPE;
}

static long write_stream(struct process *process, struct open_file *file, const void *buffer,
                         size_t size)
{
	struct node *node = file->node;
	const bool whole = S_ISFIFO(node->mode) || S_ISSOCK(node->mode);
	const uint8_t *from = buffer;
	size_t done = 0;

	const int background = file->node->terminal ? job_may_write(process, file) : 0;
	if (background)
		return background;
	for (;;) {
		const long part = stream_write(node, from + done, size - done);
		if (part >= 0)
			done += (size_t)part;
		else if (part == -EPIPE && !done)
			return broken_pipe(process);
		else if (part != -EAGAIN)
			return done ? (long)done : part;
		if (done == size || (part >= 0 && !whole))
			return (long)done;
		if (part > 0)
			continue; /* as much as there is room for */
		if (file->flags & O_NONBLOCK)
			return done ? (long)done : -EAGAIN;
		const int error = file_wait(thread_current(&process->main), file);
		if (error)
			return done ? (long)done : error;
	}
}

static long read_on(struct process *process, struct open_file *file, void *buffer, size_t size)
{
	if (file->node->stream)
		return read_stream(process, file, buffer, size);
	return position_read(file, buffer, size);
}

static long write_on(struct process *process, struct open_file *file, const void *buffer,
                     size_t size)
{
	if (file->node->stream)
		return write_stream(process, file, buffer, size);
	return position_write(file, buffer, size);
}

long sys_read(struct process *process, const long *arguments)
{
	struct open_file *file = call_file(process, arguments[0]);

	const int error = check_readable(file);
	return error ? error
	             : read_on(process, file, call_pointer(arguments[1]), (size_t)arguments[2]);
}

long sys_write(struct process *process, const long *arguments)
{
	struct open_file *file = call_file(process, arguments[0]);

	const int error = check_writable(file);
	return error ? error
	             : write_on(process, file, call_pointer(arguments[1]), (size_t)arguments[2]);
}

long sys_pread64(struct process *process, const long *arguments)
{
	struct open_file *file = call_file(process, arguments[0]);

	const int error = check_readable(file);
	if (error)
		return error;
	if (file->node->stream)
		return -ESPIPE;
	return read_at(file, call_pointer(arguments[1]), (size_t)arguments[2], arguments[3]);
}

long sys_pwrite64(struct process *process, const long *arguments)
{
	struct open_file *file = call_file(process, arguments[0]);

	const int error = check_writable(file);
	if (error)
		return error;
	if (file->node->stream)
		return -ESPIPE;
	return write_at(file, call_pointer(arguments[1]), (size_t)arguments[2], arguments[3]);
}

/*
 * Several buffers as if they were one: stops at the first that is not served whole. `placed`: at the
 * offset that comes fourth. It is passed in two halves for the sake of 32-bit machines; the first is
 * all of it here.
 */
static long transfer(struct process *process, const long *arguments, bool placed, bool writing)
{
	struct open_file *file = call_file(process, arguments[0]);
	const struct iovec *parts = call_pointer(arguments[1]);
	const long count = arguments[2];
	const int error = writing ? check_writable(file) : check_readable(file);
	const off_t offset = placed ? arguments[3] : 0;
	size_t total = 0;
	long done = 0;

	if (error)
		return error;
	if (placed && file->node->stream)
		return -ESPIPE;
	if (offset < 0 || count < 0 || count > IOV_MAX)
		return -EINVAL;
	for (long i = 0; i < count; i++) {
		if (parts[i].iov_len > SSIZE_MAX - total)
			return -EINVAL;
		total += parts[i].iov_len;
	}
	for (long i = 0; i < count; i++) {
		void *at = parts[i].iov_base;
		const size_t size = parts[i].iov_len;
		long part;

		if (size == 0 || (done && file->node->stream && !writing))
			continue; /* a read takes what is there and waits no more */
		if (placed)
			part = writing ? write_at(file, at, size, offset + done)
			               : read_at(file, at, size, offset + done);
		else
			part = writing ? write_on(process, file, at, size)
			               : read_on(process, file, at, size);
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
	return transfer(process, arguments, false, false);
}

long sys_writev(struct process *process, const long *arguments)
{
	return transfer(process, arguments, false, true);
}

long sys_preadv(struct process *process, const long *arguments)
{
	return transfer(process, arguments, true, false);
}

long sys_pwritev(struct process *process, const long *arguments)
{
	return transfer(process, arguments, true, true);
}
