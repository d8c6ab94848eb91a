/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include <native.h>

#include "event_files.h"
#include "ready.h"

static const uint64_t count_max = UINT64_MAX - 1;

struct eventfd {
	struct node node; /* first */
	struct wait_queue waiters;
	uint64_t count;
	bool semaphore; /* a read takes 1, not all */
};

static ssize_t read_count(struct node *node, void *buffer, size_t size, off_t offset)
{
	struct eventfd *event = (struct eventfd *)node;
	const uint64_t taken = event->semaphore ? 1 : event->count;

	(void)offset;
	if (size < sizeof taken)
		return -EINVAL;
	if (event->count == 0)
		return -EAGAIN;
	event->count -= taken;
	memcpy(buffer, &taken, sizeof taken);
	node_changed(node);
	return sizeof taken;
}

static ssize_t write_count(struct node *node, const void *buffer, size_t size, off_t offset)
{
	struct eventfd *event = (struct eventfd *)node;
	uint64_t added;

	(void)offset;
	if (size < sizeof added)
		return -EINVAL;
	memcpy(&added, buffer, sizeof added);
	if (added > count_max)
		return -EINVAL;
	if (added > count_max - event->count)
		return -EAGAIN;
	event->count += added;
	node_changed(node);
	return sizeof added;
}

static int ready(struct node *node, int flags)
{
	const struct eventfd *event = (const struct eventfd *)node;

	(void)flags;
	return (event->count ? POLLIN : 0) | (event->count < count_max ? POLLOUT : 0);
}

static void release(struct node *node)
{
	native_heap_free(node);
}

static const struct file_system_ops ops = {
	.read = read_count, .write = write_count, .ready = ready, .release = release};
static struct file_system eventfds = {.ops = &ops};

int eventfd_create(unsigned count, bool semaphore, struct node **out_node)
{
	struct eventfd *event = native_heap_alloc(sizeof *event);

	if (!event)
		return -ENOMEM;
	*event = (struct eventfd){
		.node = {.file_system = &eventfds,
	                 .mode = 0600,
	                 .stream = true,
	                 .references = 1,
	                 .waiters = &event->waiters},
		.count = count,
		.semaphore = semaphore,
	};
	*out_node = &event->node;
	return 0;
}
