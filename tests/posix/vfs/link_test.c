/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <support/program.h>
#include <support/suites.h>
#include <vfs/walk.h>

static long link_to(const char *target, const char *path)
{
	return CALL(symlinkat, target, AT_FDCWD, path);
}

START_TEST(a_link_without_memory_is_refused_and_leaves_nothing)
{
	for (long left = 0; left < 3; left++) {
		fake.heap_left = left;
		ck_assert_int_eq(link_to("target", "/tmp/link"), -ENOMEM);
	}
	fake.heap_left = -1;
	ck_assert_int_eq(link_to("target", "/tmp/link"), 0);
	/* nor is one followed without */
	fake.heap_left = 0;
	ck_assert_int_eq(program_open("/tmp/link", O_RDONLY), -ENOMEM);
	fake.heap_left = -1;
	ck_assert_int_eq(program_open("/tmp/link", O_RDONLY), -ENOENT);
}
END_TEST

START_TEST(as_many_links_as_may_be_and_no_more)
{
	char name[32];
	char target[32];

	program_put("/tmp/l0", "text");
	for (int i = 1; i <= WALK_LINKS_MAX + 1; i++) {
		snprintf(name, sizeof name, "/tmp/l%d", i);
		snprintf(target, sizeof target, "l%d", i - 1);
		ck_assert_int_eq(link_to(target, name), 0);
	}
	snprintf(name, sizeof name, "/tmp/l%d", WALK_LINKS_MAX);
	ck_assert_int_ge(program_open(name, O_RDONLY), 0);
	snprintf(name, sizeof name, "/tmp/l%d", WALK_LINKS_MAX + 1);
	ck_assert_int_eq(program_open(name, O_RDONLY), -ELOOP);
}
END_TEST

START_TEST(slashes_behind_a_link_ask_for_a_directory)
{
	program_put("/tmp/file", "text");
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d", 0755), 0);
	program_put("/tmp/d/file", "text");
	ck_assert_int_eq(link_to("file", "/tmp/f"), 0);
	ck_assert_int_eq(link_to("d/", "/tmp/l"), 0);
	ck_assert_int_eq(program_open("/tmp/f/", O_RDONLY), -ENOTDIR);
	ck_assert_int_ge(program_open("/tmp/l/", O_RDONLY), 0);
	ck_assert_int_ge(program_open("/tmp/l/file", O_RDONLY), 0);
	ck_assert_int_ge(program_open("/tmp/l/../file", O_RDONLY), 0);
	ck_assert_int_eq(link_to("x", "/tmp/new/"), -ENOENT);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/l", AT_REMOVEDIR), -ENOTDIR);
}
END_TEST

START_TEST(links_are_renamed_and_replaced_themselves)
{
	char text[8];

	program_put("/tmp/file", "text");
	ck_assert_int_eq(link_to("file", "/tmp/a"), 0);
	ck_assert_int_eq(link_to("none", "/tmp/b"), 0);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b"), 0);
	ck_assert_int_eq(CALL(readlinkat, AT_FDCWD, "/tmp/b", text, 8), 4);
	ck_assert_mem_eq(text, "file", 4);
	ck_assert_int_eq(CALL(readlinkat, AT_FDCWD, "/tmp/b", text, 0), -EINVAL);
	ck_assert_int_eq(CALL(readlinkat, AT_FDCWD, "/tmp/file", text, 8), -EINVAL);
	ck_assert_int_eq(link_to("x", "/dev/x"), -EROFS);
}
END_TEST

Suite *link_suite(void)
{
	Suite *suite = suite_create("symbolic links");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, program_setup, program_teardown);
	tcase_add_test(tests, a_link_without_memory_is_refused_and_leaves_nothing);
	tcase_add_test(tests, as_many_links_as_may_be_and_no_more);
	tcase_add_test(tests, slashes_behind_a_link_ask_for_a_directory);
	tcase_add_test(tests, links_are_renamed_and_replaced_themselves);
	suite_add_tcase(suite, tests);
	return suite;
}
