/* SPDX-License-Identifier: MIT */
/*
 * Platform: memory that only who holds the machine can have.
 */
#include <kernel/words.h>

#include "boot/core_start.h"
#include "pair.h"
#include "suites.h"

static struct pair pair;
static struct object platform = {.type = OBJECT_PLATFORM};
static uint32_t platform_grant;
static uint32_t slot; /* for the next result */

static void setup(void)
{
	const uint32_t chain[GRANT_INTERFACES_MAX] = {PLATFORM_INTERFACE};

	slot = 40;
	world_init();
	pair_init(&pair);
	thread_start(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.client);
	ck_assert_int_eq(grant_create(&platform, &root_account, GRANT_NONE, chain, &platform_grant),
	                 OK);
}

static void teardown(void)
{
	world_revoke(platform_grant);
	world_fini();
}

/* Calls with the client's account as the payer. */
static enum status create(uint16_t method, const uint64_t words[3])
{
	world_prepare_call(pair.client, world_cap(pair.client_domain, platform_grant, 0),
	                   PLATFORM_INTERFACE, method, 3);
	for (unsigned i = 0; i < 3; i++)
		pair.client->registers.words[i] = words[i];
	pair.client->pages[0]->caps[0] =
		world_cap(pair.client_domain, pair.client_account->object.grant, 0).id;
	pair.client->registers.rsi |=
		1 | 1ull << WINDOW_OPEN_SHIFT | (uint64_t)slot++ << WINDOW_FIRST_SHIFT;
	(void)world_syscall(pair.client);
	return world_answer(pair.client);
}

static struct memory_object *created(void)
{
	const cap_t cap = {pair.client->pages[1]->caps[0]};
	struct cap_entry *entry;

	ck_assert_int_eq(cap_table_find(&pair.client_domain->caps, cap, &entry), OK);
	ck_assert_int_eq(entry->object->type, OBJECT_MEMORY);
	return (struct memory_object *)entry->object;
}

static enum status create_contiguous(uint64_t size, bool low)
{
	const struct platform_create_contiguous_params params = {.size = size, .low = low};
	uint64_t words[IPC_WORDS_MAX] = {0};
	cap_t caps[IPC_CAPS_MAX];

	platform_create_contiguous_params_pack(&params, words, caps);
	return create(PLATFORM_CREATE_CONTIGUOUS, words);
}

static enum status create_device(bool combined)
{
	const struct platform_create_device_memory_params params = {
		.address = 0xe0000000, .size = PAGE_SIZE, .write_combined = combined};
	uint64_t words[IPC_WORDS_MAX] = {0};
	cap_t caps[IPC_CAPS_MAX];

	platform_create_device_memory_params_pack(&params, words, caps);
	return create(PLATFORM_CREATE_DEVICE_MEMORY, words);
}

START_TEST(contiguous_memory_comes_with_its_address_and_is_charged_as_a_block)
{
	const uint64_t used = pair.client_account->ram_used;

	ck_assert_int_eq(create_contiguous(5 * PAGE_SIZE, true), OK);

	const struct memory_object *memory = created();

	ck_assert_uint_eq(pair.client->registers.words[0], memory->base);
	ck_assert_uint_eq(memory->base % (8 * PAGE_SIZE), 0);
	ck_assert_uint_eq(memory->pages, 5);
	ck_assert_uint_ge(pair.client_account->ram_used - used, 8 * PAGE_SIZE);
	world_check();
}
END_TEST

START_TEST(contiguous_memory_that_cannot_be_is_refused_and_leaves_nothing)
{
	const uint64_t used = pair.client_account->ram_used;

	ck_assert_int_eq(create_contiguous(0, false), ERR_BAD_ARG);
	ck_assert_int_eq(create_contiguous(MEMORY_OBJECT_BYTES_MAX + 1, false), ERR_BAD_ARG);
	ck_assert_int_eq(create_contiguous(MEMORY_OBJECT_BYTES_MAX, false), ERR_OUT_OF_RAM);
	ck_assert_int_eq(create_contiguous(1000 * PAGE_SIZE, false), ERR_OUT_OF_RAM);
	ck_assert_uint_eq(pair.client_account->ram_used, used);
	world_check();
}
END_TEST

START_TEST(device_memory_combines_writes_if_asked)
{
	ck_assert_int_eq(create_device(false), OK);
	ck_assert(!created()->combined);
	ck_assert_int_eq(create_device(true), OK);
	ck_assert(created()->combined);
}
END_TEST

Suite *platform_suite(void)
{
	Suite *suite = suite_create("platform");
	TCase *tests = tcase_create("platform");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, contiguous_memory_comes_with_its_address_and_is_charged_as_a_block);
	tcase_add_test(tests, contiguous_memory_that_cannot_be_is_refused_and_leaves_nothing);
	tcase_add_test(tests, device_memory_combines_writes_if_asked);
	suite_add_tcase(suite, tests);
	return suite;
}
