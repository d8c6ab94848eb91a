/* SPDX-License-Identifier: MIT */
/*
 * Mounts that meet what is there: views of a part of the tree, unions, marks, links, and what is
 * copied in at the start.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <posix_mount/types.h>
#include <support/program.h>
#include <support/suites.h>

static struct capnp_text text(const char *string)
{
	return (struct capnp_text){.at = string, .size = (uint32_t)strlen(string)};
}

static int mount_ram(const char *at, enum place place)
{
	const struct ram ram = {.size = 64 * 1024};

	return program_mount(&(struct mount){
		.at = text(at), .which = MOUNT_RAM, .ram.item = &ram, .place = place});
}

static int mount_bind(const char *path, const char *at, bool read_only, enum place place)
{
	const struct bind bind = {.path = text(path)};

	return program_mount(&(struct mount){.at = text(at),
	                                     .which = MOUNT_BIND,
	                                     .bind.item = &bind,
	                                     .read_only = read_only,
	                                     .place = place});
}

/* The text of a file of a few bytes, or what open answers as a number. */
static const char *content(const char *path)
{
	static char bytes[32];

	const long file = program_open(path, O_RDONLY);
	if (file < 0)
		return "none";
	const long size = CALL(read, file, bytes, sizeof bytes - 1);
	ck_assert_int_ge(size, 0);
	bytes[size] = '\0';
	ck_assert_int_eq(CALL(close, file), 0);
	return bytes;
}

static long make(const char *path)
{
	return CALL(mkdirat, AT_FDCWD, path, 0755);
}

static int names(const char *path)
{
	char buffer[1024];
	int count = 0;

	const long directory = program_open(path, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ge(directory, 0);
	for (long size; (size = CALL(getdents64, directory, buffer, sizeof buffer)) > 0;)
		for (long at = 0; at < size; at += *(uint16_t *)(void *)(buffer + at + 16))
			count++;
	ck_assert_int_eq(CALL(close, directory), 0);
	return count - 2;
}

START_TEST(a_view_shows_a_part_and_nothing_above_it)
{
	struct stat one;
	struct stat other;
	char path[32];

	ck_assert_int_eq(make("/tmp/a"), 0);
	ck_assert_int_eq(make("/tmp/a/b"), 0);
	program_put("/tmp/secret", "secret");
	program_put("/tmp/a/b/file", "text");
	ck_assert_int_eq(CALL(symlinkat, "../../secret", AT_FDCWD, "/tmp/a/b/out"), 0);
	ck_assert_int_eq(mount_bind("/tmp/a", "/view", false, PLACE_REPLACE), 0);
	ck_assert_str_eq(content("/view/b/file"), "text");
	ck_assert_str_eq(content("/view/../secret"), "none");
	ck_assert_str_eq(content("/view/b/../../secret"), "none");
	ck_assert_str_eq(content("/view/b/out"), "none");
	ck_assert_int_eq(CALL(chdir, "/view/b"), 0);
	ck_assert_int_gt(CALL(getcwd, path, sizeof path), 0);
	ck_assert_str_eq(path, "/view/b");
	ck_assert_int_eq(CALL(chdir, "../.."), 0);
	ck_assert_int_gt(CALL(getcwd, path, sizeof path), 0);
	ck_assert_str_eq(path, "/");

	/* the same files, in both places */
	program_put("/view/new", "new");
	ck_assert_str_eq(content("/tmp/a/new"), "new");
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/view/b/file", &one, 0), 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/a/b/file", &other, 0), 0);
	ck_assert(one.st_ino == other.st_ino && one.st_dev == other.st_dev);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/view/new", AT_FDCWD, "/tmp/new"), -EXDEV);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/view/new", AT_FDCWD, "/view/b/new"), 0);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/view/b/new", AT_FDCWD, "/view/two", 0), 0);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/secret", AT_FDCWD, "/view/x", 0), -EXDEV);
	ck_assert_str_eq(content("/tmp/a/two"), "new");
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/view/two", 0), 0);
	ck_assert_str_eq(content("/tmp/a/two"), "none");
}
END_TEST

