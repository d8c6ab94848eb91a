/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <memory/areas.h>
#include <support/native_fake.h>
#include <support/suites.h>

enum { PAGE = NATIVE_PAGE_SIZE };

#define READ_WRITE ((enum native_access)(NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE))

static struct areas areas;

static void setup(void)
{
	native_fake_reset();
	areas = (struct areas){0};
}

static void teardown(void)
{
	ck_assert(areas_consistent(&areas));
	areas_fini(&areas);
	ck_assert_int_eq(fake.objects, 0);
	ck_assert_int_eq(fake.heap_blocks, 0);
}

static uint8_t *map(size_t pages, enum native_access access)
{
	void *base = NULL;

	ck_assert_int_eq(areas_map(&areas, AREA_ANYWHERE, pages * PAGE, access, &base), 0);
	return base;
}

START_TEST(the_lowest_gap_that_fits_is_taken)
{
	uint8_t *first = map(2, READ_WRITE);
	uint8_t *second = map(4, NATIVE_ACCESS_NONE);
	uint8_t *third = map(1, READ_WRITE);

	ck_assert_ptr_eq(first, (void *)AREAS_BEGIN);
	ck_assert_ptr_eq(second, first + 2 * PAGE);
	ck_assert_int_eq(areas_unmap(&areas, first, 6 * PAGE), 0);
	ck_assert_ptr_eq(map(7, READ_WRITE), third + PAGE);
	ck_assert_ptr_eq(map(5, READ_WRITE), first);
}
END_TEST

START_TEST(a_reservation_is_as_large_as_the_addresses)
{
	void *base = NULL;

	ck_assert_int_eq(areas_map(&areas, AREA_ANYWHERE, AREAS_END - AREAS_BEGIN,
	                           NATIVE_ACCESS_NONE, &base),
	                 0);
	ck_assert_int_eq(fake.objects, 0);
	ck_assert_int_eq(areas_map(&areas, AREA_ANYWHERE, PAGE, NATIVE_ACCESS_NONE, &base),
	                 -ENOMEM);
	ck_assert_int_eq(areas_unmap(&areas, base, AREAS_END - AREAS_BEGIN), 0);
}
END_TEST

START_TEST(a_part_is_protected_and_ended_by_itself)
{
	uint8_t *base = map(8, READ_WRITE);

	memset(base, 5, 8 * PAGE);
	ck_assert_int_eq(areas_protect(&areas, base + 2 * PAGE, PAGE, NATIVE_ACCESS_READ), 0);
	ck_assert(!areas_cover(&areas, base, 8 * PAGE, NATIVE_ACCESS_WRITE));
	ck_assert(areas_cover(&areas, base, 2 * PAGE, NATIVE_ACCESS_WRITE));
	ck_assert_int_eq(areas_unmap(&areas, base + 4 * PAGE, PAGE), 0);
	ck_assert(!areas_cover(&areas, base, 8 * PAGE, NATIVE_ACCESS_NONE));
	ck_assert_int_eq(areas_protect(&areas, base, 8 * PAGE, NATIVE_ACCESS_READ), -ENOMEM);
	ck_assert_int_eq(fake.objects, 1); /* one memory object under all of it */
	ck_assert_uint_eq(base[3 * PAGE], 5);
	base[7 * PAGE] = 6;
}
END_TEST

START_TEST(what_is_there_is_kept_or_replaced_as_wanted)
{
	uint8_t *base = map(4, READ_WRITE);
	void *at = base + PAGE;

	base[PAGE] = 1;
	ck_assert_int_eq(areas_map(&areas, AREA_IF_FREE, PAGE, READ_WRITE, &at), -EEXIST);
	ck_assert_uint_eq(base[PAGE], 1);
	ck_assert_int_eq(areas_map(&areas, AREA_INSTEAD_OF, PAGE, READ_WRITE, &at), 0);
	ck_assert_uint_eq(base[PAGE], 0);
	at = (void *)(uintptr_t)PAGE;
	ck_assert_int_eq(areas_map(&areas, AREA_INSTEAD_OF, PAGE, READ_WRITE, &at), -ENOMEM);
}
END_TEST

