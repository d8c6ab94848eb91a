/* SPDX-License-Identifier: MIT */
#include "memory/frame.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

enum { COUNT = 4096, BIG_COUNT = 1 << 19 };

static struct frame table[BIG_COUNT];

static void setup(void)
{
	memset(table, 0, sizeof(table));
	frames_init(table, COUNT);
}

static void teardown(void)
{
	ck_assert(frames_consistent());
}

static void add(uint64_t first, uint64_t end)
{
	frames_add(first << PAGE_SHIFT, end << PAGE_SHIFT);
}

static uint64_t alloc(unsigned order)
{
	return frame_alloc(order) >> PAGE_SHIFT;
}

START_TEST(an_allocator_without_ram_has_nothing)
{
	ck_assert_uint_eq(frame_alloc(0), 0);
	ck_assert_uint_eq(frame_alloc(FRAME_ORDER_MAX), 0);
}
END_TEST

START_TEST(frame_zero_is_never_given)
{
	add(0, 2);
	ck_assert_uint_eq(frames.free_pages, 1);
	ck_assert_uint_eq(alloc(0), 1);
	ck_assert_uint_eq(frame_alloc(0), 0);
}
END_TEST

START_TEST(partial_pages_at_the_edges_are_left_out)
{
	frames_add(PAGE_SIZE + 1, 4 * PAGE_SIZE - 1);
	ck_assert_uint_eq(frames.free_pages, 1);
	ck_assert_uint_eq(alloc(0), 2);
	ck_assert_uint_eq(frame_alloc(0), 0);
}
END_TEST

START_TEST(ram_beyond_the_table_is_left_out)
{
	add(COUNT - 1, COUNT + 5);
	ck_assert_uint_eq(frames.free_pages, 1);
	ck_assert_uint_eq(alloc(0), COUNT - 1);
}
END_TEST

START_TEST(a_range_without_a_whole_page_adds_nothing)
{
	frames_add(PAGE_SIZE + 1, 2 * PAGE_SIZE - 1);
	ck_assert_uint_eq(frames.total_pages, 0);
}
END_TEST

START_TEST(a_block_is_aligned_to_its_size)
{
	add(1, COUNT);
	for (unsigned order = 0; order <= 10; order++) {
		const uint64_t first = alloc(order);

		ck_assert_uint_ne(first, 0);
		ck_assert_uint_eq(first & ((1u << order) - 1), 0);
	}
}
END_TEST

START_TEST(the_largest_order_can_be_had_and_one_more_is_refused)
{
	frames_init(table, BIG_COUNT);
	add(1, BIG_COUNT);
	ck_assert_uint_eq(frame_alloc(FRAME_ORDER_MAX + 1), 0);
	ck_assert_uint_eq(alloc(FRAME_ORDER_MAX), 1u << FRAME_ORDER_MAX);
	ck_assert_uint_eq(frame_alloc(FRAME_ORDER_MAX), 0);
	frame_free((paddr_t)1 << FRAME_ORDER_MAX << PAGE_SHIFT);
	ck_assert_uint_eq(frames.free_pages, frames.total_pages);
}
END_TEST

START_TEST(freed_neighbours_become_one_block_again)
{
	uint64_t pages[64];

	add(64, 128);
	for (unsigned i = 0; i < 64; i++)
		pages[i] = alloc(0);
	ck_assert_uint_eq(frame_alloc(0), 0);
	for (unsigned i = 0; i < 64; i += 2)
		frame_free(pages[i] << PAGE_SHIFT);
	ck_assert_uint_eq(frame_alloc(1), 0);
	for (unsigned i = 1; i < 64; i += 2)
		frame_free(pages[i] << PAGE_SHIFT);
	ck_assert_uint_eq(alloc(6), 64);
}
END_TEST

START_TEST(blocks_never_reach_across_a_hole)
{
	add(16, 24);
	add(25, 32);
	ck_assert_uint_eq(frames.free_pages, 15);
	ck_assert_uint_eq(frame_alloc(4), 0);
	ck_assert_uint_eq(alloc(3), 16);
	for (unsigned i = 0; i < 7; i++) {
		const uint64_t page = alloc(0);

		ck_assert_uint_ge(page, 25);
		ck_assert_uint_lt(page, 32);
	}
	ck_assert_uint_eq(frame_alloc(0), 0);
}
END_TEST

