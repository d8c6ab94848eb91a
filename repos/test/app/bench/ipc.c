/* SPDX-License-Identifier: MIT */
#include <base/session.h>
#include <bench/raw.h>
#include <bench/ring.h>
#include <bench/samples.h>
#include <bench/thread.h>
#include <bench_session/client.h>
#include <kernel/client.h>

#include "suite.h"

enum { ROUNDS = SAMPLES_MAX };

static uint64_t call_word(unsigned words)
{
	return SYSCALL_CALL | words << OP_WORDS_SHIFT |
	       (uint64_t)BENCH_INTERFACE << OP_INTERFACE_SHIFT;
}

/* ---- calls without the framework ---- */

static enum status count_calls(struct env *env, const char *id,
                               uint64_t (*measure)(struct raw_call *), struct raw_call *call)
{
	struct samples samples = {0};

	for (unsigned i = 0; i < ROUNDS; i++)
		samples_add(&samples, measure(call) - raw_measure_none(call));
	samples_report(&samples, env, id, 1);
	return (enum status)(call->answer & 0xff);
}

static enum status count_words(struct env *env, cap_t server)
{
	struct raw_call call = {.word = call_word(0), .target = server.id};
	enum status status = count_calls(env, "ipc.call0", raw_measure0, &call);

	call.word = call_word(4);
	if (status == OK)
		status = count_calls(env, "ipc.call4", raw_measure4, &call);
	call.word = call_word(8);
	return status == OK ? count_calls(env, "ipc.call8", raw_measure8, &call) : status;
}

/* The caller has used a vector register since it was last switched to. */
static enum status count_vector(struct env *env, const char *id, cap_t server)
{
	struct raw_call call = {.word = call_word(0), .target = server.id};
	struct samples samples = {0};

	for (unsigned i = 0; i < ROUNDS; i++) {
		asm volatile("pxor %xmm0, %xmm0");
		samples_add(&samples, raw_measure0(&call) - raw_measure_none(&call));
	}
	samples_report(&samples, env, id, 1);
	return (enum status)(call.answer & 0xff);
}

/* A request in the message page, a short answer. */
static enum status count_pages(struct env *env, cap_t server)
{
	struct raw_call call = {.word = call_word(0) | OP_PAGED, .target = server.id};
	enum status status;

	env->ipc.pages[0].size = 64;
	status = count_calls(env, "ipc.msg64", raw_measure0, &call);
	if (status != OK)
		return status;
	env->ipc.pages[0].size = IPC_SEGMENT_BYTES;
	return count_calls(env, "ipc.msg4k", raw_measure0, &call);
}

static enum status count_caps(struct env *env, cap_t server)
{
	struct raw_call call = {.word = call_word(0), .target = server.id, .window = 1};

	env->ipc.pages[0].caps[0] = env->account.id;
	return count_calls(env, "ipc.cap", raw_measure0, &call);
}

/* ---- calls as components make them ---- */

static enum status count_typed(struct env *env, cap_t server)
{
	struct samples samples = {0};
	enum status status = OK;

	for (unsigned i = 0; i < ROUNDS && status == OK; i++) {
		const uint64_t begin = sample_begin();

		status = bench_null(&env->ipc, server);
		samples_add(&samples, sample_end(begin));
	}
	samples_report(&samples, env, "ipc.typed", 1);
	return status;
}

static enum status count_ring(struct env *env, cap_t server)
{
	struct samples samples = {0};
	struct bench_ring ring;
	uint64_t failed = 0;
	const enum status status = bench_ring_init(&ring, env);

	if (status != OK)
		return status;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const uint64_t begin = sample_begin();

		for (unsigned k = 0; k < BENCH_BATCH; k++) {
			struct ring_submission *submission = bench_ring_next(&ring);

			submission->op = RING_CALL;
			submission->target = server.id;
			submission->word = (uint64_t)BENCH_INTERFACE << OP_INTERFACE_SHIFT;
		}
		bench_ring_enter(&ring, BENCH_BATCH);
		for (unsigned k = 0; k < BENCH_BATCH; k++)
			failed |= bench_ring_take(&ring)->word & 0xff;
		samples_add(&samples, sample_end(begin));
	}
	samples_report(&samples, env, "ring.call16", BENCH_BATCH);
	return (enum status)failed;
}