START_TEST(refusals_leave_all_as_it_was)
{
	uint8_t *base = map(8, READ_WRITE);
	void *at = base;

	memset(base, 5, 8 * PAGE);
	fake.memory_limit = fake.pages + PAGE;
	ck_assert_int_eq(areas_map(&areas, AREA_INSTEAD_OF, 2 * PAGE, READ_WRITE, &at), -ENOMEM);
	for (long left = 0; left < 3; left++) {
		fake.heap_left = left;
		ck_assert_int_eq(areas_map(&areas, AREA_INSTEAD_OF, PAGE, READ_WRITE, &at),
		                 left < 2 ? -ENOMEM : -ENOMEM);
	}
	fake.heap_left = 0;
	ck_assert_int_eq(areas_protect(&areas, base + PAGE, PAGE, NATIVE_ACCESS_READ), -ENOMEM);
	fake.heap_left = -1;
	for (size_t i = 0; i < 8 * PAGE; i++)
		ck_assert_uint_eq(base[i], 5);
	fake.memory_limit = 0;
	uint8_t *reserved = map(4, NATIVE_ACCESS_NONE);
	fake.memory_limit = fake.pages;
	ck_assert_int_eq(areas_protect(&areas, reserved, 4 * PAGE, READ_WRITE), -ENOMEM);
	fake.memory_limit = 0;
	ck_assert_int_eq(areas_protect(&areas, reserved, 4 * PAGE, READ_WRITE), 0);
}
END_TEST

/* A model: one byte a page, its access and its content. */
START_TEST(random_use_agrees_with_a_model)
{
	enum { PAGES = 64, ROUNDS = 4000 };
	static int access[PAGES]; /* -1: nothing there */
	static uint8_t content[PAGES];
	uint8_t *base = (uint8_t *)AREAS_BEGIN;

	for (int i = 0; i < PAGES; i++)
		access[i] = -1;
	srand(1);
	for (int round = 0; round < ROUNDS; round++) {
		const int first = rand() % PAGES;
		const int count = 1 + rand() % (PAGES - first);
		const enum native_access wanted = rand() % 2 ? READ_WRITE : NATIVE_ACCESS_NONE;
		void *at = base + first * PAGE;
		bool covered = true;
		for (int i = first; i < first + count; i++)
			covered = covered && access[i] >= 0;

		switch (rand() % 4) {
		case 0:
			ck_assert_int_eq(areas_map(&areas, AREA_INSTEAD_OF, (size_t)count * PAGE,
			                           wanted, &at),
			                 0);
			for (int i = first; i < first + count; i++) {
				access[i] = (int)wanted;
				content[i] = 0;
			}
			break;
		case 1:
			ck_assert_int_eq(areas_unmap(&areas, at, (size_t)count * PAGE), 0);
			for (int i = first; i < first + count; i++)
				access[i] = -1;
			break;
		case 2:
			ck_assert_int_eq(areas_protect(&areas, at, (size_t)count * PAGE, wanted),
			                 covered ? 0 : -ENOMEM);
			for (int i = first; covered && i < first + count; i++)
				access[i] = (int)wanted;
			break;
		default:
			for (int i = first; i < first + count; i++)
				if (access[i] == (int)READ_WRITE)
					base[i * PAGE] = content[i] = (uint8_t)round;
		}
		for (int i = 0; i < PAGES; i++)
			if (access[i] == (int)READ_WRITE)
				ck_assert_uint_eq(base[i * PAGE], content[i]);
		ck_assert(areas_consistent(&areas));
	}
}
END_TEST

START_TEST(a_list_of_all_makes_the_same_again)
{
	struct areas copy = {0};
	struct memory_pieces pieces = {0};
	uint8_t *base = map(8, READ_WRITE);
	uint8_t *reserved = map(16, NATIVE_ACCESS_NONE);
	enum native_access access;

	ck_assert_int_eq(areas_protect(&areas, base + 2 * PAGE, 2 * PAGE, NATIVE_ACCESS_READ), 0);
	ck_assert_int_eq(areas_unmap(&areas, base + 6 * PAGE, PAGE), 0);
	ck_assert_int_eq(areas_list(&areas, &pieces), OK);
	ck_assert_uint_eq(pieces.memory_count, 1);
	ck_assert_uint_eq(pieces.memories[0].size, 8 * PAGE);
	ck_assert_uint_eq(pieces.count, 5);
	ck_assert_uint_eq(pieces.items[4].memory, 0);

	/* a child's clone: another object, mapped by whoever has made it */
	ck_assert_int_eq(native_memory_create(8 * PAGE, &pieces.memories[0].native), OK);
	ck_assert_int_eq(areas_restore(&copy, &pieces), OK);
	ck_assert(areas_access(&copy, base + 3 * PAGE, &access) && access == NATIVE_ACCESS_READ);
	ck_assert(!areas_access(&copy, base + 6 * PAGE, &access));
	ck_assert(areas_cover(&copy, reserved, 16 * PAGE, NATIVE_ACCESS_NONE));
	ck_assert_int_eq(areas_unmap(&areas, base, 24 * PAGE), 0);
	ck_assert_int_eq(fake.objects, 1);
	areas_fini(&copy);
	pieces_fini(&pieces);
}
END_TEST

