/* SPDX-License-Identifier: MIT */
/*
 * Names: walking, mounting, and the rules of open, unlink, mkdir and rename that hold for every
 * file system.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fs/plugins.h>
#include <support/program.h>
#include <support/suites.h>

static long stat_of(const char *path, struct stat *status)
{
	return CALL(newfstatat, AT_FDCWD, path, status, 0);
}

static bool directory_lists(const char *path, const char *name)
{
	char buffer[4096];
	bool found = false;
	long size;

	const long directory = program_open(path, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ge(directory, 0);
	while ((size = CALL(getdents64, directory, buffer, sizeof buffer)) > 0)
		for (long at = 0; at < size; at += *(uint16_t *)(void *)(buffer + at + 16))
			found |= strcmp(buffer + at + 19, name) == 0;
	ck_assert_int_eq(size, 0);
	ck_assert_int_eq(CALL(close, directory), 0);
	return found;
}

START_TEST(dot_dot_of_the_root_is_the_root)
{
	struct stat root;
	struct stat above;

	ck_assert_int_eq(stat_of("/", &root), 0);
	ck_assert_int_eq(stat_of("/../../tmp/../..", &above), 0);
	ck_assert_int_eq(root.st_ino, above.st_ino);
	ck_assert_int_eq(root.st_dev, above.st_dev);
}
END_TEST

START_TEST(dot_dot_leads_out_of_a_mounted_file_system)
{
	char path[64];

	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/a", 0755), 0);
	ck_assert_int_eq(CALL(chdir, "/tmp/a"), 0);
	ck_assert_int_eq(CALL(getcwd, path, sizeof path), 7);
	ck_assert_str_eq(path, "/tmp/a");
	ck_assert_int_eq(CALL(chdir, "../../dev/./"), 0);
	ck_assert_int_eq(CALL(getcwd, path, sizeof path), 5);
	ck_assert_str_eq(path, "/dev");
	ck_assert_int_eq(CALL(chdir, ".."), 0);
	ck_assert_int_eq(CALL(getcwd, path, sizeof path), 2);
	ck_assert_str_eq(path, "/");
}
END_TEST

START_TEST(getcwd_needs_room_for_the_path_and_its_end)
{
	char path[8];

	ck_assert_int_eq(CALL(chdir, "/boot"), 0);
	ck_assert_int_eq(CALL(getcwd, path, 5), -ERANGE);
	ck_assert_int_eq(CALL(getcwd, path, 6), 6);
	ck_assert_int_eq(CALL(chdir, "/"), 0);
	ck_assert_int_eq(CALL(getcwd, path, 0), -ERANGE);
	ck_assert_int_eq(CALL(getcwd, path, 1), -ERANGE);
	ck_assert_int_eq(CALL(getcwd, path, 2), 2);
}
END_TEST

START_TEST(getcwd_follows_a_rename_of_the_directory)
{
	char path[64];

	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/old", 0755), 0);
	ck_assert_int_eq(CALL(chdir, "/tmp/old"), 0);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/old", AT_FDCWD, "/tmp/new"), 0);
	ck_assert_int_gt(CALL(getcwd, path, sizeof path), 0);
	ck_assert_str_eq(path, "/tmp/new");
}
END_TEST

START_TEST(a_removed_current_directory_has_no_path_and_takes_no_files)
{
	char path[64];

	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/gone", 0755), 0);
	ck_assert_int_eq(CALL(chdir, "/tmp/gone"), 0);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/gone", AT_REMOVEDIR), 0);
	ck_assert_int_eq(CALL(getcwd, path, sizeof path), -ENOENT);
	ck_assert_int_eq(program_open("file", O_CREAT | O_WRONLY), -ENOENT);
	ck_assert_int_eq(program_open("..", O_RDONLY), -ENOENT);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "..", 0755), -ENOENT);
	program_put("/tmp/file", "");
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/file", AT_FDCWD, "file"), -ENOENT);
}
END_TEST

START_TEST(names_and_paths_have_a_longest_length)
{
	char path[PATH_MAX + 1];

	memset(path, 'x', sizeof path);
	memcpy(path, "/tmp/", 5);
	path[5 + NAME_MAX] = '\0';
	const long file = program_open(path, O_CREAT | O_WRONLY);
	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(CALL(close, file), 0);
	path[5 + NAME_MAX] = 'x';
	path[5 + NAME_MAX + 1] = '\0';
	ck_assert_int_eq(program_open(path, O_CREAT | O_WRONLY), -ENAMETOOLONG);

	memset(path, '/', sizeof path);
	path[PATH_MAX - 1] = '\0';
	ck_assert_int_ge(program_open(path, O_RDONLY), 0);
	path[PATH_MAX - 1] = '/';
	path[PATH_MAX] = '\0';
	ck_assert_int_eq(program_open(path, O_RDONLY), -ENAMETOOLONG);
	ck_assert_int_eq(program_open("", O_RDONLY), -ENOENT);
}
END_TEST

START_TEST(a_path_through_a_file_is_refused)
{
	program_put("/tmp/file", "text");
	ck_assert_int_eq(program_open("/tmp/file/more", O_RDONLY), -ENOTDIR);
	ck_assert_int_eq(program_open("/tmp/file/", O_RDONLY), -ENOTDIR);
	ck_assert_int_eq(program_open("/tmp/file/..", O_RDONLY), -ENOTDIR);
	ck_assert_int_eq(program_open("/tmp/none/..", O_RDONLY), -ENOENT);
	ck_assert_int_eq(CALL(chdir, "/tmp/file"), -ENOTDIR);
	ck_assert_int_eq(program_open("/tmp/file", O_RDONLY | O_DIRECTORY), -ENOTDIR);
}
END_TEST

START_TEST(open_makes_and_refuses_as_its_flags_say)
{
	ck_assert_int_eq(program_open("/tmp/a", O_RDWR), -ENOENT);
	ck_assert_int_ge(program_open("/tmp/a", O_RDWR | O_CREAT | O_EXCL), 0);
	ck_assert_int_eq(program_open("/tmp/a", O_RDWR | O_CREAT | O_EXCL), -EEXIST);
	ck_assert_int_ge(program_open("/tmp/a", O_RDWR | O_CREAT), 0);
	ck_assert_int_eq(program_open("/tmp/b/", O_RDWR | O_CREAT), -EISDIR);
	ck_assert_int_eq(program_open("/tmp", O_RDWR), -EISDIR);
	ck_assert_int_eq(program_open("/tmp", O_RDONLY | O_CREAT), -EISDIR);
	ck_assert_int_eq(program_open("/tmp", O_RDONLY | O_TMPFILE), -EOPNOTSUPP);
	ck_assert_int_eq(program_open("/tmp/a", O_ACCMODE), -EINVAL);
}
END_TEST

START_TEST(what_cannot_be_written_answers_so)
{
	native_fake_rom("rom", "text", 4);
	ck_assert_int_eq(program_open("/boot/rom", O_RDWR), -EROFS);
	ck_assert_int_eq(program_open("/boot/none", O_RDONLY), -ENOENT);
	ck_assert_int_eq(program_open("/boot/none", O_WRONLY | O_CREAT), -EROFS);
	ck_assert_int_eq(program_open("/none", O_WRONLY | O_CREAT), -EROFS);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/boot/rom", 0), -EROFS);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/boot/d", 0755), -EROFS);
	ck_assert_int_eq(CALL(truncate, "/boot/rom", 0), -EROFS);
	ck_assert_int_eq(CALL(faccessat, AT_FDCWD, "/boot/rom", R_OK), 0);
	ck_assert_int_eq(CALL(faccessat, AT_FDCWD, "/boot/rom", W_OK), -EROFS);
	ck_assert_int_eq(CALL(faccessat, AT_FDCWD, "/tmp", W_OK | X_OK), 0);
	program_put("/tmp/plain", "");
	ck_assert_int_eq(CALL(faccessat, AT_FDCWD, "/tmp/plain", X_OK), -EACCES);
}
END_TEST

START_TEST(unlink_and_rmdir_know_files_from_directories)
{
	program_put("/tmp/file", "");
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d", 0755), 0);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d", 0755), -EEXIST);
	program_put("/tmp/d/inside", "");
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/d", 0), -EISDIR);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/file", AT_REMOVEDIR), -ENOTDIR);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/d", AT_REMOVEDIR), -ENOTEMPTY);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/d/.", AT_REMOVEDIR), -EINVAL);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/d/..", AT_REMOVEDIR), -ENOTEMPTY);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/d/inside", 0), 0);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/d/inside", 0), -ENOENT);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/d", AT_REMOVEDIR), 0);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/", AT_REMOVEDIR), -EBUSY);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/file", 1), -EINVAL);
}
END_TEST

START_TEST(a_mount_point_can_be_neither_removed_nor_renamed)
{
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp", AT_REMOVEDIR), -EBUSY);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp", AT_FDCWD, "/t"), -EBUSY);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d", 0755), 0);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/d", AT_FDCWD, "/dev"), -EBUSY);
}
END_TEST

START_TEST(rename_follows_posix)
{
	program_put("/tmp/a", "a");
	program_put("/tmp/b", "b");
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d", 0755), 0);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d/e", 0755), 0);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/empty", 0755), 0);

	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/none", AT_FDCWD, "/tmp/x"), -ENOENT);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/a"), 0);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/d"), -EISDIR);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/d", AT_FDCWD, "/tmp/a"), -ENOTDIR);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/empty", AT_FDCWD, "/tmp/d"), -ENOTEMPTY);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/d", AT_FDCWD, "/tmp/d/e/f"), -EINVAL);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/d", AT_FDCWD, "/tmp/d/e"), -EINVAL);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/d/.", AT_FDCWD, "/tmp/f"), -EBUSY);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/f/"), -ENOTDIR);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/a", AT_FDCWD, "/dev/a"), -EXDEV);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/dev/null", AT_FDCWD, "/dev/nil"), -EROFS);
	ck_assert_int_eq(CALL(renameat2, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b", 1), -EEXIST);
	ck_assert_int_eq(CALL(renameat2, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b", 2), -EINVAL);

	struct stat before;
	struct stat after;
	ck_assert_int_eq(stat_of("/tmp/a", &before), 0);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b"), 0);
	ck_assert_int_eq(stat_of("/tmp/b", &after), 0);
	ck_assert_int_eq(before.st_ino, after.st_ino);
	ck_assert_int_eq(stat_of("/tmp/a", &after), -ENOENT);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/d", AT_FDCWD, "/tmp/empty"), 0);
	ck_assert_int_eq(stat_of("/tmp/empty/e", &after), 0);
}
END_TEST

START_TEST(mount_points_are_listed_with_the_entries_of_their_directory)
{
	struct file_system *dev;

	ck_assert(directory_lists("/", "tmp"));
	ck_assert(directory_lists("/", "."));
	ck_assert(directory_lists("/", ".."));
	ck_assert(!directory_lists("/", "none"));

	/* over a directory that is there, and where there was nothing */
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/there", 0755), 0);
	ck_assert_int_eq(dev_file_system_create(&dev), 0);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/tmp/there", dev), 0);
	ck_assert_int_eq(dev_file_system_create(&dev), 0);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/tmp/deep/er", dev), 0);
	ck_assert(directory_lists("/tmp", "there"));
	ck_assert(directory_lists("/tmp", "deep"));
	ck_assert(directory_lists("/tmp/deep", "er"));
	ck_assert(directory_lists("/tmp/deep/er", "null"));
	ck_assert_int_ge(program_open("/tmp/there/null", O_RDONLY), 0);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/there", AT_REMOVEDIR), -EBUSY);
}
END_TEST