START_TEST(ranges_that_touch_merge)
{
	add(16, 24);
	add(24, 32);
	ck_assert_uint_eq(alloc(4), 16);
}
END_TEST

START_TEST(exhaustion_is_refused_and_ends_with_the_first_free)
{
	add(8, 16);
	ck_assert_uint_eq(alloc(3), 8);
	ck_assert_uint_eq(frame_alloc(0), 0);
	frame_free(8 << PAGE_SHIFT);
	ck_assert_uint_eq(frames.free_pages, 8);
	ck_assert_uint_ne(frame_alloc(2), 0);
	ck_assert_uint_eq(frames.free_pages, 4);
}
END_TEST

START_TEST(freeing_twice_is_a_kernel_bug)
{
	add(8, 16);

	const paddr_t page = frame_alloc(0);

	frame_free(page);
	frame_free(page);
}
END_TEST

START_TEST(freeing_the_middle_of_a_block_is_a_kernel_bug)
{
	add(8, 16);
	frame_free(frame_alloc(1) + PAGE_SIZE);
}
END_TEST

START_TEST(adding_the_same_ram_twice_is_a_kernel_bug)
{
	add(8, 16);
	add(15, 17);
}
END_TEST

START_TEST(an_address_beyond_the_table_is_a_kernel_bug)
{
	(void)frame_of((paddr_t)COUNT << PAGE_SHIFT);
}
END_TEST

START_TEST(a_broken_list_is_inconsistent)
{
	add(8, 16);
	table[8].order = 2;
	ck_assert(!frames_consistent());
	table[8].order = 3;
	frames.free_pages++;
	ck_assert(!frames_consistent());
	frames.free_pages--;
}
END_TEST

START_TEST(order_for_is_exact_at_its_borders)
{
	ck_assert_uint_eq(frame_order_for(0), 0);
	ck_assert_uint_eq(frame_order_for(PAGE_SIZE), 0);
	ck_assert_uint_eq(frame_order_for(PAGE_SIZE + 1), 1);
	ck_assert_uint_eq(frame_order_for(2 * PAGE_SIZE), 1);
	ck_assert_uint_eq(frame_order_for(2 * PAGE_SIZE + 1), 2);
	ck_assert_uint_eq(frame_order_for((uint64_t)PAGE_SIZE << FRAME_ORDER_MAX), FRAME_ORDER_MAX);
}
END_TEST

/* ---- against a model: one byte for each page ---- */

enum { MODEL_BLOCKS = 400, MODEL_STEPS = 4000 };

static struct {
	bool ram[COUNT], used[COUNT];
	struct {
		uint64_t first;
		unsigned order;
	} blocks[MODEL_BLOCKS];
	unsigned count;
} model;

static void model_take(uint64_t first, unsigned order)
{
	for (uint64_t i = first; i < first + (1ul << order); i++) {
		ck_assert(model.ram[i] && !model.used[i]);
		model.used[i] = true;
	}
	model.blocks[model.count].first = first;
	model.blocks[model.count++].order = order;
}

static void model_free(unsigned index)
{
	const uint64_t first = model.blocks[index].first;

	for (uint64_t i = first; i < first + (1ul << model.blocks[index].order); i++)
		model.used[i] = false;
	frame_free(first << PAGE_SHIFT);
	model.blocks[index] = model.blocks[--model.count];
}

/* Whether a whole, aligned block is free: then the allocator must find one. */
static bool model_has(unsigned order)
{
	const uint64_t size = 1ul << order;

	for (uint64_t first = 0; first + size <= COUNT; first += size) {
		uint64_t i = first;

		while (i < first + size && model.ram[i] && !model.used[i])
			i++;
		if (i == first + size)
			return true;
	}
	return false;
}

START_TEST(random_use_agrees_with_a_model)
{
	srand((unsigned)_i);
	memset(&model, 0, sizeof(model));
	for (uint64_t i = 1; i < COUNT; i++) {
		const uint64_t end = i + 1 + (uint64_t)rand() % 300;

		add(i, end < COUNT ? end : COUNT);
		for (; i < end && i < COUNT; i++)
			model.ram[i] = true;
	}
	for (unsigned step = 0; step < MODEL_STEPS; step++) {
		if (model.count < MODEL_BLOCKS && rand() % 100 < 55) {
			const unsigned order = (unsigned)rand() % 8;
			const bool possible = model_has(order);
			const uint64_t first = alloc(order);

			ck_assert_int_eq(first != 0, possible);
			if (first)
				model_take(first, order);
		} else if (model.count) {
			model_free((unsigned)rand() % model.count);
		}
		if (step % 64 == 0)
			ck_assert(frames_consistent());
	}
	while (model.count)
		model_free(0);
	ck_assert_uint_eq(frames.free_pages, frames.total_pages);
}
END_TEST

