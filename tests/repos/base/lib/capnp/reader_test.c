/* SPDX-License-Identifier: MIT */
/* Pointers at and beyond the borders of a segment, word by word. */
#include <base/capnp.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

static uint64_t struct_pointer(int32_t offset, uint16_t data_words, uint16_t pointer_count)
{
	return (uint32_t)offset << 2 | (uint64_t)data_words << 32 | (uint64_t)pointer_count << 48;
}

static uint64_t list_pointer(int32_t offset, uint32_t code, uint32_t count)
{
	return ((uint32_t)offset << 2 | 1) | (uint64_t)code << 32 | (uint64_t)count << 35;
}

static enum status root_of(const uint64_t *words, uint32_t count, struct capnp_struct *out)
{
	struct capnp_segment segment;

	ck_assert_int_eq(capnp_segment_init(&segment, words, 8 * count, NULL, 0), OK);
	return capnp_root(&segment, out);
}

START_TEST(a_segment_is_whole_aligned_words)
{
	_Alignas(8) uint8_t memory[24] = {0};
	struct capnp_segment segment;

	ck_assert_int_eq(capnp_segment_init(&segment, memory, 8, NULL, 0), OK);
	ck_assert_int_eq(capnp_segment_init(&segment, memory + 1, 8, NULL, 0), ERR_BAD_ARG);
	ck_assert_int_eq(capnp_segment_init(&segment, memory, 0, NULL, 0), ERR_BAD_ARG);
	ck_assert_int_eq(capnp_segment_init(&segment, memory, 9, NULL, 0), ERR_BAD_ARG);
	ck_assert_int_eq(capnp_segment_init(&segment, NULL, 8, NULL, 0), ERR_BAD_ARG);
}
END_TEST

START_TEST(a_null_root_reads_as_zeros)
{
	const uint64_t words[] = {0};
	struct capnp_struct root;
	struct capnp_text text;

	ck_assert_int_eq(root_of(words, 1, &root), OK);
	ck_assert_uint_eq(capnp_struct_number(&root, 0, 8), 0);
	ck_assert(!capnp_struct_bit(&root, 4000));
	ck_assert_int_eq(capnp_struct_text(&root, 0, &text), OK);
	ck_assert_ptr_null(text.at);
}
END_TEST

START_TEST(a_struct_must_end_inside)
{
	const uint64_t inside[] = {struct_pointer(0, 1, 1), 7, 0};
	const uint64_t beyond[] = {struct_pointer(0, 1, 2), 7, 0};
	const uint64_t huge[] = {struct_pointer(0, 0xffff, 0xffff), 7, 0};
	struct capnp_struct root;

	ck_assert_int_eq(root_of(inside, 3, &root), OK);
	ck_assert_uint_eq(capnp_struct_number(&root, 0, 8), 7);
	ck_assert_int_eq(root_of(beyond, 3, &root), ERR_BAD_ARG);
	ck_assert_int_eq(root_of(huge, 3, &root), ERR_BAD_ARG);
}
END_TEST

START_TEST(offsets_may_lead_back_but_not_out)
{
	const uint64_t empty[] = {struct_pointer(-1, 0, 0)};
	const uint64_t itself[] = {struct_pointer(-1, 1, 0)};
	const uint64_t before[] = {struct_pointer(-2, 0, 0)};
	const uint64_t end[] = {struct_pointer(0, 0, 0)};
	const uint64_t behind[] = {struct_pointer(1, 0, 0)};
	const uint64_t farthest[] = {struct_pointer(0x1fffffff, 0, 0)};
	const uint64_t lowest[] = {struct_pointer(-0x20000000, 0, 0)};
	struct capnp_struct root;

	ck_assert_int_eq(root_of(empty, 1, &root), OK);
	ck_assert_int_eq(root_of(itself, 1, &root), OK);
	ck_assert_int_eq(root_of(before, 1, &root), ERR_BAD_ARG);
	ck_assert_int_eq(root_of(behind, 1, &root), ERR_BAD_ARG);
	ck_assert_int_eq(root_of(farthest, 1, &root), ERR_BAD_ARG);
	ck_assert_int_eq(root_of(lowest, 1, &root), ERR_BAD_ARG);
	/* all bits zero is the null pointer, whatever it would point at */
	ck_assert_int_eq(root_of(end, 1, &root), OK);
	ck_assert_ptr_null(root.segment.words);
}
END_TEST