START_TEST(a_directory_that_is_moved_under_a_view_leads_nowhere_else)
{
	ck_assert_int_eq(make("/tmp/a"), 0);
	ck_assert_int_eq(make("/tmp/a/b"), 0);
	ck_assert_int_eq(make("/tmp/other"), 0);
	program_put("/tmp/other/secret", "secret");
	ck_assert_int_eq(mount_bind("/tmp/a", "/view", false, PLACE_REPLACE), 0);
	ck_assert_int_eq(CALL(chdir, "/view/b"), 0);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/a/b", AT_FDCWD, "/tmp/other/b"), 0);
	ck_assert_str_eq(content("../secret"), "none");
	ck_assert_str_eq(content("../../tmp/other/secret"), "secret"); /* by its own mount */

	/* a directory that was moved by the view itself has its new name */
	char path[32];
	ck_assert_int_eq(make("/view/c"), 0);
	ck_assert_int_eq(make("/view/d"), 0);
	ck_assert_int_eq(CALL(chdir, "/view/c"), 0);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/view/c", AT_FDCWD, "/view/d/e"), 0);
	ck_assert_int_gt(CALL(getcwd, path, sizeof path), 0);
	ck_assert_str_eq(path, "/view/d/e");
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/view/d/e", AT_REMOVEDIR), 0);
	ck_assert_int_eq(CALL(getcwd, path, sizeof path), -ENOENT);
	ck_assert_int_eq(make("f"), -ENOENT);
}
END_TEST

START_TEST(what_is_marked_read_only_stays_as_it_is)
{
	const struct timespec times[2] = {{0}, {0}};
	struct stat status;

	ck_assert_int_eq(make("/tmp/a"), 0);
	program_put("/tmp/a/file", "text");
	ck_assert_int_eq(CALL(symlinkat, "file", AT_FDCWD, "/tmp/a/link"), 0);
	ck_assert_int_eq(mount_bind("/tmp/a", "/view", true, PLACE_REPLACE), 0);
	ck_assert_str_eq(content("/view/link"), "text");
	ck_assert_int_eq(program_open("/view/file", O_RDWR), -EROFS);
	ck_assert_int_eq(program_open("/view/link", O_WRONLY), -EROFS);
	ck_assert_int_eq(program_open("/view/file", O_RDONLY | O_TRUNC), -EROFS);
	ck_assert_int_eq(program_open("/view/new", O_CREAT | O_WRONLY), -EROFS);
	ck_assert_int_eq(make("/view/d"), -EROFS);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/view/file", 0), -EROFS);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/view/file", AT_FDCWD, "/view/b"), -EROFS);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/view/file", AT_FDCWD, "/view/b", 0), -EROFS);
	ck_assert_int_eq(CALL(symlinkat, "x", AT_FDCWD, "/view/b"), -EROFS);
	ck_assert_int_eq(CALL(truncate, "/view/file", 0), -EROFS);
	ck_assert_int_eq(CALL(fchmodat, AT_FDCWD, "/view/file", 0777), -EROFS);
	ck_assert_int_eq(CALL(fchownat, AT_FDCWD, "/view/file", 1, 1, 0), -EROFS);
	ck_assert_int_eq(CALL(utimensat, AT_FDCWD, "/view/file", times, 0), -EROFS);
	ck_assert_int_eq(CALL(faccessat, AT_FDCWD, "/view/file", W_OK), -EROFS);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/view/file", &status, 0), 0);
	ck_assert_int_eq(status.st_size, 4);
	/* the file itself can be written to where it is no view */
	program_put("/tmp/a/file", "longer");
	ck_assert_str_eq(content("/view/file"), "longer");
}
END_TEST

START_TEST(what_is_marked_so_has_no_programs)
{
	const struct ram ram = {.size = 64 * 1024};
	struct stat status;

	ck_assert_int_eq(program_mount(&(struct mount){.at = text("/data"),
	                                               .which = MOUNT_RAM,
	                                               .ram.item = &ram,
	                                               .no_exec = true}),
	                 0);
	program_put("/data/program", "#!");
	ck_assert_int_eq(CALL(fchmodat, AT_FDCWD, "/data/program", 0755), 0);
	ck_assert_int_eq(CALL(faccessat, AT_FDCWD, "/data/program", X_OK), -EACCES);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/data/program", &status, 0), 0);
	ck_assert_int_eq(status.st_mode & 07777, 0644);
	ck_assert_int_eq(make("/data/d"), 0);
	ck_assert_int_eq(CALL(chdir, "/data/d"), 0);
}
END_TEST

