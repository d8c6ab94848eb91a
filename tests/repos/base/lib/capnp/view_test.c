/* SPDX-License-Identifier: MIT */
/* Generated views: defaults, growth, limits, and what encoding refuses. */
#include <check.h>
#include <rich/types.h>
#include <stdlib.h>
#include <string.h>

static uint64_t segment[4096];
static uint64_t other[4096];
static uint32_t size;

START_TEST(an_empty_message_reads_as_defaults)
{
	const uint64_t null = 0;
	struct rich rich;
	struct numbers numbers;

	ck_assert_int_eq(rich_decode(&null, sizeof(null), &rich), OK);
	ck_assert_str_eq(rich.text.at, "");
	ck_assert_str_eq(rich.greeting.at, "hello");
	ck_assert_uint_eq(rich.magic.size, 3);
	ck_assert_mem_eq(rich.magic.at, "\xc0\xff\xee", 3);
	ck_assert_uint_eq(rich.flags.level_max, 7);
	ck_assert_int_eq(rich.kind.which, RICH_KIND_NOTHING);
	ck_assert_uint_eq(mount_list_size(&rich.mounts), 0);
	ck_assert(!numbers_present(&rich.numbers));
	ck_assert_int_eq(numbers_read(&rich.numbers, &numbers), OK);
	ck_assert_int_eq(numbers.i8, INT8_MIN);
	ck_assert_int_eq(numbers.i64, INT64_MIN);
	ck_assert_uint_eq(numbers.u64, UINT64_MAX);
	ck_assert(numbers.yes && !numbers.no);
	ck_assert_float_eq(numbers.f32, -0.5f);
	ck_assert_double_eq(numbers.f64, 1e100);
}
END_TEST

START_TEST(constants_have_their_values)
{
	ck_assert_uint_eq(ANSWER, 42);
	ck_assert_uint_eq(LARGEST, UINT64_MAX);
	ck_assert_int_eq(LOWEST, INT64_MIN);
	ck_assert_str_eq(MOTTO, "do \"less\"\n");
	ck_assert_int_eq(DEEP_GREEN, COLOUR_DARK_GREEN);
	ck_assert_int_eq(COLOUR_COUNT, 3);
}
END_TEST

/* A message with a bit of everything that has pointers. */
static struct rich sample(void)
{
	static const struct capnp_text names[] = {{"one", 3}, {"", 0}, {"three", 5}};
	static const struct mount mounts[] = {
		{.at = {"/", 1}, .which = MOUNT_ROM},
		{.at = {"/tmp", 4}, .which = MOUNT_RAM, .ram = {.size = 1 << 20, .sparse = true}},
		{.at = {"/dev", 4},
	         .which = MOUNT_DEV,
	         .dev = {.names = {.items = names, .count = 3}}},
	};
	static const uint8_t bits[] = {0xff, 0xff};
	static const int32_t i32s[] = {INT32_MIN, 0, INT32_MAX};
	static const struct lists lists = {
		.voids = {.count = 5},
		.bools = {.items = bits, .count = 11},
		.i32s = {.items = i32s, .count = 3},
	};
	static const struct rich child = {.text = {"child", 5},
	                                  .kind = {.which = RICH_KIND_WORD, .word = {"w", 1}}};

	return (struct rich){
		.lists = {.item = &lists},
		.text = capnp_text_of("root"),
		.colour = COLOUR_BLUE,
		.mounts = {.items = mounts, .count = 3},
		.children = {.items = &child, .count = 1},
		.next = {.item = &child},
		.flags = {.verbose = true, .level_max = 9},
		.kind = {.which = RICH_KIND_NUMBER, .number = 2.5},
	};
}