/* ---- a signal that wakes ---- */

/* Measured by a thread that the waiter is more urgent than: it runs as soon as it is signalled. */
struct waking {
	struct raw_call signal, done;
	const volatile uint64_t *stamp;
	struct samples samples;
};

static _Noreturn void run_waking(void *argument)
{
	struct waking *waking = argument;

	for (unsigned i = 0; i < ROUNDS; i++) {
		const uint64_t empty = raw_measure_none(&waking->signal);

		(void)raw_measure2(&waking->signal);
		samples_add(&waking->samples, *waking->stamp - waking->signal.begin - empty);
	}
	(void)raw_measure2(&waking->done);
	for (;;)
		(void)raw_measure2(&waking->done);
}

static struct raw_call signal_call(cap_t notification)
{
	return (struct raw_call){
		.word = SYSCALL_CALL | 1u << OP_WORDS_SHIFT |
	                (uint64_t)SIGNAL_SIGNAL << OP_METHOD_SHIFT |
	                (uint64_t)SIGNAL_INTERFACE << OP_INTERFACE_SHIFT,
		.target = notification.id,
		.words = {1},
	};
}

static enum status wait_for(struct env *env, cap_t notification)
{
	const struct notification_bind_params here = {0};
	struct request request;
	enum ipc_event event;
	uint64_t bits;
	const enum status status = notification_bind(&env->ipc, notification, &here);

	if (status != OK)
		return status;
	return ipc_reply_wait(&env->ipc, CAP_NULL, NULL, OK, 0, &event, &request, &bits);
}

static enum status count_wake(struct env *env, const struct bench_waiter_results *waiter)
{
	static _Alignas(16) unsigned char stack[BENCH_STACK_BYTES];
	static struct waking waking; /* the thread knows it */
	struct bench_thread thread = {
		.function = run_waking, .argument = &waking, .stack = stack, .pages = 1};
	const struct region_attach attach = {.memory = waiter->stamp, .size = PAGE_BYTES};
	struct charge_create_notification_results done;
	void *stamp;
	cap_t cap;
	enum status status = region_attach(&env->regions, &attach, &stamp);

	if (status == OK)
		status = charge_create_notification(&env->ipc, env->account, &done);
	if (status == OK)
		status = bench_low_context(env, &thread.context);
	if (status != OK)
		return status;
	waking.signal = signal_call(waiter->wake);
	waking.done = signal_call(done.notification);
	waking.stamp = stamp;
	status = bench_thread_spawn(env, &thread, &cap);
	if (status == OK)
		status = wait_for(env, done.notification);
	if (status != OK)
		return status;
	ipc_drop(&env->ipc, cap);
	samples_report(&waking.samples, env, "signal.wake", 1);
	return OK;
}

enum status ipc_suite(struct env *env)
{
	const struct session_request request = {.service = "Bench"};
	struct bench_raw_results raw;
	struct bench_waiter_results waiter;
	struct session session;
	enum status status = session_open(env, &request, &session);

	if (status == OK)
		status = bench_raw(&env->ipc, session.cap, &raw);
	if (status == OK)
		status = bench_waiter(&env->ipc, session.cap, &waiter);
	if (status == OK)
		status = count_words(env, raw.words);
	if (status == OK)
		status = count_vector(env, "ipc.fpu1", raw.words);
	if (status == OK)
		status = count_vector(env, "ipc.fpu2", raw.vectors);
	if (status == OK)
		status = count_pages(env, raw.words);
	if (status == OK)
		status = count_caps(env, raw.caps);
	if (status == OK)
		status = count_typed(env, session.cap);
	if (status == OK)
		status = count_ring(env, raw.ring);
	return status == OK ? count_wake(env, &waiter) : status;
}
