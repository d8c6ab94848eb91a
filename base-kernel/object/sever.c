/* SPDX-License-Identifier: MIT */
#include "endpoint.h"
#include "futex.h"
#include "grant.h"
#include "mapping.h"
#include "memory_object.h"
#include "notification.h"

void grant_sever(struct object *object, uint32_t grant)
{
	if (object->type == OBJECT_ENDPOINT) {
		endpoint_sever((struct endpoint *)object, grant);
		return;
	}
	if (object->type == OBJECT_NOTIFICATION) {
		notification_sever((struct notification *)object, grant);
		return;
	}
	if (object->type != OBJECT_MEMORY)
		return;

	struct memory_object *memory = (struct memory_object *)object;

	list_for_each (node, &memory->mappings) {
		struct mapping *mapping = list_entry(node, struct mapping, of_memory);

		if (mapping->grant == grant)
			object_destroy(&mapping->object);
	}
	futex_sever(memory, grant);
}
