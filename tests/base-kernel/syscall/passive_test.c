/* SPDX-License-Identifier: MIT */
/*
 * Passive servers: detached threads that run on their callers' contexts, and what
 * becomes of them when a lender vanishes at each point.
 */
#include <kernel/words.h>

#include "boot/core_start.h"
#include "object/notification.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

enum { METHOD = 5, SECOND_PRIORITY = 3 };

static struct pair pair;
static struct sched_context *second_context;
static struct thread
	*second; /* another client, in the first one's domain, but of its own account */
static struct account *second_account;

/* The server has detached itself and waits at its passive endpoint; the client is current. */
static void setup(void)
{
	world_init();
	pair_init(&pair);
	pair.endpoint->passive = true;
	second_account = world_account(&root_account, 1 << 20, 20);
	second_context = world_context(second_account, SECOND_PRIORITY);
	second = world_thread(second_account, pair.client_domain, second_context);
	pair.server->detaching = true;
	pair_start(&pair);
}

static struct thread *call(struct thread *caller)
{
	world_prepare_call(caller, pair.client_cap, PAIR_INTERFACE, METHOD, 0);
	return world_syscall(caller);
}

START_TEST(a_detached_server_runs_on_its_callers_context_and_has_none_of_its_own)
{
	ck_assert_ptr_null(pair.server->home);
	ck_assert_ptr_null(pair.server->context);
	ck_assert_ptr_eq(call(pair.client), pair.server);
	ck_assert_ptr_eq(pair.server->context, pair.client_context);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	ck_assert_ptr_null(pair.server->context);
	ck_assert_ptr_eq(call(pair.client), pair.server);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
}
END_TEST

START_TEST(its_old_home_can_go_without_it)
{
	world_destroy(&pair.server_context->object);
	ck_assert_ptr_eq(call(pair.client), pair.server);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
}
END_TEST

START_TEST(it_waits_for_nothing_that_does_not_lend)
{
	ck_assert_ptr_eq(call(pair.client), pair.server);

	/* without an endpoint, at an active one, with a deadline */
	world_prepare_receive(pair.server, CAP_NULL);
	ck_assert_ptr_eq(world_syscall(pair.server), pair.server);
	ck_assert_int_eq(world_answer(pair.server), ERR_UNSUPPORTED);
	world_prepare_receive(pair.server, pair.endpoint_cap);
	pair.server->registers.rdx = 1;
	ck_assert_ptr_eq(world_syscall(pair.server), pair.server);
	ck_assert_int_eq(world_answer(pair.server), ERR_BAD_ARG);
	pair.endpoint->passive = false;
	world_prepare_receive(pair.server, pair.endpoint_cap);
	ck_assert_ptr_eq(world_syscall(pair.server), pair.server);
	ck_assert_int_eq(world_answer(pair.server), ERR_UNSUPPORTED);

	/* none of which has dropped the call */
	pair.endpoint->passive = true;
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	ck_assert_int_eq(world_answer(pair.client), OK);
}
END_TEST

START_TEST(it_is_no_sink_of_notifications)
{
	struct notification *notification = world_notification(&root_account);

	ck_assert_int_eq(notification_bind(notification, pair.server), ERR_NOT_NOW);
	ck_assert_int_eq(notification_bind(notification, pair.client), OK);
	world_prepare_call(pair.client, CAP_NULL, SELF_INTERFACE, SELF_DETACH, 0);
	ck_assert_ptr_eq(world_syscall(pair.client), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_NOT_NOW);
	ck_assert(!pair.client->detaching);
}
END_TEST

START_TEST(a_caller_that_dies_parks_its_server_until_the_next_call_lends)
{
	ck_assert_ptr_eq(call(pair.client), pair.server);
	world_destroy(&pair.client_context->object); /* and the client with it */
	ck_assert_ptr_null(world_schedule());
	ck_assert(thread_parked(pair.server));

	/* the second client's call is queued, and its context finishes the first one's work */
	thread_start(second);
	ck_assert_ptr_eq(world_schedule(), second);
	ck_assert_ptr_eq(call(second), pair.server);
	ck_assert_ptr_eq(pair.server->context, second_context);
	ck_assert_ptr_null(pair.server->serving);

	/* it learns that nobody waits for its answer, and goes on with the second call */
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.server);
	ck_assert_ptr_eq(pair.server->serving, &second->call);
	ck_assert_ptr_null(second->call.lent_to);
	ck_assert_ptr_eq(pair_reply(&pair, OK), second);
	ck_assert_ptr_null(pair.server->context);
}
END_TEST

START_TEST(a_lender_that_gives_up_takes_its_context_along)
{
	ck_assert_ptr_eq(call(pair.client), pair.server);
	world_destroy(&pair.client_context->object);
	thread_start(second);
	ck_assert_ptr_eq(world_schedule(), second);
	ck_assert_ptr_eq(call(second), pair.server);

	/* dead while its call is queued: the server stands still again, on nothing */
	world_destroy(&second_account->object);
	ck_assert_ptr_null(world_schedule());
	ck_assert(thread_parked(pair.server));
	ck_assert_ptr_null(pair.server->lender);
}
END_TEST

