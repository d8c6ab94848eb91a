/* SPDX-License-Identifier: MIT */
/*
 * epoll: a set of open files, each with the events its owner wants to hear of.
 *
 * An item belongs to the set and ends with the last descriptor of its file. Events are looked up
 * when somebody asks; an item with EPOLLET is told of again only when its node has changed since.
 */
#include <errno.h>
#include <poll.h>

#include <native.h>

#include "event_files.h"
#include "ready.h"

enum { ALWAYS = EPOLLERR | EPOLLHUP };

struct epoll_item {
	struct epoll_item *next;         /* of the set */
	struct epoll_item *next_of_file; /* of those who watch the file */
	struct epoll *epoll;
	struct open_file *file; /* not referenced: it knows of us */
	int number;
	bool told; /* with EPOLLET: of the node as it was at `changes` */
	uint32_t changes;
	struct epoll_event event;
};

struct epoll {
	struct node node; /* first */
	struct wait_queue waiters;
	struct epoll_item *first;
	struct epoll_item *last;
};

/* The events to tell of an item, now. */
static uint32_t happened(const struct epoll_item *item)
{
	const uint32_t wanted = item->event.events;
	const uint32_t events = (uint32_t)file_ready(item->file) & (wanted | ALWAYS);

	if (!(wanted & ~(uint32_t)(EPOLLET | EPOLLONESHOT | EPOLLEXCLUSIVE | EPOLLWAKEUP)))
		return 0; /* EPOLLONESHOT has happened */
	if (wanted & EPOLLET && item->told && item->changes == item->file->node->changes)
		return 0;
	return events;
}

static int ready(struct node *node, int flags)
{
	(void)flags;
	for (const struct epoll_item *item = ((struct epoll *)node)->first; item; item = item->next)
		if (happened(item))
			return POLLIN;
	return 0;
}

int epoll_collect(struct node *node, struct epoll_event *events, int room)
{
	struct epoll *epoll = (struct epoll *)node;
	int count = 0;

	for (struct epoll_item *item = epoll->first; item && count < room; item = item->next) {
		const uint32_t found = happened(item);
		if (!found)
			continue;
		events[count++] = (struct epoll_event){.events = found, .data = item->event.data};
		item->told = true;
		item->changes = item->file->node->changes;
		if (item->event.events & EPOLLONESHOT)
			item->event.events &= EPOLLET | EPOLLONESHOT;
	}
	return count;
}

/* Takes an item out of both lists. */
static void item_end(struct epoll_item *item)
{
	struct epoll *epoll = item->epoll;
	struct epoll_item *previous = NULL;
	struct epoll_item **of_file = &item->file->watchers;

	for (struct epoll_item *at = epoll->first; at != item; at = at->next)
		previous = at;
	if (previous)
		previous->next = item->next;
	else
		epoll->first = item->next;
	if (epoll->last == item)
		epoll->last = previous;
	while (*of_file != item)
		of_file = &(*of_file)->next_of_file;
	*of_file = item->next_of_file;
	native_heap_free(item);
}

static void release(struct node *node)
{
	struct epoll *epoll = (struct epoll *)node;

	while (epoll->first)
		item_end(epoll->first);
	native_heap_free(epoll);
}

static const struct file_system_ops ops = {.ready = ready, .release = release};
static struct file_system epolls = {.ops = &ops};

int epoll_create_node(struct node **out_node)
{
	struct epoll *epoll = native_heap_alloc(sizeof *epoll);

	if (!epoll)
		return -ENOMEM;
	*epoll = (struct epoll){.node = {.file_system = &epolls,
	                                 .mode = 0600,
	                                 .stream = true,
	                                 .references = 1,
	                                 .waiters = &epoll->waiters}};
	*out_node = &epoll->node;
	return 0;
}

bool epoll_node(const struct node *node)
{
	return node->file_system == &epolls;
}

static struct epoll_item *find(const struct epoll *epoll, int number, const struct open_file *file)
{
	for (struct epoll_item *item = epoll->first; item; item = item->next)
		if (item->number == number && item->file == file)
			return item;
	return NULL;
}

static int add(struct epoll *epoll, int number, struct open_file *file,
               const struct epoll_event *event)
{
	struct epoll_item *item = native_heap_alloc(sizeof *item);

	if (!item)
		return -ENOMEM;
	*item = (struct epoll_item){
		.next_of_file = file->watchers,
		.epoll = epoll,
		.file = file,
		.number = number,
		.event = *event,
	};
	file->watchers = item;
	if (epoll->last)
		epoll->last->next = item;
	else
		epoll->first = item;
	epoll->last = item;
	return 0;
}

int epoll_change(struct node *node, int operation, int number, struct open_file *file,
                 const struct epoll_event *event)
{
	struct epoll *epoll = (struct epoll *)node;
	struct epoll_item *item = find(epoll, number, file);
	int error = 0;

	/* files that are always ready are of no interest; neither is a set of sets to itself */
	if (S_ISREG(file->node->mode) || S_ISDIR(file->node->mode))
		return -EPERM;
	if (file->node == node || (operation == EPOLL_CTL_ADD && epoll_node(file->node)))
		return -EINVAL;
	switch (operation) {
	case EPOLL_CTL_ADD: error = item ? -EEXIST : add(epoll, number, file, event); break;
	case EPOLL_CTL_MOD:
		if (!item)
			return -ENOENT;
		item->event = *event;
		item->told = false;
		break;
	case EPOLL_CTL_DEL:
		if (!item)
			return -ENOENT;
		item_end(item);
		break;
	default: return -EINVAL;
	}
	node_changed(node);
	return error;
}

void epoll_forget(struct open_file *file)
{
	while (file->watchers)
		item_end(file->watchers);
}
