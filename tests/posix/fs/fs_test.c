/* SPDX-License-Identifier: MIT */
/*
 * fs, the client of File_system sessions: with an honest server it is a file system like any other;
 * a hostile one can refuse and lie, and harms nobody.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fs/plugins.h>
#include <posix_mount/types.h>
#include <support/exported.h>
#include <support/program.h>
#include <support/suites.h>

static void setup(void)
{
	program_setup();
	exported_setup();
}

static const char *content(const char *path)
{
	static char bytes[64];

	const long file = program_open(path, O_RDONLY);
	if (file < 0)
		return "none";
	const long size = CALL(read, file, bytes, sizeof bytes - 1);
	CALL(close, file);
	if (size < 0)
		return "error";
	bytes[size] = '\0';
	return bytes;
}

static long make(const char *path)
{
	return CALL(mkdirat, AT_FDCWD, path, 0755);
}

START_TEST(files_are_made_written_read_and_removed)
{
	struct stat status;

	program_put("/fs/file", "text");
	ck_assert_str_eq(content("/fs/file"), "text");
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/fs/file", &status, 0), 0);
	ck_assert_int_eq(status.st_size, 4);
	ck_assert_int_eq(status.st_mode, S_IFREG | 0644);
	ck_assert_int_eq(CALL(fchmodat, AT_FDCWD, "/fs/file", 0600), 0);
	ck_assert_int_eq(CALL(fchownat, AT_FDCWD, "/fs/file", 3, 4, 0), 0);
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 8, .tv_nsec = 9}};
	ck_assert_int_eq(CALL(utimensat, AT_FDCWD, "/fs/file", times, 0), 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/fs/file", &status, 0), 0);
	ck_assert_int_eq(status.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(status.st_uid, 3);
	ck_assert_int_eq(status.st_gid, 4);
	ck_assert_int_eq(status.st_mtim.tv_nsec, 9);
	ck_assert_int_eq(CALL(truncate, "/fs/file", 2), 0);
	ck_assert_str_eq(content("/fs/file"), "te");
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/fs/file", AT_FDCWD, "/fs/two", 0), 0);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/fs/file", 0), 0);
	ck_assert_str_eq(content("/fs/file"), "none");
	ck_assert_str_eq(content("/fs/two"), "te");
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/fs/two", AT_FDCWD, "/tmp/two", 0), -EXDEV);
	struct statfs capacity;
	ck_assert_int_eq(CALL(statfs, "/fs", &capacity), 0);
	ck_assert_int_eq(capacity.f_blocks, 256);
}
END_TEST

START_TEST(directories_are_walked_listed_and_moved)
{
	char buffer[1024];
	char path[64];
	int count = 0;

	ck_assert_int_eq(make("/fs/a"), 0);
	ck_assert_int_eq(make("/fs/a/b"), 0);
	program_put("/fs/a/b/file", "text");
	ck_assert_int_eq(CALL(chdir, "/fs/a/b"), 0);
	ck_assert_int_gt(CALL(getcwd, path, sizeof path), 0);
	ck_assert_str_eq(path, "/fs/a/b");
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/fs/a", AT_REMOVEDIR), -ENOTEMPTY);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/fs/a", AT_FDCWD, "/fs/a/b/c"), -EINVAL);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/fs/a", AT_FDCWD, "/fs/z"), 0);
	ck_assert_int_gt(CALL(getcwd, path, sizeof path), 0);
	ck_assert_str_eq(path, "/fs/z/b");
	ck_assert_str_eq(content("file"), "text");
	ck_assert_str_eq(content("../../z/b/file"), "text");
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/fs/mounted", AT_REMOVEDIR), -EBUSY);
	ck_assert_int_eq(make("/fs/mounted/d"), 0); /* of another file system there */
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/fs/z", AT_FDCWD, "/fs/mounted/z"), -EXDEV);
	const long directory = program_open("/fs", O_RDONLY);
	for (long size; (size = CALL(getdents64, directory, buffer, sizeof buffer)) > 0;)
		for (long at = 0; at < size; at += *(uint16_t *)(void *)(buffer + at + 16))
			count++;
	ck_assert_int_eq(count, 4); /* . .. z mounted */
}
END_TEST

