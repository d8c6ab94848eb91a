/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <elf.h>
#include <elf_section.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A binary of three sections: none, the names, and ".data" with the text "content". */
struct binary {
	Elf64_Ehdr header;
	Elf64_Shdr sections[3];
	char names[16];
	char content[8];
};

static struct binary binary;
static char path[] = "/tmp/elf_section_test.XXXXXX";
static void *bytes;
static size_t size;

static void setup(void)
{
	strcpy(path + sizeof path - 7, "XXXXXX");
	close(mkstemp(path));
	bytes = NULL;
	binary = (struct binary){
		.header =
			{
				.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64},
				.e_shoff = offsetof(struct binary, sections),
				.e_shentsize = sizeof(Elf64_Shdr),
				.e_shnum = 3,
				.e_shstrndx = 1,
			},
		.sections =
			{
				[1] = {.sh_type = SHT_STRTAB,
	                               .sh_offset = offsetof(struct binary, names),
	                               .sh_size = sizeof binary.names},
				[2] = {.sh_type = SHT_PROGBITS,
	                               .sh_name = 1,
	                               .sh_offset = offsetof(struct binary, content),
	                               .sh_size = 7},
			},
		.names = "\0.data",
		.content = "content",
	};
}

static void teardown(void)
{
	free(bytes);
	unlink(path);
}

static enum elf_section_result read_section(const void *image, size_t image_size, const char *name)
{
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	fwrite(image, 1, image_size, file);
	fclose(file);
	free(bytes);
	bytes = NULL;
	return elf_section_read(path, name, &bytes, &size);
}

START_TEST(a_section_is_found_by_its_name)
{
	ck_assert_int_eq(read_section(&binary, sizeof binary, ".data"), ELF_SECTION_FOUND);
	ck_assert_uint_eq(size, 7);
	ck_assert_mem_eq(bytes, "content", 7);
}
END_TEST

START_TEST(other_names_are_not_found)
{
	ck_assert_int_eq(read_section(&binary, sizeof binary, ".dat"), ELF_SECTION_NONE);
	ck_assert_int_eq(read_section(&binary, sizeof binary, ".data1"), ELF_SECTION_NONE);
	ck_assert_int_eq(read_section(&binary, sizeof binary,
	                              "a name longer than all names there are"),
	                 ELF_SECTION_NONE);
}
END_TEST

START_TEST(a_missing_file_is_told_apart)
{
	ck_assert_int_eq(elf_section_read("/nonexistent", ".data", &bytes, &size),
	                 ELF_SECTION_NO_FILE);
}
END_TEST

START_TEST(what_is_no_elf_file_has_no_sections)
{
	ck_assert_int_eq(read_section("", 0, ".data"), ELF_SECTION_NONE);
	ck_assert_int_eq(read_section("#!/bin/sh\n", 10, ".data"), ELF_SECTION_NONE);
	binary.header.e_ident[EI_CLASS] = ELFCLASS32;
	ck_assert_int_eq(read_section(&binary, sizeof binary, ".data"), ELF_SECTION_NONE);
}
END_TEST

START_TEST(content_beyond_the_file_is_refused)
{
	binary.sections[2].sh_size = 8;
	ck_assert_int_eq(read_section(&binary, sizeof binary, ".data"), ELF_SECTION_FOUND);
	binary.sections[2].sh_size = 9;
	ck_assert_int_eq(read_section(&binary, sizeof binary, ".data"), ELF_SECTION_NONE);
	binary.sections[2].sh_size = UINT64_MAX;
	ck_assert_int_eq(read_section(&binary, sizeof binary, ".data"), ELF_SECTION_NONE);
}
END_TEST

/* Every truncation and many corruptions: the sanitizers are the judge. */
START_TEST(no_file_makes_it_read_outside)
{
	for (size_t length = 0; length < sizeof binary; length++)
		(void)read_section(&binary, length, ".data");
	srand(1);
	for (int round = 0; round < 20000; round++) {
		struct binary broken = binary;
		for (int i = 0; i < 3; i++)
			((unsigned char *)&broken)[(size_t)rand() % sizeof broken] =
				rand() % 2 ? (unsigned char)rand() : 0xff;
		if (read_section(&broken, sizeof broken, ".data") == ELF_SECTION_FOUND)
			ck_assert_uint_le(size, sizeof broken);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ELF section");
	TCase *tests = tcase_create("all");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_section_is_found_by_its_name);
	tcase_add_test(tests, other_names_are_not_found);
	tcase_add_test(tests, a_missing_file_is_told_apart);
	tcase_add_test(tests, what_is_no_elf_file_has_no_sections);
	tcase_add_test(tests, content_beyond_the_file_is_refused);
	tcase_add_test(tests, no_file_makes_it_read_outside);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
