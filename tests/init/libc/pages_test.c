/* SPDX-License-Identifier: MIT */
/* Pages: chunks come, grow and go; what is refused changes nothing. */
#include <check.h>
#include <libc/pages.h>
#include <stdlib.h>
#include <string.h>

static unsigned objects, objects_max;
static size_t largest;

static enum status create(void *self, size_t size, void **out_base, cap_t *out_memory)
{
	(void)self;
	if (objects == objects_max)
		return ERR_OUT_OF_CAPS;
	*out_base = aligned_alloc(PAGES_BYTES, size);
	memset(*out_base, 0, size);
	*out_memory = (cap_t){++objects};
	largest = size > largest ? size : largest;
	return OK;
}

static void destroy(void *self, void *base, size_t size, cap_t memory)
{
	(void)self, (void)size, (void)memory;
	objects--;
	free(base);
}

static struct pages pages;

static void setup(void)
{
	pages = (struct pages){.source = {.create = create, .destroy = destroy}};
	objects = 0;
	objects_max = 1000;
	largest = 0;
}

static void teardown(void)
{
	for (unsigned i = 0; i < PAGES_CHUNKS_MAX; i++)
		free(pages.chunks[i].base);
}

static unsigned char *take(size_t count)
{
	static const unsigned char zeros[(PAGES_CHUNK_MAX + 1) * PAGES_BYTES];
	void *base;

	ck_assert_int_eq(pages_take(&pages, count, &base), OK);
	ck_assert_mem_eq(base, zeros, count * PAGES_BYTES);
	memset(base, 0xff, count * PAGES_BYTES);
	return base;
}

START_TEST(many_small_requests_share_few_objects)
{
	for (unsigned i = 0; i < 512; i++)
		take(2);
	ck_assert_uint_le(objects, 8);
	ck_assert_uint_eq(largest, PAGES_CHUNK_MAX * PAGES_BYTES);
}
END_TEST

START_TEST(given_pages_are_used_again_and_zero)
{
	unsigned char *first = take(3);

	take(1);
	ck_assert_int_eq(pages_give(&pages, first, 3), OK);
	ck_assert_ptr_eq(take(2), first);
	ck_assert_ptr_eq(take(1), first + 2 * PAGES_BYTES);
	ck_assert_uint_eq(objects, 1);
}
END_TEST

START_TEST(empty_chunks_go_back_but_one)
{
	void *bases[64];

	for (unsigned i = 0; i < 64; i++)
		bases[i] = take(PAGES_CHUNK_MIN);
	ck_assert_uint_gt(objects, 3);
	for (unsigned i = 0; i < 64; i++)
		ck_assert_int_eq(pages_give(&pages, bases[i], PAGES_CHUNK_MIN), OK);
	ck_assert_uint_eq(objects, 1);
}
END_TEST

START_TEST(a_large_request_has_an_object_of_its_own)
{
	unsigned char *large = take(PAGES_CHUNK_MAX + 1);

	ck_assert_uint_eq(largest, (PAGES_CHUNK_MAX + 1) * PAGES_BYTES);
	take(1);
	ck_assert_uint_eq(objects, 2);
	ck_assert_int_eq(pages_give(&pages, large, 1), ERR_BAD_ARG);
	ck_assert_int_eq(pages_give(&pages, large, PAGES_CHUNK_MAX + 1), OK);
	ck_assert_uint_eq(objects, 1);
}
END_TEST

START_TEST(what_was_not_taken_cannot_be_given)
{
	unsigned char *base = take(2);

	ck_assert_int_eq(pages_give(&pages, base, 3), ERR_BAD_ARG);
	ck_assert_int_eq(pages_give(&pages, base, 0), ERR_BAD_ARG);
	ck_assert_int_eq(pages_give(&pages, base + 1, 1), ERR_BAD_ARG);
	ck_assert_int_eq(pages_give(&pages, base, SIZE_MAX), ERR_BAD_ARG);
	ck_assert_int_eq(pages_give(&pages, &pages, 1), ERR_BAD_ARG);
	ck_assert_int_eq(pages_give(&pages, NULL, 1), ERR_BAD_ARG);
	ck_assert_int_eq(pages_give(&pages, base, 2), OK);
	ck_assert_int_eq(pages_give(&pages, base, 2), ERR_BAD_ARG);
}
END_TEST

START_TEST(without_an_object_it_is_out_of_memory)
{
	void *base = &pages;

	objects_max = 1;
	take(PAGES_CHUNK_MIN);
	ck_assert_int_eq(pages_take(&pages, 1, &base), ERR_OUT_OF_RAM);
	ck_assert_int_eq(pages_take(&pages, SIZE_MAX, &base), ERR_OUT_OF_RAM);
	ck_assert_int_eq(pages_take(&pages, 0, &base), ERR_OUT_OF_RAM);
	ck_assert_ptr_eq(base, &pages);
}
END_TEST

START_TEST(the_table_of_chunks_is_bounded)
{
	unsigned chunks = 0;
	void *base;

	while (pages_take(&pages, PAGES_CHUNK_MAX, &base) == OK)
		ck_assert_uint_le(++chunks, PAGES_CHUNKS_MAX);
	ck_assert_uint_eq(objects, PAGES_CHUNKS_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pages");
	TCase *tests = tcase_create("pages");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, many_small_requests_share_few_objects);
	tcase_add_test(tests, given_pages_are_used_again_and_zero);
	tcase_add_test(tests, empty_chunks_go_back_but_one);
	tcase_add_test(tests, a_large_request_has_an_object_of_its_own);
	tcase_add_test(tests, what_was_not_taken_cannot_be_given);
	tcase_add_test(tests, without_an_object_it_is_out_of_memory);
	tcase_add_test(tests, the_table_of_chunks_is_bounded);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
