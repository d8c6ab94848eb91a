/* SPDX-License-Identifier: MIT */
/*
 * The borders: the last value that is taken and the first that is refused, of all that has one.
 */
#include <kernel/words.h>

#include "boot/core_start.h"
#include "invoker.h"
#include "machine_fake.h"
#include "object/ring.h"
#include "object/sched_context.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

enum { PLENTY = 2500 };

#define FREE_ADDRESS 0x40000000ul
#define NEXT_ADDRESS (1ul << 16) /* room for one thread's pages, or a ring's */

static struct pair pair;
static struct invoker invoker;
static cap_t account_cap, domain_cap, context_cap, memory_cap, signal_cap;
static vaddr_t address;

static void setup(void)
{
	world_init();
	pair_init(&pair);
	ck_assert_int_eq(account_fund(&root_account, pair.client_account, PLENTY * PAGE_SIZE, 300),
	                 OK);

	struct notification *bell = world_notification(pair.client_account);
	struct memory_object *memory = world_memory(pair.client_account, PAGE_SIZE);

	account_cap = world_owner(pair.client_domain, &pair.client_account->object);
	domain_cap = world_owner(pair.client_domain, &pair.client_domain->object);
	context_cap = world_owner(pair.client_domain, &pair.client_context->object);
	memory_cap = world_owner(pair.client_domain, &memory->object);
	signal_cap = world_cap(pair.client_domain,
	                       world_derive(pair.client_account, bell->object.grant,
	                                    SIGNAL_INTERFACE, 1),
	                       CAP_OWNER);
	address = FREE_ADDRESS;
	thread_start(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.client);
	invoker = (struct invoker){.thread = pair.client};
}

/* What has just been made is not needed. */
static enum status unmade(enum status status)
{
	if (status == OK) {
		ck_assert_int_eq(cap_table_drop(&pair.client_domain->caps, invoker.result), OK);
		world_finish();
		invoker.slot--;
	}
	return status;
}

/* ---- depth ---- */

static enum status nest(cap_t parent)
{
	const struct charge_create_account_params params = {0};
	uint64_t *words = invoker_begin(&invoker, parent, CHARGE_INTERFACE, CHARGE_CREATE_ACCOUNT);

	charge_create_account_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

START_TEST(accounts_nest_sixty_four_deep)
{
	struct account *account = pair.client_account;

	while (account->depth < ACCOUNT_DEPTH_MAX - 1) {
		struct account *child = world_object(account, OBJECT_ACCOUNT);

		ck_assert_int_eq(account_init(child, account,
		                              account->ram_limit - account->ram_used - PAGE_SIZE,
		                              account->caps_limit - account->caps_used),
		                 OK);
		account = child;
	}
	ck_assert_uint_eq(account->depth, 63); /* with the root, 64 */
	ck_assert_int_eq(nest(world_cap(pair.client_domain, account->object.grant, 0)),
	                 ERR_BAD_ARG);
	/* Its parent has spent all of its capabilities on it. */
	ck_assert_int_eq(nest(world_cap(pair.client_domain, account->parent->object.grant, 0)),
	                 ERR_OUT_OF_CAPS);
}
END_TEST

static enum status derive(cap_t from)
{
	const struct self_derive_params params = {
		.cap = from.id, .interface = READ_ONLY_INTERFACE, .account = account_cap};
	uint64_t *words = invoker_begin(&invoker, CAP_NULL, SELF_INTERFACE, SELF_DERIVE);

	self_derive_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

/* ---- limits from the start ---- */

static enum status make_account(uint64_t ram, uint64_t caps, bool charge_only)
{
	const struct charge_create_account_params params = {
		.ram = ram, .caps = caps, .charge_only = charge_only};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_ACCOUNT);

