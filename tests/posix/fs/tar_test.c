/* SPDX-License-Identifier: MIT */
/*
 * The tar reader: archives as they are made, and hostile ones.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fs/plugins.h>
#include <support/program.h>
#include <support/suites.h>

enum { RECORD_SIZE = 512, ARCHIVE_SIZE = 64 * RECORD_SIZE };

static uint8_t *archive;
static size_t archive_size;

static void setup(void)
{
	program_setup();
	archive = calloc(1, ARCHIVE_SIZE);
	archive_size = 0;
}

static void teardown(void)
{
	program_teardown();
	free(archive);
}

static void put_checksum(uint8_t *record)
{
	unsigned sum = 0;

	memset(record + 148, ' ', 8);
	for (int i = 0; i < RECORD_SIZE; i++)
		sum += record[i];
	snprintf((char *)record + 148, 8, "%06o", sum);
}

/*
 * Adds an entry; the record is returned for the test to spoil (put_checksum makes it valid again).
 */
static uint8_t *put(char type, const char *name, const char *content)
{
	const size_t size = strlen(content);
	uint8_t *record = archive + archive_size;

	strncpy((char *)record, name, 100);
	strcpy((char *)record + 100, "0000644");
	snprintf((char *)record + 124, 12, "%011o", (unsigned)size);
	strcpy((char *)record + 136, "00000001750");
	record[156] = (uint8_t)type;
	memcpy(record + 257,
	       "ustar\0"
	       "00",
	       8);
	put_checksum(record);
	memcpy(record + RECORD_SIZE, content, size);
	archive_size += RECORD_SIZE + (size + RECORD_SIZE - 1) / RECORD_SIZE * RECORD_SIZE;
	return record;
}

static int mount_archive(void)
{
	struct file_system *tar;

	/* an exact copy, so that the sanitizer sees each byte read beyond the end */
	uint8_t *copy = malloc(archive_size ? archive_size : 1);
	memcpy(copy, archive, archive_size);
	free(archive);
	archive = copy;
	const int error = tar_file_system_from(archive, archive_size, &tar);
	if (error == 0)
		ck_assert_int_eq(vfs_mount(&program.vfs, "/tar", tar), 0);
	return error;
}

static void check_content(const char *path, const char *content)
{
	char text[600] = {0};
	const long file = program_open(path, O_RDONLY);

	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(CALL(read, file, text, sizeof text), (long)strlen(content));
	ck_assert_str_eq(text, content);
	ck_assert_int_eq(CALL(close, file), 0);
}

START_TEST(files_and_directories_are_there)
{
	struct stat status;

	put('5', "d/", "");
	put('0', "d/file", "content");
	put('\0', "./made/on/the/way", "old style");
	put('0', "empty", "");
	ck_assert_int_eq(mount_archive(), 0);
	check_content("/tar/d/file", "content");
	check_content("/tar/made/on/the/way", "old style");
	check_content("/tar/empty", "");
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tar/d/file", &status, 0), 0);
	ck_assert_int_eq(status.st_mtim.tv_sec, 01750);
	ck_assert_int_eq(status.st_mode, S_IFREG | 0444);
	ck_assert_int_eq(program_open("/tar/d/file", O_RDWR), -EROFS);
	ck_assert_int_eq(program_open("/tar/d/none", O_RDONLY), -ENOENT);
}
END_TEST

START_TEST(long_names_come_in_three_ways)
{
	char name[220];
	char text[300];
	char path[300];

	memset(name, 'n', sizeof name);
	name[120] = '/';
	name[219] = '\0';
	put('L', "././@LongLink", name);
	put('0', "cut off", "gnu");
	name[0] = 'p';
	snprintf(text, sizeof text, "20 mtime=1234567890\n%zu path=%s\n", strlen(name) + 10, name);
	put('x', "header", text);
	put('0', "cut off", "pax");
	uint8_t *record = put('0', "ustar", "prefix");
	strcpy((char *)record + 345, "some/where");
	put_checksum(record);
	put('0', "short", "again");
	ck_assert_int_eq(mount_archive(), 0);
	snprintf(path, sizeof path, "/tar/%s", name);
	check_content(path, "pax");
	path[5] = 'n';
	check_content(path, "gnu");
	check_content("/tar/some/where/ustar", "prefix");
	check_content("/tar/short", "again");
}
END_TEST

START_TEST(a_later_entry_replaces_an_earlier_one)
{
	put('0', "file", "old");
	put('0', "file", "newer");
	ck_assert_int_eq(mount_archive(), 0);
	check_content("/tar/file", "newer");
}
END_TEST

START_TEST(links_and_names_that_lead_outside_are_passed_over)
{
	put('2', "symlink", "");
	put('1', "hardlink", "");
	put('0', "../outside", "x");
	put('0', "a/../../outside", "x");
	put('0', "/absolute", "inside");
	ck_assert_int_eq(mount_archive(), 0);
	check_content("/tar/absolute", "inside");
	ck_assert_int_eq(program_open("/tar/symlink", O_RDONLY), -ENOENT);
	ck_assert_int_eq(program_open("/tar/outside", O_RDONLY), -ENOENT);
	ck_assert_int_eq(program_open("/outside", O_RDONLY), -ENOENT);
}
END_TEST

START_TEST(sizes_may_be_in_base_256)
{
	uint8_t *record = put('0', "file", "content");

	memset(record + 124, 0, 12);
	record[124] = 0x80;
	record[135] = 7;
	put_checksum(record);
	ck_assert_int_eq(mount_archive(), 0);
	check_content("/tar/file", "content");
}
END_TEST

START_TEST(a_broken_checksum_is_refused)
{
	put('0', "file", "content")[0] ^= 1;
	ck_assert_int_eq(mount_archive(), -EINVAL);
}
END_TEST

