/* SPDX-License-Identifier: MIT */
/* The small nouns of a plan: labels, sizes, suggestions, diagnostics, schemas in binaries. */
#include <check.h>
#include <elf.h>
#include <plan/component_schema.h>
#include <plan/diagnostics.h>
#include <plan/label.h>
#include <plan/plan_message.h>
#include <plan/size.h>
#include <plan/suggestion.h>
#include <plan/validate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- labels ---- */

START_TEST(joining_leaves_out_empty_parts)
{
	struct label label;

	ck_assert(label_join(&label, "a", "b"));
	ck_assert_str_eq(label.text, "a -> b");
	ck_assert(label_join(&label, "a", ""));
	ck_assert_str_eq(label.text, "a");
	ck_assert(label_join(&label, "", "b"));
	ck_assert_str_eq(label.text, "b");
	ck_assert(label_join(&label, "", ""));
	ck_assert_str_eq(label.text, "");
}
END_TEST

START_TEST(a_label_has_an_identity_and_a_last_part)
{
	struct label label, identity;

	ck_assert(label_set(&label, "a -> b -> c"));
	label_identity(&identity, &label);
	ck_assert_str_eq(identity.text, "a -> b");
	ck_assert_str_eq(label_last(label.text), "c");
	ck_assert(label_set(&label, "alone"));
	label_identity(&identity, &label);
	ck_assert_str_eq(identity.text, "");
	ck_assert_str_eq(label_last(label.text), "alone");
	ck_assert_str_eq(label_last("a -> "), "");
}
END_TEST

START_TEST(a_label_has_a_longest_length)
{
	char text[LABEL_BYTES_MAX + 1];
	struct label label;

	memset(text, 'x', sizeof(text));
	text[LABEL_BYTES_MAX] = '\0';
	ck_assert(!label_set(&label, text));
	ck_assert(!label_join(&label, "", text));
	text[LABEL_BYTES_MAX - 1] = '\0';
	ck_assert(label_set(&label, text));
	ck_assert(!label_join(&label, text, "y"));
}
END_TEST

/* ---- sizes ---- */

START_TEST(sizes_are_read_and_written_alike)
{
	static const struct {
		const char *text;
		uint64_t size;
	} good[] = {{"0", 0},
	            {"1", 1},
	            {"4096", 4096},
	            {"512K", 512 << 10},
	            {"8M", 8 << 20},
	            {"3G", UINT64_C(3) << 30},
	            {"9223372036854775807", INT64_MAX}};
	static const char *const bad[] = {"",
	                                  "M",
	                                  "8m",
	                                  "8MB",
	                                  "-1",
	                                  " 8",
	                                  "8 M",
	                                  "1.5M",
	                                  "0x10",
	                                  "9223372036854775808",
	                                  "18446744073709551616",
	                                  "99999999999G"};
	char text[SIZE_TEXT_MAX];
	uint64_t size;

	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert(size_parse(good[i].text, &size));
		ck_assert_uint_eq(size, good[i].size);
		ck_assert(size_parse(size_format(size, text), &size));
		ck_assert_uint_eq(size, good[i].size);
	}
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!size_parse(bad[i], &size), "%s", bad[i]);
	ck_assert_str_eq(size_format(8 << 20, text), "8M");
	ck_assert_str_eq(size_format(1 << 20 | 1 << 10, text), "1025K");
	ck_assert_str_eq(size_format(1000, text), "1000");
}
END_TEST

/* ---- suggestions ---- */

static const char *suggest(const char *word)
{
	static const char *const known[] = {"ram", "caps", "route", "quota", "label_prefix", "LOG"};
	static struct suggestion suggestion;

	suggestion_init(&suggestion, word);
	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		suggestion_offer(&suggestion, known[i]);
	return suggestion.best ? suggestion.best : "";
}

START_TEST(the_nearest_word_is_suggested)
{
	ck_assert_str_eq(suggest("qota"), "quota");
	ck_assert_str_eq(suggest("raute"), "route");
	ck_assert_str_eq(suggest("LGO"), "LOG");
	ck_assert_str_eq(suggest("Log"), "LOG");
	ck_assert_str_eq(suggest("rams"), "ram");
	ck_assert_str_eq(suggest("lable_perfix"), "label_prefix");
}
END_TEST

