/* SPDX-License-Identifier: MIT */
#include <bench/raw.h>
#include <bench/ring.h>
#include <bench/samples.h>
#include <bench/thread.h>
#include <kernel/client.h>

#include "suite.h"

enum { ROUNDS = SAMPLES_MAX };

/* A call of a kernel method with one word and no capability. */
static uint64_t call_word(uint32_t interface, uint16_t method)
{
	return SYSCALL_CALL | 1u << OP_WORDS_SHIFT | (uint64_t)method << OP_METHOD_SHIFT |
	       (uint64_t)interface << OP_INTERFACE_SHIFT;
}

static enum status count_null(struct env *env, struct bench_ring *ring)
{
	struct raw_call call = {.word = SYSCALL_RING_ENTER, .target = ring->cap.id};
	struct samples samples = {0};

	for (unsigned i = 0; i < ROUNDS; i++)
		samples_add(&samples, raw_measure2(&call) - raw_measure_none(&call));
	samples_report(&samples, env, "sys.null", 1);
	return (enum status)(call.answer & 0xff);
}

static void count_nops(struct env *env, struct bench_ring *ring, const char *id, unsigned batch)
{
	struct samples samples = {0};

	for (unsigned i = 0; i < ROUNDS; i++) {
		const uint64_t begin = sample_begin();

		for (unsigned k = 0; k < batch; k++) {
			struct ring_submission *submission = bench_ring_next(ring);

			submission->op = RING_NOP;
			submission->user_data = k;
		}
		bench_ring_enter(ring, batch);
		for (unsigned k = 0; k < batch; k++)
			(void)bench_ring_take(ring);
		samples_add(&samples, sample_end(begin));
	}
	samples_report(&samples, env, id, batch);
}

static enum status count_signal(struct env *env)
{
	struct charge_create_notification_results made;
	enum status status = charge_create_notification(&env->ipc, env->account, &made);

	if (status != OK)
		return status;

	struct raw_call call = {.word = call_word(SIGNAL_INTERFACE, SIGNAL_SIGNAL),
	                        .target = made.notification.id,
	                        .words = {1}};
	struct samples samples = {0};

	for (unsigned i = 0; i < ROUNDS; i++)
		samples_add(&samples, raw_measure2(&call) - raw_measure_none(&call));
	samples_report(&samples, env, "signal.idle", 1);
	ipc_drop(&env->ipc, made.notification);
	return (enum status)(call.answer & 0xff);
}

/* ---- a thread's life ---- */

static enum status run_thread(struct env *env, const struct bench_thread *thread)
{
	struct request request;
	enum ipc_event event;
	uint64_t bits;
	cap_t cap;
	enum status status = bench_thread_spawn(env, thread, &cap);

	if (status != OK)
		return status;
	status = ipc_reply_wait(&env->ipc, CAP_NULL, NULL, OK, 0, &event, &request, &bits);
	ipc_drop(&env->ipc, cap);
	return status;
}

/* Created, started, waited for until it signals its end, destroyed. */
static enum status count_thread(struct env *env)
{
	static _Alignas(16) unsigned char stack[BENCH_STACK_BYTES];
	const struct notification_bind_params here = {0};
	struct charge_create_notification_results joined;
	struct raw_call last_calls[2];
	struct bench_thread thread = {
		.function = raw_call_twice, .argument = last_calls, .stack = stack, .pages = 1};
	struct samples samples = {0};
	enum status status = charge_create_notification(&env->ipc, env->account, &joined);

	if (status == OK)
		status = notification_bind(&env->ipc, joined.notification, &here);
	if (status == OK)
		status = env_context(env, &thread.context);
	last_calls[0] = (struct raw_call){.word = call_word(SIGNAL_INTERFACE, SIGNAL_SIGNAL),
	                                  .target = joined.notification.id,
	                                  .words = {1}};
	last_calls[1] = (struct raw_call){.word = call_word(SELF_INTERFACE, SELF_EXIT)};
	for (unsigned i = 0; i < ROUNDS && status == OK; i++) {
		const uint64_t begin = sample_begin();

		status = run_thread(env, &thread);
		samples_add(&samples, sample_end(begin));
	}
	samples_report(&samples, env, "thread.cycle", 1);
	return status;
}

enum status kernel_suite(struct env *env)
{
	struct bench_ring ring;
	enum status status = bench_ring_init(&ring, env);

	if (status == OK)
		status = count_null(env, &ring);
	if (status != OK)
		return status;
	count_nops(env, &ring, "ring.nop1", 1);
	count_nops(env, &ring, "ring.nop16", BENCH_BATCH);
	status = count_signal(env);
	return status == OK ? count_thread(env) : status;
}