static void check_sample(const struct rich *rich)
{
	struct mount mount;
	struct lists lists;
	struct capnp_text name;
	struct rich child;

	ck_assert_str_eq(rich->text.at, "root");
	ck_assert_int_eq(rich->colour, COLOUR_BLUE);
	ck_assert(rich->flags.verbose);
	ck_assert_uint_eq(rich->flags.level_max, 9);
	ck_assert_int_eq(rich->kind.which, RICH_KIND_NUMBER);
	ck_assert_double_eq(rich->kind.number, 2.5);
	ck_assert_uint_eq(mount_list_size(&rich->mounts), 3);
	ck_assert_int_eq(mount_list_get(&rich->mounts, 1, &mount), OK);
	ck_assert_int_eq(mount.which, MOUNT_RAM);
	ck_assert_uint_eq(mount.ram.size, 1 << 20);
	ck_assert(mount.ram.sparse);
	ck_assert_int_eq(mount_list_get(&rich->mounts, 2, &mount), OK);
	ck_assert_int_eq(capnp_text_list_get(&mount.dev.names, 2, &name), OK);
	ck_assert_str_eq(name.at, "three");
	ck_assert_int_eq(capnp_text_list_get(&mount.dev.names, 3, &name), ERR_BAD_ARG);
	ck_assert_int_eq(mount_list_get(&rich->mounts, 3, &mount), ERR_BAD_ARG);
	ck_assert_int_eq(lists_read(&rich->lists, &lists), OK);
	ck_assert_uint_eq(lists.voids.count, 5);
	ck_assert_uint_eq(lists.bools.count, 11);
	ck_assert(capnp_bool_list_get(&lists.bools, 10));
	ck_assert_int_eq(lists.i32s.items[2], INT32_MAX);
	ck_assert_int_eq(rich_list_get(&rich->children, 0, &child), OK);
	ck_assert_int_eq(rich_read(&rich->next, &child), OK);
	ck_assert_str_eq(child.text.at, "child");
	ck_assert_str_eq(child.kind.word.at, "w");
}

START_TEST(what_is_encoded_is_decoded)
{
	const struct rich rich = sample();
	struct rich decoded;

	check_sample(&rich);
	ck_assert_int_eq(rich_encode(&rich, segment, sizeof(segment), &size), OK);
	ck_assert_int_eq(rich_decode(segment, size, &decoded), OK);
	check_sample(&decoded);
}
END_TEST

START_TEST(what_was_decoded_can_be_encoded_again)
{
	const struct rich rich = sample();
	struct rich decoded;
	uint32_t other_size;

	ck_assert_int_eq(rich_encode(&rich, segment, sizeof(segment), &size), OK);
	ck_assert_int_eq(rich_decode(segment, size, &decoded), OK);
	ck_assert_int_eq(rich_encode(&decoded, other, sizeof(other), &other_size), OK);
	ck_assert_int_eq(rich_decode(other, other_size, &decoded), OK);
	check_sample(&decoded);
}
END_TEST

START_TEST(one_word_too_little_is_refused)
{
	const struct rich rich = sample();
	uint32_t exact;

	ck_assert_int_eq(rich_encode(&rich, segment, sizeof(segment), &exact), OK);
	ck_assert_int_eq(rich_encode(&rich, segment, exact, &size), OK);
	ck_assert_uint_eq(size, exact);
	for (uint32_t room = 0; room < exact; room += 8)
		ck_assert_int_eq(rich_encode(&rich, segment, room, &size), ERR_INSUFFICIENT_RAM);
	ck_assert_int_eq(rich_encode(&rich, (uint8_t *)segment + 4, 64, &size), ERR_BAD_ARG);
}
END_TEST

START_TEST(every_cut_message_is_refused_or_safe)
{
	const struct rich rich = sample();
	uint32_t exact;

	ck_assert_int_eq(rich_encode(&rich, segment, sizeof(segment), &exact), OK);
	for (uint32_t cut = 8; cut < exact; cut += 8) {
		struct rich decoded;
		uint64_t *copy = malloc(cut);

		memcpy(copy, segment, cut);
		ck_assert_int_eq(rich_decode(copy, cut, &decoded), ERR_BAD_ARG);
		free(copy);
	}
}
END_TEST

START_TEST(a_ring_of_structs_is_refused)
{
	struct rich a = {.text = capnp_text_of("a")};
	struct rich b = {.next = {.item = &a}};

	a.next.item = &b;
	ck_assert_int_eq(rich_encode(&a, segment, sizeof(segment), &size), ERR_BAD_ARG);
}
END_TEST

START_TEST(depth_is_limited)
{
	/* structs without data and with the pointers name, tail and deep, each leading to the next */
	uint64_t words[1 + 3 * (CAPNP_DEPTH_MAX + 1)];
	const uint64_t next = 3ull << 48;
	struct small_after view;

	for (uint32_t length = CAPNP_DEPTH_MAX; length <= CAPNP_DEPTH_MAX + 1; length++) {
		memset(words, 0, sizeof(words));
		words[0] = next;
		for (uint32_t i = 1; i < length; i++)
			words[3 * i] = next;
		ck_assert_int_eq(small_after_decode(words, 8 * (1 + 3 * length), &view),
		                 length == CAPNP_DEPTH_MAX ? OK : ERR_BAD_ARG);
	}
}
END_TEST

