/* SPDX-License-Identifier: MIT */
#include <abi/boot_archive.h>
#include <archive.h>
#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, CONTENT_MAX = 64 * PAGE };

static char directory[] = "/tmp/archive_test.XXXXXX";
static char path[64];
static char host_file[64];
static _Alignas(8) char content[CONTENT_MAX];
static struct archive_problem problem;

static void setup(void)
{
	strcpy(directory + sizeof directory - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/archive", directory);
	snprintf(host_file, sizeof host_file, "%s/file", directory);
}

static void teardown(void)
{
	unlink(path);
	unlink(host_file);
	ck_assert_int_eq(rmdir(directory), 0); /* nothing else was left */
}

static void make_host_file(size_t size)
{
	FILE *file = fopen(host_file, "wb");

	ck_assert_ptr_nonnull(file);
	for (size_t i = 0; i < size; i++)
		putc('a' + (int)(i % 26), file);
	fclose(file);
}

static const struct boot_archive *load(void)
{
	FILE *file = fopen(path, "rb");

	ck_assert_ptr_nonnull(file);
	const size_t size = fread(content, 1, sizeof content, file);
	fclose(file);
	const struct boot_archive *archive = (const struct boot_archive *)content;
	ck_assert_uint_eq(archive->size, size);
	ck_assert_uint_eq(size % PAGE, 0);
	return archive;
}

static bool write_one(const char *name)
{
	const struct archive_member member = {.name = name, .bytes = "x", .size = 1};

	return archive_write(path, &member, 1, &problem);
}

START_TEST(files_and_texts_stand_on_page_boundaries_in_order)
{
	make_host_file(PAGE + 1);
	const struct archive_member members[] = {
		{.name = "empty"},
		{.name = "text", .bytes = "hello", .size = 5},
		{.name = "file", .path = host_file},
		{.name = "last", .bytes = "z", .size = 1},
	};

	ck_assert_msg(archive_write(path, members, 4, &problem), "%s", problem.text);
	const struct boot_archive *archive = load();
	ck_assert_uint_eq(archive->magic, BOOT_ARCHIVE_MAGIC);
	ck_assert_mem_eq(content, "!capOAR1", 8);
	ck_assert_uint_eq(archive->file_count, 4);
	uint64_t at = PAGE;
	const uint64_t sizes[] = {0, 5, PAGE + 1, 1};
	for (int i = 0; i < 4; i++) {
		ck_assert_str_eq(archive->files[i].name, members[i].name);
		ck_assert_uint_eq(archive->files[i].offset, at);
		ck_assert_uint_eq(archive->files[i].size, sizes[i]);
		at += (sizes[i] + PAGE - 1) / PAGE * PAGE;
	}
	ck_assert_uint_eq(archive->size, at);
	ck_assert_mem_eq(content + archive->files[1].offset, "hello\0", 6);
	ck_assert_mem_eq(content + archive->files[2].offset + 26, "abc", 3);
	ck_assert_int_eq(content[archive->files[2].offset + PAGE + 1], 0);
}
END_TEST

START_TEST(no_files_make_an_archive_too)
{
	ck_assert(archive_write(path, NULL, 0, &problem));
	ck_assert_uint_eq(load()->file_count, 0);
}
END_TEST

START_TEST(a_table_may_exceed_a_page)
{
	struct archive_member members[70];
	char names[70][8];

	for (int i = 0; i < 70; i++) {
		snprintf(names[i], sizeof names[i], "%d", i);
		members[i] = (struct archive_member){.name = names[i]};
	}
	ck_assert(archive_write(path, members, 70, &problem));
	ck_assert_uint_eq(load()->files[0].offset, 2 * PAGE);
}
END_TEST

START_TEST(a_name_of_47_bytes_fits_and_one_of_48_is_refused)
{
	char name[49] = {0};

	memset(name, 'n', 47);
	ck_assert(write_one(name));
	ck_assert_str_eq(load()->files[0].name, name);
	name[47] = 'n';
	ck_assert(!write_one(name));
	ck_assert_ptr_nonnull(strstr(problem.text, "longer than the 47 bytes"));
}
END_TEST

START_TEST(an_empty_name_is_refused)
{
	ck_assert(!write_one(""));
}
END_TEST

START_TEST(a_name_given_twice_is_refused)
{
	const struct archive_member members[] = {{.name = "a"}, {.name = "b"}, {.name = "a"}};

	ck_assert(!archive_write(path, members, 3, &problem));
	ck_assert_str_eq(problem.text, "two files of the boot archive are named 'a'");
}
END_TEST

START_TEST(a_missing_file_is_named_and_the_old_archive_stays)
{
	ck_assert(write_one("old"));
	const struct archive_member member = {.name = "f", .path = host_file};
	ck_assert(!archive_write(path, &member, 1, &problem));
	ck_assert_ptr_nonnull(strstr(problem.text, host_file));
	ck_assert_str_eq(load()->files[0].name, "old");
}
END_TEST

START_TEST(a_directory_is_no_file)
{
	const struct archive_member member = {.name = "f", .path = directory};

	ck_assert(!archive_write(path, &member, 1, &problem));
	ck_assert_ptr_nonnull(strstr(problem.text, "not a regular file"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("archive");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, files_and_texts_stand_on_page_boundaries_in_order);
	tcase_add_test(tests, no_files_make_an_archive_too);
	tcase_add_test(tests, a_table_may_exceed_a_page);
	tcase_add_test(tests, a_name_of_47_bytes_fits_and_one_of_48_is_refused);
	tcase_add_test(tests, an_empty_name_is_refused);
	tcase_add_test(tests, a_name_given_twice_is_refused);
	tcase_add_test(tests, a_missing_file_is_named_and_the_old_archive_stays);
	tcase_add_test(tests, a_directory_is_no_file);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
