/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

#include <native.h>

#include "pipe.h"
#include "ready.h"

enum { CAPACITY_MIN = PIPE_BUF };

struct pipe {
	struct wait_queue waiters;
	uint8_t *bytes; /* a ring */
	size_t capacity;
	size_t first;
	size_t used;
	unsigned readers;
	unsigned writers;
	unsigned readers_ever; /* for who waits for one to come, if only for a moment */
	unsigned writers_ever;
};

static struct pipe *pipe_of(const struct node *node)
{
	return node->special;
}

static bool reads(int flags)
{
	return (flags & O_ACCMODE) != O_WRONLY;
}

static bool writes(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY;
}

/* ---- nodes without a name ------------------------------------------------------------------- */

static void release(struct node *node)
{
	native_heap_free(node);
}

static const struct file_system_ops nameless_ops = {.release = release};
static struct file_system nameless = {.ops = &nameless_ops};

int pipe_create(struct node **out_node)
{
	static uint64_t ids; /* st_ino of nodes that are in no file system */
	struct node *node = native_heap_alloc(sizeof *node);

	if (!node)
		return -ENOMEM;
	*node = (struct node){
		.file_system = &nameless,
		.id = ++ids,
		.mode = S_IFIFO | 0600,
		.stream = true,
		.references = 1,
	};
	*out_node = node;
	return 0;
}

/* ---- opening -------------------------------------------------------------------------------- */

int pipe_open(struct node *node, int flags)
{
	struct pipe *pipe = pipe_of(node);

	if (!pipe) {
		pipe = native_heap_alloc(sizeof *pipe);
		if (!pipe)
			return -ENOMEM;
		*pipe = (struct pipe){0};
		node->special = pipe;
		node->waiters = &pipe->waiters;
	}
	pipe->readers += reads(flags);
	pipe->writers += writes(flags);
	pipe->readers_ever += reads(flags);
	pipe->writers_ever += writes(flags);
	node_changed(node);
	return 0;
}

void pipe_close(struct node *node, int flags)
{
	struct pipe *pipe = pipe_of(node);

	pipe->readers -= reads(flags);
	pipe->writers -= writes(flags);
	node_changed(node);
	if (pipe->readers || pipe->writers)
		return;
	node->special = NULL;
	node->waiters = NULL;
	native_heap_free(pipe->bytes);
	native_heap_free(pipe);
}

int pipe_await(struct thread *self, struct open_file *file)
{
	const struct pipe *pipe = pipe_of(file->node);
	const unsigned readers_ever = pipe->readers_ever;
	const unsigned writers_ever = pipe->writers_ever;
	int error = 0;

	if ((file->flags & O_ACCMODE) == O_RDWR)
		return 0;
	if (file->flags & O_NONBLOCK)
		return reads(file->flags) || pipe->readers ? 0 : -ENXIO;
	while (!error &&
	       (reads(file->flags) ? !pipe->writers && pipe->writers_ever == writers_ever
	                           : !pipe->readers && pipe->readers_ever == readers_ever))
		error = file_wait(self, file);
	return error;
}

/* ---- what flows ----------------------------------------------------------------------------- */

/* Bytes from or to the ring, which may be in two parts. */
static void ring_get(const struct pipe *pipe, uint8_t *to, size_t size)
{
	const size_t part = pipe->capacity - pipe->first;

	memcpy(to, pipe->bytes + pipe->first, size < part ? size : part);
	if (size > part)
		memcpy(to + part, pipe->bytes, size - part);
}

static void ring_put(struct pipe *pipe, const uint8_t *from, size_t size)
{
	size_t at = pipe->first + pipe->used;

	if (at >= pipe->capacity)
		at -= pipe->capacity;
	const size_t part = pipe->capacity - at;
	memcpy(pipe->bytes + at, from, size < part ? size : part);
	if (size > part)
		memcpy(pipe->bytes, from + part, size - part);
	pipe->used += size;
}

/* Room for `size` more if that can be; false: the ring stays as it is. */
static bool grow(struct pipe *pipe, size_t size)
{
	size_t capacity = pipe->capacity ? pipe->capacity : CAPACITY_MIN;

	while (capacity - pipe->used < size && capacity < PIPE_SIZE)
		capacity *= 2;
	if (capacity == pipe->capacity)
		return false;
	uint8_t *bytes = native_heap_alloc(capacity);
	if (!bytes)
		return false;
	if (pipe->used)
		ring_get(pipe, bytes, pipe->used);
	native_heap_free(pipe->bytes);
	pipe->bytes = bytes;
	pipe->capacity = capacity;
	pipe->first = 0;
	return true;
}

ssize_t pipe_read(struct node *node, void *buffer, size_t size)
{
	struct pipe *pipe = pipe_of(node);

	if (pipe->used == 0)
		return pipe->writers && size ? -EAGAIN : 0;
	if (size > pipe->used)
		size = pipe->used;
	ring_get(pipe, buffer, size);
	pipe->first = (pipe->first + size) % pipe->capacity;
	pipe->used -= size;
	node_changed(node);
	return (ssize_t)size;
}

ssize_t pipe_write(struct node *node, const void *buffer, size_t size)
{
	struct pipe *pipe = pipe_of(node);

	if (!pipe->readers)
		return -EPIPE;
	if (size == 0)
		return 0;
	if (pipe->capacity - pipe->used < size)
		(void)grow(pipe, size); /* else what fits has to do */
	const size_t room = pipe->capacity - pipe->used;
	if (room == 0 || (size <= PIPE_BUF && room < size))
		return pipe->capacity ? -EAGAIN : -ENOMEM;
	if (size > room)
		size = room;
	ring_put(pipe, buffer, size);
	node_changed(node);
	return (ssize_t)size;
}

int pipe_ready(const struct node *node, int flags)
{
	const struct pipe *pipe = pipe_of(node);
	int events = 0;

	if (reads(flags)) {
		events |= pipe->used ? POLLIN : 0;
		events |= pipe->writers ? 0 : POLLHUP;
	}
	if (writes(flags)) {
		events |= PIPE_SIZE - pipe->used >= PIPE_BUF ? POLLOUT : 0;
		events |= pipe->readers ? 0 : POLLERR;
	}
	return events;
}

size_t pipe_used(const struct node *node)
{
	return pipe_of(node)->used;
}
