/* SPDX-License-Identifier: MIT */
/*
 * Thread and SchedContext.
 */
#include "invocation.h"
#include "object/sched_context.h"

static struct thread *target(const struct invocation *in)
{
	return (struct thread *)in->object;
}

static enum status start(struct invocation *in)
{
	if (target(in)->state != THREAD_STOPPED)
		return ERR_NOT_NOW;
	thread_start(target(in));
	return OK;
}

static enum status stop(struct invocation *in)
{
	thread_stop(target(in));
	return OK;
}

static enum status resume(struct invocation *in)
{
	return thread_resume_fault(target(in));
}

static enum status state(struct invocation *in)
{
	const enum thread_state now = target(in)->state;
	const struct thread_state_results results = {
		.running = now != THREAD_STOPPED && now != THREAD_FAULTED && now != THREAD_EXITED,
		.faulted = now == THREAD_FAULTED,
		.exited = now == THREAD_EXITED,
	};

	thread_state_results_pack(&results, in->words, in->caps);
	in->word_count = THREAD_STATE_RESULTS_WORDS;
	return OK;
}

static invocation_method *const thread_list[] = {
	[THREAD_START] = start,
	[THREAD_STOP] = stop,
	[THREAD_RESUME] = resume,
	[THREAD_STATE] = state,
};

METHOD_TABLE(thread, THREAD);

static enum status split(struct invocation *in)
{
	const struct sched_context *from = (const struct sched_context *)in->object;
	struct sched_context_split_params params;
	struct creation creation;

	sched_context_split_params_unpack(in->words, in->caps, &params);
	if (params.priority > from->priority)
		return ERR_BAD_ARG;

	const enum status status =
		creation_begin_paid(&creation, in, params.account, OBJECT_SCHED_CONTEXT);

	if (status != OK)
		return status;
	sched_context_init((struct sched_context *)creation.object, params.priority);
	return creation_conclude(&creation, in, OK);
}

static invocation_method *const sched_context_list[] = {
	[SCHED_CONTEXT_SPLIT] = split,
};

METHOD_TABLE(sched_context, SCHED_CONTEXT);
