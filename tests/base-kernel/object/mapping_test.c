/* SPDX-License-Identifier: MIT */
#include "consistent.h"
#include "object/mapping.h"

#include "boot/core_start.h"
#include "suites.h"
#include "world.h"

#define BASE 0x40000000ul

static struct account *account;
static struct domain *domain;
static struct memory_object *memory;

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 512 * PAGE_SIZE, 50);
	domain = world_domain(account);
	memory = world_memory(account, 16 * PAGE_SIZE);
}

static struct mapping_request request_at(vaddr_t address, uint64_t pages)
{
	return (struct mapping_request){
		.address = address,
		.size = pages * PAGE_SIZE,
		.grant = memory->object.grant,
		.write = true,
	};
}

static enum status create(const struct mapping_request *request)
{
	return mapping_create(domain, memory, account, request);
}

static enum status map(vaddr_t address, uint64_t pages)
{
	const struct mapping_request request = request_at(address, pages);

	return create(&request);
}

/* Whether no mapping of the memory object is left. */
static bool unseen(void)
{
	return list_empty(&grant_at(memory->object.grant)->uses);
}

START_TEST(a_mapping_is_found_inside_its_borders_only)
{
	ck_assert_int_eq(map(BASE, 2), OK);
	ck_assert_ptr_null(mapping_find(domain, BASE - 1));
	ck_assert_ptr_nonnull(mapping_find(domain, BASE));
	ck_assert_ptr_nonnull(mapping_find(domain, BASE + 2 * PAGE_SIZE - 1));
	ck_assert_ptr_null(mapping_find(domain, BASE + 2 * PAGE_SIZE));
	ck_assert_ptr_null(mapping_find(domain, 0));
	ck_assert_ptr_null(mapping_find(domain, UINT64_MAX));
}
END_TEST

START_TEST(mappings_may_touch_but_not_overlap)
{
	ck_assert_int_eq(map(BASE, 4), OK);
	ck_assert_int_eq(map(BASE, 4), ERR_BAD_ARG);
	ck_assert_int_eq(map(BASE + PAGE_SIZE, 1), ERR_BAD_ARG);
	ck_assert_int_eq(map(BASE - PAGE_SIZE, 2), ERR_BAD_ARG);
	ck_assert_int_eq(map(BASE + 3 * PAGE_SIZE, 2), ERR_BAD_ARG);
	ck_assert_int_eq(map(BASE - PAGE_SIZE, 6), ERR_BAD_ARG);
	ck_assert_int_eq(map(BASE - PAGE_SIZE, 1), OK);
	ck_assert_int_eq(map(BASE + 4 * PAGE_SIZE, 1), OK);
}
END_TEST

START_TEST(a_thousand_mappings_are_each_found)
{
	enum { COUNT = 1000, STRIDE = 7 }; /* coprime: every other page, in no order */

	for (unsigned i = 0; i < COUNT; i++)
		ck_assert_int_eq(map(BASE + i * STRIDE % COUNT * 2 * PAGE_SIZE, 1), OK);
	ck_assert(tree_consistent(&domain->mappings));
	for (unsigned i = 0; i < COUNT; i++) {
		const vaddr_t at = BASE + i * 2 * PAGE_SIZE;

		ck_assert_uint_eq(mapping_find(domain, at + 5)->address, at);
		ck_assert_ptr_null(mapping_find(domain, at + PAGE_SIZE));
	}
	ck_assert_int_eq(world_unmap(domain, BASE + 2 * PAGE_SIZE, (COUNT - 2) * 2 * PAGE_SIZE),
	                 OK);
	ck_assert(tree_consistent(&domain->mappings));
	ck_assert_ptr_nonnull(mapping_find(domain, BASE));
	ck_assert_ptr_null(mapping_find(domain, BASE + 2 * PAGE_SIZE));
	ck_assert_ptr_nonnull(mapping_find(domain, BASE + (COUNT - 1) * 2 * PAGE_SIZE));
}
END_TEST

