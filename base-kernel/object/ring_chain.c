/* SPDX-License-Identifier: MIT */
#include "ring_chain.h"

#include "ring_work.h"

/* Its records are free, but for those that wait for a RETURN. */
static void end(struct ring_work *last)
{
	struct ring_work *before;

	for (struct ring_work *work = last; work; work = before) {
		before = work->before;
		work->chained = false;
		work->before = work->after = NULL;
		ring_work_settle(work);
	}
}

/* Records complete out of turn when they are cancelled. */
static void end_if_last(struct ring_work *work)
{
	if (!work->completed || work->after || work->ring->chain.last == work)
		return;
	for (const struct ring_work *at = work->before; at; at = at->before) {
		if (!at->completed)
			return;
	}
	end(work);
}

/* How the open chain stands: OK, or why it has failed already. */
static enum status standing(const struct ring_chain *chain)
{
	if (!chain->open)
		return OK;
	if (!chain->last)
		return chain->broken;
	return chain->last->completed ? chain->last->outcome : OK;
}

struct ring_work *ring_chain_add(struct ring *ring, const struct ring_submission *entry)
{
	const bool linked = read_once(entry->flags) & RING_LINK;
	struct ring_work *before = ring->chain.open ? ring->chain.last : NULL;
	struct ring_work *work = NULL;
	enum status status = standing(&ring->chain);

	if (status == OK) {
		work = ring_work_take(ring, entry);
		status = work ? OK : ERR_NOT_NOW;
	}
	ring->chain =
		(struct ring_chain){.open = linked, .last = linked ? work : NULL, .broken = status};
	if (!work) {
		const struct ring_outcome outcome = {.word = (uint64_t)status};

		if (before)
			end_if_last(before);
		ring_post(ring, entry->user_data, &outcome);
		return NULL;
	}
	work->state = RING_WORK_LINKED;
	work->chained = true;
	work->before = before;
	if (before)
		before->after = work;
	return work;
}

bool ring_chain_may_start(const struct ring_work *work)
{
	return !work->before || work->before->completed;
}

void ring_chain_completed(struct ring_work *work)
{
	struct ring_work *after = work->after;

	if (!work->chained)
		return;
	if (after && after->state == RING_WORK_LINKED)
		list_append(&work->ring->due, &after->queue);
	while (work->after && work->after->completed)
		work = work->after;
	end_if_last(work);
}

struct ring_work *ring_chain_next(struct ring *ring, enum status *out_status)
{
	struct list_node *first = list_first(&ring->due);
	struct ring_work *work;

	if (!first)
		return NULL;
	work = list_entry(first, struct ring_work, queue);
	list_remove(first);
	*out_status = work->before ? work->before->outcome : OK;
	return work;
}

enum status ring_chain_result(const struct ring_work *work, uint64_t result, cap_t *out_cap)
{
	const uint64_t distance = result >> 8;
	const unsigned index = result & 0xff;

	if (distance == 0 || index >= IPC_CAPS_MAX)
		return ERR_BAD_ARG;
	for (uint64_t i = 0; i < distance && work; i++) /* a chain is no longer than the ring */
		work = work->before;
	if (!work)
		return ERR_BAD_ARG;
	if (index >= work->cap_count || !cap_valid(work->caps[index]))
		return ERR_BAD_CAP;
	*out_cap = work->caps[index];
	return OK;
}
