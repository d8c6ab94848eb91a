/* SPDX-License-Identifier: MIT */
#include "object/memory_object.h"

#include <signal.h>
#include <string.h>

#include "boot/core_start.h"
#include "memory/frame.h"
#include "suites.h"
#include "world.h"

static struct account *account;

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 2048 * PAGE_SIZE, 20);
}

START_TEST(all_pages_are_charged_when_it_is_made)
{
	const uint64_t used = account->ram_used;
	const uint64_t free_pages = frames.free_pages;

	(void)world_memory(account, 100 * PAGE_SIZE);
	ck_assert_uint_ge(account->ram_used - used, 100 * PAGE_SIZE);
	ck_assert_uint_le(free_pages - frames.free_pages,
	                  3); /* object and table; no page of it yet */
}
END_TEST

START_TEST(a_part_of_a_page_is_a_page)
{
	ck_assert_uint_eq(world_memory(account, 1)->pages, 1);
	ck_assert_uint_eq(world_memory(account, PAGE_SIZE)->pages, 1);
	ck_assert_uint_eq(world_memory(account, PAGE_SIZE + 1)->pages, 2);
}
END_TEST

START_TEST(a_page_comes_zeroed_at_its_first_touch_and_stays)
{
	static const char zeros[PAGE_SIZE];
	struct memory_object *memory = world_memory(account, 3 * PAGE_SIZE);

	ck_assert_uint_eq(memory_object_present(memory, 1), 0);

	const paddr_t page = memory_object_page(memory, 1);

	ck_assert_mem_eq(paddr_to_pointer(page), zeros, PAGE_SIZE);
	ck_assert_uint_eq(memory_object_page(memory, 1), page);
	ck_assert_uint_eq(memory_object_present(memory, 1), page);
	ck_assert_uint_eq(memory_object_present(memory, 0), 0);
	ck_assert_uint_eq(memory_object_present(memory, 2), 0);
}
END_TEST

START_TEST(used_pages_come_back_zeroed)
{
	struct memory_object *memory = world_memory(account, 1000 * PAGE_SIZE);

	for (uint64_t i = 0; i < memory->pages; i++)
		memset(paddr_to_pointer(memory_object_page(memory, i)), 0xee, PAGE_SIZE);
	world_destroy(&memory->object);
	memory = world_memory(account, 1000 * PAGE_SIZE);
	for (uint64_t i = 0; i < memory->pages; i++)
		ck_assert_uint_eq(*(uint64_t *)paddr_to_pointer(memory_object_page(memory, i)), 0);
}
END_TEST

START_TEST(all_of_it_returns_when_it_ends)
{
	const uint64_t used = account->ram_used;
	const uint64_t free_pages = frames.free_pages;
	struct memory_object *memory = world_memory(account, 40 * PAGE_SIZE);

	for (uint64_t i = 0; i < 40; i += 3)
		(void)memory_object_page(memory, i);
	ck_assert(account_consistent(account));
	world_destroy(&memory->object);
	ck_assert_uint_eq(account->ram_used, used);
	ck_assert_uint_eq(frames.free_pages, free_pages);
}
END_TEST

START_TEST(several_leaves_are_one_object)
{
	const uint64_t pages = MEMORY_LEAF_PAGES + 5;
	struct memory_object *memory = world_memory(account, pages * PAGE_SIZE);
	const paddr_t before = memory_object_page(memory, MEMORY_LEAF_PAGES - 1);
	const paddr_t behind = memory_object_page(memory, MEMORY_LEAF_PAGES);
	const paddr_t last = memory_object_page(memory, pages - 1);

	ck_assert_uint_ne(before, behind);
	ck_assert_uint_eq(memory_object_present(memory, MEMORY_LEAF_PAGES - 1), before);
	ck_assert_uint_eq(memory_object_present(memory, MEMORY_LEAF_PAGES), behind);
	ck_assert_uint_eq(memory_object_present(memory, pages - 1), last);
	ck_assert_uint_eq(memory_object_present(memory, 0), 0);
	ck_assert(account_consistent(account));
	world_destroy(&memory->object);
}
END_TEST

START_TEST(a_page_beyond_the_end_is_a_kernel_bug)
{
	(void)memory_object_page(world_memory(account, PAGE_SIZE), 1);
}
END_TEST

/* At every limit too low for it: refused, and nothing is left charged. */
START_TEST(a_refusal_charges_nothing_wherever_it_happens)
{
	const uint64_t size = (MEMORY_LEAF_PAGES + 1) * PAGE_SIZE;
	unsigned refusals = 0;

	for (uint64_t spare = 0; spare < 8; spare++) {
		struct account *payer = world_account(account, size + spare * PAGE_SIZE, 1);
		struct memory_object *memory = world_object(payer, OBJECT_MEMORY);
		const uint64_t used = payer->ram_used;

		if (memory_object_init(memory, size) == OK) {
			world_destroy(&payer->object);
			break;
		}
		refusals++;
		ck_assert_uint_eq(payer->ram_used, used);
		memory->pages = 0; /* never came to life: nothing to take apart */
		list_init(&memory->waiters);
		memory->backing = MEMORY_DEVICE;
		world_destroy(&payer->object);
	}
	ck_assert_uint_gt(refusals, 1);
	ck_assert_uint_lt(refusals, 8);
}
END_TEST

START_TEST(a_contiguous_object_is_one_block)
{
	const uint64_t used = account->ram_used;
	struct memory_object *memory = world_object(account, OBJECT_MEMORY);

	ck_assert_int_eq(memory_object_init_contiguous(memory, 5 * PAGE_SIZE, UINT64_MAX), OK);
	for (uint64_t i = 0; i < 5; i++)
		ck_assert_uint_eq(memory_object_page(memory, i), memory->base + i * PAGE_SIZE);
	ck_assert(account_consistent(account));
	world_destroy(&memory->object);
	ck_assert_uint_eq(account->ram_used, used);
}
END_TEST

START_TEST(device_memory_costs_no_frames_and_frees_none)
{
	const uint64_t used = account->ram_used;
	struct memory_object *memory = world_object(account, OBJECT_MEMORY);
	const uint64_t free_pages = frames.free_pages;

	memory_object_init_range(memory, MEMORY_DEVICE, 0xfee00000, 2 * PAGE_SIZE);
	ck_assert_uint_eq(memory_object_page(memory, 1), 0xfee01000);
	ck_assert_uint_eq(memory_object_present(memory, 0), 0xfee00000);
	ck_assert_uint_eq(frames.free_pages, free_pages);
	world_destroy(&memory->object);
	ck_assert_uint_eq(account->ram_used, used);
}
END_TEST

Suite *memory_object_suite(void)
{
	Suite *suite = suite_create("memory_object");
	TCase *tests = tcase_create("memory_object");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, all_pages_are_charged_when_it_is_made);
	tcase_add_test(tests, a_part_of_a_page_is_a_page);
	tcase_add_test(tests, a_page_comes_zeroed_at_its_first_touch_and_stays);
	tcase_add_test(tests, used_pages_come_back_zeroed);
	tcase_add_test(tests, all_of_it_returns_when_it_ends);
	tcase_add_test(tests, several_leaves_are_one_object);
	tcase_add_test_raise_signal(tests, a_page_beyond_the_end_is_a_kernel_bug, SIGABRT);
	tcase_add_test(tests, a_refusal_charges_nothing_wherever_it_happens);
	tcase_add_test(tests, a_contiguous_object_is_one_block);
	tcase_add_test(tests, device_memory_costs_no_frames_and_frees_none);
	suite_add_tcase(suite, tests);
	return suite;
}