START_TEST(what_may_only_be_read_says_so_when_it_is_opened)
{
	const struct fs fs = {.label = {.at = "files", .size = 5}};

	program_put("/fs/file", "text");
	fake.read_only = true;
	ck_assert_int_eq(program_mount(&(struct mount){.at = {.at = "/ro", .size = 3},
	                                               .which = MOUNT_FS,
	                                               .fs.item = &fs}),
	                 0);
	ck_assert_str_eq(content("/ro/file"), "text");
	ck_assert_int_eq(program_open("/ro/file", O_RDWR), -EROFS);
	ck_assert_int_eq(make("/ro/d"), -EROFS);
}
END_TEST

START_TEST(links_are_followed_in_the_programs_own_tree)
{
	program_put("/tmp/here", "mine");
	ck_assert_int_eq(CALL(symlinkat, "/tmp/here", AT_FDCWD, "/fs/link"), 0);
	ck_assert_int_eq(CALL(symlinkat, "../../../secret", AT_FDCWD, "/fs/out"), 0);
	ck_assert_str_eq(content("/fs/link"), "mine");
	ck_assert_str_eq(content("/fs/out"), "none");
	ck_assert_str_eq(content("/fs/../secret"), "none");
}
END_TEST

START_TEST(large_contents_go_in_parts)
{
	static char out[3 * EXPORTED_SIZE + 5];
	static char in[sizeof out];

	for (size_t i = 0; i < sizeof out; i++)
		out[i] = (char)(i * 7 + i / 256);
	const long file = program_open("/fs/large", O_CREAT | O_RDWR);
	ck_assert_int_eq(CALL(write, file, out, sizeof out), sizeof out);
	ck_assert_int_eq(CALL(pread64, file, in, sizeof in, 0), sizeof in);
	ck_assert_mem_eq(in, out, sizeof out);
	ck_assert_int_eq(CALL(pread64, file, in, sizeof in, 5), sizeof in - 5);
}
END_TEST

START_TEST(as_many_files_as_handles_can_be_held)
{
	char path[32];
	long file = 0;
	int held = 0;

	for (; held < EXPORT_HANDLES_MAX + 10; held++) {
		snprintf(path, sizeof path, "/fs/%d", held);
		file = CALL(openat, AT_FDCWD, path, O_CREAT | O_RDWR, 0644);
		if (file < 0)
			break;
	}
	ck_assert(file == -ENFILE || file == -EMFILE);
	ck_assert_int_ge(held, 200);
	for (int i = 0; i < held; i++)
		ck_assert_int_eq(CALL(close, i), 0);
	for (int i = 0; i < 1000; i++) /* handles come back */
		ck_assert_str_eq(content("/fs/0"), "");
}
END_TEST

START_TEST(without_memory_nothing_is_lost)
{
	long file;
	long heap = 0;

	ck_assert_int_eq(make("/fs/d"), 0);
	ck_assert_int_eq(CALL(symlinkat, "file", AT_FDCWD, "/fs/d/link"), 0);
	program_put("/fs/d/file", "text");
	do {
		fake.heap_left = heap++;
		file = program_open("/fs/d/link", O_RDONLY);
	} while (file == -ENOMEM);
	fake.heap_left = -1;
	ck_assert_int_ge(file, 0);
	ck_assert_int_gt(heap, 4);
}
END_TEST

/* ---- a hostile server ----------------------------------------------------------------------- */

static struct file_answer lie;

/* Answers the last packet with the lie. */
static int lying(uint32_t count)
{
	struct file_packet *packets = (struct file_packet *)(void *)exported.buffer;

	if (count)
		packets[count - 1].answer = lie;
	return 0;
}

static int gone(uint32_t count)
{
	(void)count;
	return -1;
}

START_TEST(a_server_that_has_gone_is_an_error)
{
	char byte;

	program_put("/fs/file", "text");
	const long file = program_open("/fs/file", O_RDWR);
	fake.serve = gone;
	ck_assert_int_eq(CALL(read, file, &byte, 1), -EIO);
	ck_assert_int_eq(CALL(write, file, &byte, 1), -EIO);
	ck_assert_int_eq(program_open("/fs/file", O_RDONLY), -EIO);
	ck_assert_int_eq(make("/fs/d"), -EIO);
	ck_assert_int_eq(CALL(close, file), 0);
	/* and stays so: who comes late may still write to the memory */
	fake.serve = lying;
	ck_assert_int_eq(program_open("/fs/file", O_RDONLY), -EIO);
	fake.serve = gone;
}
END_TEST

