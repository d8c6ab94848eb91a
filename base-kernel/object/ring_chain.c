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

bool ring_chain_add(struct ring_work *work)
{
	struct ring_chain *chain = &work->ring->chain;
	const bool linked = work->entry.flags & RING_LINK;
	struct ring_work *before = chain->open ? chain->last : NULL;
	enum status status = standing(chain);

	if (status == OK && work == work->ring->spare)
		status = ERR_NOT_NOW;
	*chain = (struct ring_chain){
		.open = linked, .last = linked && status == OK ? work : NULL, .broken = status};
	if (status != OK) {
		if (before)
			end_if_last(before);
		(void)ring_work_post(work, status);
		return false;
	}
	work->state = RING_WORK_LINKED;
	work->chained = true;
	work->completed = false;
	work->before = before;
	if (before)
		before->after = work;
	return !before || before->completed;
}

void ring_chain_completed(struct ring_work *work)
{
	struct ring_work *after = work->after;

	if (after && after->state == RING_WORK_LINKED) {
		list_append(&work->ring->due, &after->queue);
		write_once(work->ring->header->due, 1);
	}
	while (work->after && work->after->completed)
		work = work->after;
	end_if_last(work);
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
