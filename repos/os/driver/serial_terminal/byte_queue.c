/* SPDX-License-Identifier: MIT */
#include "byte_queue.h"

void byte_queue_put(struct byte_queue *queue, uint8_t byte)
{
	queue->bytes[(queue->first + queue->count++) % BYTE_QUEUE_MAX] = byte;
}

uint8_t byte_queue_take(struct byte_queue *queue)
{
	const uint8_t byte = queue->bytes[queue->first];

	queue->first = (queue->first + 1) % BYTE_QUEUE_MAX;
	queue->count--;
	return byte;
}

uint32_t byte_queue_put_some(struct byte_queue *queue, const uint8_t *bytes, uint32_t size)
{
	const uint32_t room = byte_queue_room(queue);
	const uint32_t count = size < room ? size : room;

	for (uint32_t i = 0; i < count; i++)
		byte_queue_put(queue, bytes[i]);
	return count;
}

uint32_t byte_queue_take_some(struct byte_queue *queue, uint8_t *bytes, uint32_t size)
{
	const uint32_t count = size < queue->count ? size : queue->count;

	for (uint32_t i = 0; i < count; i++)
		bytes[i] = byte_queue_take(queue);
	return count;
}
