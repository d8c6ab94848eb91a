/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include <syscall/calls.h>

#include "pipe.h"
#include "ready.h"

/* One process per component: all who wait for several files. */
static struct wait_queue pollers;

void waiters_changed(struct wait_queue *waiters)
{
	wait_queue_wake_all(waiters);
	wait_queue_wake_all(&pollers);
}

void node_changed(struct node *node)
{
	node->changes++;
	if (node->watched) {
		node->watched = false;
		family_node_changed(calls_process(), node);
	}
	waiters_changed(node->waiters);
}

int ready_wait(struct thread *self, uint64_t deadline_ns)
{
	return thread_wait(self, &pollers, deadline_ns);
}

int file_ready(const struct open_file *file)
{
	struct node *node = file->node;

	if (file->flags & O_PATH)
		return POLLNVAL;
	if (pipe_here(node))
		return pipe_ready(node, file->flags);
	if (node->file_system->ops->ready)
		return node->file_system->ops->ready(node, file->flags);
	return POLLIN | POLLOUT;
}

int file_wait(struct thread *self, struct open_file *file)
{
	open_file_get(file);
	int error = thread_wait(self, file->node->waiters, 0);
	if (error)
		error = -CALL_AGAIN;
	else if (file->references == 1)
		error = -EBADF;
	open_file_put(file);
	return error;
}
