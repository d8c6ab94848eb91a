/* SPDX-License-Identifier: MIT */
#include "notification.h"

#include "ring_work.h"
#include "thread.h"

void notification_init(struct notification *notification)
{
	list_init(&notification->watched);
}

void notification_fini(struct notification *notification)
{
	struct list_node *first;

	/* Sources that were to signal it become silent. */
	while ((first = list_first(&notification->watched)))
		list_remove(first);
	if (notification->waiter)
		ring_work_end(notification->waiter, ERR_GONE);
	notification_unbind(notification);
}

void notification_sever(struct notification *notification, uint32_t grant)
{
	if (notification->waiter && notification->waiter->grant == grant)
		ring_work_end(notification->waiter, ERR_GONE);
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
