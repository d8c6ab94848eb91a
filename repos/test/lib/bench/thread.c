/* SPDX-License-Identifier: MIT */
#include <bench/thread.h>
#include <kernel/client.h>

enum { LOW_PRIORITY = 100 };

#define PAGES_ADDRESS 0x7000000ul
#define PAGES_STEP    0x10000ul

enum status bench_thread_create(struct env *env, const struct bench_thread *thread,
                                cap_t *out_thread)
{
	const struct charge_create_thread_params params = {
		.domain = env->space,
		.context = thread->context,
		.entry = (uintptr_t)thread->function,
		.stack = (uintptr_t)thread->stack + BENCH_STACK_BYTES - 8, /* as behind a call */
		.argument = (uintptr_t)thread->argument,
		.message_address = PAGES_ADDRESS + thread->number * PAGES_STEP,
		.message_pages = thread->pages,
	};
	struct charge_create_thread_results results;
	const enum status status = charge_create_thread(&env->ipc, env->account, &params, &results);

	if (status == OK)
		*out_thread = results.thread;
	return status;
}

enum status bench_thread_spawn(struct env *env, const struct bench_thread *thread,
                               cap_t *out_thread)
{
	const enum status status = bench_thread_create(env, thread, out_thread);

	return status == OK ? thread_start(&env->ipc, *out_thread) : status;
}

enum status bench_low_context(struct env *env, cap_t *out_context)
{
	struct sched_context_split_params split = {.account = env->account,
	                                           .priority = LOW_PRIORITY};
	struct sched_context_split_results results;
	cap_t context;
	enum status status = env_context(env, &context);

	if (status == OK)
		status = sched_context_split(&env->ipc, context, &split, &results);
	if (status == OK)
		*out_context = results.context;
	return status;
}
