/* SPDX-License-Identifier: MIT */
/*
 * What the processor is told about each kind of page: the bits of the entries themselves.
 */
#include "x86_64/page_table.h"

#include "boot/core_start.h"
#include "object/mapping.h"
#include "suites.h"
#include "world.h"

#define BASE          0x40000000ul /* aligned to a large page */
#define DEVICE        0xe0000000ul
#define BIT_PRESENT   (1ul << 0)
#define BIT_WRITE     (1ul << 1)
#define BIT_USER      (1ul << 2)
#define BIT_THROUGH   (1ul << 3) /* alone: the attribute table's second type, write-combining */
#define BIT_UNCACHED  (1ul << 4)
#define BIT_LARGE     (1ul << 7)
#define BIT_ATTRIBUTE (1ul << 12 | 1ul << 7) /* which types it would select else */
#define BIT_GLOBAL    (1ul << 8)
#define BIT_NO_EXEC   (1ul << 63)

enum kind { ANONYMOUS, CONTIGUOUS, SHARED, BOOT, UNCACHED, COMBINED, KINDS };

static struct account *account;
static struct domain *domain;

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 3500 * PAGE_SIZE, 50);
	domain = world_domain(account);
}

/* The entry that decides about the address, of whatever level. */
static uint64_t entry_of(vaddr_t address)
{
	const uint64_t *table = paddr_to_pointer(domain->pages.root);

	for (unsigned level = 3;; level--) {
		const uint64_t entry = table[address >> (PAGE_SHIFT + 9 * level) & 511];

		if (level == 0 || !(entry & BIT_PRESENT) || (entry & BIT_LARGE))
			return entry;
		table = paddr_to_pointer(entry & 0x000ffffffffff000ul);
	}
}

static struct memory_object *make(enum kind kind)
{
	struct memory_object *memory = world_object(account, OBJECT_MEMORY);
	struct memory_object *source;

	switch (kind) {
	case ANONYMOUS: ck_assert_int_eq(memory_object_init(memory, LARGE_PAGE_SIZE), OK); break;
	case CONTIGUOUS:
		ck_assert_int_eq(memory_object_init_contiguous(memory, LARGE_PAGE_SIZE, UINT64_MAX),
		                 OK);
		break;
	case SHARED:
		source = world_memory(account, LARGE_PAGE_SIZE);
		(void)memory_object_page(source, 0);
		ck_assert_int_eq(memory_object_init_clone(memory, source), OK);
		break;
	case BOOT:
		memory_object_init_range(memory, MEMORY_BOOT, LARGE_PAGE_SIZE, LARGE_PAGE_SIZE);
		break;
	case UNCACHED:
	case COMBINED:
		memory_object_init_range(memory, MEMORY_DEVICE, DEVICE, LARGE_PAGE_SIZE);
		memory->combined = kind == COMBINED;
		break;
	case KINDS: break;
	}
	return memory;
}

static enum status map(struct memory_object *memory, uint64_t size, bool write, bool execute)
{
	const struct mapping_request request = {
		.address = BASE,
		.size = size,
		.grant = memory->object.grant,
		.write = write,
		.execute = execute,
	};

	return mapping_create(domain, memory, account, &request);
}

static uint64_t caching_of(enum kind kind)
{
	if (kind == UNCACHED)
		return BIT_THROUGH | BIT_UNCACHED;
	return kind == COMBINED ? BIT_THROUGH : 0;
}

/* By a first touch, for reading then for writing. */
static void expect_entry(enum kind kind, bool write, bool execute)
{
	uint64_t entry;

	ck_assert(mapping_resolve(domain, BASE, false, execute));
	entry = entry_of(BASE);
	ck_assert_uint_eq(entry & (BIT_PRESENT | BIT_USER | BIT_GLOBAL), BIT_PRESENT | BIT_USER);
	ck_assert_uint_eq(entry & (BIT_THROUGH | BIT_UNCACHED), caching_of(kind));
	ck_assert_int_eq(!(entry & BIT_NO_EXEC), execute);
	if (kind == SHARED) /* until it has been copied */
		ck_assert_uint_eq(entry & BIT_WRITE, 0);
	ck_assert_int_eq(mapping_resolve(domain, BASE, true, false), write);
	entry = entry_of(BASE);
	ck_assert_int_eq(!!(entry & BIT_WRITE), write);
	ck_assert(!(entry & BIT_WRITE) || (entry & BIT_NO_EXEC));
}

START_TEST(no_page_of_any_kind_is_written_and_executed)
{
	for (enum kind kind = ANONYMOUS; kind < KINDS; kind++) {
		struct memory_object *memory = make(kind);

		for (unsigned rights = 0; rights < 4; rights++) {
			const bool write = rights & 1, execute = rights & 2;
			const uint64_t size = kind == ANONYMOUS ? PAGE_SIZE : LARGE_PAGE_SIZE;
			const enum status status = map(memory, size, write, execute);

			ck_assert_int_eq(status, write && execute ? ERR_BAD_ARG : OK);
			if (status != OK)
				continue;
			expect_entry(kind, write, execute);
			ck_assert_int_eq(world_unmap(domain, BASE, size), OK);
			ck_assert_uint_eq(entry_of(BASE) & BIT_PRESENT, 0);
		}
	}
}
END_TEST

START_TEST(caching_is_the_same_in_large_pages_and_small_ones)
{
	for (enum kind kind = UNCACHED; kind <= COMBINED; kind++) {
		struct memory_object *memory = make(kind);

		domain = world_domain(account); /* no table stands there */
		ck_assert_int_eq(map(memory, LARGE_PAGE_SIZE, true, false), OK);
		ck_assert_uint_eq(entry_of(BASE) & BIT_LARGE, BIT_LARGE);
		ck_assert_uint_eq(entry_of(BASE) & (BIT_THROUGH | BIT_UNCACHED), caching_of(kind));
		ck_assert_uint_eq(entry_of(BASE) & BIT_ATTRIBUTE & ~BIT_LARGE, 0);
		ck_assert_int_eq(world_unmap(domain, BASE, LARGE_PAGE_SIZE), OK);
		ck_assert_int_eq(map(memory, PAGE_SIZE, true, false), OK);
		ck_assert_uint_eq(entry_of(BASE) & BIT_LARGE, 0);
		ck_assert_uint_eq(entry_of(BASE) & (BIT_THROUGH | BIT_UNCACHED), caching_of(kind));
		ck_assert_int_eq(world_unmap(domain, BASE, PAGE_SIZE), OK);
	}
}
END_TEST

START_TEST(what_is_beside_a_mapping_is_not_present)
{
	struct memory_object *memory = make(CONTIGUOUS);

	ck_assert_int_eq(map(memory, 2 * PAGE_SIZE, true, false), OK);
	ck_assert_uint_eq(entry_of(BASE + 2 * PAGE_SIZE) & BIT_PRESENT, 0);
	ck_assert_uint_eq(entry_of(BASE - PAGE_SIZE) & BIT_PRESENT, 0);
	ck_assert(!mapping_resolve(domain, BASE + 2 * PAGE_SIZE, false, false));
	ck_assert(!mapping_resolve(domain, BASE - 1, false, false));
}
END_TEST

Suite *page_table_suite(void)
{
	Suite *suite = suite_create("page_table");
	TCase *tests = tcase_create("page_table");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, no_page_of_any_kind_is_written_and_executed);
	tcase_add_test(tests, caching_is_the_same_in_large_pages_and_small_ones);
	tcase_add_test(tests, what_is_beside_a_mapping_is_not_present);
	suite_add_tcase(suite, tests);
	return suite;
}