START_TEST(a_gap_is_filled_exactly)
{
	ck_assert_int_eq(map(BASE, 1), OK);
	ck_assert_int_eq(map(BASE + 3 * PAGE_SIZE, 1), OK);
	ck_assert_int_eq(map(BASE + PAGE_SIZE, 3), ERR_BAD_ARG);
	ck_assert_int_eq(map(BASE + PAGE_SIZE, 2), OK);
	ck_assert_uint_eq(mapping_find(domain, BASE + 2 * PAGE_SIZE)->address, BASE + PAGE_SIZE);
}
END_TEST

START_TEST(what_is_unaligned_or_empty_is_refused)
{
	struct mapping_request request = request_at(BASE + 1, 1);

	ck_assert_int_eq(create(&request), ERR_BAD_ARG);
	request = request_at(BASE, 0);
	ck_assert_int_eq(create(&request), ERR_BAD_ARG);
	request = request_at(BASE, 1);
	request.size = PAGE_SIZE - 1;
	ck_assert_int_eq(create(&request), ERR_BAD_ARG);
	request = request_at(BASE, 1);
	request.offset = 8;
	ck_assert_int_eq(create(&request), ERR_BAD_ARG);
}
END_TEST

START_TEST(the_part_must_lie_inside_the_object)
{
	struct mapping_request request = request_at(BASE, 16);

	ck_assert_int_eq(map(BASE, 17), ERR_BAD_ARG);
	request.offset = PAGE_SIZE;
	ck_assert_int_eq(create(&request), ERR_BAD_ARG);
	request = request_at(BASE, 1);
	request.offset = 16 * PAGE_SIZE;
	ck_assert_int_eq(create(&request), ERR_BAD_ARG);
	request.offset = ~(uint64_t)(PAGE_SIZE - 1); /* offset + size would wrap */
	ck_assert_int_eq(create(&request), ERR_BAD_ARG);
	request.offset = 15 * PAGE_SIZE;
	ck_assert_int_eq(create(&request), OK);
}
END_TEST

START_TEST(the_user_half_ends_where_it_ends)
{
	ck_assert_int_eq(map(0, 1), ERR_BAD_ARG);
	ck_assert_int_eq(map(USER_ADDRESS_MAX, 1), ERR_BAD_ARG);
	ck_assert_int_eq(map(USER_ADDRESS_MAX - PAGE_SIZE, 2), ERR_BAD_ARG);
	ck_assert_int_eq(map(0xffff800000000000ul, 1), ERR_BAD_ARG);
	ck_assert_int_eq(map(~0xffful, 1), ERR_BAD_ARG);
	ck_assert_int_eq(map(USER_ADDRESS_MAX - PAGE_SIZE, 1), OK);
	ck_assert_int_eq(map(USER_ADDRESS_MIN, 1), OK);
}
END_TEST

START_TEST(writable_and_executable_at_once_is_refused)
{
	struct mapping_request request = request_at(BASE, 1);

	request.execute = true;
	ck_assert_int_eq(create(&request), ERR_BAD_ARG);
	request.write = false;
	ck_assert_int_eq(create(&request), OK);
}
END_TEST

START_TEST(nothing_is_mapped_where_the_kernel_shares_pages)
{
	struct sched_context *context = world_context(account, 1);
	struct thread *thread = world_thread(account, domain, context);
	const vaddr_t pages = thread->page_range.address;

	ck_assert_int_eq(map(pages, 1), ERR_BAD_ARG);
	ck_assert_int_eq(map(pages - PAGE_SIZE, 2), ERR_BAD_ARG);
	ck_assert_int_eq(map(pages + (WORLD_MESSAGE_PAGES - 1) * PAGE_SIZE, 2), ERR_BAD_ARG);
	ck_assert_int_eq(map(pages + WORLD_MESSAGE_PAGES * PAGE_SIZE, 1), OK);
	ck_assert_int_eq(map(pages - PAGE_SIZE, 1), OK);
}
END_TEST

START_TEST(a_refusal_for_lack_of_ram_leaves_no_mapping)
{
	struct account *poor = world_account(account, 0, 0);
	const struct mapping_request request = request_at(BASE, 1);

	ck_assert_int_eq(mapping_create(domain, memory, poor, &request), ERR_OUT_OF_RAM);
	ck_assert_ptr_null(mapping_find(domain, BASE));
	ck_assert(unseen());
}
END_TEST

