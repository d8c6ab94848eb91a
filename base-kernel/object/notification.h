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
	struct list_node sources; /* struct signal_source.of_notification */
};

/* What signals a notification's facet over and over: an interrupt line, a ring, the faults of a domain. */
struct signal_source {
	struct notification *notification;
	uint64_t bits; /* the facet's */
	struct list_node of_notification;
};

void notification_init(struct notification *notification);
/* One step; true: it was the last. */
bool notification_fini(struct notification *notification);
void notification_signal(struct notification *notification, uint64_t bits);
/* ERR_NOT_NOW: it has a sink or the thread a notification already, or the thread is detached. */
enum status notification_bind(struct notification *notification, struct thread *thread);
/* From now on the source signals this one; it falls silent with the notification. */
void signal_source_bind(struct signal_source *source, struct notification *notification,
                        uint64_t bits);
/* False: there is nobody to tell. */
static inline bool signal_source_signal(const struct signal_source *source)
{
	if (!list_linked(&source->of_notification))
		return false;
	/* Bits that are set already have been told. */
	if (source->bits & ~source->notification->bits)
		notification_signal(source->notification, source->bits);
	return true;
}
void notification_unbind(struct notification *notification);