START_TEST(a_mount_that_makes_no_sense_is_refused)
{
	struct file_system *dev;

	program_put("/tmp/file", "");
	ck_assert_int_eq(dev_file_system_create(&dev), 0);
	ck_assert_int_eq(vfs_mount(&program.vfs, "relative", dev), -EINVAL);
	ck_assert_int_eq(vfs_mount(&program.vfs, "", dev), -EINVAL);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/tmp/../x", dev), -EINVAL);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/tmp", dev), -EBUSY);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/", dev), -EBUSY);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/tmp/file", dev), -ENOTDIR);
	dev->ops->destroy(dev);
}
END_TEST

START_TEST(relative_names_begin_at_the_descriptor_given)
{
	program_put("/tmp/file", "text");
	const long directory = program_open("/tmp", O_RDONLY);
	const long path_only = program_open("/tmp", O_PATH);
	const long file = CALL(openat, directory, "file", O_RDONLY, 0);

	ck_assert_int_ge(file, 0);
	ck_assert_int_ge(CALL(openat, path_only, "file", O_RDONLY, 0), 0);
	ck_assert_int_eq(CALL(openat, file, "file", O_RDONLY, 0), -ENOTDIR);
	ck_assert_int_eq(CALL(openat, 99, "file", O_RDONLY, 0), -EBADF);
	ck_assert_int_ge(CALL(openat, 99, "/tmp/file", O_RDONLY, 0), 0);
	ck_assert_int_eq(CALL(fchdir, directory), 0);
	ck_assert_int_ge(program_open("file", O_RDONLY), 0);
	ck_assert_int_eq(CALL(fchdir, file), -ENOTDIR);
	ck_assert_int_eq(CALL(fchdir, 99), -EBADF);

	struct stat status;
	ck_assert_int_eq(CALL(newfstatat, file, "", &status, AT_EMPTY_PATH), 0);
	ck_assert_int_eq(status.st_size, 4);
	ck_assert_int_eq(CALL(newfstatat, file, "", &status, 0), -ENOENT);
}
END_TEST