START_TEST(far_pointers_and_other_kinds_are_refused)
{
	const uint64_t far[] = {2, 0};
	const uint64_t list[] = {list_pointer(0, 2, 1), 0};
	const uint64_t cap[] = {3, 0};
	struct capnp_struct root;

	ck_assert_int_eq(root_of(far, 2, &root), ERR_BAD_ARG);
	ck_assert_int_eq(root_of(list, 2, &root), ERR_BAD_ARG);
	ck_assert_int_eq(root_of(cap, 2, &root), ERR_BAD_ARG);
}
END_TEST

/* A struct with one pointer, whose content is `content`. */
static struct capnp_struct one_pointer(uint64_t *words, uint64_t pointer, const void *content,
                                       size_t size)
{
	struct capnp_struct root;

	words[0] = struct_pointer(0, 0, 1);
	words[1] = pointer;
	memset(words + 2, 0, 16);
	memcpy(words + 2, content, size);
	ck_assert_int_eq(root_of(words, 4, &root), OK);
	return root;
}

START_TEST(a_text_ends_in_nul_inside_of_it)
{
	uint64_t words[4];
	struct capnp_struct root;
	struct capnp_text text;

	root = one_pointer(words, list_pointer(0, 2, 3), "ab", 3);
	ck_assert_int_eq(capnp_struct_text(&root, 0, &text), OK);
	ck_assert_uint_eq(text.size, 2);
	ck_assert_str_eq(text.at, "ab");

	root = one_pointer(words, list_pointer(0, 2, 2), "ab", 3);
	ck_assert_int_eq(capnp_struct_text(&root, 0, &text), ERR_BAD_ARG);
	root = one_pointer(words, list_pointer(0, 2, 0), "ab", 3);
	ck_assert_int_eq(capnp_struct_text(&root, 0, &text), ERR_BAD_ARG);
	root = one_pointer(words, list_pointer(0, 3, 1), "a\0", 2);
	ck_assert_int_eq(capnp_struct_text(&root, 0, &text), ERR_BAD_ARG);
}
END_TEST

START_TEST(a_list_must_end_inside)
{
	uint64_t words[4];
	struct capnp_struct root;
	struct capnp_list list;

	root = one_pointer(words, list_pointer(0, 5, 2), "", 0);
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), OK);
	root = one_pointer(words, list_pointer(0, 5, 3), "", 0);
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), ERR_BAD_ARG);
	root = one_pointer(words, list_pointer(0, 1, 128), "", 0);
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), OK);
	root = one_pointer(words, list_pointer(0, 1, 129), "", 0);
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), ERR_BAD_ARG);
	root = one_pointer(words, list_pointer(0, 5, 0x1fffffff), "", 0);
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), ERR_BAD_ARG);
}
END_TEST

START_TEST(elements_without_content_are_zero_wherever_they_stand)
{
	uint64_t words[4];
	struct capnp_list list;
	struct capnp_struct root = one_pointer(words, list_pointer(0, 0, 1000), "", 0);

	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), OK);
	ck_assert_uint_eq(list.count, 1000);
	list.data = NULL; /* whoever looks faults */
	ck_assert_uint_eq(capnp_list_number(&list, 999, 0), 0);
}
END_TEST

