/* SPDX-License-Identifier: MIT */
/*
 * What a program sees of itself in /proc.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <posix_mount/types.h>
#include <support/program.h>
#include <support/suites.h>

static void setup(void)
{
	static const struct proc proc;

	program_setup();
	ck_assert_int_eq(program_mount(&(struct mount){.at = {.at = "/proc", .size = 5},
	                                               .which = MOUNT_PROC,
	                                               .proc.item = &proc}),
	                 0);
}

static const char *link_of(const char *path)
{
	static char target[64];

	const long size = CALL(readlinkat, AT_FDCWD, path, target, sizeof target - 1);
	if (size < 0)
		return "none";
	target[size] = '\0';
	return target;
}

static const char *content(const char *path)
{
	static char bytes[512];

	const long file = program_open(path, O_RDONLY);
	ck_assert_int_ge(file, 0);
	const long size = CALL(read, file, bytes, sizeof bytes - 1);
	ck_assert_int_ge(size, 0);
	bytes[size] = '\0';
	ck_assert_int_eq(CALL(close, file), 0);
	return bytes;
}

START_TEST(a_program_finds_its_name_and_state)
{
	ck_assert_str_eq(link_of("/proc/self"), "1");
	ck_assert_str_eq(content("/proc/self/cmdline"), "/bin/program");
	ck_assert_str_eq(content("/proc/1/comm"), "program\n");
	ck_assert_ptr_nonnull(strstr(content("/proc/self/status"), "Pid:\t1\n"));
	ck_assert_int_eq(strncmp(content("/proc/self/stat"), "1 (program) R 0 ", 16), 0);
	ck_assert_str_eq(content("/proc/mounts"), "ram /tmp ram rw 0 0\ndev /dev dev ro 0 0\n"
	                                          "rom /boot rom ro 0 0\n"
	                                          "proc /proc proc ro 0 0\n");
}
END_TEST

START_TEST(a_text_is_read_in_pieces_as_well)
{
	char whole[128];
	char piece[3];

	strcpy(whole, content("/proc/mounts"));
	const long file = program_open("/proc/mounts", O_RDONLY);
	for (size_t at = 0; at < strlen(whole); at += sizeof piece) {
		const size_t left = strlen(whole) - at;
		const long size = left < sizeof piece ? (long)left : (long)sizeof piece;
		ck_assert_int_eq(CALL(read, file, piece, sizeof piece), size);
		ck_assert_mem_eq(piece, whole + at, (size_t)size);
	}
	ck_assert_int_eq(CALL(read, file, piece, sizeof piece), 0);
}
END_TEST

START_TEST(descriptors_are_links)
{
	char path[32];
	char text[5] = {0};
	struct stat status;

	program_put("/tmp/file", "text");
	const long file = program_open("/tmp/file", O_RDONLY);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/file", 0), 0);
	snprintf(path, sizeof path, "/proc/self/fd/%ld", file);
	const long again = program_open(path, O_RDONLY);
	ck_assert_int_eq(CALL(read, again, text, 4), 4);
	ck_assert_str_eq(text, "text");
	/* no more than the descriptor may */
	ck_assert_int_eq(program_open(path, O_RDWR), -EACCES);
	ck_assert_int_eq(program_open(path, O_WRONLY | O_TRUNC), -EACCES);
	ck_assert_int_eq(CALL(truncate, path, 0), -EACCES);
	ck_assert_int_eq(program_open(path, O_RDONLY | O_NOFOLLOW), -ELOOP);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert(S_ISLNK(status.st_mode));

	const long directory = program_open("/tmp", O_RDONLY | O_DIRECTORY);
	snprintf(path, sizeof path, "/proc/self/fd/%ld", directory);
	ck_assert_str_eq(link_of(path), "/tmp");
	strcat(path, "/new");
	program_put(path, "new");
	ck_assert_str_eq(content("/tmp/new"), "new");
	const long null = program_open("/dev/null", O_RDONLY);
	snprintf(path, sizeof path, "/proc/self/fd/%ld", null);
	ck_assert_str_eq(link_of(path), "/dev/null");
	ck_assert_int_eq(program_open("/proc/self/fd/200", O_RDONLY), -ENOENT);
	ck_assert_int_eq(program_open("/proc/self/fd/00", O_RDONLY), -ENOENT);
	ck_assert_int_eq(program_open("/proc/self/fd/99999999999", O_RDONLY), -ENOENT);
	ck_assert_int_eq(program_open("/proc/self/fd/x", O_RDONLY), -ENOENT);
}
END_TEST

START_TEST(places_are_links_and_nothing_changes)
{
	ck_assert_int_eq(CALL(chdir, "/tmp"), 0);
	ck_assert_str_eq(link_of("/proc/self/cwd"), "/tmp");
	ck_assert_str_eq(link_of("/proc/self/root"), "/");
	program_put("/proc/self/cwd/file", "text");
	ck_assert_str_eq(content("/proc/self/root/tmp/file"), "text");
	ck_assert_int_eq(program_open("/proc/self/comm", O_RDWR), -EROFS);
	ck_assert_int_eq(program_open("/proc/self/new", O_CREAT | O_WRONLY), -EROFS);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/proc/self/fd", AT_REMOVEDIR), -EROFS);
}
END_TEST

Suite *proc_suite(void)
{
	Suite *suite = suite_create("proc");
	TCase *tcase = tcase_create("self");

	tcase_add_checked_fixture(tcase, setup, program_teardown);
	tcase_add_test(tcase, a_program_finds_its_name_and_state);
	tcase_add_test(tcase, a_text_is_read_in_pieces_as_well);
	tcase_add_test(tcase, descriptors_are_links);
	tcase_add_test(tcase, places_are_links_and_nothing_changes);
	suite_add_tcase(suite, tcase);
	return suite;
}
