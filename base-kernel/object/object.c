/* SPDX-License-Identifier: MIT */
#include "object.h"

#include "endpoint.h"
#include "io_ports.h"
#include "irq.h"
#include "mapping.h"
#include "memory_object.h"
#include "notification.h"
#include "ring.h"
#include "sched_context.h"
#include "thread.h"

static const size_t sizes[OBJECT_TYPES] = {
	[OBJECT_ACCOUNT] = sizeof(struct account),
	[OBJECT_DOMAIN] = sizeof(struct domain),
	[OBJECT_THREAD] = sizeof(struct thread),
	[OBJECT_SCHED_CONTEXT] = sizeof(struct sched_context),
	[OBJECT_ENDPOINT] = sizeof(struct endpoint),
	[OBJECT_NOTIFICATION] = sizeof(struct notification),
	[OBJECT_MEMORY] = sizeof(struct memory_object),
	[OBJECT_RING] = sizeof(struct ring),
	[OBJECT_IRQ] = sizeof(struct irq),
	[OBJECT_IO_PORTS] = sizeof(struct io_ports),
	[OBJECT_MAPPING] = sizeof(struct mapping),
};

size_t object_size(enum object_type type)
{
	return sizes[type];
}

void object_init(struct object *object, enum object_type type, struct account *account)
{
	object->type = type;
	object->account = account;
	list_append(&account->charged, &object->charged);
}

/* One step; true: nothing of it is left but its memory. */
static bool fini(struct object *object)
{
	switch (object->type) {
	case OBJECT_ACCOUNT: return account_fini((struct account *)object);
	case OBJECT_DOMAIN: return domain_fini((struct domain *)object);
	case OBJECT_SCHED_CONTEXT: return sched_context_fini((struct sched_context *)object);
	case OBJECT_ENDPOINT: return endpoint_fini((struct endpoint *)object);
	case OBJECT_NOTIFICATION: return notification_fini((struct notification *)object);
	case OBJECT_MEMORY: return memory_object_fini((struct memory_object *)object);
	case OBJECT_RING: return ring_fini((struct ring *)object);
	case OBJECT_MAPPING: return mapping_fini((struct mapping *)object);
	case OBJECT_THREAD: thread_fini((struct thread *)object); return true;
	case OBJECT_IRQ: irq_fini((struct irq *)object); return true;
	case OBJECT_IO_PORTS:
	case OBJECT_PLATFORM:
	case OBJECT_COMPONENT: return true;
	}
	return true;
}

bool object_destroy(struct object *object)
{
	const uint32_t grant = object->grant;

	if (grant && !grant_close(grant))
		return false;
	if (!fini(object))
		return false;
	list_remove(&object->charged);
	heap_free(object->account, object, sizes[object->type]);
	if (grant)
		grant_release(grant);
	return true;
}

uint64_t object_extra_bytes(const struct object *object)
{
	switch (object->type) {
	case OBJECT_DOMAIN:
		return (uint64_t)((const struct domain *)object)->pages.tables << PAGE_SHIFT;
	case OBJECT_THREAD:
		return (uint64_t)((const struct thread *)object)->page_count << PAGE_SHIFT;
	case OBJECT_MEMORY: return memory_object_extra_bytes((const struct memory_object *)object);
	case OBJECT_RING: return ring_extra_bytes((const struct ring *)object);
	case OBJECT_ACCOUNT:
	case OBJECT_SCHED_CONTEXT:
	case OBJECT_ENDPOINT:
	case OBJECT_NOTIFICATION:
	case OBJECT_IRQ:
	case OBJECT_MAPPING:
	case OBJECT_IO_PORTS:
	case OBJECT_PLATFORM:
	case OBJECT_COMPONENT: return 0;
	}
	return 0;
}
