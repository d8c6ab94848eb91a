/* SPDX-License-Identifier: MIT */
#include "consistent.h"
#include "object/cap_table.h"

#include "boot/core_start.h"
#include "suites.h"
#include "world.h"

static struct account *account;
static struct endpoint *endpoint;
static struct cap_table table;

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 64 * PAGE_SIZE, 20);
	endpoint = world_endpoint(account, 0);
	ck_assert_int_eq(cap_table_init(&table, account, CAP_TABLE_SLOTS_MIN), OK);
}

static void teardown(void)
{
	ck_assert(cap_table_consistent(&table));
	while (!cap_table_fini(&table, account))
		;
	world_fini();
}

static cap_t insert(uint32_t slot, uint32_t flags)
{
	ck_assert(cap_table_free(&table, slot));
	return cap_table_insert(&table, slot, endpoint->object.grant, flags);
}

/* Until it is over. */
static void grow(uint32_t slots)
{
	bool over;

	do {
		over = true;
		ck_assert_int_eq(cap_table_grow(&table, account, slots, &over), OK);
		ck_assert(cap_table_consistent(&table));
	} while (!over);
	ck_assert_uint_ge(table.slots, slots);
}

static enum status find(cap_t cap)
{
	struct cap_entry *entry;

	return cap_table_find(&table, cap, &entry);
}

START_TEST(an_entry_is_found_by_the_id_it_was_given)
{
	const cap_t cap = insert(5, CAP_OWNER);
	struct cap_entry *entry;

	ck_assert_uint_eq(cap_slot(cap), 5);
	ck_assert_int_eq(cap_table_find(&table, cap, &entry), OK);
	ck_assert_ptr_eq(entry->object, &endpoint->object);
	ck_assert(!cap_table_free(&table, 5));
}
END_TEST

START_TEST(ids_that_were_never_given_are_refused)
{
	const cap_t cap = insert(5, 0);

	ck_assert_int_eq(find(CAP_NULL), ERR_BAD_CAP);
	ck_assert_int_eq(find(cap_make(5, cap_generation(cap) + 1)), ERR_BAD_CAP);
	ck_assert_int_eq(find(cap_make(5, cap_generation(cap) - 1)), ERR_BAD_CAP);
	ck_assert_int_eq(find(cap_make(6, 1)), ERR_BAD_CAP);
	ck_assert_int_eq(find(cap_make(CAP_TABLE_SLOTS_MIN - 1, 1)), ERR_BAD_CAP);
	ck_assert_int_eq(find(cap_make(CAP_TABLE_SLOTS_MIN, 1)), ERR_BAD_CAP);
	ck_assert_int_eq(find(cap_make(UINT32_MAX, 1)), ERR_BAD_CAP);
	ck_assert_int_eq(find(cap_make(0, 1)), ERR_BAD_CAP);
	ck_assert_int_eq(find((cap_t){UINT64_MAX}), ERR_BAD_CAP);
}
END_TEST

START_TEST(a_stale_id_is_refused_also_after_the_slot_is_filled_again)
{
	const cap_t old = insert(3, 0);

	ck_assert_int_eq(cap_table_drop(&table, old), OK);
	ck_assert_int_eq(find(old), ERR_BAD_CAP);

	const cap_t fresh = insert(3, 0);

	ck_assert_uint_ne(fresh.id, old.id);
	ck_assert_int_eq(find(old), ERR_BAD_CAP);
	ck_assert_int_eq(find(fresh), OK);
	ck_assert_int_eq(cap_table_drop(&table, old), ERR_BAD_CAP);
	ck_assert_int_eq(find(fresh), OK);
}
END_TEST

START_TEST(dropping_twice_is_refused)
{
	const cap_t cap = insert(3, 0);

	ck_assert_int_eq(cap_table_drop(&table, cap), OK);
	ck_assert_int_eq(cap_table_drop(&table, cap), ERR_BAD_CAP);
	ck_assert_int_eq(cap_table_drop(&table, CAP_NULL), ERR_BAD_CAP);
	ck_assert_int_eq(cap_table_drop(&table, cap_make(UINT32_MAX, 1)), ERR_BAD_CAP);
}
END_TEST

START_TEST(slot_zero_and_slots_beyond_are_never_free)
{
	ck_assert(!cap_table_free(&table, 0));
	ck_assert(cap_table_free(&table, 1));
	ck_assert(cap_table_free(&table, CAP_TABLE_SLOTS_MIN - 1));
	ck_assert(!cap_table_free(&table, CAP_TABLE_SLOTS_MIN));
	ck_assert(!cap_table_free(&table, UINT32_MAX));
}
END_TEST

