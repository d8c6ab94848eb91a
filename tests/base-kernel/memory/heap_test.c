/* SPDX-License-Identifier: MIT */
#include "memory/heap.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "boot/core_start.h"
#include "memory/frame.h"
#include "suites.h"
#include "world.h"

enum { SIZE_MAX_TESTED = 16384 };

static struct account *account;

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 64 * PAGE_SIZE, 8);
}

static void teardown(void)
{
	ck_assert(heap_consistent(&account->heap));
	world_fini();
}

START_TEST(memory_is_zeroed_also_when_used_before)
{
	static const char zeros[256];
	char *memory = heap_alloc(account, sizeof(zeros));

	ck_assert_mem_eq(memory, zeros, sizeof(zeros));
	memset(memory, 0xee, sizeof(zeros));
	heap_free(account, memory, sizeof(zeros));
	memory = heap_alloc(account, sizeof(zeros));
	ck_assert_mem_eq(memory, zeros, sizeof(zeros));
	heap_free(account, memory, sizeof(zeros));
}
END_TEST

START_TEST(small_sizes_share_a_page_and_the_page_returns_with_the_last)
{
	enum { CHUNKS = PAGE_SIZE / 32 - 1 }; /* one unit is the page's own */
	void *chunks[CHUNKS + 1];

	for (unsigned i = 0; i < CHUNKS; i++) {
		chunks[i] = heap_alloc(account, i % 2 ? 1 : 32);
		ck_assert_uint_eq(account->ram_used, PAGE_SIZE);
	}
	chunks[CHUNKS] = heap_alloc(account, 32);
	ck_assert_uint_eq(account->ram_used, 2 * PAGE_SIZE);
	for (unsigned i = 0; i < CHUNKS; i++)
		heap_free(account, chunks[i], i % 2 ? 1 : 32);
	ck_assert_uint_eq(account->ram_used, PAGE_SIZE);
	heap_free(account, chunks[CHUNKS], 32);
	ck_assert_uint_eq(account->ram_used, 0);
	ck_assert_uint_eq(account->heap.bytes, 0);
}
END_TEST

START_TEST(one_chunk_of_each_size_fills_a_page)
{
	void *chunks[HEAP_CLASSES];

	for (unsigned i = 0; i < HEAP_CLASSES; i++)
		chunks[i] = heap_alloc(account, 32u << i);
	ck_assert_uint_eq(account->ram_used, PAGE_SIZE);
	for (unsigned i = 0; i < HEAP_CLASSES; i++)
		heap_free(account, chunks[i], 32u << i);
	ck_assert_uint_eq(account->ram_used, 0);
}
END_TEST

START_TEST(freed_neighbours_become_one_chunk_again)
{
	void *keep = heap_alloc(account, 32); /* holds the page */
	void *chunks[2048 / 32];

	for (unsigned i = 0; i < 2048 / 32; i++) /* whatever was there before is used up first */
		chunks[i] = heap_alloc(account, 32);
	for (unsigned i = 0; i < 2048 / 32; i++)
		heap_free(account, chunks[i], 32);

	void *whole = heap_alloc(account, 2048);

	ck_assert_uint_eq(account->ram_used, PAGE_SIZE);
	heap_free(account, whole, 2048);
	heap_free(account, keep, 32);
}
END_TEST

START_TEST(the_chunk_freed_last_serves_the_like_and_is_joined_for_others)
{
	void *held = heap_alloc(account, 2048), *freed = heap_alloc(account, 1024);
	void *beside = heap_alloc(account, 512);

	heap_free(account, freed, 1024);
	ck_assert_ptr_eq(account->heap.last, freed);
	ck_assert_ptr_eq(heap_alloc(account, 1000), freed);
	heap_free(account, freed, 1024);
	heap_free(account, beside, 512);
	ck_assert_ptr_eq(account->heap.last, beside);
	ck_assert_ptr_eq(heap_alloc(account, 1024), freed); /* the page has no other */
	ck_assert_ptr_null(account->heap.last);
	ck_assert_uint_eq(account->ram_used, PAGE_SIZE);
	heap_free(account, freed, 1024);
	heap_free(account, held, 2048);
	ck_assert_ptr_null(account->heap.last);
	ck_assert_uint_eq(account->ram_used, 0);
}
END_TEST

