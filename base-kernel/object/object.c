/* SPDX-License-Identifier: MIT */
#include "object.h"

#include "account.h"
#include "domain.h"
#include "endpoint.h"
#include "grant.h"
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

static void fini(struct object *object)
{
	switch (object->type) {
	case OBJECT_ACCOUNT: account_fini((struct account *)object); break;
	case OBJECT_DOMAIN: domain_fini((struct domain *)object); break;
	case OBJECT_THREAD: thread_fini((struct thread *)object); break;
	case OBJECT_SCHED_CONTEXT: sched_context_fini((struct sched_context *)object); break;
	case OBJECT_ENDPOINT: endpoint_fini((struct endpoint *)object); break;
	case OBJECT_NOTIFICATION: notification_fini((struct notification *)object); break;
	case OBJECT_MEMORY: memory_object_fini((struct memory_object *)object); break;
	case OBJECT_RING: ring_fini((struct ring *)object); break;
	case OBJECT_IRQ: irq_fini((struct irq *)object); break;
	case OBJECT_MAPPING: mapping_fini((struct mapping *)object); break;
	case OBJECT_IO_PORTS:
	case OBJECT_PLATFORM:
	case OBJECT_COMPONENT: break;
	}
}

void object_destroy(struct object *object)
{
	struct account *account = object->account;

	if (object->grant) {
		grant_revoke(object->grant); /* comes back here, without a grant */
		return;
	}
	list_remove(&object->charged);
	fini(object);
	heap_free(account, object, sizes[object->type]);
}

uint64_t object_extra_bytes(const struct object *object)
{
	switch (object->type) {
	case OBJECT_DOMAIN: return domain_extra_bytes((const struct domain *)object);
	case OBJECT_THREAD: return thread_extra_bytes((const struct thread *)object);
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