START_TEST(a_union_shows_all_layers_and_changes_what_it_may)
{
	ck_assert_int_eq(make("/tmp/low"), 0);
	ck_assert_int_eq(make("/tmp/low/etc"), 0);
	program_put("/tmp/low/etc/hosts", "low");
	program_put("/tmp/low/both", "low");
	ck_assert_int_eq(mount_bind("/tmp/low", "/u", true, PLACE_REPLACE), 0);
	ck_assert_int_eq(mount_ram("/u", PLACE_BEFORE), 0);

	ck_assert_str_eq(content("/u/both"), "low");
	ck_assert_int_eq(program_open("/u/both", O_WRONLY), -EROFS);
	/* what is new goes in front, with the directories it needs */
	program_put("/u/etc/passwd", "new");
	ck_assert_str_eq(content("/u/etc/passwd"), "new");
	ck_assert_str_eq(content("/u/etc/hosts"), "low");
	ck_assert_str_eq(content("/tmp/low/etc/passwd"), "none");
	ck_assert_int_eq(names("/u/etc"), 2);
	ck_assert_int_eq(names("/u"), 2);
	ck_assert_int_eq(make("/u/etc"), -EEXIST);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/u/both", 0), -EROFS);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/u/etc", AT_REMOVEDIR), -ENOTEMPTY);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/u/etc", AT_FDCWD, "/u/usr"), -EXDEV);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/u/etc/passwd", AT_FDCWD, "/u/passwd"), 0);
	ck_assert_str_eq(content("/u/passwd"), "new");
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/u/passwd", AT_FDCWD, "/u/both"), -EROFS);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/u/passwd", 0), 0);
	ck_assert_str_eq(content("/u/passwd"), "none");
}
END_TEST

START_TEST(before_and_after_say_who_is_looked_at_first)
{
	ck_assert_int_eq(make("/tmp/one"), 0);
	ck_assert_int_eq(make("/tmp/two"), 0);
	program_put("/tmp/one/name", "one");
	program_put("/tmp/two/name", "two");
	ck_assert_int_eq(mount_bind("/tmp/one", "/u", false, PLACE_AFTER), 0);
	ck_assert_int_eq(mount_bind("/tmp/two", "/u", false, PLACE_AFTER), 0);
	ck_assert_str_eq(content("/u/name"), "one");
	ck_assert_int_eq(mount_ram("/u", PLACE_BEFORE), 0);
	ck_assert_str_eq(content("/u/name"), "one");
	program_put("/u/other", "x");
	ck_assert_str_eq(content("/tmp/one/other"), "none");
	/* a union with a directory that is no mount, in place */
	ck_assert_int_eq(mount_bind("/tmp/two", "/tmp/one", true, PLACE_BEFORE), 0);
	ck_assert_str_eq(content("/tmp/one/name"), "two");
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/one", AT_REMOVEDIR), -EBUSY);
	/* what is removed in front shows what is behind */
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/u/name", 0), 0);
	ck_assert_str_eq(content("/u/name"), "two");
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
	const struct symlink link = {.target = text("/tmp")};

	program_put("/tmp/file", "");
	ck_assert_int_eq(mount_bind("/tmp/file", "/u", false, PLACE_REPLACE), -ENOTDIR);
	ck_assert_int_eq(mount_bind("/none", "/u", false, PLACE_REPLACE), -ENOENT);
	ck_assert_int_eq(mount_bind("/tmp", "/dev", false, PLACE_REPLACE), -EBUSY);
	ck_assert_int_eq(mount_ram("/tmp/file", PLACE_BEFORE), -ENOTDIR);
	ck_assert_int_eq(program_mount(&(struct mount){.at = text("/l"),
	                                               .which = MOUNT_SYMLINK,
	                                               .symlink.item = &link,
	                                               .read_only = true}),
	                 -ENOTDIR);
	ck_assert_int_eq(mount_ram("/tmp/sub/dir", PLACE_REPLACE), 0);
	ck_assert_int_eq(mount_ram("/tmp", PLACE_AFTER), -EBUSY); /* there is something below */
	for (int i = 0; i < 7; i++)
		ck_assert_int_eq(mount_ram("/dev", PLACE_AFTER), 0);
	ck_assert_int_eq(mount_ram("/dev", PLACE_AFTER), -ENOSPC);
	ck_assert_int_ge(program_open("/dev/null", O_RDWR), 0);
}
END_TEST

