/* SPDX-License-Identifier: MIT */
/*
 * Notification: a word of bits. A signal ORs into it, the sink takes all.
 *
 * Any number of sources, at most one sink: the thread it is bound to, which
 * receives it in the same wait as its messages. Nothing is ever queued.
 */
#pragma once

#include <abi/status.h>
#include <stdint.h>

#include "object.h"

struct thread;

struct notification {
	struct object object;
	uint64_t bits;
	struct thread *sink;
	struct list_node watched; /* struct domain.of_watcher, struct irq.of_notification, struct ring … */
};

void notification_init(struct notification *notification);
void notification_fini(struct notification *notification);
void notification_signal(struct notification *notification, uint64_t bits);
/* ERR_NOT_NOW: it, or the thread, is bound already, or the thread is detached. */
enum status notification_bind(struct notification *notification, struct thread *thread);
void notification_unbind(struct notification *notification);