START_TEST(an_empty_archive_is_one_but_a_torn_record_is_not)
{
	archive_size = 2 * RECORD_SIZE;
	ck_assert_int_eq(mount_archive(), 0);
	archive_size = RECORD_SIZE - 1;
	ck_assert_int_eq(mount_archive(), -EINVAL);
	archive_size = 0;
	ck_assert_int_eq(mount_archive(), -EINVAL);
}
END_TEST

START_TEST(content_beyond_the_end_is_refused)
{
	static const char *const sizes[] = {"00000000010", "77777777777",
	                                    "\x80\xff\xff\xff\xff\xff\xff\xff",
	                                    "\xff\xff\xff\xff\xff\xff\xff\xff", "zzz"};
	uint8_t *record = put('0', "file", "1234567");

	memset(record + 124, 0, 12);
	memcpy(record + 124, sizes[_i], strlen(sizes[_i]));
	put_checksum(record);
	archive_size = RECORD_SIZE + 7; /* exactly the content, without padding */
	ck_assert_int_eq(mount_archive(), -EINVAL);
}
END_TEST

START_TEST(a_torn_end_after_the_last_content_is_accepted)
{
	put('0', "file", "1234567");
	archive_size = RECORD_SIZE + 7;
	ck_assert_int_eq(mount_archive(), 0);
	check_content("/tar/file", "1234567");
}
END_TEST

START_TEST(a_spoiled_pax_header_is_refused)
{
	static const char *const texts[] = {"x",
	                                    "5",
	                                    "5 ",
	                                    "99 path=a\n",
	                                    "3 a",
	                                    "0 path=a\n",
	                                    "99999999999999999999 path=a\n",
	                                    "10 path=aa",
	                                    "2 \n path"};
	put('x', "header", texts[_i]);
	put('0', "file", "");
	ck_assert_int_eq(mount_archive(), -EINVAL);
}
END_TEST

START_TEST(a_path_through_a_file_or_without_end_is_refused)
{
	char deep[200] = "";

	if (_i == 0) {
		put('0', "file", "x");
		put('0', "file/more", "x");
	} else {
		for (int i = 0; i < 65; i++)
			strcat(deep, "a/");
		put('L', "././@LongLink", deep);
		put('5', "", "");
	}
	ck_assert_int_eq(mount_archive(), -EINVAL);
}
END_TEST

/*
 * Whatever bytes change, the reader stays inside the archive (the sanitizer looks) and loses no
 * memory.
 */
START_TEST(no_change_of_bytes_leads_astray)
{
	enum { ROUNDS = 4000 };
	unsigned long state = (unsigned long)_i + 1;
	struct file_system *tar;
	struct directory_entry entry;

	put('5', "d/", "");
	put('L', "././@LongLink", "d/a_rather_long_name_that_needs_an_entry_of_its_own");
	put('0', "short", "content");
	put('x', "header", "15 path=d/pax\n\n");
	put('0', "cut", "more content");
	for (int round = 0; round < ROUNDS; round++) {
		uint8_t *copy = malloc(archive_size);
		memcpy(copy, archive, archive_size);
		for (int change = 0; change < 4; change++) {
			state = state * 6364136223846793005 + 1442695040888963407;
			copy[(state >> 33) % archive_size] = (uint8_t)(state >> 25);
		}
		for (size_t at = 0; at + RECORD_SIZE <= archive_size; at += RECORD_SIZE)
			if (memcmp(copy + at + 257, "ustar", 5) == 0)
				put_checksum(copy + at);
		if (tar_file_system_from(copy, archive_size, &tar) == 0) {
			uint64_t cookie = 0;
			while (tar->ops->list(tar->root, &cookie, &entry) > 0)
				ck_assert_uint_gt(strlen(entry.name), 0);
			tar->ops->destroy(tar);
		}
		free(copy);
	}
}
END_TEST

START_TEST(an_archive_in_a_rom_is_closed_with_its_file_system)
{
	struct file_system *tar;

	put('0', "file", "content");
	native_fake_rom("archive.tar", archive, archive_size);
	native_fake_rom("noise", "not an archive", 14);
	ck_assert_int_eq(tar_file_system_create("archive.tar", &tar), 0);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/tar", tar), 0);
	check_content("/tar/file", "content");
	ck_assert_int_eq(tar_file_system_create("noise", &tar), -EINVAL);
	ck_assert_int_eq(tar_file_system_create("none", &tar), -ENOENT);
}
END_TEST

Suite *tar_suite(void)
{
	Suite *suite = suite_create("tar");
	TCase *tcase = tcase_create("archives");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, files_and_directories_are_there);
	tcase_add_test(tcase, long_names_come_in_three_ways);
	tcase_add_test(tcase, a_later_entry_replaces_an_earlier_one);
	tcase_add_test(tcase, links_and_names_that_lead_outside_are_passed_over);
	tcase_add_test(tcase, sizes_may_be_in_base_256);
	tcase_add_test(tcase, a_broken_checksum_is_refused);
	tcase_add_test(tcase, an_empty_archive_is_one_but_a_torn_record_is_not);
	tcase_add_loop_test(tcase, content_beyond_the_end_is_refused, 0, 5);
	tcase_add_test(tcase, a_torn_end_after_the_last_content_is_accepted);
	tcase_add_loop_test(tcase, a_spoiled_pax_header_is_refused, 0, 9);
	tcase_add_loop_test(tcase, a_path_through_a_file_or_without_end_is_refused, 0, 2);
	tcase_add_loop_test(tcase, no_change_of_bytes_leads_astray, 0, 3);
	tcase_add_test(tcase, an_archive_in_a_rom_is_closed_with_its_file_system);
	suite_add_tcase(suite, tcase);
	return suite;
}
