/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include <native.h>
#include <process/process.h>

#include "event_files.h"
#include "ready.h"

struct timerfd {
	struct node node; /* first */
	struct wait_queue waiters;
	struct process *process;
	struct timer *timer; /* owned */
	uint64_t count;      /* of turns nobody has read */
};

static void expired(void *argument, uint64_t turns)
{
	struct timerfd *timer = argument;

	timer->count += turns;
	node_changed(&timer->node);
}

static ssize_t read_count(struct node *node, void *buffer, size_t size, off_t offset)
{
	struct timerfd *timer = (struct timerfd *)node;

	(void)offset;
	if (size < sizeof timer->count)
		return -EINVAL;
	if (timer->count == 0)
		return -EAGAIN;
	memcpy(buffer, &timer->count, sizeof timer->count);
	timer->count = 0;
	return sizeof timer->count;
}

static int ready(struct node *node, int flags)
{
	(void)flags;
	return ((const struct timerfd *)node)->count ? POLLIN : 0;
}

static void release(struct node *node)
{
	struct timerfd *timer = (struct timerfd *)node;

	timer_arm(timer->process, timer->timer, 0, 0);
	timer->timer->used = false;
	native_heap_free(timer);
}

static const struct file_system_ops ops = {.read = read_count, .ready = ready, .release = release};
static struct file_system timerfds = {.ops = &ops};

int timerfd_create_node(struct process *process, struct node **out_node)
{
	struct timerfd *made = native_heap_alloc(sizeof *made);

	if (!made)
		return -ENOMEM;
	struct timer *timer = timer_make(&process->timers);
	if (!timer) {
		native_heap_free(made);
		return -ENOSPC;
	}
	*made = (struct timerfd){
		.node = {.file_system = &timerfds,
	                 .mode = 0600,
	                 .stream = true,
	                 .references = 1,
	                 .waiters = &made->waiters},
		.process = process,
		.timer = timer,
	};
	timer->expired = expired;
	timer->argument = made;
	*out_node = &made->node;
	return 0;
}

struct timer *timerfd_timer(struct node *node)
{
	return node->file_system == &timerfds ? ((struct timerfd *)node)->timer : NULL;
}

void timerfd_reset(struct node *node)
{
	((struct timerfd *)node)->count = 0;
}
