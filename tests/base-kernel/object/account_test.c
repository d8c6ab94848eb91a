/* SPDX-License-Identifier: MIT */
#include "object/account.h"

#include <signal.h>
#include <stdlib.h>

#include "boot/core_start.h"
#include "machine_fake.h"
#include "memory/frame.h"
#include "object/irq.h"
#include "suites.h"
#include "world.h"

static struct account *account;

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 1024 * PAGE_SIZE, 100);
}

START_TEST(ram_is_charged_up_to_the_limit_and_no_further)
{
	const uint64_t limit = account->ram_limit;

	ck_assert(account_charge_ram(account, limit - 1));
	ck_assert(!account_charge_ram(account, 2));
	ck_assert(account_charge_ram(account, 1));
	ck_assert(!account_charge_ram(account, 1));
	ck_assert(account_charge_ram(account, 0));
	ck_assert_uint_eq(account->ram_used, limit);
	account_refund_ram(account, limit);
	ck_assert(!account_charge_ram(account, limit + 1));
	ck_assert(!account_charge_ram(account, UINT64_MAX));
	ck_assert_uint_eq(account->ram_used, 0);
}
END_TEST

START_TEST(a_sum_that_would_wrap_is_refused)
{
	ck_assert(account_charge_ram(account, 10));
	ck_assert(!account_charge_ram(account, UINT64_MAX - 5));
	ck_assert_int_eq(account_fund(&root_account, account, UINT64_MAX, 0), ERR_OUT_OF_RAM);
	ck_assert_int_eq(account_fund(&root_account, account, 0, UINT64_MAX), ERR_OUT_OF_CAPS);
	ck_assert_int_eq(account_fund(&root_account, account, 0, 1ull << 32), ERR_OUT_OF_CAPS);
	ck_assert_int_eq(account_refund(account, UINT64_MAX - 9, 0), ERR_OUT_OF_RAM);
	account_refund_ram(account, 10);
}
END_TEST

START_TEST(capabilities_are_charged_up_to_the_limit)
{
	for (unsigned i = 0; i < 100; i++)
		ck_assert(account_charge_cap(account));
	ck_assert(!account_charge_cap(account));
	account_refund_cap(account);
	ck_assert(account_charge_cap(account));
	for (unsigned i = 0; i < 100; i++)
		account_refund_cap(account);
}
END_TEST

START_TEST(the_peak_is_the_most_that_was_ever_used)
{
	ck_assert(account_charge_ram(account, 100));
	account_refund_ram(account, 60);
	ck_assert(account_charge_ram(account, 50));
	ck_assert_uint_eq(account->ram_peak, 100);
	ck_assert(account_charge_ram(account, 11));
	ck_assert_uint_eq(account->ram_peak, 101);
	ck_assert(!account_charge_ram(account, account->ram_limit));
	ck_assert_uint_eq(account->ram_peak, 101);
	account_refund_ram(account, 101);

	ck_assert(account_charge_cap(account));
	account_refund_cap(account);
	ck_assert(account_charge_cap(account));
	ck_assert_uint_eq(account->caps_peak, 1);
	account_refund_cap(account);
}
END_TEST

START_TEST(refunding_more_ram_than_was_used_is_a_kernel_bug)
{
	ck_assert(account_charge_ram(account, 10));
	account_refund_ram(account, 11);
}
END_TEST

START_TEST(refunding_a_capability_too_many_is_a_kernel_bug)
{
	account_refund_cap(account);
}
END_TEST

START_TEST(an_account_that_its_parent_cannot_fund_leaves_no_trace)
{
	struct account *child = world_account(account, 0, 0);
	struct account other = {.object = child->object};
	const uint64_t ram = account->ram_limit - account->ram_used;

	ck_assert_int_eq(account_init(&other, account, ram + 1, 0), ERR_OUT_OF_RAM);
	ck_assert_int_eq(account_init(&other, account, 0, UINT32_MAX), ERR_OUT_OF_CAPS);
	ck_assert_uint_eq(account->ram_limit - account->ram_used, ram);
	ck_assert_ptr_eq(list_first(&account->children), &child->sibling);
	ck_assert(account->children.next == account->children.prev); /* the only one */
}
END_TEST

START_TEST(funding_moves_all_that_is_free_and_not_a_byte_more)
{
	struct account *child = world_account(account, 0, 0);
	const uint64_t ram = account->ram_limit - account->ram_used;
	const uint32_t caps = account->caps_limit - account->caps_used;

	ck_assert_int_eq(account_fund(account, child, ram + 1, 0), ERR_OUT_OF_RAM);
	ck_assert_int_eq(account_fund(account, child, 0, caps + 1), ERR_OUT_OF_CAPS);
	ck_assert_uint_eq(child->ram_limit, 0);
	ck_assert_int_eq(account_fund(account, child, ram, caps), OK);
	ck_assert_uint_eq(child->ram_limit, ram);
	ck_assert_uint_eq(child->caps_limit, caps);
	ck_assert_uint_eq(account->ram_limit, account->ram_used);
	ck_assert_int_eq(account_fund(account, child, 1, 0), ERR_OUT_OF_RAM);
	ck_assert_int_eq(account_fund(account, child, 0, 0), OK);
}
END_TEST

