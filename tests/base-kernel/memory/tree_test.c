/* SPDX-License-Identifier: MIT */
#include "consistent.h"
#include "memory/tree.h"

#include <stdlib.h>
#include <string.h>

#include "suites.h"

enum { KEYS = 1000, STEPS = 20000, DEPTH_MAX = 20 /* 2 log2(KEYS) */ };

static struct tree tree;
static struct tree_node nodes[KEYS]; /* key: 10 + 3 * index */
static bool there[KEYS];             /* the model */

static void setup(void)
{
	tree = (struct tree){0};
	memset(there, 0, sizeof(there));
	for (unsigned i = 0; i < KEYS; i++)
		nodes[i].key = 10 + 3 * i;
}

static void toggle(unsigned i)
{
	if (there[i])
		tree_remove(&tree, &nodes[i]);
	else
		tree_insert(&tree, &nodes[i]);
	there[i] = !there[i];
}

static struct tree_node *model_at_most(uint64_t key)
{
	struct tree_node *found = NULL;

	for (unsigned i = 0; i < KEYS; i++) {
		if (there[i] && nodes[i].key <= key)
			found = &nodes[i];
	}
	return found;
}

static unsigned depth(const struct tree_node *node)
{
	if (!node)
		return 0;

	const unsigned left = depth(node->left), right = depth(node->right);

	return 1 + (left > right ? left : right);
}

START_TEST(an_empty_tree_has_nothing)
{
	ck_assert_ptr_null(tree_at_most(&tree, UINT64_MAX));
	ck_assert(tree_consistent(&tree));
}
END_TEST

START_TEST(the_neighbour_below_is_found)
{
	toggle(0);
	toggle(1);
	ck_assert_ptr_null(tree_at_most(&tree, 9));
	ck_assert_ptr_eq(tree_at_most(&tree, 10), &nodes[0]);
	ck_assert_ptr_eq(tree_at_most(&tree, 12), &nodes[0]);
}
END_TEST

START_TEST(no_order_of_insertion_makes_it_deep)
{
	for (unsigned i = 0; i < KEYS; i++)
		toggle(i);
	ck_assert(tree_consistent(&tree));
	ck_assert_uint_le(depth(tree.root), DEPTH_MAX);
	for (unsigned i = 0; i < KEYS / 2; i++)
		toggle(i);
	ck_assert(tree_consistent(&tree));
	for (unsigned i = KEYS; i-- > KEYS / 2;)
		toggle(i);
	ck_assert_ptr_null(tree.root);
	for (unsigned i = KEYS; i-- > 0;)
		toggle(i);
	ck_assert(tree_consistent(&tree));
	ck_assert_uint_le(depth(tree.root), DEPTH_MAX);
}
END_TEST

START_TEST(nodes_may_have_the_same_key)
{
	for (unsigned i = 0; i < KEYS; i++)
		nodes[i].key = 7 + i % 2;
	for (unsigned i = 0; i < KEYS; i++)
		toggle(i * 7 % KEYS);
	ck_assert(tree_consistent(&tree));
	ck_assert_uint_le(depth(tree.root), DEPTH_MAX);
	ck_assert_uint_eq(tree_at_most(&tree, 7)->key, 7);
	ck_assert_uint_eq(tree_at_most(&tree, UINT64_MAX)->key, 8);
	for (unsigned i = 0; i < KEYS; i++) {
		toggle(i * 3 % KEYS);
		ck_assert(tree_consistent(&tree));
	}
	ck_assert_ptr_null(tree.root);
}
END_TEST

START_TEST(it_does_what_the_model_does)
{
	srand(1);
	for (unsigned step = 0; step < STEPS; step++) {
		/* Few keys first, so that the tree is often emptied; then many. */
		const unsigned keys = step < STEPS / 2 ? 12 : KEYS;
		const uint64_t key = (uint64_t)rand() % (3 * keys + 20);

		toggle((unsigned)rand() % keys);
		if (step % 8 == 0 || keys < KEYS)
			ck_assert(tree_consistent(&tree));
		ck_assert_ptr_eq(tree_at_most(&tree, key), model_at_most(key));
	}
	ck_assert_uint_le(depth(tree.root), DEPTH_MAX);
}
END_TEST

Suite *tree_suite(void)
{
	Suite *suite = suite_create("tree");
	TCase *tests = tcase_create("tree");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, an_empty_tree_has_nothing);
	tcase_add_test(tests, the_neighbour_below_is_found);
	tcase_add_test(tests, no_order_of_insertion_makes_it_deep);
	tcase_add_test(tests, nodes_may_have_the_same_key);
	tcase_add_test(tests, it_does_what_the_model_does);
	suite_add_tcase(suite, tests);
	return suite;
}