START_TEST(far_words_are_not_suggested)
{
	char word[200];

	ck_assert_str_eq(suggest("zebra"), "");
	ck_assert_str_eq(suggest("x"), "");
	ck_assert_str_eq(suggest(""), "");
	memset(word, 'x', sizeof(word));
	word[199] = '\0';
	ck_assert_str_eq(suggest(word), "");
}
END_TEST

/* ---- diagnostics ---- */

START_TEST(diagnostics_are_sorted_by_file_and_line)
{
	struct diagnostics list = {0};
	char line[128];

	diagnostics_add(&list, SEVERITY_ERROR, "b.lua", 9, "third");
	diagnostics_add(&list, SEVERITY_ERROR, "a.lua", 7, "fourth");
	diagnostics_add(&list, SEVERITY_WARNING, "b.lua", 2, "first");
	diagnostics_add(&list, SEVERITY_ERROR, "b.lua", 2, "second");
	diagnostics_add(&list, SEVERITY_ERROR, "b.lua", 2, "second");
	diagnostics_sort(&list);
	ck_assert_uint_eq(list.count, 4);
	ck_assert_uint_eq(list.errors, 3);
	diagnostic_format(&list.items[0], line, sizeof(line));
	ck_assert_str_eq(line, "b.lua:2: warning: first");
	ck_assert_str_eq(list.items[1].text, "second");
	ck_assert_str_eq(list.items[2].text, "third");
	ck_assert_str_eq(list.items[3].text, "fourth");
	diagnostics_fini(&list);
}
END_TEST

START_TEST(diagnostics_beyond_the_limit_are_counted)
{
	struct diagnostics list = {0};

	for (unsigned i = 0; i < DIAGNOSTICS_MAX + 5; i++)
		diagnostics_add(&list, SEVERITY_ERROR, "a.lua", i, "wrong");
	ck_assert_uint_eq(list.count, DIAGNOSTICS_MAX);
	ck_assert_uint_eq(list.dropped, 5);
	ck_assert_uint_eq(list.errors, DIAGNOSTICS_MAX + 5);
	diagnostics_fini(&list);
}
END_TEST

/* ---- schemas in binaries ---- */

struct image {
	Elf64_Ehdr header;
	char names[32];
	uint64_t schema[2];
	Elf64_Shdr sections[3];
};

static struct image image_of(void)
{
	struct image image = {
		.header =
			{
				.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB},
				.e_shoff = offsetof(struct image, sections),
				.e_shentsize = sizeof(Elf64_Shdr),
				.e_shnum = 3,
				.e_shstrndx = 1,
			},
		.names = "\0.shstrtab\0.capos.schema",
		.sections =
			{
				[1] = {.sh_name = 1,
	                               .sh_type = SHT_STRTAB,
	                               .sh_size = 32,
	                               .sh_offset = offsetof(struct image, names)},
				[2] = {.sh_name = 11,
	                               .sh_type = SHT_PROGBITS,
	                               .sh_size = 16,
	                               .sh_offset = offsetof(struct image, schema)},
			},
	};

	return image;
}

START_TEST(a_schema_is_found_in_its_section)
{
	struct image image = image_of();
	const void *bytes = NULL;
	size_t size = 0;

	ck_assert_int_eq(component_schema_find(&image, sizeof(image), &bytes, &size), OK);
	ck_assert_ptr_eq(bytes, image.schema);
	ck_assert_uint_eq(size, 16);
	image.names[13] = 'X';
	ck_assert_int_eq(component_schema_find(&image, sizeof(image), &bytes, &size),
	                 ERR_UNSUPPORTED);
	image.header.e_shnum = 0;
	ck_assert_int_eq(component_schema_find(&image, sizeof(image), &bytes, &size),
	                 ERR_UNSUPPORTED);
}
END_TEST

