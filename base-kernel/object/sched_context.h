/* SPDX-License-Identifier: MIT */
/*
 * Scheduling context: a right to run, with a priority.
 *
 * Run queues hold contexts, a context holds the ready threads that run on it,
 * first in, first out. A context is only made out of another, and never with
 * a higher priority. The threads it is home to die with it, which ends all
 * loans of it.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "object.h"

struct sched_context {
	struct object object;
	uint8_t priority; /* 255 is the highest */
	bool queued;
	struct list_node queue;   /* in the run queue of its priority */
	struct list_node ready;   /* struct thread.ready */
	struct list_node threads; /* struct thread.of_home */
};

void sched_context_init(struct sched_context *context, uint8_t priority);
/* One step; true: it was the last. */
bool sched_context_fini(struct sched_context *context);
