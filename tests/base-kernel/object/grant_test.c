/* SPDX-License-Identifier: MIT */
#include "consistent.h"
#include "object/grant.h"

#include <stdlib.h>

#include "boot/core_start.h"
#include "object/cap_table.h"
#include "object/finish.h"
#include "suites.h"
#include "world.h"

enum { INTERFACE = 0x1000 };

static struct account *account;
static struct domain *domain;
static struct endpoint *endpoint;

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 256 * PAGE_SIZE, 300);
	domain = world_domain(account);
	endpoint = world_endpoint(account, 0);
}

static void teardown(void)
{
	ck_assert(cap_table_consistent(&domain->caps));
	world_fini();
}

static enum status derive_for(struct account *payer, uint32_t parent, uint32_t *out_grant)
{
	static const uint32_t interfaces[GRANT_INTERFACES_MAX] = {INTERFACE};

	return grant_create(&endpoint->object, payer, parent, interfaces, out_grant);
}

static bool live(cap_t cap)
{
	struct cap_entry *entry;

	return cap_table_find(&domain->caps, cap, &entry) == OK;
}

START_TEST(derivation_ends_at_the_greatest_depth)
{
	uint32_t at = endpoint->object.grant, next;

	for (unsigned depth = 1; depth < GRANT_DEPTH_MAX; depth++) {
		ck_assert_int_eq(derive_for(account, at, &next), OK);
		at = next;
		ck_assert_uint_eq(grant_at(at)->depth, depth);
	}

	const uint32_t caps = account->caps_used;

	ck_assert_int_eq(derive_for(account, at, &next), ERR_BAD_ARG);
	ck_assert_uint_eq(account->caps_used, caps);
	ck_assert_int_eq(derive_for(account, grant_at(at)->parent, &next),
	                 OK); /* beside it there is room */
}
END_TEST

START_TEST(revoking_kills_all_below_and_nothing_beside)
{
	const uint32_t top = world_derive(account, endpoint->object.grant, INTERFACE, 1);
	const uint32_t beside = world_derive(account, endpoint->object.grant, INTERFACE, 2);
	const uint32_t child = world_derive(account, top, INTERFACE, 3);
	const uint32_t grandchild = world_derive(account, child, INTERFACE, 4);
	const uint32_t sibling = world_derive(account, top, INTERFACE, 5);
	const uint32_t used = grants.used;
	cap_t dead[] = {world_cap(domain, top, CAP_OWNER), world_cap(domain, child, 0),
	                world_cap(domain, grandchild, 0), world_cap(domain, sibling, 0),
	                world_cap(domain, child, 0)};
	const cap_t alive = world_cap(domain, beside, 0);
	struct cap_entry *entry;

	world_revoke(top);
	for (unsigned i = 0; i < sizeof(dead) / sizeof(dead[0]); i++)
		ck_assert_int_eq(cap_table_find(&domain->caps, dead[i], &entry), ERR_GONE);
	ck_assert(live(alive));
	ck_assert_uint_eq(grants.used, used - 4);
	ck_assert_uint_eq(grant_at(beside)->badge, 2);
}
END_TEST

START_TEST(revoking_a_child_leaves_the_parent)
{
	const uint32_t top = world_derive(account, endpoint->object.grant, INTERFACE, 1);
	const uint32_t child = world_derive(account, top, INTERFACE, 2);
	const cap_t parent_cap = world_cap(domain, top, 0);
	const cap_t child_cap = world_cap(domain, child, CAP_OWNER);

	world_revoke(child);
	ck_assert(live(parent_cap));
	ck_assert(!live(child_cap));
	ck_assert_uint_eq(grant_at(top)->child, GRANT_NONE);
}
END_TEST

START_TEST(the_object_dies_with_its_first_grant)
{
	const uint32_t derived = world_derive(account, endpoint->object.grant, INTERFACE, 1);
	const cap_t cap = world_cap(domain, derived, 0);
	const struct list_node *node = &endpoint->object.charged;

	ck_assert(list_linked(node));
	world_revoke(endpoint->object.grant);
	ck_assert(!live(cap));
	list_for_each (at, &account->charged)
		ck_assert_ptr_ne(at, node);
}
END_TEST

START_TEST(the_object_stays_when_a_derived_grant_dies)
{
	world_revoke(world_derive(account, endpoint->object.grant, INTERFACE, 1));
	ck_assert(list_linked(&endpoint->object.charged));
	ck_assert_int_eq(grant_at(endpoint->object.grant)->state, GRANT_LIVE);
}
END_TEST