START_TEST(one_byte_more_than_half_a_page_is_a_page)
{
	void *half = heap_alloc(account, PAGE_SIZE / 2);

	ck_assert_uint_eq(account->ram_used, PAGE_SIZE);

	void *small = heap_alloc(account, 100);

	ck_assert_uint_eq(account->ram_used, PAGE_SIZE);

	void *more = heap_alloc(account, PAGE_SIZE / 2 + 1);

	ck_assert_uint_eq(account->ram_used, 2 * PAGE_SIZE);
	ck_assert_uint_eq(pointer_to_paddr(more) & (PAGE_SIZE - 1), 0);
	heap_free(account, half, PAGE_SIZE / 2);
	heap_free(account, small, 100);
	heap_free(account, more, PAGE_SIZE / 2 + 1);
	ck_assert_uint_eq(account->ram_used, 0);
}
END_TEST

START_TEST(large_sizes_cost_a_power_of_two_of_pages)
{
	void *memory = heap_alloc(account, 2 * PAGE_SIZE + 1);

	ck_assert_uint_eq(account->ram_used, 4 * PAGE_SIZE);
	heap_free(account, memory, 2 * PAGE_SIZE + 1);
	ck_assert_uint_eq(account->ram_used, 0);
}
END_TEST

START_TEST(the_limit_is_exact_and_a_refusal_costs_nothing)
{
	struct account *poor = world_account(&root_account, 2 * PAGE_SIZE, 1);
	void *page = heap_alloc(poor, PAGE_SIZE);
	void *chunk = heap_alloc(poor, 2048);

	ck_assert_ptr_nonnull(page);
	ck_assert_ptr_nonnull(chunk);
	ck_assert_ptr_null(heap_alloc(poor, PAGE_SIZE));
	ck_assert_ptr_null(heap_alloc(poor, 2048));
	ck_assert_uint_eq(poor->ram_used, 2 * PAGE_SIZE);

	void *other = heap_alloc(poor, 1024); /* the rest of the page is paid already */

	ck_assert_ptr_nonnull(other);
	heap_free(poor, other, 1024);
	heap_free(poor, chunk, 2048);
	ck_assert_uint_eq(poor->ram_used, PAGE_SIZE);
	ck_assert_ptr_null(heap_alloc(poor, 2 * PAGE_SIZE));
	heap_free(poor, page, PAGE_SIZE);
	ck_assert_uint_eq(poor->ram_used, 0);
}
END_TEST

START_TEST(one_account_never_takes_room_of_another)
{
	struct account *other = world_account(&root_account, 4 * PAGE_SIZE, 1);
	void *mine = heap_alloc(account, 32);
	void *theirs = heap_alloc(other, 32);

	ck_assert_uint_ne(pointer_to_paddr(mine) >> PAGE_SHIFT,
	                  pointer_to_paddr(theirs) >> PAGE_SHIFT);
	ck_assert_uint_eq(other->ram_used, PAGE_SIZE);
	heap_free(account, mine, 32);
	ck_assert_uint_eq(other->ram_used, PAGE_SIZE);
	heap_free(other, theirs, 32);
}
END_TEST

START_TEST(a_machine_without_pages_refunds_what_it_charged)
{
	const uint64_t used = root_account.ram_used;
	paddr_t page, taken = 0;

	while ((page = frame_alloc(0))) { /* behind everybody's back */
		*(paddr_t *)paddr_to_pointer(page) = taken;
		taken = page;
	}
	ck_assert_ptr_null(heap_alloc(account, 32));
	ck_assert_ptr_null(heap_alloc(account, PAGE_SIZE));
	ck_assert_uint_eq(account->ram_used, 0);
	ck_assert_uint_eq(root_account.ram_used, used);
	while ((page = taken)) {
		taken = *(paddr_t *)paddr_to_pointer(page);
		frame_free(page);
	}
}
END_TEST

START_TEST(freeing_nothing_does_nothing)
{
	heap_free(account, NULL, 100);
	ck_assert_uint_eq(account->ram_used, 0);
}
END_TEST

START_TEST(freeing_twice_is_a_kernel_bug)
{
	void *chunk = heap_alloc(account, 32);

	heap_free(account, chunk, 32);
	heap_free(account, chunk, 32);
}
END_TEST

START_TEST(freeing_a_free_chunk_of_a_used_page_is_a_kernel_bug)
{
	void *keep = heap_alloc(account, 32);
	void *chunk = heap_alloc(account, 2048);

	heap_free(account, chunk, 2048);
	heap_free(account, chunk, 2048);
	heap_free(account, keep, 32);
}
END_TEST

