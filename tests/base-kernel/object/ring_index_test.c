/* SPDX-License-Identifier: MIT */
#include "object/ring_index.h"

#include <stdlib.h>

#include "object/ring.h"
#include "suites.h"

START_TEST(only_powers_of_two_within_the_limit_are_sizes)
{
	ck_assert(!ring_index_valid(0, RING_ENTRIES_MAX));
	ck_assert(ring_index_valid(1, RING_ENTRIES_MAX));
	ck_assert(ring_index_valid(2, RING_ENTRIES_MAX));
	ck_assert(!ring_index_valid(3, RING_ENTRIES_MAX));
	ck_assert(ring_index_valid(RING_ENTRIES_MAX, RING_ENTRIES_MAX));
	ck_assert(!ring_index_valid(2 * RING_ENTRIES_MAX, RING_ENTRIES_MAX));
	ck_assert(!ring_index_valid(UINT32_MAX, RING_ENTRIES_MAX));
}
END_TEST

START_TEST(used_counts_across_the_wrap)
{
	ck_assert_uint_eq(ring_index_used(0, 0, 8), 0);
	ck_assert_uint_eq(ring_index_used(8, 0, 8), 8);
	ck_assert_uint_eq(ring_index_used(3, UINT32_MAX - 1, 8), 5);
}
END_TEST

START_TEST(used_is_never_more_than_the_size)
{
	ck_assert_uint_eq(ring_index_used(9, 0, 8), 8);
	ck_assert_uint_eq(ring_index_used(0, 1, 8), 8); /* a tail behind its head */
	srand(1);
	for (unsigned i = 0; i < 100000; i++) {
		const uint32_t tail = (uint32_t)rand() << 8 ^ (uint32_t)rand();
		const uint32_t head = (uint32_t)rand() << 8 ^ (uint32_t)rand();

		ck_assert_uint_le(ring_index_used(tail, head, 64), 64);
	}
}
END_TEST

START_TEST(the_parts_of_every_size_follow_each_other_without_overlap)
{
	for (unsigned entries = 1; entries <= RING_ENTRIES_MAX; entries *= 2) {
		const unsigned completions = ring_index_completion_page(entries);
		const unsigned buffers = ring_index_pages(entries, 0);

		ck_assert_uint_ge((completions - 1) * PAGE_BYTES,
		                  entries * sizeof(struct ring_submission));
		ck_assert_uint_ge((buffers - completions) * PAGE_BYTES,
		                  2 * entries * sizeof(struct ring_completion));
		ck_assert_uint_eq(ring_index_pages(entries, 7), buffers + 7);
	}
}
END_TEST

Suite *ring_index_suite(void)
{
	Suite *suite = suite_create("ring_index");
	TCase *tests = tcase_create("ring_index");

	tcase_add_test(tests, only_powers_of_two_within_the_limit_are_sizes);
	tcase_add_test(tests, used_counts_across_the_wrap);
	tcase_add_test(tests, used_is_never_more_than_the_size);
	tcase_add_test(tests, the_parts_of_every_size_follow_each_other_without_overlap);
	suite_add_tcase(suite, tests);
	return suite;
}