START_TEST(a_slot_whose_generations_are_used_up_is_retired)
{
	table.entries[7].generation = UINT32_MAX - 1;
	ck_assert_int_eq(cap_table_drop(&table, insert(7, 0)), OK);

	const cap_t last = insert(7, 0);

	ck_assert_uint_eq(cap_generation(last), UINT32_MAX);
	ck_assert_int_eq(cap_table_drop(&table, last), OK);
	ck_assert(!cap_table_free(&table, 7));
	ck_assert_int_eq(find(last), ERR_BAD_CAP);
	ck_assert_int_eq(find(cap_make(7, 1)), ERR_BAD_CAP);
}
END_TEST

START_TEST(a_retired_slot_stays_retired_when_the_table_grows)
{
	table.entries[7].generation = UINT32_MAX;
	ck_assert_int_eq(cap_table_drop(&table, insert(7, 0)), OK);
	grow(2 * CAP_TABLE_SLOTS_MIN);
	ck_assert(!cap_table_free(&table, 7));
	ck_assert(!cap_table_free(&table, 0));
}
END_TEST

START_TEST(a_dead_grant_is_gone_but_can_be_dropped)
{
	const uint32_t grant = world_derive(account, endpoint->object.grant, 1, 0);
	const cap_t cap = cap_table_insert(&table, 4, grant, 0);

	world_revoke(grant);
	ck_assert_int_eq(find(cap), ERR_GONE);
	ck_assert(!cap_table_free(&table, 4));
	ck_assert_int_eq(cap_table_drop(&table, cap), OK);
	ck_assert(cap_table_free(&table, 4));
}
END_TEST

START_TEST(the_drop_of_a_copy_dooms_nothing_and_that_of_the_owner_does)
{
	const uint32_t grant = world_derive(account, endpoint->object.grant, 1, 0);
	const cap_t owner = cap_table_insert(&table, 4, grant, CAP_OWNER);
	const cap_t copy = cap_table_insert(&table, 5, grant, 0);
	const cap_t another = cap_table_insert(&table, 6, grant, 0);

	ck_assert_int_eq(cap_table_drop(&table, copy), OK);
	world_finish();
	ck_assert_int_eq(find(another), OK);
	ck_assert_int_eq(cap_table_drop(&table, owner), OK);
	world_finish();
	ck_assert_int_eq(find(another), ERR_GONE);
}
END_TEST

START_TEST(the_drop_of_a_dead_owner_does_not_doom_the_next_user_of_the_grant)
{
	const uint32_t grant = world_derive(account, endpoint->object.grant, 1, 0);
	const cap_t owner = cap_table_insert(&table, 4, grant, CAP_OWNER);

	world_revoke(grant);
	ck_assert_uint_eq(world_derive(account, endpoint->object.grant, 1, 0), grant);

	const cap_t fresh = cap_table_insert(&table, 5, grant, 0);

	ck_assert_int_eq(cap_table_drop(&table, owner), OK);
	world_finish();
	ck_assert_int_eq(find(fresh), OK);
}
END_TEST

START_TEST(the_end_of_a_table_dooms_what_it_owned)
{
	const uint32_t owned = world_derive(account, endpoint->object.grant, 1, 0);
	const uint32_t copied = world_derive(account, endpoint->object.grant, 1, 0);
	struct cap_table other;

	ck_assert_int_eq(cap_table_init(&other, account, CAP_TABLE_SLOTS_MIN), OK);
	(void)cap_table_insert(&other, 1, owned, CAP_OWNER); /* found through the grants */
	(void)cap_table_insert(&other, 2, copied, 0);
	while (!cap_table_fini(&other, account))
		;
	world_finish();
	ck_assert_int_eq(grant_at(owned)->state, GRANT_FREE);
	ck_assert_int_eq(grant_at(copied)->state, GRANT_LIVE);
}
END_TEST

START_TEST(growing_keeps_ids_and_adds_slots)
{
	const cap_t cap = insert(9, 0);

	grow(300);
	ck_assert_int_eq(find(cap), OK);
	ck_assert(cap_table_free(&table, 299));
	ck_assert(!cap_table_free(&table, 300));
	ck_assert_int_eq(find(insert(299, 0)), OK);
}
END_TEST