START_TEST(a_refusal_of_capabilities_moves_no_ram)
{
	struct account *child = world_account(account, 0, 0);
	const uint64_t before = account->ram_limit;

	ck_assert_int_eq(account_fund(account, child, PAGE_SIZE, 1000), ERR_OUT_OF_CAPS);
	ck_assert_uint_eq(account->ram_limit, before);
	ck_assert_uint_eq(child->ram_limit, 0);
}
END_TEST

START_TEST(only_a_child_is_funded)
{
	struct account *child = world_account(account, PAGE_SIZE, 1);

	ck_assert_int_eq(account_fund(&root_account, child, 1, 0), ERR_BAD_ARG);
	ck_assert_int_eq(account_fund(account, account, 1, 0), ERR_BAD_ARG);
	ck_assert_int_eq(account_fund(child, account, 1, 0), ERR_BAD_ARG);
	ck_assert_int_eq(account_fund(account, &root_account, 1, 0), ERR_BAD_ARG);
}
END_TEST

START_TEST(what_is_used_cannot_be_refunded)
{
	struct account *child = world_account(account, 10 * PAGE_SIZE, 3);

	ck_assert(account_charge_ram(child, PAGE_SIZE));
	ck_assert(account_charge_cap(child));
	ck_assert_int_eq(account_refund(child, 9 * PAGE_SIZE + 1, 0), ERR_OUT_OF_RAM);
	ck_assert_int_eq(account_refund(child, 0, 3), ERR_OUT_OF_CAPS);
	ck_assert_int_eq(account_refund(child, 9 * PAGE_SIZE, 2), OK);
	ck_assert_uint_eq(child->ram_limit, PAGE_SIZE);
	ck_assert_uint_eq(child->caps_limit, 1);
	account_refund_ram(child, PAGE_SIZE);
	account_refund_cap(child);
}
END_TEST

START_TEST(the_root_refunds_nobody)
{
	ck_assert_int_eq(account_refund(&root_account, 1, 0), ERR_BAD_ARG);
}
END_TEST

START_TEST(destroying_returns_the_limits_to_the_parent)
{
	const uint64_t ram = account->ram_limit;
	const uint32_t caps = account->caps_limit;
	struct account *child = world_account(account, 100 * PAGE_SIZE, 50);

	(void)world_endpoint(child, 10);
	(void)world_memory(child, 5 * PAGE_SIZE);
	(void)world_derive(child, world_endpoint(account, 0)->object.grant, 7, 7);
	world_destroy(&child->object);
	ck_assert_uint_eq(account->ram_limit, ram);
	ck_assert_uint_eq(account->caps_limit, caps);
	ck_assert(list_empty(&account->children));
}
END_TEST

/* How much stack it takes to destroy accounts nested `depth` deep, an interrupt line in the last. */
static uintptr_t stack_of_destroy(unsigned depth)
{
	struct account *top = world_account(&root_account, 1200 * PAGE_SIZE, 2 * depth + 4);
	struct account *at = top;
	const char here = 0;

	for (unsigned i = 0; i < depth; i++)
		at = world_account(at, at->ram_limit - 2 * PAGE_SIZE, at->caps_limit - 1);
	ck_assert_int_eq(irq_init(world_object(at, OBJECT_IRQ), 5), OK);
	world_destroy(&top->object);
	return (uintptr_t)&here - machine_fake_stack_at_mask();
}

START_TEST(destroying_nested_accounts_takes_no_more_stack_the_deeper_they_nest)
{
	ck_assert_uint_eq(stack_of_destroy(4), stack_of_destroy(150));
}
END_TEST

START_TEST(an_account_whose_numbers_are_wrong_is_inconsistent)
{
	ck_assert(account_consistent(account));
	account->ram_used++;
	ck_assert(!account_consistent(account));
	account->ram_used--;
	account->caps_used++;
	ck_assert(!account_consistent(account));
	account->caps_used--;
}
END_TEST

/* ---- a random tree: whatever happens, limits are conserved ---- */

enum { TREE_ACCOUNTS = 24, TREE_STEPS = 2500 };

static struct account *tree[TREE_ACCOUNTS]; /* NULL: none */

static bool below(const struct account *at, const struct account *top)
{
	while (at && at != top)
		at = at->parent;
	return at == top;
}