START_TEST(a_list_of_structs_must_fit_its_words)
{
	const uint64_t one[] = {struct_pointer(1, 1, 0), 5};
	const uint64_t two[] = {struct_pointer(2, 1, 0), 5};
	const uint64_t bad_tag[] = {list_pointer(0, 2, 1), 5};
	const uint64_t many[] = {struct_pointer(0x3fffffff, 0xffff, 0xffff), 5};
	uint64_t words[4];
	struct capnp_struct root, element;
	struct capnp_list list;

	root = one_pointer(words, list_pointer(0, 7, 1), one, sizeof(one));
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), OK);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_int_eq(capnp_list_struct(&list, 0, &element), OK);
	ck_assert_uint_eq(capnp_struct_number(&element, 0, 8), 5);

	root = one_pointer(words, list_pointer(0, 7, 2), one, sizeof(one));
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), ERR_BAD_ARG);
	root = one_pointer(words, list_pointer(0, 7, 1), two, sizeof(two));
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), ERR_BAD_ARG);
	root = one_pointer(words, list_pointer(0, 7, 1), bad_tag, sizeof(bad_tag));
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), ERR_BAD_ARG);
	root = one_pointer(words, list_pointer(0, 7, 1), many, sizeof(many));
	ck_assert_int_eq(capnp_struct_list(&root, 0, &list), ERR_BAD_ARG);
}
END_TEST

START_TEST(numbers_beyond_the_data_section_are_zero)
{
	const uint64_t words[] = {struct_pointer(0, 1, 0), UINT64_MAX};
	struct capnp_struct root;

	ck_assert_int_eq(root_of(words, 2, &root), OK);
	ck_assert_uint_eq(capnp_struct_number(&root, 7, 1), 255);
	ck_assert_uint_eq(capnp_struct_number(&root, 8, 1), 0);
	ck_assert_uint_eq(capnp_struct_number(&root, 6, 4), 0);
	ck_assert(capnp_struct_bit(&root, 63));
	ck_assert(!capnp_struct_bit(&root, 64));
	ck_assert_uint_eq(capnp_struct_number(&root, UINT32_MAX, 8), 0);
}
END_TEST

START_TEST(capability_indices_are_checked)
{
	const cap_t caps[] = {{11}, {12}};
	const uint64_t words[] = {struct_pointer(0, 0, 4), 3 | 1ull << 32, 3 | 2ull << 32, 7, 0};
	struct capnp_segment segment;
	struct capnp_struct root;
	cap_t cap;

	ck_assert_int_eq(capnp_segment_init(&segment, words, sizeof(words), caps, 2), OK);
	ck_assert_int_eq(capnp_root(&segment, &root), OK);
	ck_assert_int_eq(capnp_struct_cap(&root, 0, &cap), OK);
	ck_assert_uint_eq(cap.id, 12);
	ck_assert_int_eq(capnp_struct_cap(&root, 1, &cap), ERR_BAD_ARG);
	ck_assert_int_eq(capnp_struct_cap(&root, 2, &cap), ERR_BAD_ARG);
	ck_assert_int_eq(capnp_struct_cap(&root, 3, &cap), OK);
	ck_assert_uint_eq(cap.id, 0);
	ck_assert_int_eq(capnp_struct_cap(&root, 4, &cap), OK);
	ck_assert_uint_eq(cap.id, 0);
}
END_TEST

START_TEST(text_helpers_compare_whole_texts)
{
	const struct capnp_text text = capnp_text_of("door");

	ck_assert_uint_eq(text.size, 4);
	ck_assert(capnp_text_equal(text, "door"));
	ck_assert(!capnp_text_equal(text, "doo"));
	ck_assert(!capnp_text_equal(text, "doors"));
	ck_assert(capnp_text_equal((struct capnp_text){0}, ""));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capnp reader");
	TCase *tests = tcase_create("pointers");

	tcase_add_test(tests, a_segment_is_whole_aligned_words);
	tcase_add_test(tests, a_null_root_reads_as_zeros);
	tcase_add_test(tests, a_struct_must_end_inside);
	tcase_add_test(tests, offsets_may_lead_back_but_not_out);
	tcase_add_test(tests, far_pointers_and_other_kinds_are_refused);
	tcase_add_test(tests, a_text_ends_in_nul_inside_of_it);
	tcase_add_test(tests, a_list_must_end_inside);
	tcase_add_test(tests, elements_without_content_are_zero_wherever_they_stand);
	tcase_add_test(tests, a_list_of_structs_must_fit_its_words);
	tcase_add_test(tests, numbers_beyond_the_data_section_are_zero);
	tcase_add_test(tests, capability_indices_are_checked);
	tcase_add_test(tests, text_helpers_compare_whole_texts);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