START_TEST(a_free_chunk_in_the_list_of_another_class_is_inconsistent)
{
	void *chunk = heap_alloc(account, 64);
	struct heap_chunk *right = account->heap.free[0];

	account->heap.free[0] = account->heap.free[2];
	ck_assert(!heap_consistent(&account->heap));
	account->heap.free[0] = right;
	heap_free(account, chunk, 64);
}
END_TEST

/* ---- against a model: what was written must still be there ---- */

enum { MODEL_CHUNKS = 120, MODEL_STEPS = 3000 };

struct model_chunk {
	unsigned char *memory;
	size_t size;
	unsigned char fill;
};

/* What an allocation may cost at most. */
static uint64_t cost_max(size_t size)
{
	return size > PAGE_SIZE / 2 ? (uint64_t)PAGE_SIZE << frame_order_for(size) : PAGE_SIZE;
}

static size_t random_size(void)
{
	return 1 + (size_t)rand() % ((size_t)SIZE_MAX_TESTED >> rand() % 10);
}

static bool filled_with(const unsigned char *memory, size_t size, unsigned char value)
{
	for (size_t i = 0; i < size; i++) {
		if (memory[i] != value)
			return false;
	}
	return true;
}

static void check_and_free(struct model_chunk *chunk)
{
	ck_assert(filled_with(chunk->memory, chunk->size, chunk->fill));
	heap_free(account, chunk->memory, chunk->size);
	chunk->memory = NULL;
}

static void fill(struct model_chunk *chunk, size_t size)
{
	const uint64_t before = account->ram_used;

	chunk->size = size;
	chunk->fill = (unsigned char)rand();
	chunk->memory = heap_alloc(account, size);
	if (!chunk->memory) {
		ck_assert_uint_eq(account->ram_used, before);
		ck_assert_uint_gt(before + cost_max(size), account->ram_limit);
		return;
	}
	ck_assert_uint_le(account->ram_used - before, cost_max(size));
	ck_assert(filled_with(chunk->memory, size, 0));
	memset(chunk->memory, chunk->fill, size);
}

START_TEST(random_use_keeps_contents_and_accounts)
{
	static struct model_chunk chunks[MODEL_CHUNKS];

	srand((unsigned)_i);
	memset(chunks, 0, sizeof(chunks));
	for (unsigned step = 0; step < MODEL_STEPS; step++) {
		struct model_chunk *chunk = &chunks[rand() % MODEL_CHUNKS];

		if (chunk->memory)
			check_and_free(chunk);
		else
			fill(chunk, random_size());
		ck_assert(account_consistent(account));
	}
	for (unsigned i = 0; i < MODEL_CHUNKS; i++) {
		if (chunks[i].memory)
			check_and_free(&chunks[i]);
	}
	ck_assert_uint_eq(account->ram_used, 0);
}
END_TEST

Suite *heap_suite(void)
{
	Suite *suite = suite_create("heap");
	TCase *tests = tcase_create("heap");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, memory_is_zeroed_also_when_used_before);
	tcase_add_test(tests, small_sizes_share_a_page_and_the_page_returns_with_the_last);
	tcase_add_test(tests, one_chunk_of_each_size_fills_a_page);
	tcase_add_test(tests, freed_neighbours_become_one_chunk_again);
	tcase_add_test(tests, the_chunk_freed_last_serves_the_like_and_is_joined_for_others);
	tcase_add_test(tests, one_byte_more_than_half_a_page_is_a_page);
	tcase_add_test(tests, large_sizes_cost_a_power_of_two_of_pages);
	tcase_add_test(tests, the_limit_is_exact_and_a_refusal_costs_nothing);
	tcase_add_test(tests, one_account_never_takes_room_of_another);
	tcase_add_test(tests, a_machine_without_pages_refunds_what_it_charged);
	tcase_add_test(tests, freeing_nothing_does_nothing);
	tcase_add_test_raise_signal(tests, freeing_twice_is_a_kernel_bug, SIGABRT);
	tcase_add_test_raise_signal(tests, freeing_a_free_chunk_of_a_used_page_is_a_kernel_bug,
	                            SIGABRT);
	tcase_add_test(tests, a_free_chunk_in_the_list_of_another_class_is_inconsistent);
	tcase_add_loop_test(tests, random_use_keeps_contents_and_accounts, 0, 6);
	suite_add_tcase(suite, tests);
	return suite;
}
