/* SPDX-License-Identifier: MIT */
/*
 * Who serves runs at the higher of its home's and its lender's priority: nobody in between keeps a
 * server from its work for somebody less urgent, and nobody gains by having called.
 */
#include "boot/core_start.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

enum { METHOD = 5, MIDDLE = PAIR_PRIORITY + 10, HIGH = PAIR_PRIORITY + 20 };

static struct pair pair;

static struct thread *ready_at(uint8_t priority)
{
	struct thread *thread = world_thread(&root_account, pair.client_domain,
	                                     world_context(&root_account, priority));

	thread_start(thread);
	return thread;
}

/* The server has been called by somebody less urgent than its home, or more. */
static void setup_at(uint8_t home)
{
	world_init();
	pair_init(&pair);
	pair.server_context->priority = home;
	pair_start(&pair);
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	ck_assert_ptr_eq(pair.server->context, pair.client_context);
}

static void setup(void)
{
	setup_at(HIGH);
}

START_TEST(nobody_in_between_interrupts_it)
{
	struct thread *middle = ready_at(MIDDLE);

	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert(pair.server->boosted);
	ck_assert_ptr_eq(pair_reply(&pair, OK), middle);
	ck_assert(!pair.server->boosted);
	thread_stop(middle);
	ck_assert_ptr_eq(world_schedule(), pair.client);
	ck_assert_int_eq(world_answer(pair.client), OK);
}
END_TEST

START_TEST(the_more_urgent_interrupts_it_and_then_it_is_before_the_others)
{
	struct thread *middle = ready_at(MIDDLE);
	struct thread *highest = ready_at(HIGH + 1);

	ck_assert_ptr_eq(world_schedule(), highest);
	thread_stop(highest);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert_ptr_eq(pair_reply(&pair, OK), middle);
}
END_TEST

START_TEST(its_equals_take_turns_with_it)
{
	struct thread *equal = ready_at(HIGH);

	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert(sched_turns());
	sched_yield();
	ck_assert_ptr_eq(world_schedule(), equal);
	sched_yield();
	ck_assert_ptr_eq(world_schedule(), pair.server);
}
END_TEST

START_TEST(who_it_calls_does_not_inherit_the_boost)
{
	struct thread *second = world_thread(&root_account, pair.server_domain,
	                                     world_context(&root_account, PAIR_PRIORITY));
	struct endpoint *endpoint = world_endpoint(&root_account, 1);
	const cap_t cap = world_owner(pair.server_domain, &endpoint->object);
	struct thread *middle;

	second->registers = (struct registers){0};
	thread_start(second);
	thread_stop(pair.server);
	ck_assert_ptr_eq(world_schedule(), second);
	world_prepare_receive(second, cap);
	ck_assert_ptr_null(world_syscall(second));
	thread_start(pair.server);
	ck_assert_ptr_eq(world_schedule(), pair.server);

	middle = ready_at(MIDDLE);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	world_prepare_call(pair.server, cap, PAIR_INTERFACE, METHOD, 0);
	ck_assert_ptr_eq(world_syscall(pair.server), middle);
	thread_stop(middle);
	ck_assert_ptr_eq(world_schedule(), second);
	ck_assert_int_eq(second->state, THREAD_READY);
}
END_TEST

START_TEST(its_lender_dies_while_it_stands_in_line)
{
	struct thread *highest = ready_at(HIGH + 1);

	ck_assert_ptr_eq(world_schedule(), highest);
	world_destroy(&pair.client->object);
	ck_assert_ptr_eq(pair.server->context, pair.server_context);
	thread_stop(highest);
	ck_assert_ptr_eq(world_schedule(), pair.server);
}
END_TEST

START_TEST(with_a_home_below_it_runs_as_its_lender)
{
	struct thread *middle;

	world_fini();
	setup_at(PAIR_PRIORITY - 5);
	(void)ready_at(PAIR_PRIORITY - 1);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert(!pair.server->boosted);
	middle = ready_at(MIDDLE);
	ck_assert_ptr_eq(world_schedule(), middle);
}
END_TEST

Suite *boost_suite(void)
{
	Suite *suite = suite_create("boost");
	TCase *tests = tcase_create("boost");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, nobody_in_between_interrupts_it);
	tcase_add_test(tests, the_more_urgent_interrupts_it_and_then_it_is_before_the_others);
	tcase_add_test(tests, its_equals_take_turns_with_it);
	tcase_add_test(tests, who_it_calls_does_not_inherit_the_boost);
	tcase_add_test(tests, its_lender_dies_while_it_stands_in_line);
	tcase_add_test(tests, with_a_home_below_it_runs_as_its_lender);
	suite_add_tcase(suite, tests);
	return suite;
}
