/* SPDX-License-Identifier: MIT */
#include "queue.h"

#include <bench/raw.h>
#include <kernel/client.h>

enum { NO_BUFFER = 0xffff };

struct queue_pages {
	_Alignas(PAGE_BYTES) struct ring_header header;
	_Alignas(PAGE_BYTES) struct ring_submission submissions[QUEUE_ENTRIES];
	_Alignas(PAGE_BYTES) struct ring_completion completions[2 * QUEUE_ENTRIES];
	_Alignas(PAGE_BYTES) struct message_page buffers[QUEUE_BUFFERS];
};

enum status queue_init(struct queue *queue, struct env *env, uintptr_t address, cap_t completed)
{
	const struct charge_create_ring_params params = {
		.domain = env->space,
		.address = address,
		.entries = QUEUE_ENTRIES,
		.buffers = QUEUE_BUFFERS,
		.completed = completed,
	};
	struct charge_create_ring_results results;
	const enum status status = charge_create_ring(&env->ipc, env->account, &params, &results);

	if (status == OK)
		*queue = (struct queue){.ring = results.ring,
		                        .pages = (struct queue_pages *)address};
	return status;
}

struct ring_submission *queue_next(struct queue *queue)
{
	struct ring_submission *entry =
		&queue->pages->submissions[queue->submitted++ % QUEUE_ENTRIES];

	*entry = (struct ring_submission){.send_buffer = NO_BUFFER, .receive_buffer = NO_BUFFER};
	return entry;
}

uint64_t queue_enter(struct queue *queue, unsigned wait)
{
	struct ring_header *header = &queue->pages->header;
	const uint32_t before = header->submission_tail;

	__atomic_store_n(&header->submission_tail, queue->submitted, __ATOMIC_RELEASE);
	return raw_ring_enter(queue->ring.id, queue->submitted - before, wait);
}

struct ring_completion queue_take(struct queue *queue)
{
	struct ring_header *header = &queue->pages->header;
	struct ring_completion completion = {.word = ERR_UNSUPPORTED};

	if (queue->completed == __atomic_load_n(&header->completion_tail, __ATOMIC_ACQUIRE))
		return completion;
	completion = queue->pages->completions[queue->completed++ % (2 * QUEUE_ENTRIES)];
	__atomic_store_n(&header->completion_head, queue->completed, __ATOMIC_RELEASE);
	return completion;
}
