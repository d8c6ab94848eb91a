/* SPDX-License-Identifier: MIT */
#include "object/futex.h"

#include <kernel/words.h>
#include <string.h>

#include "boot/core_start.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

enum { WAITERS = 70, WORD = 8 };

static struct pair pair;
static struct memory_object *memory;
static cap_t client_memory, server_memory;

static void setup(void)
{
	world_init();
	pair_init(&pair);
	memory = world_memory(pair.client_account, 2 * PAGE_SIZE);
	client_memory = world_owner(pair.client_domain, &memory->object);
	server_memory = world_cap(pair.server_domain, memory->object.grant, 0);
	thread_start(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.client);
}

static void set_word(uint64_t offset, uint32_t value)
{
	char *page = paddr_to_pointer(memory_object_page(memory, offset >> PAGE_SHIFT));

	*(uint32_t *)(page + offset % PAGE_SIZE) = value;
}

static struct thread *wait_on(struct thread *thread, cap_t cap, uint64_t offset, uint32_t expected,
                              uint64_t deadline)
{
	const struct memory_object_futex_wait_params params = {.offset = offset,
	                                                       .expected = expected};
	cap_t caps[IPC_CAPS_MAX];

	world_prepare_call(thread, cap, MEMORY_OBJECT_INTERFACE, MEMORY_OBJECT_FUTEX_WAIT,
	                   MEMORY_OBJECT_FUTEX_WAIT_PARAMS_WORDS);
	memory_object_futex_wait_params_pack(&params, thread->registers.words, caps);
	thread->registers.rdx = deadline;
	return world_syscall(thread);
}

static unsigned wake(struct thread *thread, cap_t cap, uint64_t offset, uint32_t count)
{
	const struct memory_object_futex_wake_params params = {.offset = offset, .count = count};
	cap_t caps[IPC_CAPS_MAX];

	world_prepare_call(thread, cap, MEMORY_OBJECT_INTERFACE, MEMORY_OBJECT_FUTEX_WAKE,
	                   MEMORY_OBJECT_FUTEX_WAKE_PARAMS_WORDS);
	memory_object_futex_wake_params_pack(&params, thread->registers.words, caps);
	(void)world_syscall(thread);
	ck_assert_int_eq(world_answer(thread), OK);
	return (unsigned)thread->registers.words[0];
}

/* The client waits at the word, the server runs. */
static void client_waits(uint64_t deadline)
{
	ck_assert_ptr_null(wait_on(pair.client, client_memory, WORD, 0, deadline));
	thread_start(pair.server);
	ck_assert_ptr_eq(world_schedule(), pair.server);
}

START_TEST(a_word_of_another_value_is_not_waited_for)
{
	set_word(WORD, 5);
	(void)wait_on(pair.client, client_memory, WORD, 4, 0);
	ck_assert_int_eq(world_answer(pair.client), ERR_NOT_NOW);
	ck_assert_int_eq(pair.client->state, THREAD_READY);
}
END_TEST

START_TEST(an_untouched_page_is_zero_and_stays_untouched)
{
	(void)wait_on(pair.client, client_memory, WORD, 1, 0);
	ck_assert_int_eq(world_answer(pair.client), ERR_NOT_NOW);
	ck_assert_ptr_null(wait_on(pair.client, client_memory, WORD, 0, 0));
	ck_assert_uint_eq(memory_object_present(memory, 0), 0);
}
END_TEST

START_TEST(what_is_no_word_of_the_object_is_refused)
{
	(void)wait_on(pair.client, client_memory, 2, 0, 0);
	ck_assert_int_eq(world_answer(pair.client), ERR_BAD_ARG);
	(void)wait_on(pair.client, client_memory, 2 * PAGE_SIZE, 0, 0);
	ck_assert_int_eq(world_answer(pair.client), ERR_BAD_ARG);
	(void)wait_on(pair.client, client_memory, ~(uint64_t)3, 0, 0);
	ck_assert_int_eq(world_answer(pair.client), ERR_BAD_ARG);
	ck_assert_ptr_null(wait_on(pair.client, client_memory, 2 * PAGE_SIZE - 4, 0, 0));
}
END_TEST

START_TEST(a_wake_through_another_domain_ends_the_wait)
{
	client_waits(0);
	ck_assert_uint_eq(wake(pair.server, server_memory, WORD, 1), 1);
	ck_assert_int_eq(pair.client->state, THREAD_READY);
	ck_assert_int_eq(world_answer(pair.client), OK);
	ck_assert_uint_eq(wake(pair.server, server_memory, WORD, 1), 0);
}
END_TEST

START_TEST(a_wake_of_another_word_is_not_for_it)
{
	client_waits(0);
	ck_assert_uint_eq(wake(pair.server, server_memory, WORD + 4, 1), 0);
	ck_assert_uint_eq(wake(pair.server, server_memory, WORD, 0), 0);
	ck_assert_int_eq(pair.client->state, THREAD_FUTEX_WAITING);
}
END_TEST

