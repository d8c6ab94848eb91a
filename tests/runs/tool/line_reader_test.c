/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <line_reader.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_FOR_TEST = 8 };

static struct line_reader reader;

static void setup(void)
{
	line_reader_init(&reader, LINE_MAX_FOR_TEST);
}

static void teardown(void)
{
	line_reader_fini(&reader);
}

static void feed(const char *text)
{
	ck_assert(line_reader_feed(&reader, text, strlen(text)));
}

static void expect_line(const char *text, bool truncated)
{
	struct line line;

	ck_assert(line_reader_take(&reader, &line));
	ck_assert_str_eq(line.text, text);
	ck_assert_uint_eq(line.size, strlen(text));
	ck_assert_int_eq(line.truncated, truncated);
}

static void expect_nothing(void)
{
	struct line line;

	ck_assert(!line_reader_take(&reader, &line));
}

START_TEST(a_line_comes_once_it_is_complete)
{
	feed("ab");
	expect_nothing();
	feed("c\nd");
	expect_line("abc", false);
	expect_nothing();
	feed("\n\n");
	expect_line("d", false);
	expect_line("", false);
	expect_nothing();
}
END_TEST

START_TEST(a_line_of_full_size_is_whole_and_one_more_byte_is_cut)
{
	feed("12345678\n123456789\n1234567890123\nx\n");
	expect_line("12345678", false);
	expect_line("12345678", true);
	expect_line("12345678", true);
	expect_line("x", false);
}
END_TEST

START_TEST(control_characters_cannot_reach_a_terminal)
{
	ck_assert(line_reader_feed(&reader, "a\x1b[\x01\0\x7f\r\t\n", 9));
	expect_line("a?[???\t", false);
}
END_TEST

START_TEST(an_unfinished_line_can_be_flushed_once)
{
	ck_assert(!line_reader_flush(&reader));
	feed("$ ");
	ck_assert(line_reader_flush(&reader));
	expect_line("$ ", false);
	ck_assert(!line_reader_flush(&reader));
	expect_nothing();
}
END_TEST

START_TEST(a_cut_line_can_be_flushed)
{
	feed("123456789");
	ck_assert(line_reader_flush(&reader));
	expect_line("12345678", true);
}
END_TEST

START_TEST(a_line_without_end_needs_no_memory_beyond_its_limit)
{
	for (int i = 0; i < 10000; i++)
		feed("0123456789abcdef");
	ck_assert_uint_le(reader.capacity, 256);
	feed("\n");
	expect_line("01234567", true);
}
END_TEST

/* Whatever is fed in whichever pieces, the same lines come out. */
START_TEST(pieces_do_not_matter)
{
	srand((unsigned)_i);
	for (int round = 0; round < 2000; round++) {
		const char letters[] = "ab\n\r\x1b";
		char byte = letters[rand() % 5];
		struct line line;
		ck_assert(line_reader_feed(&reader, &byte, 1));
		while (rand() % 3 == 0 && line_reader_take(&reader, &line)) {
			ck_assert_uint_le(line.size, LINE_MAX_FOR_TEST);
			ck_assert_uint_eq(strlen(line.text), line.size);
			ck_assert_ptr_null(strpbrk(line.text, "\n\r\x1b"));
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("line reader");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_line_comes_once_it_is_complete);
	tcase_add_test(tests, a_line_of_full_size_is_whole_and_one_more_byte_is_cut);
	tcase_add_test(tests, control_characters_cannot_reach_a_terminal);
	tcase_add_test(tests, an_unfinished_line_can_be_flushed_once);
	tcase_add_test(tests, a_cut_line_can_be_flushed);
	tcase_add_test(tests, a_line_without_end_needs_no_memory_beyond_its_limit);
	tcase_add_loop_test(tests, pieces_do_not_matter, 0, 4);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