static uint32_t children_index(void)
{
	for (uint32_t i = 0; i < rich_layout.field_count; i++) {
		if (rich_fields[i].member == offsetof(struct rich, children))
			return rich_fields[i].offset;
	}
	return 0;
}

/* A pointer at words[from] to a list of `count` structs of `pointers` pointers, whose tag is words[to]. */
static void point_at_list(uint64_t *words, uint32_t from, uint32_t to, uint32_t count,
                          uint32_t pointers)
{
	words[from] =
		(uint64_t)(to - from - 1) << 2 | 1 | 7ull << 32 | (uint64_t)count * pointers << 35;
	words[to] = (uint64_t)count << 2 | (uint64_t)pointers << 48;
}

/* A root with `first` children, which all have the same 20 children. */
static enum status decode_shared(uint32_t first)
{
	const uint32_t last = 20;
	const uint32_t child = children_index();
	const uint32_t pointers = child + 1;
	const uint32_t first_at = 1 + pointers;
	const uint32_t last_at = first_at + 1 + first * pointers;
	const uint32_t end = last_at + 1 + last * pointers;
	struct rich rich;

	memset(segment, 0, sizeof(segment));
	segment[0] = (uint64_t)pointers << 48;
	point_at_list(segment, 1 + child, first_at, first, pointers);
	for (uint32_t i = 0; i < first; i++)
		point_at_list(segment, first_at + 1 + i * pointers + child, last_at, last,
		              pointers);
	return rich_decode(segment, 8 * end, &rich);
}

START_TEST(pointing_at_the_same_content_is_limited)
{
	ck_assert_int_eq(decode_shared(3), OK);
	ck_assert_int_eq(decode_shared(40), ERR_BAD_ARG);
}
END_TEST

START_TEST(a_list_of_nothing_is_limited_too)
{
	/* Lists.voids: the pointer has a count but no content */
	const uint64_t few[] = {1ull << 48, 1 | 60ull << 35};
	const uint64_t many[] = {1ull << 48, 1 | 0x1fffffffull << 35};
	struct lists lists;

	ck_assert_int_eq(lists_decode(few, sizeof(few), &lists), OK);
	ck_assert_int_eq(lists_decode(many, sizeof(many), &lists), ERR_BAD_ARG);
}
END_TEST

START_TEST(a_list_of_another_kind_is_refused)
{
	/* Lists.voids, then bools: the latter as bytes */
	const uint64_t bytes[] = {2ull << 48, 0, 1 | 2ull << 32 | 1ull << 35, 0};
	const uint64_t bits[] = {2ull << 48, 0, 1 | 1ull << 32 | 1ull << 35, 0};
	struct lists lists;

	ck_assert_int_eq(lists_decode(bytes, sizeof(bytes), &lists), ERR_BAD_ARG);
	ck_assert_int_eq(lists_decode(bits, sizeof(bits), &lists), OK);
}
END_TEST

START_TEST(an_old_struct_reads_as_a_new_one)
{
	const struct small_before before = {.id = 5};
	struct small_after after;
	struct small_after deep;

	ck_assert_int_eq(small_before_encode(&before, segment, sizeof(segment), &size), OK);
	ck_assert_int_eq(small_after_decode(segment, size, &after), OK);
	ck_assert_uint_eq(after.id, 5);
	ck_assert_uint_eq(after.more, 77);
	ck_assert_uint_eq(after.tail.count, 0);
	ck_assert_int_eq(small_after_read(&after.deep, &deep), OK);
	ck_assert_uint_eq(deep.more, 77);
}
END_TEST

START_TEST(a_new_struct_reads_as_an_old_one)
{
	const struct small_after after = {.id = 6, .name = capnp_text_of("n"), .more = 1};
	struct small_before before;

	ck_assert_int_eq(small_after_encode(&after, segment, sizeof(segment), &size), OK);
	ck_assert_int_eq(small_before_decode(segment, size, &before), OK);
	ck_assert_uint_eq(before.id, 6);
}
END_TEST

