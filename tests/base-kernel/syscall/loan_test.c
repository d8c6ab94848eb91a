/* SPDX-License-Identifier: MIT */
/*
 * Chains of passive servers whose first lender vanishes: each test is a history that the model
 * of the loan (base-kernel/model) shows to be the hard part of one rule.
 *
 *   client, second -> endpoint of `middle` (detached) -> endpoint of `deep` (at home)
 */
#include <kernel/words.h>

#include "boot/core_start.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

enum { METHOD = 5 };

static struct pair pair;
static struct thread *middle, *deep, *second;
static struct sched_context *deep_context, *second_context;
static struct endpoint *deep_endpoint;
static cap_t deep_cap;

static void setup(void)
{
	world_init();
	pair_init(&pair);
	pair.endpoint->passive = true;
	middle = pair.server;
	middle->detaching = true;
	deep_context = world_context(&root_account, PAIR_PRIORITY);
	deep = world_thread(&root_account, pair.server_domain, deep_context);
	deep_endpoint = world_endpoint(&root_account, 1);
	deep_cap = world_owner(pair.server_domain, &deep_endpoint->object);
	second_context = world_context(&root_account, PAIR_PRIORITY);
	second = world_thread(&root_account, pair.client_domain, second_context);

	thread_start(deep);
	ck_assert_ptr_eq(world_schedule(), deep);
	world_prepare_receive(deep, deep_cap);
	ck_assert_ptr_null(world_syscall(deep));
	pair_start(&pair);
}

static struct thread *call(struct thread *caller)
{
	world_prepare_call(caller, pair.client_cap, PAIR_INTERFACE, METHOD, 0);
	return world_syscall(caller);
}

static struct thread *call_deep(void)
{
	world_prepare_call(middle, deep_cap, PAIR_INTERFACE, METHOD, 0);
	return world_syscall(middle);
}

static struct thread *reply_deep(void)
{
	world_prepare_reply(deep, deep_cap, OK, 0);
	return world_syscall(deep);
}

/* The second client calls `middle`; returns who runs then. */
static struct thread *second_calls(void)
{
	thread_start(second);
	ck_assert_ptr_eq(world_schedule(), second);
	return call(second);
}

START_TEST(the_answer_to_who_has_lost_its_context_finds_it_another)
{
	ck_assert_ptr_eq(call(pair.client), middle);
	ck_assert_ptr_eq(call_deep(), deep);
	world_destroy(&pair.client_context->object);
	ck_assert(middle->stranded);

	/* nobody to lend to yet: `middle` waits for `deep` */
	ck_assert_ptr_eq(world_schedule(), deep);
	thread_stop(deep);
	ck_assert_ptr_null(second_calls());
	ck_assert_ptr_null(second->call.lent_to);

	thread_start(deep);
	ck_assert_ptr_eq(world_schedule(), deep);
	ck_assert_ptr_eq(reply_deep(), middle);
	ck_assert_ptr_eq(middle->context, second_context);
	ck_assert_ptr_eq(second->call.lent_to, middle);
	ck_assert(!middle->stranded);
	ck_assert_ptr_eq(pair_reply(&pair, OK), middle);
	ck_assert_ptr_eq(pair_reply(&pair, OK), second);
}
END_TEST

START_TEST(who_keeps_a_call_gives_up_its_context_with_the_rest_of_the_chain)
{
	ck_assert_ptr_eq(call(pair.client), middle);
	ck_assert_ptr_eq(call_deep(), deep);
	ck_assert_int_eq(endpoint_keep(deep_endpoint, deep, 1), OK);
	ck_assert_ptr_eq(deep->context, pair.client_context);
	world_destroy(&pair.client_context->object);
	ck_assert_ptr_eq(deep->context, deep_context);
	ck_assert_ptr_eq(world_schedule(), deep);
}
END_TEST

START_TEST(who_waits_in_a_queue_without_a_context_is_sent_away)
{
	/* `deep` is busy with nothing in particular */
	thread_stop(deep);
	ck_assert_ptr_eq(call(pair.client), middle);
	ck_assert_ptr_null(call_deep());
	world_destroy(&pair.client_context->object);
	ck_assert_ptr_null(world_schedule());
	ck_assert(list_empty(&deep_endpoint->callers));
	ck_assert(thread_parked(middle));
	ck_assert_int_eq(world_answer(middle), ERR_CANCELLED);

	/* the server that it would have held up serves on at home */
	thread_start(deep);
	ck_assert_ptr_eq(world_schedule(), deep);
	world_prepare_receive(deep, deep_cap);
	ck_assert_ptr_null(world_syscall(deep));
	ck_assert_ptr_eq(second_calls(), middle);
	ck_assert_ptr_eq(call_deep(), deep);
	ck_assert_ptr_eq(reply_deep(), middle);
}
END_TEST

