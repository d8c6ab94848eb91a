/* SPDX-License-Identifier: MIT */
/*
 * Executables as a loader sees them: a sound one, and ones that lie.
 */
#include <base/elf.h>
#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE = 8192, TEXT_AT = 4096 };

static struct {
	Elf64_Ehdr header;
	Elf64_Phdr segments[3];
	Elf64_Shdr sections[3];
	char names[32];
	char rest[FILE_SIZE - sizeof(Elf64_Ehdr) - 3 * sizeof(Elf64_Phdr) - 3 * sizeof(Elf64_Shdr) -
	          32];
} file;

static void setup(void)
{
	memset(&file, 0, sizeof(file));
	memcpy(file.header.e_ident, ELFMAG, SELFMAG);
	file.header.e_ident[EI_CLASS] = ELFCLASS64;
	file.header.e_ident[EI_DATA] = ELFDATA2LSB;
	file.header.e_type = ET_EXEC;
	file.header.e_machine = EM_X86_64;
	file.header.e_entry = 0x421000;
	file.header.e_phoff = offsetof(typeof(file), segments);
	file.header.e_phnum = 3;
	file.header.e_phentsize = sizeof(Elf64_Phdr);
	file.header.e_shoff = offsetof(typeof(file), sections);
	file.header.e_shnum = 3;
	file.header.e_shentsize = sizeof(Elf64_Shdr);
	file.header.e_shstrndx = 1;
	file.segments[0] = (Elf64_Phdr){.p_type = PT_LOAD,
	                                .p_flags = PF_R | PF_X,
	                                .p_offset = TEXT_AT,
	                                .p_vaddr = 0x421000,
	                                .p_filesz = 100,
	                                .p_memsz = 100};
	file.segments[1] = (Elf64_Phdr){.p_type = PT_LOAD,
	                                .p_flags = PF_R | PF_W,
	                                .p_offset = TEXT_AT + 100,
	                                .p_vaddr = 0x422064,
	                                .p_filesz = 8,
	                                .p_memsz = 5000};
	file.segments[2] = (Elf64_Phdr){.p_type = PT_GNU_STACK, .p_memsz = 65536};
	memcpy(file.names, "\0.names\0.note", 14);
	file.sections[1] = (Elf64_Shdr){.sh_name = 1,
	                                .sh_offset = offsetof(typeof(file), names),
	                                .sh_size = sizeof(file.names)};
	file.sections[2] = (Elf64_Shdr){.sh_name = 8, .sh_offset = TEXT_AT, .sh_size = 3};
	memcpy((char *)&file + TEXT_AT, "abc", 3);
}

static enum status read_image(struct elf_image *image)
{
	return elf_read(&file, sizeof(file), image);
}

START_TEST(a_sound_executable_is_read)
{
	struct elf_image image;

	ck_assert_int_eq(read_image(&image), OK);
	ck_assert_uint_eq(image.entry, 0x421000);
	ck_assert_uint_eq(image.stack_size, 65536);
	ck_assert_uint_eq(image.segment_count, 2);
	ck_assert(image.segments[0].execute && !image.segments[0].write);
	ck_assert(image.segments[1].write && !image.segments[1].execute);
	ck_assert_uint_eq(image.segments[1].memory_size, 5000);
}
END_TEST

START_TEST(other_kinds_of_files_are_refused)
{
	struct elf_image image;

	for (size_t size = 0; size < sizeof(Elf64_Ehdr); size++)
		ck_assert_int_eq(elf_read(&file, size, &image), ERR_BAD_ARG);
	file.header.e_machine = EM_386;
	ck_assert_int_eq(read_image(&image), ERR_BAD_ARG);
	setup();
	file.header.e_type = ET_DYN;
	ck_assert_int_eq(read_image(&image), ERR_BAD_ARG);
	setup();
	file.header.e_ident[EI_CLASS] = ELFCLASS32;
	ck_assert_int_eq(read_image(&image), ERR_BAD_ARG);
	setup();
	file.header.e_phentsize = 32;
	ck_assert_int_eq(read_image(&image), ERR_BAD_ARG);
}
END_TEST

START_TEST(tables_beyond_the_file_are_refused)
{
	static const uint64_t offsets[] = {FILE_SIZE, FILE_SIZE - 8, UINT64_MAX - 7, 1ul << 63, 3};
	struct elf_image image;

	for (unsigned i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		setup();
		file.header.e_phoff = offsets[i];
		ck_assert_int_eq(read_image(&image), ERR_BAD_ARG);
	}
	setup();
	file.header.e_phnum = UINT16_MAX;
	ck_assert_int_eq(read_image(&image), ERR_BAD_ARG);
}
END_TEST