static struct account *random_account(void)
{
	struct account *at = tree[rand() % TREE_ACCOUNTS];

	return at ? at : account;
}

static void grow(unsigned place)
{
	struct account *parent = random_account();
	const uint64_t ram = (parent->ram_limit - parent->ram_used) / 3;
	const uint32_t caps = (parent->caps_limit - parent->caps_used) / 3;

	if (ram >= 4 * PAGE_SIZE && caps >= 2)
		tree[place] = world_account(parent, ram, caps);
}

static void fell(unsigned place)
{
	struct account *top = tree[place];
	bool dying[TREE_ACCOUNTS];

	for (unsigned i = 0; i < TREE_ACCOUNTS; i++)
		dying[i] = tree[i] && below(tree[i], top);
	world_destroy(&top->object);
	for (unsigned i = 0; i < TREE_ACCOUNTS; i++) {
		if (dying[i])
			tree[i] = NULL;
	}
}

static void use(struct account *at)
{
	if (at->caps_limit - at->caps_used < 1 || at->ram_limit - at->ram_used < 6 * PAGE_SIZE)
		return;
	if (rand() % 2)
		(void)world_memory(at, (1 + (uint64_t)rand() % 3) * PAGE_SIZE);
	else
		(void)world_endpoint(at, (uint16_t)(rand() % 100));
}

static void sum_limits(uint64_t *out_ram, uint64_t *out_caps)
{
	*out_ram = root_account.ram_limit + account->ram_limit;
	*out_caps = root_account.caps_limit + (uint64_t)account->caps_limit;
	for (unsigned i = 0; i < TREE_ACCOUNTS; i++) {
		if (!tree[i])
			continue;
		*out_ram += tree[i]->ram_limit;
		*out_caps += tree[i]->caps_limit;
	}
}

START_TEST(limits_are_conserved_over_a_random_tree)
{
	srand((unsigned)_i);
	for (unsigned i = 0; i < TREE_ACCOUNTS; i++)
		tree[i] = NULL;
	for (unsigned step = 0; step < TREE_STEPS; step++) {
		const unsigned place = (unsigned)rand() % TREE_ACCOUNTS;
		struct account *at = random_account();
		uint64_t ram, caps;

		switch (rand() % 8) {
		case 0: /* rarely, so that the tree becomes one */
			if (tree[place] && rand() % 3 == 0)
				fell(place);
			break;
		case 1:
		case 2:
		case 3:
			if (!tree[place])
				grow(place);
			break;
		case 4:
			(void)account_refund(at, (uint64_t)rand() % (8 * PAGE_SIZE),
			                     (uint64_t)rand() % 4);
			break;
		case 5:
			if (at->parent) /* either way nothing may get lost */
				(void)account_fund(at->parent, at,
				                   (uint64_t)rand() % (64 * PAGE_SIZE),
				                   (uint64_t)rand() % 8);
			break;
		default: use(at); break;
		}
		sum_limits(&ram, &caps);
		ck_assert_uint_eq(ram, frames.total_pages << PAGE_SHIFT);
		ck_assert_uint_eq(caps, WORLD_GRANTS - 1);
		if (step % 16 == 0)
			world_check();
	}
}
END_TEST

Suite *account_suite(void)
{
	Suite *suite = suite_create("account");
	TCase *tests = tcase_create("account");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, ram_is_charged_up_to_the_limit_and_no_further);
	tcase_add_test(tests, a_sum_that_would_wrap_is_refused);
	tcase_add_test(tests, capabilities_are_charged_up_to_the_limit);
	tcase_add_test(tests, the_peak_is_the_most_that_was_ever_used);
	tcase_add_test_raise_signal(tests, refunding_more_ram_than_was_used_is_a_kernel_bug,
	                            SIGABRT);
	tcase_add_test_raise_signal(tests, refunding_a_capability_too_many_is_a_kernel_bug,
	                            SIGABRT);
	tcase_add_test(tests, an_account_that_its_parent_cannot_fund_leaves_no_trace);
	tcase_add_test(tests, funding_moves_all_that_is_free_and_not_a_byte_more);
	tcase_add_test(tests, a_refusal_of_capabilities_moves_no_ram);
	tcase_add_test(tests, only_a_child_is_funded);
	tcase_add_test(tests, what_is_used_cannot_be_refunded);
	tcase_add_test(tests, the_root_refunds_nobody);
	tcase_add_test(tests, destroying_returns_the_limits_to_the_parent);
	tcase_add_test(tests, destroying_nested_accounts_takes_no_more_stack_the_deeper_they_nest);
	tcase_add_test(tests, an_account_whose_numbers_are_wrong_is_inconsistent);
	tcase_add_loop_test(tests, limits_are_conserved_over_a_random_tree, 0, 6);
	suite_add_tcase(suite, tests);
	return suite;
}
