/* SPDX-License-Identifier: MIT */
#include "notification.h"

#include "ring_work.h"
#include "thread.h"

enum { STEP_SOURCES = 64 };

void notification_init(struct notification *notification)
{
	list_init(&notification->sources);
}

/* A ring's wait has ended with the grants. Sources that were to signal it become silent. */
bool notification_fini(struct notification *notification)
{
	for (unsigned i = 0; i < STEP_SOURCES; i++) {
		struct list_node *first = list_first(&notification->sources);

		if (!first) {
			notification_unbind(notification);
			return true;
		}
		list_remove(first);
	}
	return false;
}

void notification_signal(struct notification *notification, uint64_t bits)
{
	struct thread *sink = notification->sink;

	notification->bits |= bits;
	if (notification->waiter && notification->bits) {
		ring_work_signalled(notification->waiter);
		return;
	}
	if (!sink || notification->bits == 0)
		return;
	sink->notified = true;
	if (sink->state != THREAD_RECEIVING)
		return;
	thread_unblock(sink);
	thread_set_notification(sink, notification->bits);
	notification->bits = 0;
	thread_ready(sink);
}

void signal_source_bind(struct signal_source *source, struct notification *notification,
                        uint64_t bits)
{
	list_remove(&source->of_notification);
	source->notification = notification;
	source->bits = bits;
	list_append(&notification->sources, &source->of_notification);
}

enum status notification_bind(struct notification *notification, struct thread *thread)
{
	if (notification->sink || notification->waiter || thread->notification ||
	    thread->detaching || !thread->home)
		return ERR_NOT_NOW;
	notification->sink = thread;
	thread->notification = notification;
	notification_signal(notification, 0);
	return OK;
}

void notification_unbind(struct notification *notification)
{
	if (notification->sink) {
		notification->sink->notification = NULL;
		notification->sink->notified = false;
	}
	notification->sink = NULL;
}
