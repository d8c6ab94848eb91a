/* SPDX-License-Identifier: MIT */
/* Keys in, what a program reads and what the screen shows out. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <support/suites.h>
#include <termios.h>

#include <terminal/line_discipline.h>

static struct line_discipline line;
static uint8_t shown[3 * LINE_INPUT_MAX];
static struct line_output screen;

static void setup(void)
{
	line_discipline_init(&line);
	screen = (struct line_output){.bytes = shown, .room = sizeof shown};
}

/* Answers the signal of the last key. */
static int type(const char *keys)
{
	int signal = 0;

	for (; *keys; keys++)
		signal = line_discipline_type(&line, (uint8_t)*keys, &screen);
	return signal;
}

static void expect_screen(const char *text)
{
	ck_assert_uint_eq(screen.size, strlen(text));
	ck_assert_mem_eq(shown, text, screen.size);
	screen.size = 0;
}

static void expect_read(const char *text)
{
	uint8_t buffer[64];

	const ssize_t size = line_discipline_read(&line, buffer, sizeof buffer, false);
	ck_assert_int_eq(size, (ssize_t)strlen(text));
	ck_assert_mem_eq(buffer, text, (size_t)size);
}

static void expect_nothing(void)
{
	uint8_t byte;

	ck_assert(!line_discipline_due(&line));
	ck_assert_int_eq(line_discipline_read(&line, &byte, 1, false), -EAGAIN);
}

static void change(uint32_t local_off, uint32_t local_on, uint8_t least, uint8_t tenths)
{
	struct line_settings settings = line.settings;

	settings.local = (settings.local & ~local_off) | local_on;
	settings.characters[VMIN] = least;
	settings.characters[VTIME] = tenths;
	line_discipline_set(&line, &settings);
}

START_TEST(a_line_can_be_read_once_it_is_finished)
{
	type("hello");
	expect_nothing();
	type("\r");
	expect_screen("hello\r\n");
	ck_assert_uint_eq(line_discipline_readable(&line), 6);
	expect_read("hello\n");
	expect_nothing();
}
END_TEST

START_TEST(a_read_takes_one_line_at_most)
{
	uint8_t buffer[4];

	type("one\ntwo\n");
	ck_assert_int_eq(line_discipline_read(&line, buffer, 2, false), 2);
	expect_read("e\n");
	ck_assert_uint_eq(line_discipline_readable(&line), 4);
	expect_read("two\n");
}
END_TEST

START_TEST(the_line_being_typed_can_be_edited)
{
	type("helpp\x7flo\x7f\n");
	expect_screen("helpp\b \blo\b \b\r\n");
	expect_read("helpl\n");
	type("\x7f\x7f");
	expect_screen("");
	type("one two  \x17");
	expect_screen("one two  \b \b\b \b\b \b\b \b\b \b");
	type("x\x15"
	     "y\n");
	expect_screen("x\b \b\b \b\b \b\b \b\b \by\r\n");
	expect_read("y\n");
}
END_TEST

START_TEST(what_was_finished_can_not_be_edited)
{
	type("one\n\x7f\x15\x17two\n");
	expect_read("one\n");
	expect_read("two\n");
}
END_TEST

START_TEST(what_takes_two_columns_or_more_is_erased_whole)
{
	type("\x01\x7f");
	expect_screen("^A\b \b\b \b");
	type("ab\t\x7f");
	expect_screen("ab\t\b \b\b \b\b \b\b \b\b \b\b \b");
	type("\x15");
	screen.size = 0;
	struct line_settings settings = line.settings;
	settings.input |= IUTF8;
	line_discipline_set(&line, &settings);
	type("a\xc3\xa4\x7f\n");
	expect_screen("a\xc3\xa4\b \b\r\n");
	expect_read("a\n");
}
END_TEST