START_TEST(what_the_reader_does_not_know_survives_copying)
{
	/* a mount's `inner` is a Small; what arrives is one of a newer schema */
	const struct small_after newer = {.id = 6, .name = capnp_text_of("n"), .more = 1234};
	const struct small_after outer = {.deep = {.item = &newer}};
	struct small_after decoded, deep;
	uint32_t other_size;

	ck_assert_int_eq(small_after_encode(&outer, segment, sizeof(segment), &size), OK);
	ck_assert_int_eq(small_after_decode(segment, size, &decoded), OK);

	const struct mount mount = {.which = MOUNT_INNER,
	                            .inner = {.encoded = decoded.deep.encoded}};
	const struct rich rich = {.kind = {.which = RICH_KIND_MOUNT, .mount = {.item = &mount}}};
	struct rich again;
	struct mount mount_again;

	ck_assert_int_eq(rich_encode(&rich, other, sizeof(other), &other_size), OK);
	ck_assert_int_eq(rich_decode(other, other_size, &again), OK);
	ck_assert_int_eq(mount_read(&again.kind.mount, &mount_again), OK);

	const struct small_after_ref as_newer = {.encoded = mount_again.inner.encoded};

	ck_assert_int_eq(small_after_read(&as_newer, &deep), OK);
	ck_assert_uint_eq(deep.more, 1234);
}
END_TEST

START_TEST(registers_and_structs_hold_the_same)
{
	const struct point point = {
		.x = -77,
		.y = 1,
		.off = true,
		.colour = COLOUR_BLUE,
		.weight = 0.25f,
		.big = UINT64_MAX,
		.shape = {.which = POINT_SHAPE_BOX,
	                  .box = {.wide = true, .which = POINT_SHAPE_BOX_DEPTH, .depth = -9}},
	};
	uint64_t words[POINT_WORDS];
	cap_t caps[POINT_CAPS];
	struct point unpacked, decoded;

	point_pack(&point, words, caps);
	ck_assert_int_eq(point_encode(&point, segment, sizeof(segment), &size), OK);
	ck_assert_mem_eq(words, segment + 1, sizeof(words));
	point_unpack(words, caps, &unpacked);
	ck_assert_int_eq(point_decode(segment, size, &decoded), OK);
	ck_assert_int_eq(unpacked.x, -77);
	ck_assert_int_eq(unpacked.y, 1);
	ck_assert(!unpacked.on && unpacked.off);
	ck_assert_int_eq(unpacked.colour, COLOUR_BLUE);
	ck_assert_float_eq(unpacked.weight, 0.25f);
	ck_assert_uint_eq(unpacked.big, UINT64_MAX);
	ck_assert_int_eq(unpacked.shape.which, POINT_SHAPE_BOX);
	ck_assert(unpacked.shape.box.wide);
	ck_assert_int_eq(unpacked.shape.box.depth, -9);
	ck_assert_int_eq(decoded.shape.box.depth, -9);
	ck_assert_int_eq(decoded.x, -77);
	ck_assert(!decoded.on && decoded.off);
}
END_TEST

START_TEST(values_that_do_not_fit_are_refused)
{
	const struct point enumerant = {.colour = (enum colour)70000};
	const struct point member = {.shape = {.which = (enum point_shape_which)65535}};
	const struct rich no_items = {.mounts = {.count = 1}};
	const struct point with_cap = {.peer = {5}};

	ck_assert_int_eq(point_encode(&enumerant, segment, sizeof(segment), &size), ERR_BAD_ARG);
	ck_assert_int_eq(point_encode(&member, segment, sizeof(segment), &size), ERR_BAD_ARG);
	ck_assert_int_eq(rich_encode(&no_items, segment, sizeof(segment), &size), ERR_BAD_ARG);
	ck_assert_int_eq(point_encode(&with_cap, segment, sizeof(segment), &size), ERR_BAD_ARG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capnp views");
	TCase *tests = tcase_create("views");

	tcase_add_test(tests, an_empty_message_reads_as_defaults);
	tcase_add_test(tests, constants_have_their_values);
	tcase_add_test(tests, what_is_encoded_is_decoded);
	tcase_add_test(tests, what_was_decoded_can_be_encoded_again);
	tcase_add_test(tests, one_word_too_little_is_refused);
	tcase_add_test(tests, every_cut_message_is_refused_or_safe);
	tcase_add_test(tests, a_ring_of_structs_is_refused);
	tcase_add_test(tests, depth_is_limited);
	tcase_add_test(tests, pointing_at_the_same_content_is_limited);
	tcase_add_test(tests, a_list_of_nothing_is_limited_too);
	tcase_add_test(tests, a_list_of_another_kind_is_refused);
	tcase_add_test(tests, an_old_struct_reads_as_a_new_one);
	tcase_add_test(tests, a_new_struct_reads_as_an_old_one);
	tcase_add_test(tests, what_the_reader_does_not_know_survives_copying);
	tcase_add_test(tests, registers_and_structs_hold_the_same);
	tcase_add_test(tests, values_that_do_not_fit_are_refused);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