	charge_create_account_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

START_TEST(an_account_is_made_with_limits_its_parent_can_spare)
{
	const struct account *parent = pair.client_account;
	const uint64_t used = parent->ram_used, caps_used = parent->caps_used;

	ck_assert_int_eq(unmade(make_account(PAGE_SIZE, 2, false)), OK);
	ck_assert_int_eq(make_account(parent->ram_limit - used + 1, 0, false), ERR_OUT_OF_RAM);
	ck_assert_int_eq(make_account(0, parent->caps_limit - caps_used, false), ERR_OUT_OF_CAPS);
	ck_assert_int_eq(unmade(make_account(0, parent->caps_limit - caps_used - 1, false)), OK);
	ck_assert_uint_eq(parent->ram_used, used);
	ck_assert_uint_eq(parent->caps_used, caps_used);
}
END_TEST

START_TEST(an_account_for_charges_alone_is_funded_and_ended_by_its_owner)
{
	struct charge_fund_params fund = {.ram = PAGE_SIZE};
	const struct account *parent = pair.client_account;
	const uint64_t limit = parent->ram_limit;
	uint64_t *words;

	ck_assert_int_eq(make_account(PAGE_SIZE, 1, true), OK);
	fund.child = invoker.result;
	(void)invoker_begin(&invoker, fund.child, ACCOUNT_INTERFACE, ACCOUNT_REFUND);
	ck_assert_int_eq(invoker_finish(&invoker), ERR_UNSUPPORTED);
	(void)invoker_begin(&invoker, fund.child, ACCOUNT_INTERFACE, ACCOUNT_DESTROY);
	ck_assert_int_eq(invoker_finish(&invoker), ERR_UNSUPPORTED);
	words = invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_FUND);
	charge_fund_params_pack(&fund, words, invoker.sent);
	ck_assert_int_eq(invoker_finish(&invoker), OK);
	ck_assert_uint_eq(parent->ram_limit, limit - 2 * PAGE_SIZE);
	ck_assert_int_eq(cap_table_drop(&pair.client_domain->caps, fund.child), OK);
	world_finish();
	ck_assert_uint_eq(parent->ram_limit, limit);
}
END_TEST

START_TEST(grants_derive_sixteen_deep)
{
	invoker.result = memory_cap;
	for (unsigned depth = 1; depth < GRANT_DEPTH_MAX; depth++)
		ck_assert_int_eq(derive(invoker.result), OK);
	ck_assert_int_eq(derive(invoker.result), ERR_BAD_ARG);
}
END_TEST

/* ---- sizes ---- */

static enum status make_thread(uint8_t pages)
{
	const struct charge_create_thread_params params = {
		.domain = domain_cap,
		.context = context_cap,
		.message_address = address += NEXT_ADDRESS,
		.message_pages = pages,
	};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_THREAD);

	charge_create_thread_params_pack(&params, words, invoker.sent);
	return unmade(invoker_finish(&invoker));
}

START_TEST(a_thread_has_one_to_eight_message_pages)
{
	ck_assert_int_eq(make_thread(0), ERR_BAD_ARG);
	for (uint8_t pages = 1; pages <= IPC_PAGES_MAX; pages++)
		ck_assert_int_eq(make_thread(pages), OK);
	ck_assert_int_eq(make_thread(IPC_PAGES_MAX + 1), ERR_BAD_ARG);
	ck_assert_int_eq(make_thread(UINT8_MAX), ERR_BAD_ARG);
}
END_TEST

static enum status make_domain(uint32_t slots)
{
	const struct charge_create_domain_params params = {.slots = slots};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_DOMAIN);

	charge_create_domain_params_pack(&params, words, invoker.sent);
	return unmade(invoker_finish(&invoker));
}

START_TEST(a_new_table_has_sixteen_to_a_thousand_slots)
{
	ck_assert_int_eq(make_domain(CAP_TABLE_SLOTS_MIN - 1), ERR_BAD_ARG);
	ck_assert_int_eq(make_domain(CAP_TABLE_SLOTS_MIN), OK);
	ck_assert_int_eq(make_domain(CAP_TABLE_SLOTS_FIRST), OK);
	ck_assert_int_eq(make_domain(CAP_TABLE_SLOTS_FIRST + 1), ERR_BAD_ARG);
	ck_assert_int_eq(make_domain(UINT32_MAX), ERR_BAD_ARG);
}
END_TEST