START_TEST(pages_that_are_there_are_entered_with_the_offset)
{
	struct mapping_request request = request_at(BASE, 2);
	const paddr_t page = memory_object_page(memory, 4);

	request.offset = 3 * PAGE_SIZE;
	ck_assert_int_eq(create(&request), OK);
	ck_assert_uint_eq(page_table_find(&domain->pages, BASE), 0);
	ck_assert_uint_eq(page_table_find(&domain->pages, BASE + PAGE_SIZE + 5), page + 5);
	ck_assert_int_eq(world_unmap(domain, BASE, 2 * PAGE_SIZE), OK);
	ck_assert_uint_eq(page_table_find(&domain->pages, BASE + PAGE_SIZE), 0);
}
END_TEST

START_TEST(removing_takes_whole_mappings_only)
{
	ck_assert_int_eq(map(BASE, 2), OK);
	ck_assert_int_eq(map(BASE + 2 * PAGE_SIZE, 2), OK);
	ck_assert_int_eq(world_unmap(domain, BASE, 3 * PAGE_SIZE), ERR_BAD_ARG);
	ck_assert_int_eq(world_unmap(domain, BASE + PAGE_SIZE, 3 * PAGE_SIZE), ERR_BAD_ARG);
	ck_assert_ptr_nonnull(mapping_find(domain, BASE)); /* nothing was removed by halves */
	ck_assert_int_eq(world_unmap(domain, BASE, 4 * PAGE_SIZE), OK);
	ck_assert_ptr_null(mapping_find(domain, BASE));
	ck_assert_ptr_null(mapping_find(domain, BASE + 2 * PAGE_SIZE));
}
END_TEST

START_TEST(removing_leaves_the_neighbours)
{
	for (unsigned i = 0; i < 3; i++)
		ck_assert_int_eq(map(BASE + i * PAGE_SIZE, 1), OK);
	ck_assert_int_eq(world_unmap(domain, BASE + PAGE_SIZE, PAGE_SIZE), OK);
	ck_assert_ptr_nonnull(mapping_find(domain, BASE));
	ck_assert_ptr_null(mapping_find(domain, BASE + PAGE_SIZE));
	ck_assert_ptr_nonnull(mapping_find(domain, BASE + 2 * PAGE_SIZE));
}
END_TEST

START_TEST(removing_a_senseless_range_is_refused)
{
	ck_assert_int_eq(world_unmap(domain, BASE + 1, PAGE_SIZE), ERR_BAD_ARG);
	ck_assert_int_eq(world_unmap(domain, BASE, 0), ERR_BAD_ARG);
	ck_assert_int_eq(world_unmap(domain, BASE, PAGE_SIZE - 1), ERR_BAD_ARG);
	ck_assert_int_eq(world_unmap(domain, BASE, ~0xffful), ERR_BAD_ARG);
	ck_assert_int_eq(world_unmap(domain, BASE, PAGE_SIZE),
	                 OK); /* nothing there: nothing to do */
}
END_TEST

START_TEST(a_mapping_ends_with_the_grant_it_was_made_through)
{
	const uint32_t facet = world_derive(account, memory->object.grant, 1, 0);
	struct mapping_request request = request_at(BASE, 1);

	request.grant = facet;
	ck_assert_int_eq(create(&request), OK);
	ck_assert_int_eq(map(BASE + PAGE_SIZE, 1), OK);
	world_revoke(facet);
	ck_assert_ptr_null(mapping_find(domain, BASE));
	ck_assert_ptr_nonnull(mapping_find(domain, BASE + PAGE_SIZE));
}
END_TEST

START_TEST(a_mapping_ends_with_its_memory_object)
{
	(void)memory_object_page(memory, 0);
	ck_assert_int_eq(map(BASE, 1), OK);
	ck_assert_uint_ne(page_table_find(&domain->pages, BASE), 0);
	world_destroy(&memory->object);
	ck_assert_ptr_null(mapping_find(domain, BASE));
	ck_assert_uint_eq(page_table_find(&domain->pages, BASE), 0);
}
END_TEST