START_TEST(every_failed_allocation_is_an_error_and_nothing_is_lost)
{
	program_put("/tmp/file", "text");
	native_fake_rom("rom", "text", 4);
	for (long heap = 0; heap < 3; heap++) {
		fake.heap_left = heap;
		const long file = program_open("/tmp/new", O_CREAT | O_RDWR);
		ck_assert_int_eq(file, -ENOMEM);
		fake.heap_left = -1;
		(void)CALL(unlinkat, AT_FDCWD, "/tmp/new", 0); /* made, but no open file for it */
		fake.heap_left = heap;
		ck_assert_int_eq(program_open("/boot/rom", O_RDONLY), -ENOMEM);
		fake.heap_left = -1;
	}
	fake.heap_left = 0;
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/file", AT_FDCWD, "/tmp/other"), -ENOMEM);
	fake.heap_left = -1;
	ck_assert_int_ge(program_open("/tmp/file", O_RDONLY), 0);
}
END_TEST

Suite *vfs_suite(void)
{
	Suite *suite = suite_create("vfs");
	TCase *tcase = tcase_create("names");

	tcase_add_checked_fixture(tcase, program_setup, program_teardown);
	tcase_add_test(tcase, dot_dot_of_the_root_is_the_root);
	tcase_add_test(tcase, dot_dot_leads_out_of_a_mounted_file_system);
	tcase_add_test(tcase, getcwd_needs_room_for_the_path_and_its_end);
	tcase_add_test(tcase, getcwd_follows_a_rename_of_the_directory);
	tcase_add_test(tcase, a_removed_current_directory_has_no_path_and_takes_no_files);
	tcase_add_test(tcase, names_and_paths_have_a_longest_length);
	tcase_add_test(tcase, a_path_through_a_file_is_refused);
	tcase_add_test(tcase, open_makes_and_refuses_as_its_flags_say);
	tcase_add_test(tcase, what_cannot_be_written_answers_so);
	tcase_add_test(tcase, unlink_and_rmdir_know_files_from_directories);
	tcase_add_test(tcase, a_mount_point_can_be_neither_removed_nor_renamed);
	tcase_add_test(tcase, rename_follows_posix);
	tcase_add_test(tcase, mount_points_are_listed_with_the_entries_of_their_directory);
	tcase_add_test(tcase, a_mount_that_makes_no_sense_is_refused);
	tcase_add_test(tcase, relative_names_begin_at_the_descriptor_given);
	tcase_add_test(tcase, every_failed_allocation_is_an_error_and_nothing_is_lost);
	suite_add_tcase(suite, tcase);
	return suite;
}