START_TEST(a_tab_after_a_prompt_is_erased_to_where_it_began)
{
	ck_assert_uint_eq(line_discipline_write(&line, (const uint8_t *)"$ ", 2, &screen), 2);
	type("\t\x7f");
	expect_screen("$ \t\b \b\b \b\b \b\b \b\b \b\b \b");
	ck_assert_uint_eq(line.column, 2);
}
END_TEST

START_TEST(without_visual_erase_the_keys_are_shown)
{
	change(ECHOE | ECHOKE, 0, 1, 0);
	type("ab\x7f");
	expect_screen("ab^?");
	type("\x15");
	expect_screen("^U\r\n");
	type("c\n");
	expect_read("c\n");
}
END_TEST

START_TEST(end_of_file_is_an_empty_read)
{
	type("\4");
	ck_assert(line_discipline_due(&line));
	ck_assert_uint_eq(line_discipline_readable(&line), 0);
	expect_read("");
	expect_nothing();
	type("abc\4");
	expect_screen("abc");
	expect_read("abc");
	expect_nothing();
}
END_TEST

START_TEST(end_of_file_behind_a_full_read_ends_it)
{
	uint8_t buffer[3];

	type("abc\4");
	ck_assert_int_eq(line_discipline_read(&line, buffer, sizeof buffer, false), 3);
	expect_nothing();
}
END_TEST

START_TEST(keys_stand_for_signals_and_what_was_typed_is_forgotten)
{
	type("one\nabc");
	screen.size = 0;
	ck_assert_int_eq(type("\3"), SIGINT);
	expect_screen("^C");
	expect_nothing();
	ck_assert_int_eq(type("\x1c"), SIGQUIT);
	ck_assert_int_eq(type("\x1a"), SIGTSTP);
	change(0, NOFLSH, 1, 0);
	type("kept\n");
	ck_assert_int_eq(type("\3"), SIGINT);
	expect_read("kept\n");
	change(ISIG, 0, 1, 0);
	ck_assert_int_eq(type("\3\n"), 0);
	expect_read("\3\n");
}
END_TEST

START_TEST(a_key_that_is_switched_off_stands_for_itself)
{
	struct line_settings settings = line.settings;

	settings.characters[VINTR] = 0;
	line_discipline_set(&line, &settings);
	ck_assert_int_eq(type("\3\n"), 0);
	ck_assert_int_eq(line_discipline_type(&line, 0, &screen), 0);
	expect_read("\3\n");
}
END_TEST

START_TEST(the_next_key_can_be_made_to_stand_for_itself)
{
	ck_assert_int_eq(type("\x16\3\x16\x7f\x16\4\n"), 0);
	expect_screen("^C^?^D\r\n");
	expect_read("\3\x7f\4\n");
}
END_TEST

START_TEST(what_was_typed_can_be_shown_again)
{
	type("ab\x12"
	     "c\n");
	expect_screen("ab^R\r\nabc\r\n");
	expect_read("abc\n");
}
END_TEST

START_TEST(without_echo_only_a_line_end_is_shown_if_at_all)
{
	change(ECHO, 0, 1, 0);
	type("secret\n");
	expect_screen("");
	change(0, ECHONL, 1, 0);
	type("secret\n");
	expect_screen("\r\n");
}
END_TEST

START_TEST(carriage_returns_are_as_the_flags_say)
{
	struct line_settings settings = line.settings;

	settings.input = IGNCR | INLCR;
	settings.characters[VEOL] = ';';
	line_discipline_set(&line, &settings);
	type("a\rb\nc;");
	expect_read("ab\rc;");
}
END_TEST

START_TEST(a_line_without_end_is_refused_with_a_bell_but_can_be_finished)
{
	uint8_t buffer[2 * LINE_INPUT_MAX];

	for (int i = 0; i < LINE_INPUT_MAX + 10; i++) {
		ck_assert(line_discipline_accepts(&line));
		type("x");
	}
	ck_assert_uint_eq(shown[screen.size - 1], 7);
	type("\n");
	ck_assert_int_eq(line_discipline_read(&line, buffer, sizeof buffer, false), LINE_INPUT_MAX);
	ck_assert_uint_eq(buffer[LINE_INPUT_MAX - 1], '\n');
	expect_nothing();
}
END_TEST