START_TEST(binaries_that_are_none_are_refused)
{
	const struct image good = image_of();
	const void *bytes;
	size_t size;

	for (size_t cut = 0; cut < sizeof(good); cut += 8) {
		void *copy = malloc(cut ? cut : 1);
		memcpy(copy, &good, cut);
		ck_assert_int_eq(component_schema_find(copy, cut, &bytes, &size), ERR_BAD_ARG);
		free(copy);
	}
	struct image image = good;
	image.sections[2].sh_offset = UINT64_MAX;
	ck_assert_int_eq(component_schema_find(&image, sizeof(image), &bytes, &size), ERR_BAD_ARG);
	image = good;
	image.sections[2].sh_size = UINT64_MAX;
	ck_assert_int_eq(component_schema_find(&image, sizeof(image), &bytes, &size), ERR_BAD_ARG);
	image = good;
	image.sections[2].sh_type = SHT_NOBITS;
	ck_assert_int_eq(component_schema_find(&image, sizeof(image), &bytes, &size), ERR_BAD_ARG);
	image = good;
	image.header.e_shstrndx = 3;
	ck_assert_int_eq(component_schema_find(&image, sizeof(image), &bytes, &size), ERR_BAD_ARG);
	image = good;
	image.header.e_shoff = UINT64_MAX - 8;
	ck_assert_int_eq(component_schema_find(&image, sizeof(image), &bytes, &size), ERR_BAD_ARG);
	image = good;
	image.header.e_ident[EI_CLASS] = ELFCLASS32;
	ck_assert_int_eq(component_schema_find(&image, sizeof(image), &bytes, &size), ERR_BAD_ARG);
}
END_TEST

/* ---- plans ---- */

START_TEST(an_empty_plan_is_a_plan)
{
	struct diagnostics found = {0};
	struct plan *plan = plan_create(), *again;
	const void *segment;
	uint32_t size;

	ck_assert_int_eq(plan_encode(plan, &segment, &size), OK);
	ck_assert_int_eq(plan_decode(segment, size, &again), OK);
	plan_validate(again, &(struct validate_options){0}, &found);
	ck_assert_uint_eq(found.count, 0);
	plan_destroy(again);
	plan_destroy(plan);
	plan_destroy(NULL);
}
END_TEST

START_TEST(sums_do_not_wrap)
{
	struct plan_child children[3] = {
		{.name = "a", .binary = "a", .ram = UINT64_MAX - 1, .caps = 1},
		{.name = "b", .binary = "b", .ram = UINT64_MAX - 1, .caps = 1},
		{.name = "c", .binary = "c", .ram = PLAN_UNKNOWN, .caps = PLAN_UNKNOWN},
	};
	const struct plan plan = {.children = children, .child_count = 3};
	struct diagnostics found = {0};

	ck_assert_uint_eq(plan_ram_sum(&plan), UINT64_MAX);
	ck_assert_uint_eq(plan_caps_sum(&plan), 2);
	plan_validate(&plan, &(struct validate_options){.ram = 4096, .caps = 2}, &found);
	ck_assert_uint_eq(found.errors, 1);
	diagnostics_fini(&found);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan parts");
	TCase *tests = tcase_create("parts");

	tcase_add_test(tests, joining_leaves_out_empty_parts);
	tcase_add_test(tests, a_label_has_an_identity_and_a_last_part);
	tcase_add_test(tests, a_label_has_a_longest_length);
	tcase_add_test(tests, sizes_are_read_and_written_alike);
	tcase_add_test(tests, the_nearest_word_is_suggested);
	tcase_add_test(tests, far_words_are_not_suggested);
	tcase_add_test(tests, diagnostics_are_sorted_by_file_and_line);
	tcase_add_test(tests, diagnostics_beyond_the_limit_are_counted);
	tcase_add_test(tests, a_schema_is_found_in_its_section);
	tcase_add_test(tests, binaries_that_are_none_are_refused);
	tcase_add_test(tests, an_empty_plan_is_a_plan);
	tcase_add_test(tests, sums_do_not_wrap);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