START_TEST(counts_beyond_what_was_asked_for_are_errors)
{
	char bytes[8];

	program_put("/fs/file", "text");
	const long file = program_open("/fs/file", O_RDWR);
	fake.serve = lying;
	lie = (struct file_answer){.result = sizeof bytes + 1};
	ck_assert_int_eq(CALL(read, file, bytes, sizeof bytes), -EIO);
	ck_assert_int_eq(CALL(write, file, bytes, sizeof bytes), -EIO);
	lie.result = UINT32_MAX;
	ck_assert_int_eq(CALL(read, file, bytes, sizeof bytes), -EIO);
	lie.result = 0;
	ck_assert_int_eq(CALL(write, file, bytes, sizeof bytes), -EIO); /* not for ever */
	lie.error = 12345;
	ck_assert_int_eq(CALL(read, file, bytes, sizeof bytes), -EIO);
}
END_TEST

START_TEST(kinds_and_places_that_cannot_be_are_errors)
{
	struct stat status;

	ck_assert_int_eq(make("/fs/d"), 0);
	ck_assert_int_eq(CALL(chdir, "/fs/d"), 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/fs/d", &status, 0), 0);
	fake.serve = lying;
	lie = (struct file_answer){.result = 5, .id = 77, .mode = S_IFBLK | 0600};
	ck_assert_int_eq(program_open("/fs/x", O_RDONLY), -EIO);
	lie.mode = 0;
	ck_assert_int_eq(program_open("/fs/x", O_RDONLY), -EIO);
	lie.mode = S_IFREG;
	lie.result = FILE_HANDLE_ROOT;
	ck_assert_int_eq(program_open("/fs/x", O_RDONLY), -EIO);
	/* the directory as a file, and in itself */
	lie = (struct file_answer){.result = 5, .id = status.st_ino, .mode = S_IFREG | 0600};
	ck_assert_int_eq(program_open("/fs/x", O_RDONLY), -EIO);
	lie.mode = S_IFDIR | 0700;
	ck_assert_int_eq(program_open("x", O_RDONLY), -EIO);
	/* a link to nowhere, of any length */
	lie = (struct file_answer){.result = PATH_MAX, .id = 99, .mode = S_IFLNK | 0777};
	ck_assert_int_eq(program_open("/fs/x", O_RDONLY), -EIO);
	memset(exported.buffer + FILE_PACKETS_SIZE, 0, 16);
	lie.result = 3;
	ck_assert_int_eq(program_open("/fs/x", O_RDONLY), -EIO);
}
END_TEST

START_TEST(names_that_are_none_are_errors)
{
	static const char *const names[] = {"a/b", ".", "..", "/"};
	char buffer[1024];

	const long directory = program_open("/fs", O_RDONLY | O_DIRECTORY);
	fake.serve = lying;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		CALL(lseek, directory, 2, SEEK_SET);
		strcpy((char *)exported.buffer + FILE_PACKETS_SIZE, names[i]);
		lie = (struct file_answer){.result = (uint32_t)strlen(names[i]), .size = 1};
		ck_assert_int_eq(CALL(getdents64, directory, buffer, sizeof buffer), -EIO);
	}
	CALL(lseek, directory, 2, SEEK_SET);
	lie.result = 9; /* zeros in it */
	ck_assert_int_eq(CALL(getdents64, directory, buffer, sizeof buffer), -EIO);
	strcpy((char *)exported.buffer + FILE_PACKETS_SIZE, "name");
	lie = (struct file_answer){.result = 4, .size = 0}; /* for ever the first */
	ck_assert_int_eq(CALL(getdents64, directory, buffer, sizeof buffer), -EIO);
	lie.size = UINT64_MAX;
	ck_assert_int_eq(CALL(getdents64, directory, buffer, sizeof buffer), -EIO);
	lie = (struct file_answer){.result = NAME_MAX + 1, .size = 1};
	ck_assert_int_eq(CALL(getdents64, directory, buffer, sizeof buffer), -EIO);
}
END_TEST

static unsigned long random_state;