static void refused_with(size_t offset, uint64_t value)
{
	struct elf_image image;

	setup();
	memcpy((char *)&file.segments[1] + offset, &value, sizeof(value));
	ck_assert_int_eq(read_image(&image), ERR_BAD_ARG);
}

START_TEST(segments_that_contradict_file_or_address_space_are_refused)
{
	struct elf_image image;

	refused_with(offsetof(Elf64_Phdr, p_offset), FILE_SIZE - 7);
	refused_with(offsetof(Elf64_Phdr, p_offset), UINT64_MAX);
	refused_with(offsetof(Elf64_Phdr, p_filesz), UINT64_MAX);
	refused_with(offsetof(Elf64_Phdr, p_filesz), 5001); /* more than in memory */
	refused_with(offsetof(Elf64_Phdr, p_memsz), 7);
	refused_with(offsetof(Elf64_Phdr, p_memsz), UINT64_MAX);
	refused_with(offsetof(Elf64_Phdr, p_vaddr), 0x41ffff);
	refused_with(offsetof(Elf64_Phdr, p_vaddr), 0x0fffffff);
	refused_with(offsetof(Elf64_Phdr, p_vaddr), UINT64_MAX);

	setup(); /* the border itself */
	file.segments[1].p_offset = FILE_SIZE - 8;
	ck_assert_int_eq(read_image(&image), OK);
	file.segments[0].p_flags |= PF_W;
	ck_assert_int_eq(read_image(&image), ERR_BAD_ARG); /* never writable and executable */
}
END_TEST

START_TEST(too_many_segments_are_refused)
{
	struct elf_image image;
	Elf64_Phdr *segments = (Elf64_Phdr *)file.rest;

	file.header.e_phoff = offsetof(typeof(file), rest);
	for (unsigned i = 0; i <= ELF_SEGMENTS_MAX; i++)
		segments[i] = file.segments[0];
	file.header.e_phnum = ELF_SEGMENTS_MAX;
	ck_assert_int_eq(read_image(&image), OK);
	file.header.e_phnum = ELF_SEGMENTS_MAX + 1;
	ck_assert_int_eq(read_image(&image), ERR_BAD_ARG);
}
END_TEST

START_TEST(a_section_is_found_by_its_name)
{
	const void *at;
	size_t size;

	ck_assert_int_eq(elf_section(&file, sizeof(file), ".note", &at, &size), OK);
	ck_assert_uint_eq(size, 3);
	ck_assert_mem_eq(at, "abc", 3);
	ck_assert_int_eq(elf_section(&file, sizeof(file), ".not", &at, &size), ERR_BAD_ARG);
	file.sections[2].sh_size = FILE_SIZE;
	ck_assert_int_eq(elf_section(&file, sizeof(file), ".note", &at, &size), ERR_BAD_ARG);
	setup();
	file.header.e_shstrndx = 3;
	ck_assert_int_eq(elf_section(&file, sizeof(file), ".note", &at, &size), ERR_BAD_ARG);
	setup();
	file.sections[1].sh_size = UINT64_MAX;
	ck_assert_int_eq(elf_section(&file, sizeof(file), ".note", &at, &size), ERR_BAD_ARG);
}
END_TEST

/* Whatever the bytes: never outside of the file (the sanitizer sees to that), and what is accepted is sound. */
START_TEST(damaged_files_are_refused_or_sound)
{
	srandom(1);
	for (unsigned round = 0; round < 200000; round++) {
		struct elf_image image;
		const void *at;
		size_t size;
		void *copy = malloc(sizeof(file));

		setup();
		for (unsigned hits = 1 + random() % 4; hits > 0; hits--)
			((char *)&file)[random() % offsetof(typeof(file), rest)] = (char)random();
		memcpy(copy, &file, sizeof(file));
		if (elf_read(copy, sizeof(file), &image) == OK) {
			for (unsigned i = 0; i < image.segment_count; i++) {
				const struct elf_segment *segment = &image.segments[i];

				ck_assert_uint_le(segment->offset + segment->file_size,
				                  sizeof(file));
				ck_assert_uint_le(segment->file_size, segment->memory_size);
				ck_assert(!(segment->write && segment->execute));
			}
		}
		if (elf_section(copy, sizeof(file), ".note", &at, &size) == OK)
			ck_assert((const char *)at + size <= (const char *)copy + sizeof(file));
		free(copy);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("elf");
	TCase *tests = tcase_create("elf");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_sound_executable_is_read);
	tcase_add_test(tests, other_kinds_of_files_are_refused);
	tcase_add_test(tests, tables_beyond_the_file_are_refused);
	tcase_add_test(tests, segments_that_contradict_file_or_address_space_are_refused);
	tcase_add_test(tests, too_many_segments_are_refused);
	tcase_add_test(tests, a_section_is_found_by_its_name);
	tcase_add_test(tests, damaged_files_are_refused_or_sound);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