START_TEST(a_reused_grant_does_not_revive_old_copies)
{
	const uint32_t first = world_derive(account, endpoint->object.grant, INTERFACE, 1);
	const cap_t old = world_cap(domain, first, 0);

	world_revoke(first);

	const uint32_t second = world_derive(account, endpoint->object.grant, INTERFACE, 2);
	const cap_t fresh = world_cap(domain, second, 0);

	ck_assert_uint_eq(second, first); /* the place is used again at once … */
	ck_assert(!live(old));            /* … in another epoch */
	ck_assert(live(fresh));
}
END_TEST

START_TEST(a_grant_whose_epochs_are_used_up_is_retired)
{
	const uint32_t grant = world_derive(account, endpoint->object.grant, INTERFACE, 1);

	grant_at(grant)->epoch = UINT32_MAX - 1;

	const cap_t cap = world_cap(domain, grant, 0);

	world_revoke(grant);
	ck_assert_int_eq(grant_at(grant)->state, GRANT_RETIRED);
	ck_assert(!live(cap));
	for (unsigned i = 0; i < 10; i++)
		ck_assert_uint_ne(world_derive(account, endpoint->object.grant, INTERFACE, 1),
		                  grant);
}
END_TEST

START_TEST(the_epoch_before_the_last_is_still_used)
{
	const uint32_t grant = world_derive(account, endpoint->object.grant, INTERFACE, 1);

	grant_at(grant)->epoch = UINT32_MAX - 2;
	world_revoke(grant);
	ck_assert_int_eq(grant_at(grant)->state, GRANT_FREE);
	ck_assert_uint_eq(world_derive(account, endpoint->object.grant, INTERFACE, 1), grant);
	ck_assert_uint_eq(grant_at(grant)->epoch, UINT32_MAX - 1);
}
END_TEST

START_TEST(nothing_is_derived_below_a_dying_grant)
{
	const uint32_t top = world_derive(account, endpoint->object.grant, INTERFACE, 1);
	const uint32_t caps = account->caps_used;
	uint32_t grant;

	grant_at(top)->state = GRANT_DYING;
	ck_assert_int_eq(derive_for(account, top, &grant), ERR_GONE);
	ck_assert_uint_eq(account->caps_used, caps);
	grant_at(top)->state = GRANT_LIVE;
	ck_assert_int_eq(derive_for(account, top, &grant), OK);
}
END_TEST

START_TEST(each_grant_is_paid_and_given_back)
{
	struct account *payer = world_account(account, 2 * PAGE_SIZE, 2);
	const uint32_t first = world_derive(payer, endpoint->object.grant, INTERFACE, 1);
	uint32_t grant;

	(void)world_derive(payer, first, INTERFACE, 2);
	ck_assert_int_eq(derive_for(payer, first, &grant), ERR_OUT_OF_CAPS);
	ck_assert_uint_eq(payer->caps_used, 2);
	world_revoke(first);
	ck_assert_uint_eq(payer->caps_used, 0);
}
END_TEST

START_TEST(a_full_table_is_refused_before_anything_is_charged)
{
	const uint32_t free_list = grants.free;
	const uint32_t caps = account->caps_used;
	uint32_t grant;

	grants.free = GRANT_NONE;
	ck_assert_int_eq(derive_for(account, endpoint->object.grant, &grant), ERR_OUT_OF_CAPS);
	ck_assert_uint_eq(account->caps_used, caps);
	grants.free = free_list;
}
END_TEST

START_TEST(a_dying_account_takes_its_grants_of_foreign_objects_along)
{
	struct account *payer = world_account(account, 2 * PAGE_SIZE, 8);
	struct account *other = world_account(account, 2 * PAGE_SIZE, 8);
	const uint32_t mine = world_derive(payer, endpoint->object.grant, INTERFACE, 1);
	const uint32_t below = world_derive(other, mine, INTERFACE, 2);
	const cap_t cap = world_cap(domain, below, 0);

	world_destroy(&payer->object);
	ck_assert(!live(cap));
	ck_assert_uint_eq(other->caps_used, 0);
	ck_assert_ptr_nonnull(endpoint->object.account);
}
END_TEST

START_TEST(doomed_grants_are_dead_at_once_and_over_later)
{
	const uint32_t first = world_derive(account, endpoint->object.grant, INTERFACE, 1);
	const uint32_t second = world_derive(account, endpoint->object.grant, INTERFACE, 2);
	const uint32_t below = world_derive(account, first, INTERFACE, 3);
	const cap_t cap = world_cap(domain, first, 0);
	const uint32_t used = grants.used;

	grant_doom(first);
	grant_doom(second);
	grant_doom(first);
	grant_doom(below);
	ck_assert(!live(cap)); /* dead at once, though not over */
	ck_assert_uint_eq(grants.used, used);
	world_revoke(second); /* by other means in between */
	world_finish();
	ck_assert_uint_eq(grants.used, used - 3);
}
END_TEST

