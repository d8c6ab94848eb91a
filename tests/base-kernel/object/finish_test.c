/* SPDX-License-Identifier: MIT */
/*
 * Long operations, looked at from where they let interrupts in: what is dying answers ERR_GONE, all
 * adds up, and it ends, whoever goes on with it.
 */
#include "object/finish.h"

#include <kernel/words.h>

#include "boot/core_start.h"
#include "boot/machine.h"
#include "machine_fake.h"
#include "memory/frame.h"
#include "object/mapping.h"
#include "object/memory_object.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

enum { MAPPINGS = 20, PAGES = 100, OWNED = 30, MANY = 10, MAP_BASE = 0x20000000 };

/* The client destroys what the root account has given to the server. */
static struct pair pair;
static cap_t victim;  /* the server's account, in the client's table */
static cap_t another; /* a copy */
static cap_t payer;   /* a derived Charge */
static unsigned windows, kill_at;
static uint64_t free_before;
static uint32_t grants_before;

static void count_window(void)
{
	windows++;
	world_check();
}

/* Memory that is mapped, further domains, capabilities that own something, a caller that waits. */
static void furnish(void)
{
	struct account *account = pair.server_account;
	struct memory_object *memory = world_memory(account, PAGES * PAGE_SIZE);
	struct domain *inner = world_domain(account);

	for (unsigned i = 0; i < PAGES; i++)
		(void)memory_object_page(memory, i);
	for (unsigned i = 0; i < MAPPINGS; i++) {
		const struct mapping_request request = {
			.address = MAP_BASE + i * 0x100000ul,
			.size = PAGES * PAGE_SIZE,
			.grant = memory->object.grant,
			.write = true,
		};

		ck_assert_int_eq(mapping_create(pair.server_domain, memory, account, &request), OK);
	}
	for (unsigned i = 0; i < OWNED; i++)
		(void)world_owner(inner, &world_endpoint(account, 0)->object);
	(void)world_owner(pair.server_domain, &inner->object);
}

static void setup(void)
{
	world_init();
	windows = kill_at = 0;

	struct account *account = world_account(&root_account, 128 * PAGE_SIZE, 60);

	pair.client_account = account;
	pair.client_domain = world_domain(account);
	pair.client_context = world_context(account, PAIR_PRIORITY);
	pair.client = world_thread(account, pair.client_domain, pair.client_context);
	free_before = frames.free_pages;
	grants_before = grants.used;

	pair.server_account = world_account(&root_account, 1000 * PAGE_SIZE, 200);
	pair.server_domain = world_domain(pair.server_account);
	pair.server_context = world_context(pair.server_account, PAIR_PRIORITY);
	pair.server = world_thread(pair.server_account, pair.server_domain, pair.server_context);
	furnish();
	victim = world_cap(pair.client_domain, pair.server_account->object.grant, 0);
	another = world_cap(pair.client_domain, pair.server_account->object.grant, 0);
	payer = world_cap(pair.client_domain,
	                  world_derive(&root_account, pair.server_account->object.grant,
	                               CHARGE_INTERFACE, 0),
	                  0);
	thread_start(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.client);
	machine_fake_at_window(count_window);
}

static enum status answer_to(cap_t cap, uint32_t interface, uint16_t method)
{
	world_prepare_call(pair.client, cap, interface, method, 0);
	(void)world_syscall(pair.client);
	return world_answer(pair.client);
}

static void expect_all_back(void)
{
	ck_assert_uint_eq(frames.free_pages, free_before);
	ck_assert_uint_eq(grants.used, grants_before);
	ck_assert_uint_eq(root_account.ram_limit + pair.client_account->ram_limit,
	                  machine.ram_total);
	world_check();
}

START_TEST(a_destroy_lets_interrupts_in_and_returns_when_all_is_back)
{
	ck_assert_int_eq(answer_to(victim, ACCOUNT_INTERFACE, ACCOUNT_DESTROY), OK);
	ck_assert_uint_gt(windows, MANY);
	expect_all_back();
	ck_assert_int_eq(answer_to(another, ACCOUNT_INTERFACE, ACCOUNT_DESTROY), ERR_GONE);
}
END_TEST