static int anything(uint32_t count)
{
	for (size_t i = 0; i < sizeof exported.buffer; i++) {
		random_state = random_state * 6364136223846793005 + 1442695040888963407;
		exported.buffer[i] = (uint8_t)(random_state >> 33);
	}
	struct file_packet *packets = (struct file_packet *)(void *)exported.buffer;
	struct file_answer *answer = &packets[count ? count - 1 : 0].answer;
	answer->error &= 1;
	answer->result &= 31;
	answer->id &= 3;
	answer->mode &= S_IFMT | 07777;
	return 0;
}

START_TEST(whatever_a_server_answers_the_client_stays_whole)
{
	static const char *const paths[] = {"/fs/a", "/fs/a/b", "/fs/b", "/fs/a/../c", "/fs"};
	char bytes[512];
	struct stat status;

	random_state = (unsigned long)_i + 1;
	fake.serve = anything;
	for (int i = 0; i < 2000; i++) {
		const char *path = paths[i % 5];
		const char *other = paths[(i / 5) % 5];
		const long file = program_open(path, O_RDWR | O_NONBLOCK | (i % 2 ? O_CREAT : 0));
		if (file >= 0) {
			CALL(read, file, bytes, sizeof bytes);
			CALL(write, file, bytes, sizeof bytes);
			CALL(getdents64, file, bytes, sizeof bytes);
			CALL(fstat, file, &status);
			CALL(fchdir, file);
			CALL(getcwd, bytes, sizeof bytes);
			CALL(close, file);
		}
		make(path);
		CALL(renameat, AT_FDCWD, path, AT_FDCWD, other);
		CALL(linkat, AT_FDCWD, path, AT_FDCWD, other, 0);
		CALL(symlinkat, path, AT_FDCWD, other);
		CALL(readlinkat, AT_FDCWD, path, bytes, sizeof bytes);
		CALL(unlinkat, AT_FDCWD, path, i % 3 ? 0 : AT_REMOVEDIR);
	}
	CALL(chdir, "/");
}
END_TEST

START_TEST(a_session_that_makes_no_sense_is_not_mounted)
{
	struct file_system *file_system;

	ck_assert_int_eq(fs_file_system_create("none", &file_system), -ENOENT);
	fake.serve = lying;
	lie = (struct file_answer){.mode = S_IFREG};
	ck_assert_int_eq(fs_file_system_create("x", &file_system), -EIO);
	lie.mode = S_IFDIR;
	fake.shared_size = FILE_PACKETS_SIZE;
	ck_assert_int_eq(fs_file_system_create("x", &file_system), -EIO);
	fake.shared_size = SIZE_MAX;
	ck_assert_int_eq(fs_file_system_create("x", &file_system), -EIO);
	fake.shared_size = sizeof exported.buffer;
	for (long heap = 0; heap < 2; heap++) {
		fake.heap_left = heap;
		ck_assert_int_eq(fs_file_system_create("x", &file_system), -ENOMEM);
	}
	fake.heap_left = -1;
}
END_TEST

Suite *fs_suite(void)
{
	Suite *suite = suite_create("fs");
	TCase *tcase = tcase_create("client");

	tcase_add_checked_fixture(tcase, setup, exported_teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, files_are_made_written_read_and_removed);
	tcase_add_test(tcase, directories_are_walked_listed_and_moved);
	tcase_add_test(tcase, what_may_only_be_read_says_so_when_it_is_opened);
	tcase_add_test(tcase, links_are_followed_in_the_programs_own_tree);
	tcase_add_test(tcase, large_contents_go_in_parts);
	tcase_add_test(tcase, as_many_files_as_handles_can_be_held);
	tcase_add_test(tcase, without_memory_nothing_is_lost);
	tcase_add_test(tcase, a_server_that_has_gone_is_an_error);
	tcase_add_test(tcase, counts_beyond_what_was_asked_for_are_errors);
	tcase_add_test(tcase, kinds_and_places_that_cannot_be_are_errors);
	tcase_add_test(tcase, names_that_are_none_are_errors);
	tcase_add_loop_test(tcase, whatever_a_server_answers_the_client_stays_whole, 0, 4);
	tcase_add_test(tcase, a_session_that_makes_no_sense_is_not_mounted);
	suite_add_tcase(suite, tcase);
	return suite;
}