START_TEST(a_mapping_ends_with_the_account_that_pays_for_it)
{
	struct account *payer = world_account(account, 2 * PAGE_SIZE, 1);
	const struct mapping_request request = request_at(BASE, 1);

	ck_assert_int_eq(mapping_create(domain, memory, payer, &request), OK);
	world_destroy(&payer->object);
	ck_assert_ptr_null(mapping_find(domain, BASE));
	ck_assert(unseen());
}
END_TEST

START_TEST(a_mapping_ends_with_its_domain)
{
	const uint64_t used = account->ram_used;
	struct domain *other = world_domain(account);
	const struct mapping_request request = request_at(BASE, 1);

	ck_assert_int_eq(mapping_create(other, memory, account, &request), OK);
	world_destroy(&other->object);
	ck_assert(unseen());
	ck_assert_uint_eq(account->ram_used, used);
}
END_TEST

/* ---- large pages ---- */

#define LARGE_BASE 0x40000000ul /* aligned to 2 MiB */

static struct memory_object *device(paddr_t base, uint64_t size)
{
	struct memory_object *object = world_object(account, OBJECT_MEMORY);

	memory_object_init_range(object, MEMORY_DEVICE, base, size);
	return object;
}

static enum status map_object(struct memory_object *object, vaddr_t address)
{
	const struct mapping_request request = {
		.address = address,
		.size = object->pages << PAGE_SHIFT,
		.grant = object->object.grant,
		.write = true,
	};

	return mapping_create(domain, object, account, &request);
}

START_TEST(an_aligned_range_takes_large_pages_and_no_tables_for_them)
{
	const paddr_t base = 0xe0000000;
	struct memory_object *frame_buffer = device(base, 8 * LARGE_PAGE_SIZE);
	const uint32_t tables = domain->pages.tables;

	ck_assert_int_eq(map_object(frame_buffer, LARGE_BASE), OK);
	ck_assert_uint_le(domain->pages.tables, tables + 2);
	ck_assert_uint_eq(page_table_find(&domain->pages, LARGE_BASE + 0x123456), base + 0x123456);
	ck_assert_int_eq(world_unmap(domain, LARGE_BASE, 8 * LARGE_PAGE_SIZE), OK);
	ck_assert_uint_eq(page_table_find(&domain->pages, LARGE_BASE + 0x123456), 0);
	ck_assert_int_eq(map(LARGE_BASE + PAGE_SIZE, 1), OK); /* a table takes its place */
	ck_assert(mapping_resolve(domain, LARGE_BASE + PAGE_SIZE, true, false));
}
END_TEST

START_TEST(the_ragged_ends_of_a_range_take_small_pages)
{
	const paddr_t base = 0xe0000000 - PAGE_SIZE;
	const vaddr_t at = LARGE_BASE - PAGE_SIZE;

	ck_assert_int_eq(map_object(device(base, LARGE_PAGE_SIZE + 2 * PAGE_SIZE), at), OK);
	for (uint64_t offset = 0; offset < LARGE_PAGE_SIZE + 2 * PAGE_SIZE; offset += PAGE_SIZE) {
		ck_assert(mapping_resolve(domain, at + offset, true, false));
		ck_assert_uint_eq(page_table_find(&domain->pages, at + offset), base + offset);
	}
	ck_assert_uint_eq(page_table_find(&domain->pages, at - PAGE_SIZE), 0);
	ck_assert_uint_eq(page_table_find(&domain->pages, at + LARGE_PAGE_SIZE + 2 * PAGE_SIZE), 0);
}
END_TEST