START_TEST(a_link_can_be_mounted)
{
	const struct symlink link = {.target = text("tmp/target")};
	char target[16] = "";

	ck_assert_int_eq(program_mount(&(struct mount){.at = text("/link"),
	                                               .which = MOUNT_SYMLINK,
	                                               .symlink.item = &link}),
	                 0);
	ck_assert_str_eq(content("/link"), "none");
	program_put("/tmp/target", "text");
	ck_assert_str_eq(content("/link"), "text");
	ck_assert_int_eq(CALL(readlinkat, AT_FDCWD, "/link", target, sizeof target), 10);
	ck_assert_str_eq(target, "tmp/target");
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/link", 0), -EBUSY);
}
END_TEST

static int mount_imported(const struct import *imports, uint32_t count)
{
	const struct ram ram = {.size = 64 * 1024};

	return program_mount(&(struct mount){.at = text("/in"),
	                                     .which = MOUNT_RAM,
	                                     .ram.item = &ram,
	                                     .import = {.items = imports, .count = count},
	                                     .read_only = true});
}

START_TEST(a_file_system_is_filled_before_it_is_seen)
{
	const struct import imports[] = {
		{.at = text("/etc/deep/motd"), .which = IMPORT_TEXT, .text = text("hello")},
		{.at = text("etc/rom"), .which = IMPORT_ROM, .rom = text("rom")},
	};
	const struct import twice[] = {imports[0], imports[0]};
	const struct import none = {.at = text("a"), .which = IMPORT_ROM, .rom = text("none")};
	const struct import unset = {.at = text("a")};
	const struct import no_tar = {.which = IMPORT_TAR, .tar = text("rom")};

	native_fake_rom("rom", "from a rom", 10);
	ck_assert_int_eq(mount_imported(twice, 2), -EEXIST);
	ck_assert_int_eq(mount_imported(&none, 1), -ENOENT);
	ck_assert_int_eq(mount_imported(&unset, 1), -EINVAL);
	ck_assert_int_eq(mount_imported(&no_tar, 1), -EINVAL);
	ck_assert_int_eq(mount_imported(imports, 2), 0);
	ck_assert_str_eq(content("/in/etc/deep/motd"), "hello");
	ck_assert_str_eq(content("/in/etc/rom"), "from a rom");
	ck_assert_int_eq(program_open("/in/etc/rom", O_WRONLY), -EROFS);
}
END_TEST

START_TEST(without_memory_nothing_is_lost)
{
	const struct import import = {
		.at = text("/etc/motd"), .which = IMPORT_TEXT, .text = text("hello")};
	long heap = 0;
	int error;

	ck_assert_int_eq(make("/tmp/low"), 0);
	ck_assert_int_eq(make("/tmp/low/etc"), 0);
	do {
		fake.heap_left = heap++;
		error = mount_imported(&import, 1);
	} while (error == -ENOMEM);
	ck_assert_int_eq(error, 0);
	fake.heap_left = -1;
	ck_assert_int_eq(mount_ram("/u", PLACE_REPLACE), 0);
	heap = 0;
	do {
		fake.heap_left = heap++;
		error = mount_bind("/tmp/low", "/u", true, PLACE_AFTER);
	} while (error == -ENOMEM);
	ck_assert_int_eq(error, 0);
	heap = 0;
	do {
		fake.heap_left = heap++;
		error = (int)make("/u/etc/new");
	} while (error == -ENOMEM);
	ck_assert_int_eq(error, 0);
	fake.heap_left = -1;
	ck_assert_int_eq(names("/u/etc"), 1);
}
END_TEST

Suite *mounts_suite(void)
{
	Suite *suite = suite_create("mounts");
	TCase *tcase = tcase_create("mounts");

	tcase_add_checked_fixture(tcase, program_setup, program_teardown);
	tcase_add_test(tcase, a_view_shows_a_part_and_nothing_above_it);
	tcase_add_test(tcase, a_directory_that_is_moved_under_a_view_leads_nowhere_else);
	tcase_add_test(tcase, what_is_marked_read_only_stays_as_it_is);
	tcase_add_test(tcase, what_is_marked_so_has_no_programs);
	tcase_add_test(tcase, a_union_shows_all_layers_and_changes_what_it_may);
	tcase_add_test(tcase, before_and_after_say_who_is_looked_at_first);
	tcase_add_test(tcase, what_does_not_fit_is_refused);
	tcase_add_test(tcase, a_link_can_be_mounted);
	tcase_add_test(tcase, a_file_system_is_filled_before_it_is_seen);
	tcase_add_test(tcase, without_memory_nothing_is_lost);
	suite_add_tcase(suite, tcase);
	return suite;
}