START_TEST(full_of_lines_it_accepts_no_more)
{
	for (int i = 0; i < LINE_INPUT_MAX / 2; i++)
		type("x\n");
	ck_assert(!line_discipline_accepts(&line));
	expect_read("x\n");
	ck_assert(line_discipline_accepts(&line));
}
END_TEST

START_TEST(raw_keys_are_read_as_they_come)
{
	change(ICANON | ECHO | ISIG | IEXTEN, 0, 1, 0);
	type("\x7f");
	ck_assert(line_discipline_due(&line));
	type("a\x16\4\x15");
	expect_screen("");
	expect_read("\x7f"
	            "a\x16\4\x15");
	expect_nothing();
}
END_TEST

START_TEST(as_many_as_wanted_are_waited_for)
{
	uint8_t buffer[4];

	change(ICANON, 0, 3, 0);
	type("ab");
	ck_assert_int_eq(line_discipline_read(&line, buffer, 2, false), 2);
	type("ab");
	ck_assert(!line_discipline_due(&line));
	ck_assert_int_eq(line_discipline_read(&line, buffer, 4, false), -EAGAIN);
	type("c");
	expect_read("abc");
}
END_TEST

START_TEST(nothing_is_waited_for_if_none_is_wanted)
{
	change(ICANON, 0, 0, 0);
	expect_read("");
	ck_assert(!line_discipline_due(&line));
	type("a");
	expect_read("a");
}
END_TEST

START_TEST(a_read_waits_so_long_and_no_longer)
{
	uint8_t buffer[4];

	change(ICANON, 0, 0, 5);
	expect_nothing();
	ck_assert_uint_eq(line_discipline_patience_ns(&line), 500000000);
	ck_assert_int_eq(line_discipline_read(&line, buffer, 4, true), 0);

	change(ICANON, 0, 3, 2);
	ck_assert_uint_eq(line_discipline_patience_ns(&line), 0); /* it begins with a key */
	ck_assert_int_eq(line_discipline_read(&line, buffer, 4, true), -EAGAIN);
	type("a");
	ck_assert_uint_eq(line_discipline_patience_ns(&line), 200000000);
	ck_assert_int_eq(line_discipline_read(&line, buffer, 4, false), -EAGAIN);
	ck_assert_int_eq(line_discipline_read(&line, buffer, 4, true), 1);
}
END_TEST

START_TEST(a_change_of_mode_loses_nothing)
{
	type("half");
	change(ICANON, 0, 1, 0);
	expect_read("half");
	type("raw");
	change(0, ICANON, 1, 0);
	expect_read("raw");
	expect_nothing();
}
END_TEST

START_TEST(output_is_stopped_and_goes_on_by_keys)
{
	const uint8_t *text = (const uint8_t *)"text";

	type("\x13");
	ck_assert_uint_eq(line_discipline_write(&line, text, 4, &screen), 0);
	type("\x11");
	ck_assert_uint_eq(line_discipline_write(&line, text, 4, &screen), 4);
	expect_screen("text");
	type("\x13");
	ck_assert_int_eq(type("\3"), SIGINT);
	ck_assert(!line.stopped);
}
END_TEST

START_TEST(output_is_as_the_flags_say)
{
	struct line_settings settings = line.settings;
	const uint8_t *text = (const uint8_t *)"\ra\tb\n\r";

	settings.output = OPOST | ONLCR | ONOCR | XTABS;
	line_discipline_set(&line, &settings);
	ck_assert_uint_eq(line_discipline_write(&line, text, 6, &screen), 6);
	expect_screen("a       b\r\n");
	settings.output = 0;
	line_discipline_set(&line, &settings);
	ck_assert_uint_eq(line_discipline_write(&line, text, 6, &screen), 6);
	expect_screen("\ra\tb\n\r");
}
END_TEST

