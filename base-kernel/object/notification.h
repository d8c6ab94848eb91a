/* SPDX-License-Identifier: MIT */
/*
 * Notification: a word of bits. A signal ORs into it, the sink takes all.
 *
 * Any number of sources, at most one sink: the thread it is bound to, which
 * receives it in the same wait as its messages, or the WAIT entry of a ring,
 * which completes with it once. Nothing is ever queued.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "object.h"

struct thread;
struct ring_work;

struct notification {
	struct object object;
	uint64_t bits;
	struct thread *sink;
	struct ring_work *waiter; /* only without `sink` */
	struct list_node
		watched; /* struct domain.of_watcher, struct irq.of_notification, struct ring … */
};

void notification_init(struct notification *notification);
/* One step; true: it was the last. */
bool notification_fini(struct notification *notification);
void notification_signal(struct notification *notification, uint64_t bits);
/* ERR_NOT_NOW: it has a sink or the thread a notification already, or the thread is detached. */
enum status notification_bind(struct notification *notification, struct thread *thread);
void notification_unbind(struct notification *notification);
