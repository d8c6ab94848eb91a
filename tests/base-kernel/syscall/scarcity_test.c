/* SPDX-License-Identifier: MIT */
/*
 * What if the n-th allocation of an operation is refused, for every n there is? The operation
 * answers that it is out of RAM or capabilities, nothing has changed, and once there is
 * enough again, it succeeds.
 */
#include "scarcity.h"

#include <kernel/words.h>
#include <string.h>

#include "boot/core_start.h"
#include "boot/machine.h"
#include "invoker.h"
#include "memory/frame.h"
#include "object/mapping.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

enum {
	ALLOCATIONS = 64, /* more than any operation makes */
	LARGE_PAGES = 1100,
	LEAVES_RAM = 2200,
};

#define FREE_ADDRESS 0x40000000ul

static struct pair pair;
static struct object platform;
static uint32_t platform_grant;
static cap_t platform_cap, account_cap, domain_cap, context_cap, signal_cap, memory_cap,
	contiguous_cap, bell_cap;
static struct invoker invoker;

static cap_t client_owner(const struct object *object)
{
	return world_owner(pair.client_domain, object);
}

static void make_platform(void)
{
	const uint32_t chain[GRANT_INTERFACES_MAX] = {PLATFORM_INTERFACE};

	platform = (struct object){.type = OBJECT_PLATFORM};
	ck_assert_int_eq(grant_create(&platform, &root_account, GRANT_NONE, chain, &platform_grant),
	                 OK);
	platform_cap = world_cap(pair.client_domain, platform_grant, 0);
}

static void setup(void)
{
	struct memory_object *memory, *contiguous;
	struct notification *bell;

	world_init();
	pair_init(&pair);
	ck_assert_int_eq(
		account_fund(&root_account, pair.client_account, LEAVES_RAM * PAGE_SIZE, 0), OK);
	make_platform();
	machine.archive = (struct memory_range){.start = 0x100000, .end = 0x102000};
	memory = world_memory(pair.client_account, 3 * PAGE_SIZE);
	(void)memory_object_page(memory, 1);
	contiguous = world_object(pair.client_account, OBJECT_MEMORY);
	ck_assert_int_eq(memory_object_init_contiguous(contiguous, LARGE_PAGE_SIZE, UINT64_MAX),
	                 OK);
	bell = world_notification(pair.client_account);
	account_cap = client_owner(&pair.client_account->object);
	domain_cap = client_owner(&pair.client_domain->object);
	context_cap = client_owner(&pair.client_context->object);
	memory_cap = client_owner(&memory->object);
	contiguous_cap = client_owner(&contiguous->object);
	bell_cap = client_owner(&bell->object);
	signal_cap = world_cap(pair.client_domain,
	                       world_derive(pair.client_account, bell->object.grant,
	                                    SIGNAL_INTERFACE, 1),
	                       CAP_OWNER);
	invoker = (struct invoker){.thread = pair.client};
	thread_start(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.client);
}

static void teardown(void)
{
	world_revoke(platform_grant);
	world_fini();
}

/* ---- the operations ---- */

static enum status create_account(void)
{
	const struct charge_create_account_params params = {0};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_ACCOUNT);

	charge_create_account_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_domain_of(uint32_t slots)
{
	const struct charge_create_domain_params params = {.slots = slots};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_DOMAIN);

	charge_create_domain_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_domain(void)
{
	return create_domain_of(CAP_TABLE_SLOTS_MIN);
}

static enum status create_large_domain(void)
{
	return create_domain_of(1000);
}

static enum status create_thread(void)
{
	const struct charge_create_thread_params params = {
		.domain = domain_cap,
		.context = context_cap,
		.message_address = FREE_ADDRESS,
		.message_pages = IPC_PAGES_MAX,
	};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_THREAD);

	charge_create_thread_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_endpoint_of(uint16_t slots)
{
	const struct charge_create_endpoint_params params = {.reply_slots = slots};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_ENDPOINT);

	charge_create_endpoint_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_endpoint(void)
{
	return create_endpoint_of(0);
}

static enum status create_endpoint_with_slots(void)
{
	return create_endpoint_of(ENDPOINT_REPLY_SLOTS_MAX);
}