START_TEST(a_page_fault_that_is_sent_away_is_tried_again)
{
	ck_assert_ptr_eq(call(pair.client), middle);
	thread_stop(deep);
	middle->paging = true;
	world_prepare_call(middle, deep_cap, PAIR_INTERFACE, METHOD, 0);
	middle->registers.rax |= 0x100;
	ck_assert_ptr_null(world_syscall(middle));
	world_destroy(&pair.client_context->object);
	ck_assert_ptr_null(world_schedule());
	ck_assert(thread_parked(middle));
	ck_assert(!middle->paging);
}
END_TEST

START_TEST(who_waits_for_the_next_call_is_lent_nothing)
{
	struct thread *third = world_thread(&root_account, pair.client_domain, second_context);

	ck_assert_ptr_eq(call(pair.client), middle);
	thread_stop(middle);
	ck_assert_ptr_null(second_calls());
	thread_start(third);
	ck_assert_ptr_eq(world_schedule(), third);
	ck_assert_ptr_null(call(third));
	thread_start(middle);
	ck_assert_ptr_eq(world_schedule(), middle);

	/* it answers and takes the second; the third is still only a caller */
	ck_assert_ptr_eq(pair_reply(&pair, OK), middle);
	ck_assert_ptr_eq(middle->serving, &second->call);
	ck_assert_ptr_null(middle->lender);
	ck_assert_ptr_null(third->call.lent_to);
	world_destroy(&third->object);
	ck_assert_ptr_eq(middle->context, second_context);
}
END_TEST

START_TEST(who_exits_on_a_borrowed_context_gives_it_back)
{
	ck_assert_ptr_eq(call(pair.client), middle);
	world_destroy(&pair.client_context->object);
	ck_assert_ptr_null(world_schedule());
	ck_assert_ptr_eq(second_calls(), middle);
	ck_assert_ptr_eq(second->call.lent_to, middle);
	thread_exit(middle);
	ck_assert_ptr_null(second->call.lent_to);
	ck_assert_ptr_null(middle->context);
}
END_TEST

START_TEST(a_lender_whose_server_dies_lends_to_the_next)
{
	struct thread *twin = world_thread(&root_account, pair.server_domain, second_context);

	/* both servers have lost their lenders at work */
	ck_assert_ptr_eq(call(pair.client), middle);
	twin->detaching = true;
	thread_start(twin);
	thread_stop(middle);
	ck_assert_ptr_eq(world_schedule(), twin);
	world_prepare_receive(twin, pair.endpoint_cap);
	ck_assert_ptr_null(world_syscall(twin));
	ck_assert_ptr_eq(second_calls(), twin);
	thread_start(middle);
	world_destroy(&pair.client_context->object);
	world_destroy(&second->object);
	ck_assert_ptr_null(world_schedule());
	ck_assert(thread_parked(middle) && thread_parked(twin));

	struct thread *third = world_thread(&root_account, pair.client_domain, deep_context);

	thread_start(third);
	ck_assert_ptr_eq(world_schedule(), third);
	ck_assert_ptr_eq(call(third), middle);
	world_destroy(&middle->object);
	ck_assert_ptr_eq(third->call.lent_to, twin);
	ck_assert_ptr_eq(world_schedule(), twin);
}
END_TEST

Suite *loan_suite(void)
{
	Suite *suite = suite_create("loan");
	TCase *tests = tcase_create("loan");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, the_answer_to_who_has_lost_its_context_finds_it_another);
	tcase_add_test(tests, who_keeps_a_call_gives_up_its_context_with_the_rest_of_the_chain);
	tcase_add_test(tests, who_waits_in_a_queue_without_a_context_is_sent_away);
	tcase_add_test(tests, a_page_fault_that_is_sent_away_is_tried_again);
	tcase_add_test(tests, who_waits_for_the_next_call_is_lent_nothing);
	tcase_add_test(tests, who_exits_on_a_borrowed_context_gives_it_back);
	tcase_add_test(tests, a_lender_whose_server_dies_lends_to_the_next);
	suite_add_tcase(suite, tests);
	return suite;
}
