/* SPDX-License-Identifier: MIT */
/* Lines out of text in parts, and which of them pass. */
#include <check.h>
#include <log_filter/filter.h>
#include <log_filter/line_buffer.h>
#include <string.h>

static struct line_buffer buffer;
static struct line_parts parts;
static size_t size;

static void feed(const char *text)
{
	parts = (struct line_parts){.at = text, .size = strlen(text)};
}

static void expect_line(const char *text)
{
	ck_assert(line_buffer_next(&buffer, &parts, &size));
	ck_assert_uint_eq(size, strlen(text));
	ck_assert_mem_eq(buffer.text, text, size);
}

static void expect_nothing(void)
{
	ck_assert(!line_buffer_next(&buffer, &parts, &size));
}

START_TEST(a_line_may_come_in_parts)
{
	feed("good ");
	expect_nothing();
	feed("morning\nand");
	expect_line("good morning");
	expect_nothing();
	feed("\n");
	expect_line("and");
	expect_nothing();
}
END_TEST

START_TEST(a_text_may_hold_several_lines_and_empty_ones)
{
	feed("a\n\nb\n");
	expect_line("a");
	expect_line("");
	expect_line("b");
	expect_nothing();
	feed("");
	expect_nothing();
}
END_TEST

START_TEST(a_line_that_is_too_long_becomes_several)
{
	char text[LINE_BUFFER_BYTES + 3];

	memset(text, 'x', LINE_BUFFER_BYTES + 1);
	memcpy(text + LINE_BUFFER_BYTES + 1, "\n", 2);
	feed(text);
	ck_assert(line_buffer_next(&buffer, &parts, &size));
	ck_assert_uint_eq(size, LINE_BUFFER_BYTES);
	expect_line("x");
	expect_nothing();

	/* one that just fits is one line */
	feed(text + 1);
	ck_assert(line_buffer_next(&buffer, &parts, &size));
	ck_assert_uint_eq(size, LINE_BUFFER_BYTES);
	expect_nothing();
}
END_TEST

START_TEST(the_end_completes_an_open_line_and_no_other)
{
	ck_assert(!line_buffer_end(&buffer, &size));
	feed("last words");
	expect_nothing();
	ck_assert(line_buffer_end(&buffer, &size));
	ck_assert_mem_eq(buffer.text, "last words", size);
	ck_assert(!line_buffer_end(&buffer, &size));
}
END_TEST

static bool passes(const struct filter *filter, const char *line)
{
	return filter_passes(filter, line, strlen(line));
}

START_TEST(a_line_passes_unless_it_holds_one_of_the_texts)
{
	struct filter filter = {0};

	ck_assert(passes(&filter, "debug: everything passes"));
	ck_assert_int_eq(filter_add(&filter, "debug:", 6), OK);
	ck_assert_int_eq(filter_add(&filter, "secret", 6), OK);
	ck_assert(!passes(&filter, "debug: 1"));
	ck_assert(!passes(&filter, "a secret"));
	ck_assert(passes(&filter, "debug 1"));
	ck_assert(passes(&filter, "secre"));
	ck_assert(passes(&filter, ""));
}
END_TEST

START_TEST(texts_that_make_no_sense_are_refused)
{
	struct filter filter = {0};
	char text[FILTER_TEXT_MAX + 1];

	memset(text, 'x', sizeof text);
	ck_assert_int_eq(filter_add(&filter, text, 0), ERR_BAD_ARG);
	ck_assert_int_eq(filter_add(&filter, text, FILTER_TEXT_MAX + 1), ERR_BAD_ARG);
	for (unsigned i = 0; i < FILTER_TEXTS_MAX; i++)
		ck_assert_int_eq(filter_add(&filter, text, FILTER_TEXT_MAX), OK);
	ck_assert_int_eq(filter_add(&filter, text, 1), ERR_BAD_ARG);
	ck_assert_uint_eq(filter.count, FILTER_TEXTS_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log_filter");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, a_line_may_come_in_parts);
	tcase_add_test(tests, a_text_may_hold_several_lines_and_empty_ones);
	tcase_add_test(tests, a_line_that_is_too_long_becomes_several);
	tcase_add_test(tests, the_end_completes_an_open_line_and_no_other);
	tcase_add_test(tests, a_line_passes_unless_it_holds_one_of_the_texts);
	tcase_add_test(tests, texts_that_make_no_sense_are_refused);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
