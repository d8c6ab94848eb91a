/* SPDX-License-Identifier: MIT */
/*
 * Clones: frames that memory objects share until one of them is written.
 */
#include <stdlib.h>
#include <string.h>

#include "boot/core_start.h"
#include "memory/frame.h"
#include "object/mapping.h"
#include "suites.h"
#include "world.h"

#define BASE 0x40000000ul

enum { PAGES = 6, ARCHIVE_PAGE = 0x100 };

static struct account *account;
static struct domain *domain;
static struct memory_object *source;

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 1024 * PAGE_SIZE, 100);
	domain = world_domain(account);
	source = world_memory(account, PAGES * PAGE_SIZE);
}

static uint64_t *word_of(struct memory_object *memory, uint64_t index)
{
	return paddr_to_pointer(memory_object_page(memory, index));
}

static void write_word(struct memory_object *memory, uint64_t index, uint64_t value)
{
	*(uint64_t *)paddr_to_pointer(memory_object_own_page(memory, index)) = value;
}

static struct memory_object *clone_for(struct account *payer, struct memory_object *from)
{
	struct memory_object *memory = world_object(payer, OBJECT_MEMORY);

	ck_assert_int_eq(memory_object_init_clone(memory, from), OK);
	return memory;
}

static struct memory_object *clone(struct memory_object *from)
{
	return clone_for(account, from);
}

static void map(struct memory_object *memory, vaddr_t address, bool write)
{
	const struct mapping_request request = {
		.address = address,
		.size = memory->pages << PAGE_SHIFT,
		.grant = memory->object.grant,
		.write = write,
	};

	ck_assert_int_eq(mapping_create(domain, memory, account, &request), OK);
}

/* What the CPU would do: a page that can't be written asks first. */
static uint64_t *access_at(vaddr_t address, bool write)
{
	if (write || page_table_find(&domain->pages, address) == 0)
		ck_assert(mapping_resolve(domain, address, write, false));
	return paddr_to_pointer(page_table_find(&domain->pages, address));
}

START_TEST(a_clone_has_the_content_and_shares_the_frames)
{
	write_word(source, 1, 11);

	const uint64_t free_pages = frames.free_pages;
	struct memory_object *copy = clone(source);

	ck_assert_uint_eq(copy->pages, PAGES);
	ck_assert_uint_eq(memory_object_present(copy, 1), memory_object_present(source, 1));
	ck_assert_uint_eq(*word_of(copy, 1), 11);
	ck_assert_uint_le(free_pages - frames.free_pages, 2); /* of the object itself */
}
END_TEST

START_TEST(a_clone_is_charged_in_full)
{
	write_word(source, 0, 1);

	struct account *payer = world_account(&root_account, 64 * PAGE_SIZE, 10);

	(void)clone_for(payer, source);
	ck_assert_uint_ge(payer->ram_used, PAGES * PAGE_SIZE);
	world_check();
}
END_TEST

START_TEST(a_clone_that_cannot_be_paid_changes_nothing)
{
	struct account *payer = world_account(&root_account, PAGES * PAGE_SIZE, 10);
	struct memory_object *copy = world_object(payer, OBJECT_MEMORY);

	write_word(source, 0, 1);
	ck_assert_int_eq(memory_object_init_clone(copy, source), ERR_OUT_OF_RAM);
	ck_assert(frame_sole(memory_object_present(source, 0)));
	memory_object_init_range(copy, MEMORY_DEVICE, 0, 0); /* never came to life */
}
END_TEST

START_TEST(either_side_writes_for_itself)
{
	write_word(source, 0, 1);
	write_word(source, 1, 2);

	struct memory_object *copy = clone(source);

	write_word(copy, 0, 10);
	write_word(source, 1, 20);
	ck_assert_uint_eq(*word_of(source, 0), 1);
	ck_assert_uint_eq(*word_of(copy, 0), 10);
	ck_assert_uint_eq(*word_of(source, 1), 20);
	ck_assert_uint_eq(*word_of(copy, 1), 2);
}
END_TEST

START_TEST(a_page_nobody_touched_is_zero_in_both)
{
	struct memory_object *copy = clone(source);

	write_word(source, 3, 5);
	ck_assert_uint_eq(*word_of(copy, 3), 0);
	ck_assert_uint_ne(memory_object_present(copy, 3), memory_object_present(source, 3));
}
END_TEST

START_TEST(the_last_owner_writes_without_a_copy)
{
	write_word(source, 0, 1);

	struct memory_object *copy = clone(source);
	const paddr_t shared = memory_object_present(source, 0);

	ck_assert_uint_ne(memory_object_own_page(copy, 0), shared);
	ck_assert_uint_eq(memory_object_own_page(source, 0), shared);
}
END_TEST

START_TEST(mappings_lose_the_right_to_write_and_get_it_back_with_a_page_of_their_own)
{
	map(source, BASE, true);
	*access_at(BASE, true) = 1;

	struct memory_object *copy = clone(source);
	const paddr_t shared = memory_object_present(source, 0);

	ck_assert_uint_eq(page_table_find(&domain->pages, BASE),
	                  shared); /* still there to be read */
	*access_at(BASE, true) = 2;
	ck_assert_uint_ne(page_table_find(&domain->pages, BASE), shared);
	ck_assert_uint_eq(*word_of(copy, 0), 1);
	ck_assert_uint_eq(*word_of(source, 0), 2);
}
END_TEST

