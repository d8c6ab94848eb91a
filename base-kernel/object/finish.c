/* SPDX-License-Identifier: MIT */
#include "finish.h"

#include "sched/sched.h"
#include "sched_context.h"
#include "thread.h"

enum { STEPS = 6 }; /* most below 2,000 instructions */

static struct sched_context reaper_context = {
	.ready = {&reaper_context.ready, &reaper_context.ready},
};

static struct thread reaper = {
	.context = &reaper_context,
	.doomed = {&reaper.doomed, &reaper.doomed},
};

static void set_unfinished(struct thread *thread)
{
	thread->unfinished = true;
	sched_attention = true;
	if (thread == &reaper && thread->state == THREAD_STOPPED)
		thread_ready(thread);
}

void finish_grant(struct thread *thread, uint32_t index)
{
	grant_kill(index);
	thread->finishing = index;
	thread->finishing_epoch = grant_at(index)->epoch;
	set_unfinished(thread);
}

void grant_doom(uint32_t index)
{
	struct grant *grant = grant_at(index);
	struct thread *thread = sched_current() ? sched_current() : &reaper;

	grant_kill(index);
	list_remove(&grant->doomed);
	list_append(&thread->doomed, &grant->doomed);
	set_unfinished(thread);
}

/* What to work at; GRANT_NONE: nothing. */
static uint32_t next_grant(struct thread *thread)
{
	const struct grant *grant = grant_at(thread->finishing);
	struct list_node *first = list_first(&thread->doomed);

	if (grant->state == GRANT_DYING && grant->epoch == thread->finishing_epoch)
		return thread->finishing;
	thread->finishing = GRANT_NONE;
	return first ? (uint32_t)(list_entry(first, struct grant, doomed) - grants.table)
	             : GRANT_NONE;
}

bool finish_steps(struct thread *thread)
{
	uint32_t grant = next_grant(thread);
	const bool any = grant;

	for (unsigned i = 0; i < STEPS && grant; i++) {
		grant_revoke(grant);
		if (sched_current() != thread)
			return true; /* it was its own end */
		grant = next_grant(thread);
	}
	thread->unfinished = grant || thread->ring || thread->again;
	if (thread == &reaper && !grant) {
		sched_block_current();
		thread->state = THREAD_STOPPED;
		reaper_context.priority = 0;
	}
	return any;
}

/* The reaper's context changes its priority in no queue. */
static void raise_reaper(uint8_t priority)
{
	const bool queued = reaper.state == THREAD_READY && sched_current() != &reaper;

	if (queued)
		sched_dequeue(&reaper);
	if (priority > reaper_context.priority)
		reaper_context.priority = priority;
	if (queued)
		sched_enqueue(&reaper);
	set_unfinished(&reaper);
}

void finish_abandon(struct thread *thread)
{
	uint32_t grant;

	if (!thread->unfinished)
		return;
	grant = next_grant(thread);
	thread->again = false;
	thread->taken = 0;
	if (!grant)
		return;
	if (!list_linked(&grant_at(grant)->doomed))
		list_append(&thread->doomed, &grant_at(grant)->doomed);
	list_splice(&reaper.doomed, &thread->doomed);
	raise_reaper(thread->context ? thread->context->priority : 0);
}