START_TEST(interfaces_are_found_by_position)
{
	const struct grant grant = {.interfaces = {10, 20, 30}};

	ck_assert_int_eq(grant_interface_position(&grant, 10), 0);
	ck_assert_int_eq(grant_interface_position(&grant, 30), 2);
	ck_assert_int_eq(grant_interface_position(&grant, 40), -1);
	ck_assert_int_eq(grant_interface_position(&grant, 0), -1);
}
END_TEST

START_TEST(a_full_chain_of_interfaces_ends_at_the_last)
{
	const struct grant grant = {.interfaces = {1, 2, 3, 4, 5}};

	ck_assert_int_eq(grant_interface_position(&grant, 5), GRANT_INTERFACES_MAX - 1);
	ck_assert_int_eq(grant_interface_position(&grant, 6), -1);
}
END_TEST

START_TEST(a_child_of_another_object_is_inconsistent)
{
	const uint32_t grant = world_derive(account, endpoint->object.grant, INTERFACE, 1);

	grant_at(grant)->object = &domain->object;
	ck_assert(!grants_consistent());
	grant_at(grant)->object = &endpoint->object;
}
END_TEST

/* ---- a random forest, against a model of parents ---- */

enum { FOREST = 60, FOREST_STEPS = 2000 };

static struct {
	bool alive;
	uint32_t grant;
	int parent; /* -1: below the endpoint's first */
	cap_t copy;
} forest[FOREST];

static bool forest_below(int at, int top)
{
	while (at >= 0 && at != top)
		at = forest[at].parent;
	return at == top;
}

static void forest_plant(int place)
{
	const int parent = rand() % FOREST;
	const bool rooted = !forest[parent].alive;
	const uint32_t from = rooted ? endpoint->object.grant : forest[parent].grant;
	uint32_t grant;

	if (grant_at(from)->depth + 1 >= GRANT_DEPTH_MAX || derive_for(account, from, &grant) != OK)
		return;
	forest[place].alive = true;
	forest[place].grant = grant;
	forest[place].parent = rooted ? -1 : parent;
	forest[place].copy = world_cap(domain, grant, 0);
}

static void forest_fell(int place)
{
	bool dying[FOREST];

	for (int i = 0; i < FOREST; i++)
		dying[i] = forest[i].alive && forest_below(i, place);
	world_revoke(forest[place].grant);
	for (int i = 0; i < FOREST; i++) {
		ck_assert_int_eq(forest[i].alive && !dying[i],
		                 forest[i].alive && live(forest[i].copy));
		if (!dying[i])
			continue;
		forest[i].alive = false;
		ck_assert_int_eq(cap_table_drop(&domain->caps, forest[i].copy), OK);
	}
}

START_TEST(a_random_forest_agrees_with_a_model)
{
	srand((unsigned)_i);
	for (int i = 0; i < FOREST; i++)
		forest[i].alive = false;
	for (unsigned step = 0; step < FOREST_STEPS; step++) {
		const int place = rand() % FOREST;

		if (!forest[place].alive)
			forest_plant(place);
		else if (rand() % 3 == 0)
			forest_fell(place);
		if (step % 16 == 0)
			world_check();
	}
}
END_TEST

Suite *grant_suite(void)
{
	Suite *suite = suite_create("grant");
	TCase *tests = tcase_create("grant");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, derivation_ends_at_the_greatest_depth);
	tcase_add_test(tests, revoking_kills_all_below_and_nothing_beside);
	tcase_add_test(tests, revoking_a_child_leaves_the_parent);
	tcase_add_test(tests, the_object_dies_with_its_first_grant);
	tcase_add_test(tests, the_object_stays_when_a_derived_grant_dies);
	tcase_add_test(tests, a_reused_grant_does_not_revive_old_copies);
	tcase_add_test(tests, a_grant_whose_epochs_are_used_up_is_retired);
	tcase_add_test(tests, the_epoch_before_the_last_is_still_used);
	tcase_add_test(tests, nothing_is_derived_below_a_dying_grant);
	tcase_add_test(tests, each_grant_is_paid_and_given_back);
	tcase_add_test(tests, a_full_table_is_refused_before_anything_is_charged);
	tcase_add_test(tests, a_dying_account_takes_its_grants_of_foreign_objects_along);
	tcase_add_test(tests, doomed_grants_are_dead_at_once_and_over_later);
	tcase_add_test(tests, interfaces_are_found_by_position);
	tcase_add_test(tests, a_full_chain_of_interfaces_ends_at_the_last);
	tcase_add_test(tests, a_child_of_another_object_is_inconsistent);
	tcase_add_loop_test(tests, a_random_forest_agrees_with_a_model, 0, 6);
	suite_add_tcase(suite, tests);
	return suite;
}
