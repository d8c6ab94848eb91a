/* SPDX-License-Identifier: MIT */
/*
 * Queue: a ring with a few buffers, used step by step.
 */
#pragma once

#include <abi/ring.h>
#include <base/env.h>

enum { QUEUE_ENTRIES = 8, QUEUE_BUFFERS = 2 };

struct queue_pages; /* the layout of abi/ring.h for these sizes */

struct queue {
	cap_t ring;
	struct queue_pages *pages;
	uint32_t submitted, completed;
};

/* At an address of its own; `completed` is signalled. */
enum status queue_init(struct queue *queue, struct env *env, uintptr_t address, cap_t completed);
/* The next entry to be filled in: zeroed, without buffers. */
struct ring_submission *queue_next(struct queue *queue);
/* Submits what was filled in, waits until `wait` completions are there; the answer word. */
uint64_t queue_enter(struct queue *queue, unsigned wait);
/* The next completion; one with the status ERR_UNSUPPORTED and no user data if there is none. */
struct ring_completion queue_take(struct queue *queue);