START_TEST(what_changes_while_it_grows_is_as_it_was_left)
{
	const cap_t kept = insert(3, 0), dropped = insert(4, 0);
	bool over = true;

	grow(1000);
	ck_assert_int_eq(cap_table_grow(&table, account, 2000, &over), OK);
	ck_assert(!over);
	ck_assert_uint_eq(table.slots, 1000);

	const cap_t early = insert(5, 0), late = insert(900, 0);

	ck_assert_int_eq(cap_table_drop(&table, dropped), OK);
	grow(1500); /* whoever goes on ends what has begun */
	ck_assert_uint_eq(table.slots, 2000);
	ck_assert_int_eq(find(kept), OK);
	ck_assert_int_eq(find(early), OK);
	ck_assert_int_eq(find(late), OK);
	ck_assert_int_eq(find(dropped), ERR_BAD_CAP);
	ck_assert_int_eq(find(insert(4, 0)), OK);
	ck_assert_int_eq(find(insert(1999, 0)), OK);
}
END_TEST

START_TEST(a_table_that_grows_can_end)
{
	bool over = true;

	ck_assert_int_eq(cap_table_grow(&table, account, 1000, &over), OK);
	ck_assert(!over);
}
END_TEST

START_TEST(growing_is_refused_outside_its_limits)
{
	const uint64_t used = account->ram_used;
	bool over = true;

	ck_assert_int_eq(cap_table_grow(&table, account, CAP_TABLE_SLOTS_MIN, &over), OK);
	ck_assert_int_eq(cap_table_grow(&table, account, 0, &over), OK);
	ck_assert_int_eq(cap_table_grow(&table, account, CAP_TABLE_SLOTS_MAX + 1, &over),
	                 ERR_BAD_ARG);
	ck_assert_int_eq(cap_table_grow(&table, account, UINT32_MAX, &over), ERR_BAD_ARG);
	ck_assert_int_eq(cap_table_grow(&table, account, CAP_TABLE_SLOTS_MAX, &over),
	                 ERR_OUT_OF_RAM);
	ck_assert(over);
	ck_assert_uint_eq(account->ram_used, used);
	ck_assert_uint_eq(table.slots, CAP_TABLE_SLOTS_MIN);
}
END_TEST

START_TEST(a_table_outside_its_limits_is_refused)
{
	struct cap_table other;

	ck_assert_int_eq(cap_table_init(&other, account, CAP_TABLE_SLOTS_MIN - 1), ERR_BAD_ARG);
	ck_assert_int_eq(cap_table_init(&other, account, CAP_TABLE_SLOTS_MAX + 1), ERR_BAD_ARG);
	ck_assert_int_eq(cap_table_init(&other, account, CAP_TABLE_SLOTS_MAX), ERR_OUT_OF_RAM);
	ck_assert_int_eq(cap_table_init(&other, &root_account, CAP_TABLE_SLOTS_MAX), OK);
	while (!cap_table_fini(&other, &root_account))
		;
}
END_TEST

START_TEST(an_entry_in_slot_zero_is_inconsistent)
{
	table.entries[0].object = &endpoint->object;
	table.entries[0].grant = endpoint->object.grant;
	table.used++;
	ck_assert(!cap_table_consistent(&table));
	table.entries[0].object = NULL;
	table.used--;
}
END_TEST

Suite *cap_table_suite(void)
{
	Suite *suite = suite_create("cap_table");
	TCase *tests = tcase_create("cap_table");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, an_entry_is_found_by_the_id_it_was_given);
	tcase_add_test(tests, ids_that_were_never_given_are_refused);
	tcase_add_test(tests, a_stale_id_is_refused_also_after_the_slot_is_filled_again);
	tcase_add_test(tests, dropping_twice_is_refused);
	tcase_add_test(tests, slot_zero_and_slots_beyond_are_never_free);
	tcase_add_test(tests, a_slot_whose_generations_are_used_up_is_retired);
	tcase_add_test(tests, a_retired_slot_stays_retired_when_the_table_grows);
	tcase_add_test(tests, a_dead_grant_is_gone_but_can_be_dropped);
	tcase_add_test(tests, the_drop_of_a_copy_dooms_nothing_and_that_of_the_owner_does);
	tcase_add_test(tests, the_drop_of_a_dead_owner_does_not_doom_the_next_user_of_the_grant);
	tcase_add_test(tests, the_end_of_a_table_dooms_what_it_owned);
	tcase_add_test(tests, growing_keeps_ids_and_adds_slots);
	tcase_add_test(tests, what_changes_while_it_grows_is_as_it_was_left);
	tcase_add_test(tests, a_table_that_grows_can_end);
	tcase_add_test(tests, growing_is_refused_outside_its_limits);
	tcase_add_test(tests, a_table_outside_its_limits_is_refused);
	tcase_add_test(tests, an_entry_in_slot_zero_is_inconsistent);
	suite_add_tcase(suite, tests);
	return suite;
}
