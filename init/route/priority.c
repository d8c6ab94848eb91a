/* SPDX-License-Identifier: MIT */
#include "priority.h"

#include <cpu_session/types.h>
#include <stdlib.h>

/* What core still gives; below it there is nothing. */
enum { LOWEST = 253, ENCODED_MAX = 64 };

bool priority_lower(const struct plan_child *client, void **args, size_t *args_size)
{
	struct cpu_args wanted = {0};
	uint32_t size;
	void *lowered;

	if (client->priority <= 0 ||
	    (*args_size > 0 && cpu_args_decode(*args, (uint32_t)*args_size, &wanted) != OK))
		return true;

	const uint32_t sum = wanted.priority + (uint32_t)client->priority;

	wanted.priority = (uint8_t)(sum < LOWEST ? sum : LOWEST);
	lowered = malloc(ENCODED_MAX);
	if (!lowered || cpu_args_encode(&wanted, lowered, ENCODED_MAX, &size) != OK) {
		free(lowered);
		return false;
	}
	free(*args);
	*args = lowered;
	*args_size = size;
	return true;
}