START_TEST(a_range_aligned_otherwise_takes_small_pages)
{
	const paddr_t base = 0xe0000000 + PAGE_SIZE;

	ck_assert_int_eq(map_object(device(base, 2 * LARGE_PAGE_SIZE), LARGE_BASE), OK);
	ck_assert(mapping_resolve(domain, LARGE_BASE + LARGE_PAGE_SIZE, true, false));
	ck_assert_uint_eq(page_table_find(&domain->pages, LARGE_BASE + LARGE_PAGE_SIZE),
	                  base + LARGE_PAGE_SIZE);
	ck_assert_uint_eq(page_table_find(&domain->pages, LARGE_BASE + LARGE_PAGE_SIZE + PAGE_SIZE),
	                  0);
}
END_TEST

START_TEST(where_a_table_stands_small_pages_are_entered)
{
	const paddr_t base = 0xe0000000;

	ck_assert_int_eq(map(LARGE_BASE, 1), OK);
	ck_assert_int_eq(world_unmap(domain, LARGE_BASE, PAGE_SIZE), OK);
	ck_assert_int_eq(map_object(device(base, LARGE_PAGE_SIZE), LARGE_BASE), OK);
	ck_assert(mapping_resolve(domain, LARGE_BASE + LARGE_PAGE_SIZE - 1, true, false));
	ck_assert_uint_eq(page_table_find(&domain->pages, LARGE_BASE + LARGE_PAGE_SIZE - 1),
	                  base + LARGE_PAGE_SIZE - 1);
}
END_TEST

START_TEST(contiguous_memory_takes_large_pages)
{
	struct account *payer = world_account(&root_account, 1200 * PAGE_SIZE, 5);
	struct memory_object *block = world_object(payer, OBJECT_MEMORY);

	ck_assert_int_eq(memory_object_init_contiguous(block, LARGE_PAGE_SIZE, UINT64_MAX), OK);
	ck_assert_uint_eq(block->base % LARGE_PAGE_SIZE, 0);
	ck_assert_int_eq(map_object(block, LARGE_BASE), OK);
	ck_assert_uint_eq(page_table_find(&domain->pages, LARGE_BASE + LARGE_PAGE_SIZE - 1),
	                  block->base + LARGE_PAGE_SIZE - 1);
	world_destroy(&payer->object);
	ck_assert_uint_eq(page_table_find(&domain->pages, LARGE_BASE), 0);
}
END_TEST

Suite *mapping_suite(void)
{
	Suite *suite = suite_create("mapping");
	TCase *tests = tcase_create("mapping");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, a_mapping_is_found_inside_its_borders_only);
	tcase_add_test(tests, mappings_may_touch_but_not_overlap);
	tcase_add_test(tests, a_thousand_mappings_are_each_found);
	tcase_add_test(tests, a_gap_is_filled_exactly);
	tcase_add_test(tests, what_is_unaligned_or_empty_is_refused);
	tcase_add_test(tests, the_part_must_lie_inside_the_object);
	tcase_add_test(tests, the_user_half_ends_where_it_ends);
	tcase_add_test(tests, writable_and_executable_at_once_is_refused);
	tcase_add_test(tests, nothing_is_mapped_where_the_kernel_shares_pages);
	tcase_add_test(tests, a_refusal_for_lack_of_ram_leaves_no_mapping);
	tcase_add_test(tests, pages_that_are_there_are_entered_with_the_offset);
	tcase_add_test(tests, removing_takes_whole_mappings_only);
	tcase_add_test(tests, removing_leaves_the_neighbours);
	tcase_add_test(tests, removing_a_senseless_range_is_refused);
	tcase_add_test(tests, a_mapping_ends_with_the_grant_it_was_made_through);
	tcase_add_test(tests, a_mapping_ends_with_its_memory_object);
	tcase_add_test(tests, a_mapping_ends_with_the_account_that_pays_for_it);
	tcase_add_test(tests, a_mapping_ends_with_its_domain);
	tcase_add_test(tests, an_aligned_range_takes_large_pages_and_no_tables_for_them);
	tcase_add_test(tests, the_ragged_ends_of_a_range_take_small_pages);
	tcase_add_test(tests, a_range_aligned_otherwise_takes_small_pages);
	tcase_add_test(tests, where_a_table_stands_small_pages_are_entered);
	tcase_add_test(tests, contiguous_memory_takes_large_pages);
	suite_add_tcase(suite, tests);
	return suite;
}
