/* SPDX-License-Identifier: MIT */
/*
 * Ring: every operation of the kernel's rings, with one thread that owns two of them, and with a
 * second thread at the other end.
 */
#include <base/env.h>
#include <base/log.h>
#include <bench/raw.h>
#include <bench/thread.h>
#include <kernel/client.h>
#include <test/check.h>

#include "queue.h"

enum { INTERFACE = 0x51516, METHOD = 3, BADGE = 44, NS_PER_MS = 1000000 };

#define CLIENT_ADDRESS 0x7900000ul
#define SERVER_ADDRESS 0x7a00000ul

struct test {
	struct check check;
	cap_t endpoint, facet;
	cap_t bell; /* a notification */
	struct queue client, server;
};

static enum status status_of(const struct ring_completion *completion)
{
	return (enum status)(completion->word & 0xff);
}

static void expect(struct test *test, struct queue *queue, const char *what, uint64_t user_data,
                   enum status status)
{
	const struct ring_completion completion = queue_take(queue);

	check_status(&test->check, what, status_of(&completion), status);
	check_equal(&test->check, what, completion.user_data, user_data);
}

static struct ring_submission *put(struct queue *queue, enum ring_op op, uint64_t user_data,
                                   cap_t target)
{
	struct ring_submission *entry = queue_next(queue);

	entry->op = (uint8_t)op;
	entry->user_data = user_data;
	entry->target = target.id;
	return entry;
}

static struct ring_submission *put_call(struct queue *queue, uint64_t user_data, cap_t target,
                                        uint32_t interface, unsigned method)
{
	struct ring_submission *entry = put(queue, RING_CALL, user_data, target);

	entry->word = (uint64_t)interface << OP_INTERFACE_SHIFT |
	              (uint64_t)method << OP_METHOD_SHIFT | 1u << OP_WORDS_SHIFT;
	entry->words[0] = user_data;
	return entry;
}

static uint64_t now(struct test *test)
{
	struct self_time_results time = {0};

	(void)self_time(&test->check.env->ipc, CAP_NULL, &time); /* never fails */
	return time.now;
}

static enum status prepare(struct test *test)
{
	struct env *env = test->check.env;
	const struct charge_create_endpoint_params endpoint_params = {.reply_slots = 1};
	const struct notification_facet_params facet_params = {.account = env->account, .bits = 1};
	struct charge_create_endpoint_results endpoint;
	struct charge_create_notification_results bell, completed;
	struct notification_facet_results signal;
	struct endpoint_mint_results minted;
	enum status status =
		charge_create_endpoint(&env->ipc, env->account, &endpoint_params, &endpoint);

	if (status == OK)
		status = charge_create_notification(&env->ipc, env->account, &bell);
	if (status == OK)
		status = charge_create_notification(&env->ipc, env->account, &completed);
	if (status == OK)
		status = notification_facet(&env->ipc, completed.notification, &facet_params,
		                            &signal);
	if (status != OK)
		return status;

	const struct endpoint_mint_params mint = {
		.account = env->account, .badge = BADGE, .interface0 = INTERFACE};

	status = endpoint_mint(&env->ipc, endpoint.endpoint, &mint, &minted);
	if (status == OK)
		status = queue_init(&test->client, env, CLIENT_ADDRESS, signal.signal);
	if (status == OK)
		status = queue_init(&test->server, env, SERVER_ADDRESS, signal.signal);
	if (status != OK)
		return status;
	test->endpoint = endpoint.endpoint;
	test->facet = minted.client;
	test->bell = bell.notification;
	return OK;
}

/* Serves one call that has come to the server's ring. */
static void serve(struct test *test, uint64_t words)
{
	const struct ring_completion got = queue_take(&test->server);
	struct ring_submission *answer;

	check_status(&test->check, "a call is received", status_of(&got), OK);
	check_equal(&test->check, "its badge", got.badge, BADGE);
	check_equal(&test->check, "its word", got.words[0], words);
	answer = put(&test->server, RING_RETURN, 200, CAP_NULL);
	answer->call = got.call;
	answer->word = 1u << OP_WORDS_SHIFT;
	answer->words[0] = words + 1;
	(void)queue_enter(&test->server, 1);
	expect(test, &test->server, "the answer", 200, OK);
}

static void check_ring_to_ring(struct test *test)
{
	struct ring_completion done;

	put(&test->server, RING_RECV, 100, test->endpoint)->flags = RING_MULTISHOT;
	(void)queue_enter(&test->server, 0);
	for (uint64_t i = 1; i <= 3; i++) {
		put_call(&test->client, i, test->facet, INTERFACE, METHOD);
		(void)queue_enter(&test->client, 0);
		serve(test, i);
		done = queue_take(&test->client);
		check_status(&test->check, "the call ends", status_of(&done), OK);
		check_equal(&test->check, "with the answer", done.words[0], i + 1);
	}
	put_call(&test->client, 9, test->facet, INTERFACE, METHOD);
	put(&test->client, RING_CANCEL, 10, (cap_t){9});
	(void)queue_enter(&test->client, 2);
	expect(test, &test->client, "a cancelled call", 9, ERR_CANCELLED);
	expect(test, &test->client, "its cancel", 10, OK);
	check_status(&test->check, "what the server got of it",
	             queue_take(&test->server).word & 0xff, OK);
	put(&test->server, RING_CANCEL, 11, (cap_t){100});
	(void)queue_enter(&test->server, 2);
	expect(test, &test->server, "a cancelled receive", 100, ERR_CANCELLED);
	expect(test, &test->server, "its cancel", 11, OK);
}