static enum status make_endpoint(uint16_t slots)
{
	const struct charge_create_endpoint_params params = {.reply_slots = slots};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_ENDPOINT);

	charge_create_endpoint_params_pack(&params, words, invoker.sent);
	return unmade(invoker_finish(&invoker));
}

START_TEST(an_endpoint_has_up_to_1023_reply_slots)
{
	ck_assert_int_eq(make_endpoint(0), OK);
	ck_assert_int_eq(make_endpoint(WINDOW_REPLY_SLOT_MASK), OK);
	ck_assert_int_eq(make_endpoint(WINDOW_REPLY_SLOT_MASK + 1), ERR_BAD_ARG);
	ck_assert_int_eq(make_endpoint(UINT16_MAX), ERR_BAD_ARG);
}
END_TEST

static enum status make_memory(uint64_t size)
{
	const struct charge_create_memory_params params = {.size = size};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_MEMORY);

	charge_create_memory_params_pack(&params, words, invoker.sent);
	return unmade(invoker_finish(&invoker));
}

START_TEST(memory_has_one_byte_to_four_gigabytes)
{
	ck_assert_int_eq(make_memory(0), ERR_BAD_ARG);
	ck_assert_int_eq(make_memory(1), OK);
	ck_assert_int_eq(make_memory(MEMORY_OBJECT_BYTES_MAX),
	                 ERR_OUT_OF_RAM); /* but it could be */
	ck_assert_int_eq(make_memory(MEMORY_OBJECT_BYTES_MAX + 1), ERR_BAD_ARG);
	ck_assert_int_eq(make_memory(UINT64_MAX), ERR_BAD_ARG);
}
END_TEST

static enum status make_ring(uint16_t entries, uint16_t buffers)
{
	const struct charge_create_ring_params params = {
		.domain = domain_cap,
		.address = address += 64 * NEXT_ADDRESS,
		.entries = entries,
		.buffers = buffers,
		.completed = signal_cap,
	};
	uint64_t *words =
		invoker_begin(&invoker, account_cap, CHARGE_INTERFACE, CHARGE_CREATE_RING);

	charge_create_ring_params_pack(&params, words, invoker.sent);
	return unmade(invoker_finish(&invoker));
}

START_TEST(a_ring_has_up_to_64_entries_and_16_buffers)
{
	ck_assert_int_eq(make_ring(0, 0), ERR_BAD_ARG);
	ck_assert_int_eq(make_ring(1, 0), OK);
	ck_assert_int_eq(make_ring(3, 0), ERR_BAD_ARG);
	ck_assert_int_eq(make_ring(RING_ENTRIES_MAX, RING_BUFFERS_MAX), OK);
	ck_assert_int_eq(make_ring(2 * RING_ENTRIES_MAX, 0), ERR_BAD_ARG);
	ck_assert_int_eq(make_ring(1, RING_BUFFERS_MAX + 1), ERR_BAD_ARG);
}
END_TEST

/* ---- priorities ---- */

static enum status split(cap_t from, uint8_t priority)
{
	const struct sched_context_split_params params = {.account = account_cap,
	                                                  .priority = priority};
	uint64_t *words =
		invoker_begin(&invoker, from, SCHED_CONTEXT_INTERFACE, SCHED_CONTEXT_SPLIT);

	sched_context_split_params_pack(&params, words, invoker.sent);
	return invoker_finish(&invoker);
}

