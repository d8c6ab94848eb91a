/* SPDX-License-Identifier: MIT */
/*
 * Who runs next: what has become ready in one entry to the kernel, and what ended in the same one.
 */
#include "sched/sched.h"

#include "boot/core_start.h"

#include "suites.h"
#include "world.h"

enum { LOW = 10, MIDDLE = 20, HIGH = 30 };

static struct account *account;
static struct domain *domain;
static struct thread *running; /* on its own context, of LOW priority */

static struct thread *ready_at(uint8_t priority)
{
	struct thread *thread = world_thread(account, domain, world_context(account, priority));

	thread_start(thread);
	return thread;
}

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 400 * PAGE_SIZE, 100);
	domain = world_domain(account);
	running = ready_at(LOW);
	ck_assert_ptr_eq(world_schedule(), running);
}

static void teardown(void)
{
	world_fini();
}

START_TEST(where_nothing_has_changed_nobody_is_looked_for)
{
	ck_assert(!sched_attention);
	ck_assert_ptr_eq(world_schedule(), running);
}
END_TEST

START_TEST(the_more_urgent_takes_over_and_the_other_is_next)
{
	struct thread *urgent = ready_at(HIGH);

	ck_assert_ptr_eq(sched_current(), running); /* until the way out */
	ck_assert_ptr_eq(world_schedule(), urgent);
	thread_stop(urgent);
	ck_assert_ptr_eq(world_schedule(), running);
}
END_TEST

START_TEST(the_less_urgent_and_the_equal_wait)
{
	struct thread *equal = ready_at(LOW);
	struct thread *less = ready_at(LOW - 1);

	ck_assert_ptr_eq(world_schedule(), running);
	thread_stop(running);
	ck_assert_ptr_eq(world_schedule(), equal);
	thread_stop(equal);
	ck_assert_ptr_eq(world_schedule(), less);
}
END_TEST

START_TEST(of_two_the_more_urgent_runs_whichever_came_first)
{
	struct thread *middle = ready_at(MIDDLE);
	struct thread *high = ready_at(HIGH);

	ck_assert_ptr_eq(world_schedule(), high);
	thread_stop(high);
	ck_assert_ptr_eq(world_schedule(), middle);
	(void)ready_at(MIDDLE);
	ck_assert_ptr_eq(world_schedule(), middle); /* an equal does not interrupt it */
}
END_TEST

START_TEST(two_on_one_context_run_in_the_order_they_came)
{
	struct sched_context *context = world_context(account, HIGH);
	struct thread *first = world_thread(account, domain, context);
	struct thread *second = world_thread(account, domain, context);

	thread_start(first);
	thread_start(second);
	ck_assert_ptr_eq(world_schedule(), first);
	thread_stop(first);
	ck_assert_ptr_eq(world_schedule(), second);
	thread_stop(second);
	ck_assert_ptr_eq(world_schedule(), running);
}
END_TEST

START_TEST(an_urgent_one_that_is_stopped_at_once_never_runs)
{
	struct thread *urgent = ready_at(HIGH);

	thread_stop(urgent);
	ck_assert_ptr_eq(world_schedule(), running);
	thread_start(urgent);
	ck_assert_ptr_eq(world_schedule(), urgent);
}
END_TEST

START_TEST(an_urgent_one_that_dies_at_once_is_forgotten)
{
	struct thread *urgent = ready_at(HIGH);

	world_destroy(&urgent->object);
	ck_assert_ptr_eq(world_schedule(), running);
}
END_TEST

START_TEST(an_urgent_one_whose_context_dies_at_once_goes_with_it)
{
	struct thread *urgent = ready_at(HIGH);

	world_destroy(&urgent->home->object);
	ck_assert_ptr_eq(world_schedule(), running);
}
END_TEST

START_TEST(an_urgent_one_runs_though_who_woke_it_stops)
{
	struct thread *urgent = ready_at(HIGH);
	struct thread *middle = ready_at(MIDDLE);

	thread_stop(running);
	ck_assert_ptr_eq(world_schedule(), urgent);
	thread_stop(urgent);
	ck_assert_ptr_eq(world_schedule(), middle);
	thread_stop(middle);
	ck_assert_ptr_null(world_schedule());
}
END_TEST

START_TEST(who_hands_over_passes_by_the_queue)
{
	struct thread *callee = world_thread(account, domain, running->home);
	struct thread *equal = ready_at(LOW);

	ck_assert_ptr_eq(world_schedule(), running);
	running->state = THREAD_STOPPED; /* it blocks */
	sched_hand_over(callee);
	ck_assert_ptr_eq(world_schedule(), callee);
	thread_stop(callee);
	ck_assert_ptr_eq(world_schedule(), equal);
}
END_TEST

Suite *sched_suite(void)
{
	Suite *suite = suite_create("sched");
	TCase *tests = tcase_create("sched");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, where_nothing_has_changed_nobody_is_looked_for);
	tcase_add_test(tests, the_more_urgent_takes_over_and_the_other_is_next);
	tcase_add_test(tests, the_less_urgent_and_the_equal_wait);
	tcase_add_test(tests, of_two_the_more_urgent_runs_whichever_came_first);
	tcase_add_test(tests, two_on_one_context_run_in_the_order_they_came);
	tcase_add_test(tests, an_urgent_one_that_is_stopped_at_once_never_runs);
	tcase_add_test(tests, an_urgent_one_that_dies_at_once_is_forgotten);
	tcase_add_test(tests, an_urgent_one_whose_context_dies_at_once_goes_with_it);
	tcase_add_test(tests, an_urgent_one_runs_though_who_woke_it_stops);
	tcase_add_test(tests, who_hands_over_passes_by_the_queue);
	suite_add_tcase(suite, tests);
	return suite;
}