START_TEST(all_mappings_of_an_object_see_its_own_page)
{
	map(source, BASE, true);
	map(source, BASE + PAGES * PAGE_SIZE, false);
	*access_at(BASE, true) = 1;
	(void)access_at(BASE + PAGES * PAGE_SIZE, false);

	struct memory_object *copy = clone(source);

	map(copy, BASE + 2 * PAGES * PAGE_SIZE, true);
	*access_at(BASE, true) = 2;
	ck_assert_uint_eq(*access_at(BASE + PAGES * PAGE_SIZE, false), 2);
	ck_assert_uint_eq(*access_at(BASE + 2 * PAGES * PAGE_SIZE, false), 1);
}
END_TEST

START_TEST(a_read_only_mapping_is_never_written)
{
	map(clone(source), BASE, false);
	ck_assert(mapping_resolve(domain, BASE, false, false));
	ck_assert(!mapping_resolve(domain, BASE, true, false));
	ck_assert(!mapping_resolve(domain, BASE, false, true));
}
END_TEST

START_TEST(boot_memory_is_cloned_and_never_changed)
{
	/* Out of the allocator's hands, as the boot archive is. */
	const paddr_t page = frame_alloc(0);
	struct memory_object *boot = world_object(account, OBJECT_MEMORY);

	frame_of(page)->state = FRAME_ABSENT;
	*(uint64_t *)paddr_to_pointer(page) = 7;
	memory_object_init_range(boot, MEMORY_BOOT, page, PAGE_SIZE);

	struct memory_object *copy = clone(boot);
	struct memory_object *second = clone(copy);

	ck_assert_uint_eq(memory_object_present(copy, 0), page);
	write_word(copy, 0, 8);
	ck_assert_uint_eq(*word_of(boot, 0), 7);
	ck_assert_uint_eq(*word_of(second, 0), 7);
	world_destroy(&copy->object);
	world_destroy(&second->object);
	world_destroy(&boot->object);
	ck_assert_uint_eq(*(uint64_t *)paddr_to_pointer(page), 7);
	frame_of(page)->state = FRAME_USED;
	frame_free(page);
}
END_TEST

START_TEST(device_and_contiguous_memory_stay_where_they_are)
{
	struct memory_object *device = world_object(account, OBJECT_MEMORY);
	struct memory_object *block = world_object(account, OBJECT_MEMORY);
	struct memory_object copy = {.object.account = account};

	memory_object_init_range(device, MEMORY_DEVICE, 0xfee00000, PAGE_SIZE);
	ck_assert_int_eq(memory_object_init_contiguous(block, PAGE_SIZE, UINT64_MAX), OK);
	ck_assert_int_eq(memory_object_init_clone(&copy, device), ERR_UNSUPPORTED);
	ck_assert_int_eq(memory_object_init_clone(&copy, block), ERR_UNSUPPORTED);
}
END_TEST

/* Clones of clones, written and destroyed in any order, against copies made at once. */
START_TEST(it_does_what_eager_copies_do)
{
	enum { OBJECTS = 8, STEPS = 4000 };
	struct memory_object *objects[OBJECTS] = {source};
	uint64_t model[OBJECTS][PAGES] = {0};

	srand(2);
	for (unsigned step = 0; step < STEPS; step++) {
		const unsigned i = (unsigned)rand() % OBJECTS, j = (unsigned)rand() % OBJECTS;
		const unsigned page = (unsigned)rand() % PAGES;

		if (objects[i] && rand() % 4) {
			write_word(objects[i], page, step);
			model[i][page] = step;
		} else if (objects[i] && i != j) {
			world_destroy(&objects[i]->object);
			objects[i] = NULL;
		} else if (!objects[i]) {
			objects[i] = objects[j] ? clone(objects[j])
			                        : world_memory(account, PAGES * PAGE_SIZE);
			for (unsigned p = 0; p < PAGES; p++)
				model[i][p] = objects[j] && i != j ? model[j][p] : 0;
		}
		for (unsigned p = 0; p < PAGES && objects[i]; p++)
			ck_assert_uint_eq(*word_of(objects[i], p), model[i][p]);
		if (step % 64 == 0)
			world_check();
	}
}
END_TEST

Suite *clone_suite(void)
{
	Suite *suite = suite_create("clone");
	TCase *tests = tcase_create("clone");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, a_clone_has_the_content_and_shares_the_frames);
	tcase_add_test(tests, a_clone_is_charged_in_full);
	tcase_add_test(tests, a_clone_that_cannot_be_paid_changes_nothing);
	tcase_add_test(tests, either_side_writes_for_itself);
	tcase_add_test(tests, a_page_nobody_touched_is_zero_in_both);
	tcase_add_test(tests, the_last_owner_writes_without_a_copy);
	tcase_add_test(tests,
	               mappings_lose_the_right_to_write_and_get_it_back_with_a_page_of_their_own);
	tcase_add_test(tests, all_mappings_of_an_object_see_its_own_page);
	tcase_add_test(tests, a_read_only_mapping_is_never_written);
	tcase_add_test(tests, boot_memory_is_cloned_and_never_changed);
	tcase_add_test(tests, device_and_contiguous_memory_stay_where_they_are);
	tcase_add_test(tests, it_does_what_eager_copies_do);
	suite_add_tcase(suite, tests);
	return suite;
}