START_TEST(a_reader_neither_waits_nor_wakes)
{
	const uint32_t facet =
		world_derive(pair.client_account, memory->object.grant, READ_ONLY_INTERFACE, 0);

	(void)wait_on(pair.client, world_cap(pair.client_domain, facet, 0), WORD, 0, 0);
	ck_assert_int_eq(world_answer(pair.client), ERR_UNSUPPORTED);
}
END_TEST

START_TEST(the_deadline_ends_the_wait)
{
	(void)wait_on(pair.client, client_memory, WORD, 0, 1);
	ck_assert_int_eq(world_answer(pair.client), ERR_TIMEOUT);
	client_waits(1000000);
	(void)world_pass_time(2000000);
	ck_assert_int_eq(world_answer(pair.client), ERR_TIMEOUT);
	ck_assert_uint_eq(wake(pair.server, server_memory, WORD, 1), 0);
}
END_TEST

START_TEST(the_end_of_the_object_ends_the_wait)
{
	client_waits(0);
	world_destroy(&memory->object);
	ck_assert_int_eq(pair.client->state, THREAD_READY);
	ck_assert_int_eq(world_answer(pair.client), ERR_GONE);
}
END_TEST

START_TEST(the_end_of_the_grant_ends_the_waits_through_it)
{
	const uint32_t chain[GRANT_INTERFACES_MAX] = {MEMORY_OBJECT_INTERFACE, READ_ONLY_INTERFACE};
	uint32_t facet;

	ck_assert_int_eq(grant_create(&memory->object, pair.server_account, memory->object.grant,
	                              chain, &facet),
	                 OK);
	client_waits(0);
	(void)wait_on(pair.server, world_cap(pair.server_domain, facet, 0), WORD, 0, 0);
	world_revoke(facet);
	ck_assert_int_eq(world_answer(pair.server), ERR_GONE);
	ck_assert_int_eq(pair.client->state, THREAD_FUTEX_WAITING);
}
END_TEST

START_TEST(a_thread_that_dies_or_is_stopped_waits_no_longer)
{
	client_waits(0);
	thread_stop(pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_CANCELLED);
	ck_assert(list_empty(&memory->waiters));
	(void)wait_on(pair.server, server_memory, WORD, 0, 0);
	world_destroy(&pair.server->object);
	ck_assert(list_empty(&memory->waiters));
}
END_TEST

START_TEST(a_clone_has_words_of_its_own)
{
	struct memory_object *copy = world_object(pair.server_account, OBJECT_MEMORY);

	ck_assert_int_eq(memory_object_init_clone(copy, memory), OK);
	client_waits(0);
	ck_assert_uint_eq(
		wake(pair.server, world_owner(pair.server_domain, &copy->object), WORD, 9), 0);
	ck_assert_uint_eq(wake(pair.server, server_memory, WORD, 9), 1);
}
END_TEST

START_TEST(many_are_woken_in_order_and_in_bounded_steps)
{
	struct account *account = world_account(&root_account, 1024 * PAGE_SIZE, 200);
	struct thread *waiters[WAITERS];

	thread_stop(pair.client);
	for (unsigned i = 0; i < WAITERS; i++) {
		waiters[i] = world_thread(account, pair.client_domain, pair.client_context);
		thread_start(waiters[i]);
		ck_assert_ptr_eq(world_schedule(), waiters[i]);
		ck_assert_ptr_null(wait_on(waiters[i], client_memory, WORD, 0, 0));
	}
	thread_start(pair.server);
	(void)world_schedule();
	ck_assert_uint_eq(wake(pair.server, server_memory, WORD, 3), 3);
	ck_assert_int_eq(waiters[2]->state, THREAD_READY);
	ck_assert_int_eq(waiters[3]->state, THREAD_FUTEX_WAITING);
	ck_assert_uint_eq(wake(pair.server, server_memory, WORD, UINT32_MAX), FUTEX_WAKE_MAX);
	ck_assert_uint_eq(wake(pair.server, server_memory, WORD, UINT32_MAX),
	                  WAITERS - 3 - FUTEX_WAKE_MAX);
}
END_TEST

Suite *futex_suite(void)
{
	Suite *suite = suite_create("futex");
	TCase *tests = tcase_create("futex");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, a_word_of_another_value_is_not_waited_for);
	tcase_add_test(tests, an_untouched_page_is_zero_and_stays_untouched);
	tcase_add_test(tests, what_is_no_word_of_the_object_is_refused);
	tcase_add_test(tests, a_wake_through_another_domain_ends_the_wait);
	tcase_add_test(tests, a_wake_of_another_word_is_not_for_it);
	tcase_add_test(tests, a_reader_neither_waits_nor_wakes);
	tcase_add_test(tests, the_deadline_ends_the_wait);
	tcase_add_test(tests, the_end_of_the_object_ends_the_wait);
	tcase_add_test(tests, the_end_of_the_grant_ends_the_waits_through_it);
	tcase_add_test(tests, a_thread_that_dies_or_is_stopped_waits_no_longer);
	tcase_add_test(tests, a_clone_has_words_of_its_own);
	tcase_add_test(tests, many_are_woken_in_order_and_in_bounded_steps);
	suite_add_tcase(suite, tests);
	return suite;
}
