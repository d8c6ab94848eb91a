/* SPDX-License-Identifier: MIT */
/*
 * Byte queue: the bytes of one direction, in the order they came. Zeroed: empty.
 */
#pragma once

#include <stdint.h>

enum { BYTE_QUEUE_MAX = 4096 };

struct byte_queue {
	uint32_t first; /* where the oldest is */
	uint32_t count;
	uint8_t bytes[BYTE_QUEUE_MAX];
};

static inline uint32_t byte_queue_room(const struct byte_queue *queue)
{
	return BYTE_QUEUE_MAX - queue->count;
}

/* There is room. */
void byte_queue_put(struct byte_queue *queue, uint8_t byte);
/* It is not empty. */
uint8_t byte_queue_take(struct byte_queue *queue);
/* As many as there is room for; answers how many. */
uint32_t byte_queue_put_some(struct byte_queue *queue, const uint8_t *bytes, uint32_t size);
/* As many as there are, at most `size`; answers how many. */
uint32_t byte_queue_take_some(struct byte_queue *queue, uint8_t *bytes, uint32_t size);