START_TEST(of_two_queued_calls_the_second_lends_when_the_first_has_gone)
{
	struct thread *third = world_thread(second_account, pair.client_domain, second_context);

	ck_assert_ptr_eq(call(pair.client), pair.server);
	/* both queue behind the server, which is busy */
	thread_stop(pair.server);
	thread_start(second);
	thread_start(third);
	ck_assert_ptr_eq(world_schedule(), second);
	ck_assert_ptr_eq(call(second), third);
	ck_assert_ptr_null(call(third));
	thread_start(pair.server);
	world_destroy(&pair.client_context->object);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert_ptr_eq(second->call.lent_to, pair.server);
	world_destroy(&second->object);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert_ptr_eq(third->call.lent_to, pair.server);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.server);
	ck_assert_ptr_eq(pair_reply(&pair, OK), third);
}
END_TEST

START_TEST(a_kept_call_lends_until_the_server_waits)
{
	ck_assert_ptr_eq(call(pair.client), pair.server);
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 1), OK);
	ck_assert_ptr_eq(pair.server->context, pair.client_context);
	ck_assert_ptr_null(pair_receive(&pair));
	ck_assert_ptr_null(pair.server->context);
	ck_assert_ptr_null(pair.client->call.lent_to);

	/* answered while another one is served */
	thread_start(second);
	ck_assert_ptr_eq(world_schedule(), second);
	ck_assert_ptr_eq(call(second), pair.server);
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	pair.server->registers.rax |= OP_NO_WAIT;
	pair.server->registers.rsi |= 1ull << WINDOW_REPLY_SLOT_SHIFT;
	(void)world_syscall(pair.server);
	ck_assert_int_eq(world_answer(pair.client), OK);
	ck_assert_int_eq(pair.client->state, THREAD_READY);
}
END_TEST

START_TEST(a_kept_callers_death_before_that_ends_the_loan)
{
	ck_assert_ptr_eq(call(pair.client), pair.server);
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 1), OK);
	world_destroy(&pair.client_account->object);
	ck_assert_ptr_null(world_schedule());
	ck_assert(thread_parked(pair.server));
	ck_assert_ptr_null(pair.server->lender);
}
END_TEST

START_TEST(what_a_parked_server_has_called_goes_on_at_its_own_home)
{
	struct sched_context *home = world_context(&root_account, SECOND_PRIORITY);
	struct thread *deep = world_thread(pair.server_account, pair.server_domain, home);
	struct endpoint *endpoint = world_endpoint(&root_account, 0);
	const cap_t wait_at = world_owner(pair.server_domain, &endpoint->object);

	thread_start(deep);
	sched_yield();
	ck_assert_ptr_eq(world_schedule(), pair.client); /* of higher priority */
	thread_stop(pair.client);
	ck_assert_ptr_eq(world_schedule(), deep);
	world_prepare_receive(deep, wait_at);
	ck_assert_ptr_null(world_syscall(deep));
	thread_start(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.client);

	/* client -> passive server -> deep, all on the client's context */
	ck_assert_ptr_eq(call(pair.client), pair.server);
	world_prepare_call(pair.server, wait_at, PAIR_INTERFACE, METHOD, 0);
	ck_assert_ptr_eq(world_syscall(pair.server), deep);
	ck_assert_ptr_eq(deep->context, pair.client_context);

	world_destroy(&pair.client_context->object);
	ck_assert_ptr_eq(world_schedule(), deep);
	ck_assert_ptr_eq(deep->context, home);
	world_prepare_reply(deep, wait_at, OK, 0);
	ck_assert_ptr_null(world_syscall(deep)); /* answered; who asked stands still */
	ck_assert(thread_parked(pair.server));

	/* a queued call lends to the end of the chain, here the server itself */
	thread_start(second);
	ck_assert_ptr_eq(world_schedule(), second);
	ck_assert_ptr_eq(call(second), pair.server);
	ck_assert_int_eq(world_answer(pair.server), OK);
}
END_TEST

START_TEST(a_parked_server_dies_like_any_other)
{
	ck_assert_ptr_eq(call(pair.client), pair.server);
	world_destroy(&pair.client_context->object);
	thread_start(second);
	ck_assert_ptr_eq(world_schedule(), second);
	ck_assert_ptr_eq(call(second), pair.server);
	world_destroy(&pair.server_account->object);
	ck_assert_ptr_eq(world_schedule(), second);
	ck_assert_int_eq(world_answer(second), ERR_GONE);
	ck_assert_ptr_null(second->call.lent_to);
}
END_TEST

Suite *passive_suite(void)
{
	Suite *suite = suite_create("passive");
	TCase *tests = tcase_create("passive");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests,
	               a_detached_server_runs_on_its_callers_context_and_has_none_of_its_own);
	tcase_add_test(tests, its_old_home_can_go_without_it);
	tcase_add_test(tests, it_waits_for_nothing_that_does_not_lend);
	tcase_add_test(tests, it_is_no_sink_of_notifications);
	tcase_add_test(tests, a_caller_that_dies_parks_its_server_until_the_next_call_lends);
	tcase_add_test(tests, a_lender_that_gives_up_takes_its_context_along);
	tcase_add_test(tests, of_two_queued_calls_the_second_lends_when_the_first_has_gone);
	tcase_add_test(tests, a_kept_call_lends_until_the_server_waits);
	tcase_add_test(tests, a_kept_callers_death_before_that_ends_the_loan);
	tcase_add_test(tests, what_a_parked_server_has_called_goes_on_at_its_own_home);
	tcase_add_test(tests, a_parked_server_dies_like_any_other);
	suite_add_tcase(suite, tests);
	return suite;
}