/* Whatever is tried on the dying account, between any two steps. */
static void use_the_dying(void)
{
	struct cap_entry *entry;
	struct account *account = pair.server_account;
	const uint32_t interfaces[GRANT_INTERFACES_MAX] = {ACCOUNT_INTERFACE};
	const uint32_t index = pair.client_domain->caps.entries[cap_slot(victim)].grant;
	uint32_t grant;

	count_window();
	ck_assert_int_eq(cap_table_find(&pair.client_domain->caps, victim, &entry), ERR_GONE);
	ck_assert_int_eq(cap_table_find(&pair.client_domain->caps, another, &entry), ERR_GONE);
	if (cap_table_find(&pair.client_domain->caps, payer, &entry) != OK)
		ck_assert_int_eq(cap_table_find(&pair.client_domain->caps, payer, &entry),
		                 ERR_GONE);
	else /* a child that has not been met yet: nothing comes below it all the same */
		ck_assert_int_eq(grant_create(&account->object, &root_account, entry->grant,
		                              interfaces, &grant),
		                 ERR_GONE);
	if (cap_table_dying(&pair.client_domain->caps, victim))
		ck_assert_int_eq(grant_create(&account->object, &root_account, index, interfaces,
		                              &grant),
		                 ERR_GONE);
}

START_TEST(what_is_dying_is_gone_from_the_first_step_on)
{
	machine_fake_at_window(use_the_dying);
	ck_assert_int_eq(answer_to(victim, ACCOUNT_INTERFACE, ACCOUNT_DESTROY), OK);
	ck_assert_uint_gt(windows, MANY);
	expect_all_back();
}
END_TEST

static void kill_starter(void)
{
	count_window();
	if (windows == kill_at)
		world_destroy(&pair.client->object);
}

START_TEST(what_its_starter_leaves_is_finished_by_the_reaper)
{
	for (unsigned at = 1;; at++) {
		kill_at = at;
		machine_fake_at_window(kill_starter);
		world_prepare_call(pair.client, victim, ACCOUNT_INTERFACE, ACCOUNT_DESTROY, 0);
		(void)world_syscall(pair.client);
		if (windows < at) {
			ck_assert_uint_gt(at, MANY);
			break; /* it was over before */
		}
		ck_assert_ptr_null(sched_current());
		machine_fake_at_window(NULL);
		world_destroy(&pair.client_account->object);
		world_fini(); /* nothing is left */
		setup();
	}
}
END_TEST

static void stop_starter(void)
{
	if (++windows == kill_at)
		thread_stop(pair.client);
}

START_TEST(a_stopped_starter_is_answered_and_the_work_goes_on)
{
	kill_at = 5;
	machine_fake_at_window(stop_starter);
	ck_assert_int_eq(answer_to(victim, ACCOUNT_INTERFACE, ACCOUNT_DESTROY), ERR_CANCELLED);
	ck_assert_int_eq(pair.client->state, THREAD_STOPPED);
	expect_all_back();
}
END_TEST

START_TEST(a_holder_of_the_account_finishes_what_others_have_begun)
{
	finish_grant(pair.client, pair.server_account->object.grant);
	for (unsigned i = 0; i < 5; i++)
		ck_assert(!grant_revoke(pair.server_account->object.grant));
	pair.client->finishing = GRANT_NONE;
	ck_assert_int_eq(answer_to(another, CHARGE_INTERFACE, CHARGE_USAGE), ERR_GONE);
	ck_assert_int_eq(answer_to(another, ACCOUNT_INTERFACE, ACCOUNT_DESTROY), OK);
	expect_all_back();
}
END_TEST

START_TEST(a_thread_may_destroy_the_account_it_lives_in)
{
	const uint32_t mine = pair.client_account->object.grant;
	const cap_t self = world_cap(pair.client_domain, mine, 0);

	world_prepare_call(pair.client, self, ACCOUNT_INTERFACE, ACCOUNT_DESTROY, 0);
	ck_assert_ptr_null(world_syscall(pair.client));
	world_check();
	ck_assert_uint_eq(grant_at(mine)->state, GRANT_FREE);
}
END_TEST

Suite *finish_suite(void)
{
	Suite *suite = suite_create("finish");
	TCase *tests = tcase_create("finish");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, a_destroy_lets_interrupts_in_and_returns_when_all_is_back);
	tcase_add_test(tests, what_is_dying_is_gone_from_the_first_step_on);
	tcase_add_test(tests, what_its_starter_leaves_is_finished_by_the_reaper);
	tcase_add_test(tests, a_stopped_starter_is_answered_and_the_work_goes_on);
	tcase_add_test(tests, a_holder_of_the_account_finishes_what_others_have_begun);
	tcase_add_test(tests, a_thread_may_destroy_the_account_it_lives_in);
	suite_add_tcase(suite, tests);
	return suite;
}