START_TEST(a_context_is_split_at_its_priority_or_below)
{
	ck_assert_int_eq(unmade(split(context_cap, PAIR_PRIORITY)), OK);
	ck_assert_int_eq(unmade(split(context_cap, 0)), OK);
	ck_assert_int_eq(split(context_cap, PAIR_PRIORITY + 1), ERR_BAD_ARG);
	ck_assert_int_eq(split(context_cap, PRIORITIES - 1), ERR_BAD_ARG);
	ck_assert_int_eq(split(context_cap, 5), OK);
	context_cap = invoker.result;
	ck_assert_int_eq(unmade(split(context_cap, 5)), OK);
	ck_assert_int_eq(split(context_cap, 6), ERR_BAD_ARG);
}
END_TEST

START_TEST(of_256_priorities_the_highest_runs)
{
	struct account *account = world_account(&root_account, 1000 * PAGE_SIZE, 60);
	static const uint8_t priorities[] = {0,   1,   62,  63,  64,  65,  126, 127, 128,
	                                     129, 190, 191, 192, 193, 253, 254, 255};
	enum { COUNT = sizeof(priorities) };
	struct thread *threads[COUNT];

	thread_stop(pair.client);
	for (unsigned i = 0; i < COUNT; i++) {
		threads[i] = world_thread(account, pair.server_domain,
		                          world_context(account, priorities[i]));
		thread_start(threads[i]);
		ck_assert_ptr_eq(world_schedule(), threads[i]); /* above all before */
	}
	for (unsigned i = COUNT; i-- > 0;) {
		ck_assert_ptr_eq(world_schedule(), threads[i]);
		thread_stop(threads[i]);
	}
	ck_assert_ptr_null(world_schedule());
}
END_TEST

/* ---- time ---- */

/* A call that nobody takes; true: it waits. */
static bool call_until(uint64_t deadline)
{
	if (pair.client->state != THREAD_READY)
		thread_start(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.client);
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 0, 0);
	pair.client->registers.rdx = deadline;
	return world_syscall(pair.client) == NULL;
}

START_TEST(a_deadline_counts_to_the_nanosecond)
{
	ck_assert(!call_until(1));
	ck_assert_int_eq(world_answer(pair.client), ERR_TIMEOUT);
	ck_assert(!call_until(MACHINE_START_NS));
	ck_assert_int_eq(world_answer(pair.client), ERR_TIMEOUT);
	ck_assert(call_until(MACHINE_START_NS + 2));
	ck_assert_ptr_null(world_pass_time(1));
	ck_assert_ptr_eq(world_pass_time(1), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_TIMEOUT);
	ck_assert(call_until(UINT64_MAX));
	ck_assert_ptr_null(world_pass_time(1ul << 62));
	thread_stop(pair.client);
	ck_assert(call_until(0)); /* for ever */
	ck_assert_ptr_null(world_pass_time(1ul << 62));
	thread_stop(pair.client);
}
END_TEST

Suite *limits_suite(void)
{
	Suite *suite = suite_create("limits");
	TCase *tests = tcase_create("limits");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, accounts_nest_sixty_four_deep);
	tcase_add_test(tests, an_account_is_made_with_limits_its_parent_can_spare);
	tcase_add_test(tests, an_account_for_charges_alone_is_funded_and_ended_by_its_owner);
	tcase_add_test(tests, grants_derive_sixteen_deep);
	tcase_add_test(tests, a_thread_has_one_to_eight_message_pages);
	tcase_add_test(tests, a_new_table_has_sixteen_to_a_thousand_slots);
	tcase_add_test(tests, an_endpoint_has_up_to_1023_reply_slots);
	tcase_add_test(tests, memory_has_one_byte_to_four_gigabytes);
	tcase_add_test(tests, a_ring_has_up_to_64_entries_and_16_buffers);
	tcase_add_test(tests, a_context_is_split_at_its_priority_or_below);
	tcase_add_test(tests, of_256_priorities_the_highest_runs);
	tcase_add_test(tests, a_deadline_counts_to_the_nanosecond);
	suite_add_tcase(suite, tests);
	return suite;
}