static void check_timing(struct test *test)
{
	const uint64_t begin = now(test);
	struct ring_submission *entry = put(&test->client, RING_TIMEOUT, 1, CAP_NULL);

	entry->deadline = begin + 2 * NS_PER_MS;
	entry->flags = RING_LINK;
	put(&test->client, RING_SIGNAL, 2, test->bell)->words[0] = 6;
	put(&test->client, RING_WAIT, 3, test->bell);
	entry = put_call(&test->client, 4, test->facet, INTERFACE, METHOD);
	entry->deadline = begin + NS_PER_MS;
	(void)queue_enter(&test->client, 4);
	expect(test, &test->client, "a call nobody takes", 4, ERR_TIMEOUT);
	expect(test, &test->client, "the time", 1, OK);
	check_that(&test->check, "not before", now(test) >= begin + 2 * NS_PER_MS);

	const struct ring_completion bell = queue_take(&test->client);

	check_equal(&test->check, "the chain goes on while its owner waits", bell.user_data, 3);
	check_equal(&test->check, "with the bits", bell.badge, 6);
	expect(test, &test->client, "the signal", 2, OK);
}

/* Makes a notification, signals it, waits for it, drops it: one system call. */
static void check_pipeline(struct test *test)
{
	struct env *env = test->check.env;
	struct ring_submission *entry;
	uint32_t slot = 0;

	check_status(&test->check, "a slot", slots_take(&env->slots, 1, &slot), OK);
	entry = put_call(&test->client, 1, env->account, CHARGE_INTERFACE,
	                 CHARGE_CREATE_NOTIFICATION);
	entry->flags = RING_LINK;
	entry->receive_buffer = 0;
	entry->window = 1ul << WINDOW_OPEN_SHIFT | (uint64_t)slot << WINDOW_FIRST_SHIFT;
	entry = put(&test->client, RING_SIGNAL, 2, (cap_t){RING_RESULT(1, 0)});
	entry->flags = RING_LINK | RING_TARGET_RESULT;
	entry->words[0] = 16;
	put(&test->client, RING_WAIT, 3, (cap_t){RING_RESULT(2, 0)})->flags =
		RING_LINK | RING_TARGET_RESULT;
	put(&test->client, RING_RELEASE, 4, (cap_t){RING_RESULT(3, 0)})->flags =
		RING_LINK | RING_TARGET_RESULT;
	put(&test->client, RING_SIGNAL, 5, (cap_t){RING_RESULT(4, 0)})->flags =
		RING_LINK | RING_TARGET_RESULT;
	put(&test->client, RING_NOP, 6, CAP_NULL);
	(void)queue_enter(&test->client, 6);
	expect(test, &test->client, "an object is made", 1, OK);
	expect(test, &test->client, "signalled", 2, OK);
	check_equal(&test->check, "waited for", queue_take(&test->client).badge, 16);
	expect(test, &test->client, "dropped", 4, OK);
	expect(test, &test->client, "and no more there", 5, ERR_BAD_CAP);
	expect(test, &test->client, "which ends the chain", 6, ERR_BAD_CAP);
	slots_put(&env->slots, slot, 1);
}

static void check_threads(struct test *test)
{
	static _Alignas(16) unsigned char stacks[2][BENCH_STACK_BYTES];
	static struct raw_service service; /* the threads know them */
	static struct raw_call calls[2];
	struct env *env = test->check.env;
	struct bench_thread thread = {.function = raw_call_twice,
	                              .argument = calls,
	                              .stack = stacks[0],
	                              .number = 0,
	                              .pages = 1};
	cap_t caller, server;

	check_status(&test->check, "a context", env_context(env, &thread.context), OK);
	for (unsigned i = 0; i < 2; i++) {
		put(&test->server, RING_RECV, 100, test->endpoint);
		calls[i] = (struct raw_call){
			.word = SYSCALL_CALL | (uint64_t)INTERFACE << OP_INTERFACE_SHIFT |
		                1u << OP_WORDS_SHIFT,
			.target = test->facet.id,
			.words = {70 + i},
		};
	}
	check_status(&test->check, "a thread that calls", bench_thread_spawn(env, &thread, &caller),
	             OK);
	(void)queue_enter(&test->server, 1);
	serve(test, 70);
	(void)queue_enter(&test->server, 1);
	serve(test, 71);
	ipc_drop(&env->ipc, caller);

	service.endpoint = test->endpoint.id;
	thread.function = raw_serve;
	thread.argument = &service;
	thread.stack = stacks[1];
	thread.number = 1;
	check_status(&test->check, "a thread that serves",
	             bench_thread_spawn(env, &thread, &server), OK);
	for (uint64_t i = 1; i <= 4; i++)
		put_call(&test->client, i, test->facet, INTERFACE, METHOD)->flags =
			i < 4 ? RING_LINK : 0;
	(void)queue_enter(&test->client, 4);
	for (uint64_t i = 1; i <= 4; i++)
		expect(test, &test->client, "a chain of calls to it", i, OK);
	put_call(&test->client, 5, test->facet, INTERFACE, METHOD);
	ipc_drop(&env->ipc, server);
	ipc_drop(&env->ipc, test->endpoint);
	(void)queue_enter(&test->client, 1);
	expect(test, &test->client, "a call when all are gone", 5, ERR_GONE);
}

int component_main(struct env *env)
{
	struct test test = {.check = {.env = env}};

	if (!check_status(&test.check, "two rings are made", prepare(&test), OK))
		return check_result(&test.check);
	put(&test.client, RING_NOP, 77, CAP_NULL);
	(void)queue_enter(&test.client, 1);
	expect(&test, &test.client, "nothing", 77, OK);
	check_ring_to_ring(&test);
	check_timing(&test);
	check_pipeline(&test);
	check_threads(&test);
	return check_result(&test.check);
}
