/* SPDX-License-Identifier: MIT */
/*
 * Intrusive doubly linked list. A zeroed node is in no list; a head is a node
 * that points at itself.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct list_node {
	struct list_node *next;
	struct list_node *prev;
};

#define list_entry(node, type, member) ((type *)((uintptr_t)(node)-offsetof(type, member)))

/* Visits each node; the visited one may be removed. */
#define list_for_each(node, head) \
	for (struct list_node *node = (head)->next, *node##_next = node->next; node != (head); \
	     node = node##_next, node##_next = node->next)

static inline void list_init(struct list_node *head)
{
	head->next = head->prev = head;
}

static inline bool list_empty(const struct list_node *head)
{
	return head->next == head;
}

static inline bool list_linked(const struct list_node *node)
{
	return node->next != NULL;
}

static inline void list_insert_before(struct list_node *position, struct list_node *node)
{
	node->next = position;
	node->prev = position->prev;
	position->prev->next = node;
	position->prev = node;
}

static inline void list_append(struct list_node *head, struct list_node *node)
{
	list_insert_before(head, node);
}

static inline void list_remove(struct list_node *node)
{
	if (!list_linked(node))
		return;
	node->next->prev = node->prev;
	node->prev->next = node->next;
	node->next = node->prev = NULL;
}

/* For a node that is in a list; it is left pointing to where it was. */
static inline void list_unlink(struct list_node *node)
{
	node->next->prev = node->prev;
	node->prev->next = node->next;
}

/* Moves all nodes of `from` to the end of `to`. */
static inline void list_splice(struct list_node *to, struct list_node *from)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	list_init(from);
}

static inline struct list_node *list_first(const struct list_node *head)
{
	return list_empty(head) ? NULL : head->next;
}