START_TEST(output_stops_where_there_is_no_room)
{
	static uint8_t text[100];
	size_t done = 0;

	memset(text, '\n', sizeof text);
	screen.room = 50;
	done = line_discipline_write(&line, text, sizeof text, &screen);
	ck_assert_uint_gt(done, 0);
	ck_assert_uint_eq(screen.size, 2 * done);
	ck_assert_uint_le(screen.size, screen.room);
	type("echo");
	ck_assert_uint_le(screen.size, screen.room);
	type("\x15\n");
	expect_read("\n"); /* the keys are not lost */
}
END_TEST

/* Whatever is typed in whatever mode, the queue holds together. */
START_TEST(any_keys_in_any_mode_leave_it_consistent)
{
	uint32_t state = (uint32_t)_i + 1;
	uint8_t buffer[300];

	for (int i = 0; i < 200000; i++) {
		state = state * 1664525 + 1013904223;
		const uint8_t key = (uint8_t)(state >> 24);
		if (state % 997 == 0)
			change(~0u, state >> 8, key % 5, key % 3);
		if (state % 61 == 0)
			(void)line_discipline_read(&line, buffer, key, key & 1);
		screen.size = state % 7 ? 0 : screen.room;
		(void)line_discipline_type(&line, key, &screen);
		ck_assert_uint_le(line.ready, line.count);
		ck_assert_uint_le(line.count, LINE_INPUT_MAX);
		ck_assert_uint_lt(line.first, LINE_INPUT_MAX);
		ck_assert_uint_le(line_discipline_readable(&line), line.ready);
	}
}
END_TEST

Suite *line_discipline_suite(void)
{
	Suite *suite = suite_create("line discipline");
	TCase *tests = tcase_create("line_discipline");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, a_line_can_be_read_once_it_is_finished);
	tcase_add_test(tests, a_read_takes_one_line_at_most);
	tcase_add_test(tests, the_line_being_typed_can_be_edited);
	tcase_add_test(tests, what_was_finished_can_not_be_edited);
	tcase_add_test(tests, what_takes_two_columns_or_more_is_erased_whole);
	tcase_add_test(tests, a_tab_after_a_prompt_is_erased_to_where_it_began);
	tcase_add_test(tests, without_visual_erase_the_keys_are_shown);
	tcase_add_test(tests, end_of_file_is_an_empty_read);
	tcase_add_test(tests, end_of_file_behind_a_full_read_ends_it);
	tcase_add_test(tests, keys_stand_for_signals_and_what_was_typed_is_forgotten);
	tcase_add_test(tests, a_key_that_is_switched_off_stands_for_itself);
	tcase_add_test(tests, the_next_key_can_be_made_to_stand_for_itself);
	tcase_add_test(tests, what_was_typed_can_be_shown_again);
	tcase_add_test(tests, without_echo_only_a_line_end_is_shown_if_at_all);
	tcase_add_test(tests, carriage_returns_are_as_the_flags_say);
	tcase_add_test(tests, a_line_without_end_is_refused_with_a_bell_but_can_be_finished);
	tcase_add_test(tests, full_of_lines_it_accepts_no_more);
	tcase_add_test(tests, raw_keys_are_read_as_they_come);
	tcase_add_test(tests, as_many_as_wanted_are_waited_for);
	tcase_add_test(tests, nothing_is_waited_for_if_none_is_wanted);
	tcase_add_test(tests, a_read_waits_so_long_and_no_longer);
	tcase_add_test(tests, a_change_of_mode_loses_nothing);
	tcase_add_test(tests, output_is_stopped_and_goes_on_by_keys);
	tcase_add_test(tests, output_is_as_the_flags_say);
	tcase_add_test(tests, output_stops_where_there_is_no_room);
	tcase_add_loop_test(tests, any_keys_in_any_mode_leave_it_consistent, 0, 4);
	suite_add_tcase(suite, tests);
	return suite;
}
