/* SPDX-License-Identifier: MIT */
/*
 * Bench server: the other address space of the benchmarks.
 *
 * Its main thread is an entrypoint as every server has one; five further threads serve without the
 * framework, so that what the kernel takes can be told from what the framework adds.
 */
#include <base/session_server.h>
#include <bench/raw.h>
#include <bench/ring.h>
#include <bench/thread.h>
#include <bench_session/server.h>
#include <kernel/client.h>

enum { REPLY_SLOTS = 4, TABLE_SLOTS = 512, CAPS_FIRST_SLOT = 256 };

enum { THREAD_WORDS, THREAD_VECTORS, THREAD_CAPS, THREAD_RING, THREAD_WAITER, THREADS };

struct bench_state {
	struct entrypoint entrypoint;
	struct session_server sessions;
	struct raw_service words, vectors, caps;
	struct bench_ring ring;
	cap_t ring_endpoint;
	struct bench_raw_results clients;
	struct bench_waiter_results waiter;
};

static _Alignas(16) unsigned char stacks[THREADS][BENCH_STACK_BYTES];

/* ---- the Bench interface ---- */

static const struct bench_state *state_of(void *session)
{
	return ((struct server_session *)session)->server->context;
}

static enum status nothing(void *self, struct request *request)
{
	(void)self, (void)request;
	return OK;
}

static enum status raw(void *self, struct request *request, struct bench_raw_results *results)
{
	(void)request;
	*results = state_of(self)->clients;
	return OK;
}

static enum status waiter(void *self, struct request *request, struct bench_waiter_results *results)
{
	(void)request;
	*results = state_of(self)->waiter;
	return OK;
}

static const struct bench_server methods = {.null = nothing, .raw = raw, .waiter = waiter};

static enum status dispatch(struct served *served, struct request *request)
{
	return bench_dispatch(&methods, served, request);
}

/* ---- service without the framework ---- */

static enum status create_endpoint(struct env *env, cap_t *out_endpoint, cap_t *out_client)
{
	const struct charge_create_endpoint_params params = {0};
	struct charge_create_endpoint_results made;
	enum status status = charge_create_endpoint(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;

	const struct endpoint_mint_params mint = {.account = env->account,
	                                          .interface0 = BENCH_INTERFACE};
	struct endpoint_mint_results client;

	status = endpoint_mint(&env->ipc, made.endpoint, &mint, &client);
	if (status != OK)
		return status;
	*out_endpoint = made.endpoint;
	*out_client = client.client;
	return OK;
}

static enum status serve_words(struct env *env, struct bench_thread *thread,
                               struct raw_service *service, cap_t *out_client)
{
	cap_t endpoint, server;
	enum status status = create_endpoint(env, &endpoint, out_client);