START_TEST(a_shared_page_goes_with_its_last_owner)
{
	frames_add(PAGE_SIZE, 3 * PAGE_SIZE);

	const paddr_t page = frame_alloc(0);

	ck_assert(frame_sole(page));
	frame_share(page);
	frame_share(page);
	ck_assert(!frame_sole(page));
	frame_drop(page);
	ck_assert(!frame_sole(page));
	frame_drop(page);
	ck_assert(frame_sole(page));
	ck_assert_uint_eq(frames.free_pages, frames.total_pages - 1);
	frame_drop(page);
	ck_assert_uint_eq(frames.free_pages, frames.total_pages);
}
END_TEST

START_TEST(a_page_of_nobody_is_never_owned_nor_freed)
{
	frames_add(2 * PAGE_SIZE, 3 * PAGE_SIZE);
	ck_assert(!frame_sole(PAGE_SIZE));
	frame_share(PAGE_SIZE);
	frame_drop(PAGE_SIZE);
	frame_drop(PAGE_SIZE);
	ck_assert(!frame_sole(PAGE_SIZE));
	ck_assert_uint_eq(frames.free_pages, 1);
}
END_TEST

START_TEST(a_block_below_a_limit_lies_below_it_as_a_whole)
{
	frames_add(4 * PAGE_SIZE, 12 * PAGE_SIZE);
	ck_assert_uint_eq(frame_alloc_below(2, 8 * PAGE_SIZE - 1), 0);
	ck_assert_uint_eq(frame_alloc_below(0, 4 * PAGE_SIZE), 0);
	ck_assert_uint_eq(frame_alloc_below(2, 8 * PAGE_SIZE), 4 * PAGE_SIZE);
	ck_assert_uint_eq(frame_alloc_below(0, 8 * PAGE_SIZE), 0);
	ck_assert_uint_eq(frame_alloc_below(0, 9 * PAGE_SIZE), 8 * PAGE_SIZE);
	ck_assert(frames_consistent());
}
END_TEST

Suite *frame_suite(void)
{
	Suite *suite = suite_create("frame");
	TCase *tests = tcase_create("frame");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, an_allocator_without_ram_has_nothing);
	tcase_add_test(tests, frame_zero_is_never_given);
	tcase_add_test(tests, partial_pages_at_the_edges_are_left_out);
	tcase_add_test(tests, ram_beyond_the_table_is_left_out);
	tcase_add_test(tests, a_range_without_a_whole_page_adds_nothing);
	tcase_add_test(tests, a_block_is_aligned_to_its_size);
	tcase_add_test(tests, the_largest_order_can_be_had_and_one_more_is_refused);
	tcase_add_test(tests, freed_neighbours_become_one_block_again);
	tcase_add_test(tests, blocks_never_reach_across_a_hole);
	tcase_add_test(tests, ranges_that_touch_merge);
	tcase_add_test(tests, exhaustion_is_refused_and_ends_with_the_first_free);
	tcase_add_test_raise_signal(tests, freeing_twice_is_a_kernel_bug, SIGABRT);
	tcase_add_test_raise_signal(tests, freeing_the_middle_of_a_block_is_a_kernel_bug, SIGABRT);
	tcase_add_test_raise_signal(tests, adding_the_same_ram_twice_is_a_kernel_bug, SIGABRT);
	tcase_add_test_raise_signal(tests, an_address_beyond_the_table_is_a_kernel_bug, SIGABRT);
	tcase_add_test(tests, a_broken_list_is_inconsistent);
	tcase_add_test(tests, order_for_is_exact_at_its_borders);
	tcase_add_test(tests, a_shared_page_goes_with_its_last_owner);
	tcase_add_test(tests, a_page_of_nobody_is_never_owned_nor_freed);
	tcase_add_test(tests, a_block_below_a_limit_lies_below_it_as_a_whole);
	tcase_add_loop_test(tests, random_use_agrees_with_a_model, 0, 8);
	suite_add_tcase(suite, tests);
	return suite;
}