static enum status create_notification(void)
{
	(void)invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_NOTIFICATION);
	return invoker_finish(&invoker);
}

static enum status create_memory_of(uint64_t size)
{
	const struct charge_create_memory_params params = {.size = size};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_MEMORY);

	charge_create_memory_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_memory(void)
{
	return create_memory_of(PAGE_SIZE);
}

static enum status create_memory_of_leaves(void)
{
	return create_memory_of(LARGE_PAGES * PAGE_SIZE);
}

static enum status create_ring(void)
{
	const struct charge_create_ring_params params = {
		.domain = domain_cap,
		.address = FREE_ADDRESS,
		.entries = 16,
		.buffers = 4,
		.completed = signal_cap,
	};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_RING);

	charge_create_ring_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status split(void)
{
	const struct sched_context_split_params params = {.account = account_cap, .priority = 1};
	uint64_t *words =
		invoker_begin(&invoker, context_cap, SCHED_CONTEXT_INTERFACE, SCHED_CONTEXT_SPLIT);

	sched_context_split_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status derive(void)
{
	const struct self_derive_params params = {
		.cap = memory_cap.id, .interface = READ_ONLY_INTERFACE, .account = account_cap};
	uint64_t *words = invoker_begin(&invoker, CAP_NULL, SELF_INTERFACE, SELF_DERIVE);

	self_derive_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status facet(void)
{
	const struct notification_facet_params params = {.account = account_cap, .bits = 2};
	uint64_t *words =
		invoker_begin(&invoker, bell_cap, NOTIFICATION_INTERFACE, NOTIFICATION_FACET);

	notification_facet_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status map_of(cap_t memory, vaddr_t address, uint64_t size)
{
	const struct space_map_params params = {.memory = memory,
	                                        .account = account_cap,
	                                        .address = address,
	                                        .size = size,
	                                        .write = true};
	uint64_t *words = invoker_begin(&invoker, domain_cap, SPACE_INTERFACE, SPACE_MAP);

	space_map_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status map(void)
{
	return map_of(memory_cap, FREE_ADDRESS, PAGE_SIZE);
}

static enum status map_across_tables(void)
{
	return map_of(memory_cap, 2 * FREE_ADDRESS - PAGE_SIZE, 3 * PAGE_SIZE);
}

static enum status map_large(void)
{
	return map_of(contiguous_cap, FREE_ADDRESS, LARGE_PAGE_SIZE);
}

static enum status grow_table(void)
{
	const struct space_grow_table_params params = {.slots = 500};
	uint64_t *words = invoker_begin(&invoker, domain_cap, SPACE_INTERFACE, SPACE_GROW_TABLE);

	space_grow_table_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status clone(void)
{
	const struct read_only_clone_params params = {.account = account_cap};
	uint64_t *words = invoker_begin(&invoker, memory_cap, READ_ONLY_INTERFACE, READ_ONLY_CLONE);

	read_only_clone_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_irq(void)
{
	const struct platform_create_irq_params params = {.account = account_cap, .line = 8};
	uint64_t *words =
		invoker_begin(&invoker, platform_cap, PLATFORM_INTERFACE, PLATFORM_CREATE_IRQ);

	platform_create_irq_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_io_ports(void)
{
	const struct platform_create_io_ports_params params = {
		.account = account_cap, .base = 0x70, .count = 2};
	uint64_t *words =
		invoker_begin(&invoker, platform_cap, PLATFORM_INTERFACE, PLATFORM_CREATE_IO_PORTS);

	platform_create_io_ports_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_device_memory(void)
{
	const struct platform_create_device_memory_params params = {
		.account = account_cap, .address = 0xfed00000, .size = PAGE_SIZE};
	uint64_t *words = invoker_begin(&invoker, platform_cap, PLATFORM_INTERFACE,
	                                PLATFORM_CREATE_DEVICE_MEMORY);

	platform_create_device_memory_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_boot_memory(void)
{
	const struct platform_create_boot_memory_params params = {.account = account_cap,
	                                                          .size = PAGE_SIZE};
	uint64_t *words = invoker_begin(&invoker, platform_cap, PLATFORM_INTERFACE,
	                                PLATFORM_CREATE_BOOT_MEMORY);

	platform_create_boot_memory_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

static enum status create_contiguous(void)
{
	const struct platform_create_contiguous_params params = {
		.account = account_cap, .size = 16 * PAGE_SIZE, .low = true};
	uint64_t *words = invoker_begin(&invoker, platform_cap, PLATFORM_INTERFACE,
	                                PLATFORM_CREATE_CONTIGUOUS);

	platform_create_contiguous_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

/* By the server, who owns the endpoint. */
static enum status mint(void)
{
	const struct endpoint_mint_params params = {
		.account = account_cap, .badge = 5, .interface0 = PAIR_INTERFACE};
	const cap_t endpoint = world_cap(pair.client_domain, pair.endpoint->object.grant, 0);
	uint64_t *words = invoker_begin(&invoker, endpoint, ENDPOINT_INTERFACE, ENDPOINT_MINT);

	endpoint_mint_params_pack(&params, words, invoker.sent);

	const enum status status = invoker_finish(&invoker);

	ck_assert_int_eq(cap_table_drop(&pair.client_domain->caps, endpoint), OK);
	return status;
}

/* One after the other, as whoever starts a component would. */
static enum status everything(void)
{
	static enum status (*const steps[])(void) = {
		create_account, create_domain, create_thread, create_endpoint_with_slots,
		mint,           create_memory, derive,        create_notification,
		facet,          clone,         split,         grow_table,
	};

	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const enum status status = steps[i]();

		if (status != OK)
			return status;
	}
	return OK;
}

static const struct operation {
	const char *name;
	enum status (*run)(void);
	unsigned least; /* allocations it makes, at least */
} operations[] = {
	{"an account", create_account, 2},
	{"a domain", create_domain, 4},
	{"a domain with many slots", create_large_domain, 5},
	{"a thread", create_thread, 6},
	{"an endpoint", create_endpoint, 2},
	{"an endpoint with reply slots", create_endpoint_with_slots, 4},
	{"a notification", create_notification, 2},
	{"memory", create_memory, 4},
	{"memory with more than one leaf", create_memory_of_leaves, 4},
	{"a ring", create_ring, 7},
	{"a context", split, 2},
	{"a derived capability", derive, 1},
	{"a facet of a notification", facet, 1},
	{"a facet of an endpoint", mint, 1},
	{"a mapping", map, 3},
	{"a mapping across two tables", map_across_tables, 3},
	{"a mapping of large pages", map_large, 2},
	{"a larger table", grow_table, 2},
	{"a clone", clone, 4},
	{"an interrupt", create_irq, 2},
	{"ports", create_io_ports, 2},
	{"device memory", create_device_memory, 2},
	{"boot memory", create_boot_memory, 2},
	{"contiguous memory", create_contiguous, 4},
};

/* ---- what must not change ---- */

struct totals {
	uint64_t ram_used, free_bytes, caps_used, grants_used, slots_used;
};

/* Page tables stay with the domain that asked for them, so they count as free here. */
static struct totals totals(void)
{
	const uint64_t tables = object_extra_bytes(&pair.client_domain->object);

	return (struct totals){
		.ram_used = pair.client_account->ram_used - tables,
		.free_bytes = (frames.free_pages << PAGE_SHIFT) + tables,
		.caps_used = pair.client_account->caps_used,
		.grants_used = grants.used,
		.slots_used = pair.client_domain->caps.used,
	};
}

/* Each operation with its n-th allocation refused; true once there is no n-th. */
static bool run_refused(const struct operation *operation, unsigned nth)
{
	const struct totals before = totals();

	scarcity_begin(nth);

	const enum status status = operation->run();
	const unsigned count = scarcity_end();

	if (count < nth) {
		ck_assert_msg(status == OK, "%s: %d without a refusal", operation->name, status);
		ck_assert_msg(count >= operation->least, "%s makes %u allocations only",
		              operation->name, count);
		return true;
	}
	ck_assert_msg(status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS,
	              "%s: status %d when allocation %u is refused", operation->name, status, nth);

	const struct totals after = totals();

	ck_assert_msg(memcmp(&before, &after, sizeof(before)) == 0,
	              "%s leaks when allocation %u is refused", operation->name, nth);
	world_check();
	ck_assert_msg(operation->run() == OK, "%s fails after a refusal", operation->name);
	world_check();
	return false;
}

START_TEST(an_operation_that_is_refused_changes_nothing)
{
	const struct operation *operation = &operations[_i];
	bool done = false;

	for (unsigned nth = 1; !done; nth++) {
		ck_assert_uint_lt(nth, ALLOCATIONS);
		setup();
		done = run_refused(operation, nth);
		teardown();
	}
}
END_TEST

START_TEST(a_sequence_that_is_refused_anywhere_ends_with_its_account)
{
	unsigned nth = 1, count;

	do {
		setup();
		scarcity_begin(nth);

		const enum status status = everything();

		count = scarcity_end();
		ck_assert_int_eq(status == OK, count < nth);
		ck_assert(status == OK || status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS);
		world_check();
		world_destroy(&pair.client_account->object);
		world_finish();
		world_check();
		teardown();
		nth++;
	} while (count >= nth - 1);
	ck_assert_uint_gt(nth, 30);
}
END_TEST

/* ---- what never asks ---- */

static struct thread *call_with_caps(void)
{
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 1, IPC_WORDS_MAX);
	pair.client->registers.rax |= OP_PAGED;
	pair.client->pages[0]->size = IPC_SEGMENT_BYTES;
	pair.client->registers.rsi |= 2 | 2ull << WINDOW_MOVE_SHIFT | 1ull << WINDOW_OPEN_SHIFT |
	                              (uint64_t)invoker.slot++ << WINDOW_FIRST_SHIFT;
	pair.client->pages[0]->caps[0] = account_cap.id;
	pair.client->pages[0]->caps[1] = signal_cap.id;
	return world_syscall(pair.client);
}

START_TEST(messages_and_first_touches_never_ask)
{
	struct mapping *mapping;

	setup();
	ck_assert_int_eq(map_of(memory_cap, FREE_ADDRESS, 3 * PAGE_SIZE), OK);
	ck_assert_int_eq(clone(), OK);
	mapping = mapping_find(pair.client_domain, FREE_ADDRESS);

	scarcity_begin(1);
	thread_start(pair.server);
	thread_stop(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	world_prepare_receive(pair.server, pair.endpoint_cap);
	pair.server->registers.rsi |= 8ull << WINDOW_OPEN_SHIFT | 50ull << WINDOW_FIRST_SHIFT;
	ck_assert_ptr_null(world_syscall(pair.server));
	thread_start(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.client);
	ck_assert_ptr_eq(call_with_caps(), pair.server);
	ck_assert_uint_eq(pair.server->registers.rsi, 2);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	ck_assert(mapping_resolve(pair.client_domain, FREE_ADDRESS, true, false));
	ck_assert(mapping_resolve(pair.client_domain, FREE_ADDRESS + PAGE_SIZE, true, false));
	world_prepare_call(pair.client, CAP_NULL, SELF_INTERFACE, SELF_COPY, 1);
	pair.client->registers.words[0] = bell_cap.id;
	pair.client->registers.rsi |= 1ull << WINDOW_OPEN_SHIFT | (uint64_t)invoker.slot
	                                                                  << WINDOW_FIRST_SHIFT;
	ck_assert_ptr_eq(world_syscall(pair.client), pair.client);
	ck_assert_int_eq(world_answer(pair.client), OK);
	ck_assert_uint_eq(scarcity_end(), 0);
	ck_assert_ptr_eq(mapping_find(pair.client_domain, FREE_ADDRESS), mapping);
	teardown();
}
END_TEST

Suite *scarcity_suite(void)
{
	Suite *suite = suite_create("scarcity");
	TCase *tests = tcase_create("scarcity");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, an_operation_that_is_refused_changes_nothing, 0,
	                    sizeof(operations) / sizeof(operations[0]));
	tcase_add_test(tests, a_sequence_that_is_refused_anywhere_ends_with_its_account);
	tcase_add_test(tests, messages_and_first_touches_never_ask);
	suite_add_tcase(suite, tests);
	return suite;
}