START_TEST(what_is_shared_is_so_in_a_child_and_its_children)
{
	struct areas copy = {0};
	struct memory_pieces pieces = {0};
	struct memory_pieces again = {0};
	enum native_access access;
	uint8_t *base = map(4, READ_WRITE);
	uint8_t *private = map(1, READ_WRITE);

	areas_share(&areas, base);
	ck_assert_int_eq(areas_protect(&areas, base + PAGE, PAGE, NATIVE_ACCESS_NONE), 0);
	ck_assert(areas_shared(&areas, base + PAGE, 1));
	ck_assert(areas_shared(&areas, base + 3 * PAGE, 2 * PAGE));
	ck_assert(!areas_shared(&areas, private, PAGE));
	ck_assert(!areas_shared(&areas, base - 1, 1));
	ck_assert_int_eq(areas_list(&areas, &pieces), OK);
	ck_assert_uint_eq(pieces.memory_count, 2);
	ck_assert(pieces.memories[0].shared && !pieces.memories[1].shared);
	areas_fini(&areas);

	/* the child's pieces would be mapped by its parent */
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(native_memory_create(pieces.memories[i].size,
		                                      &pieces.memories[i].native),
		                 OK);
	for (uint32_t i = 0; i < pieces.count; i++)
		if (pieces.items[i].access != NATIVE_ACCESS_NONE)
			ck_assert_int_eq(native_memory_map(
						 pieces.memories[pieces.items[i].memory - 1].native,
						 pieces.items[i].offset,
						 (void *)pieces.items[i].base, pieces.items[i].size,
						 pieces.items[i].access),
			                 OK);
	ck_assert_int_eq(areas_restore(&copy, &pieces), OK);
	ck_assert(areas_access(&copy, base + PAGE, &access) && access == NATIVE_ACCESS_NONE);
	ck_assert(areas_access(&copy, base, &access) && access == READ_WRITE);
	ck_assert(areas_shared(&copy, base, PAGE) && !areas_shared(&copy, private, PAGE));
	ck_assert_int_eq(areas_list(&copy, &again), OK);
	ck_assert(again.memories[0].shared && !again.memories[1].shared);
	pieces_fini(&again);
	pieces_fini(&pieces);
	areas_fini(&copy);
}
END_TEST

START_TEST(a_list_that_makes_no_sense_is_refused)
{
	struct memory_piece items[] = {
		{.base = AREAS_BEGIN + PAGE, .size = PAGE, .memory = 1},
		{.base = AREAS_BEGIN, .size = PAGE},
	};
	struct memory_pieces pieces = {.items = items, .count = 1};

	ck_assert_int_eq(areas_restore(&areas, &pieces), ERR_BAD_ARG); /* no such memory */
	items[0].memory = 0;
	pieces.count = 2;
	ck_assert_int_eq(areas_restore(&areas, &pieces), ERR_BAD_ARG); /* not by address */
	areas_fini(&areas);
}
END_TEST

START_TEST(a_list_without_memory_for_it_is_refused)
{
	struct memory_pieces pieces = {0};
	enum status status = ERR_OUT_OF_RAM;

	(void)map(1, READ_WRITE);
	(void)map(1, READ_WRITE);
	for (int left = 0; status != OK; left++) {
		fake.heap_left = left;
		status = areas_list(&areas, &pieces);
		ck_assert(status == OK || status == ERR_OUT_OF_RAM);
		pieces_fini(&pieces);
	}
	fake.heap_left = -1;
	ck_assert_int_eq(areas_list(&areas, &pieces), OK);
	ck_assert_uint_eq(pieces.count, 2);
	pieces_fini(&pieces);
}
END_TEST

Suite *areas_suite(void)
{
	Suite *suite = suite_create("areas");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, the_lowest_gap_that_fits_is_taken);
	tcase_add_test(tests, a_reservation_is_as_large_as_the_addresses);
	tcase_add_test(tests, a_part_is_protected_and_ended_by_itself);
	tcase_add_test(tests, what_is_there_is_kept_or_replaced_as_wanted);
	tcase_add_test(tests, refusals_leave_all_as_it_was);
	tcase_add_test(tests, random_use_agrees_with_a_model);
	tcase_add_test(tests, a_list_of_all_makes_the_same_again);
	tcase_add_test(tests, what_is_shared_is_so_in_a_child_and_its_children);
	tcase_add_test(tests, a_list_that_makes_no_sense_is_refused);
	tcase_add_test(tests, a_list_without_memory_for_it_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