	if (status != OK)
		return status;
	*service = (struct raw_service){.endpoint = endpoint.id};
	thread->argument = service;
	return bench_thread_spawn(env, thread, &server);
}

/* Each capability received stays in a slot of its own: nothing is dropped while it is measured. */
static enum status serve_caps(struct bench_state *state, struct bench_thread *thread,
                              cap_t *out_client)
{
	struct env *env = state->entrypoint.env;
	cap_t endpoint, server;
	enum status status = create_endpoint(env, &endpoint, out_client);

	if (status == OK)
		status = env_grow_table(env, TABLE_SLOTS);
	if (status != OK)
		return status;
	state->caps = (struct raw_service){
		.endpoint = endpoint.id,
		.window = 1ul << WINDOW_OPEN_SHIFT | (uint64_t)CAPS_FIRST_SLOT
	                                                     << WINDOW_FIRST_SHIFT,
		.step = 1ul << WINDOW_FIRST_SHIFT,
	};
	thread->function = raw_serve;
	thread->argument = &state->caps;
	return bench_thread_spawn(env, thread, &server);
}

/* What came with the last batch is answered in one system call, which waits for the next one. */
static _Noreturn void run_ring(void *argument)
{
	struct bench_state *state = argument;
	struct bench_ring *ring = &state->ring;
	struct ring_submission *submission = bench_ring_next(ring);
	unsigned arrived = BENCH_BATCH;

	*submission = (struct ring_submission){
		.op = RING_RECV, .flags = RING_MULTISHOT, .target = state->ring_endpoint.id};
	bench_ring_enter(ring, arrived);
	*submission = (struct ring_submission){0};
	for (;;) {
		for (unsigned i = 0; i < arrived; i++) {
			const uint64_t call = bench_ring_take(ring)->call;

			if (call == 0) /* a RETURN has completed */
				continue;
			submission = bench_ring_next(ring);
			submission->op = RING_RETURN;
			submission->call = call;
		}
		arrived = 2 * BENCH_BATCH; /* the answers, and the next calls */
		bench_ring_enter(ring, arrived);
	}
}

static enum status serve_ring(struct bench_state *state, struct bench_thread *thread,
                              cap_t *out_client)
{
	struct env *env = state->entrypoint.env;
	cap_t server;
	enum status status = create_endpoint(env, &state->ring_endpoint, out_client);

	if (status == OK)
		status = bench_ring_init(&state->ring, env);
	if (status != OK)
		return status;
	thread->function = run_ring;
	thread->argument = state;
	return bench_thread_spawn(env, thread, &server);
}

static enum status wait_for_signal(struct bench_state *state, struct bench_thread *thread)
{
	struct env *env = state->entrypoint.env;
	const struct charge_create_memory_params size = {.size = PAGE_BYTES};
	struct charge_create_memory_results memory;
	struct charge_create_notification_results wake;
	struct notification_bind_params bind;
	enum status status = charge_create_memory(&env->ipc, env->account, &size, &memory);

	if (status == OK)
		status = charge_create_notification(&env->ipc, env->account, &wake);
	if (status != OK)
		return status;

	const struct region_attach attach = {
		.memory = memory.memory, .size = PAGE_BYTES, .write = true};

	status = region_attach(&env->regions, &attach, &thread->argument);
	thread->function = raw_stamp;
	if (status == OK)
		status = bench_thread_create(env, thread, &bind.thread);
	if (status == OK)
		status = notification_bind(&env->ipc, wake.notification, &bind);
	if (status != OK)
		return status;
	state->waiter =
		(struct bench_waiter_results){.wake = wake.notification, .stamp = memory.memory};
	return thread_start(&env->ipc, bind.thread);
}

static enum status start_threads(struct bench_state *state)
{
	struct env *env = state->entrypoint.env;
	struct bench_thread threads[THREADS];
	cap_t context;
	enum status status = env_context(env, &context);

	for (unsigned i = 0; i < THREADS; i++)
		threads[i] = (struct bench_thread){
			.stack = stacks[i], .context = context, .number = (uint8_t)i, .pages = 1};
	threads[THREAD_WORDS].function = raw_serve;
	threads[THREAD_VECTORS].function = raw_serve_vector;
	if (status == OK)
		status = serve_words(env, &threads[THREAD_WORDS], &state->words,
		                     &state->clients.words);
	if (status == OK)
		status = serve_words(env, &threads[THREAD_VECTORS], &state->vectors,
		                     &state->clients.vectors);
	if (status == OK)
		status = serve_caps(state, &threads[THREAD_CAPS], &state->clients.caps);
	if (status == OK)
		status = serve_ring(state, &threads[THREAD_RING], &state->clients.ring);
	return status == OK ? wait_for_signal(state, &threads[THREAD_WAITER]) : status;
}

int component_main(struct env *env)
{
	static const uint32_t interfaces[] = {BENCH_INTERFACE, 0};
	static const struct session_service service = {
		.name = "Bench",
		.session_bytes = sizeof(struct server_session),
		.dispatch = dispatch,
		.interfaces = interfaces,
	};
	static struct bench_state state; /* the threads know it */

	if (entrypoint_init(&state.entrypoint, env, REPLY_SLOTS) != OK ||
	    start_threads(&state) != OK ||
	    session_server_init(&state.sessions, &state.entrypoint, &service, &state) != OK)
		return 1;
	entrypoint_run(&state.entrypoint);
	return 0;
}
