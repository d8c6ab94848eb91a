/* SPDX-License-Identifier: MIT */
#include "consistent.h"
#include "object/message.h"

#include <stdlib.h>
#include <string.h>

#include "boot/core_start.h"
#include "suites.h"
#include "world.h"

enum { FIRST = 20 }; /* of the receiver's window */

static struct account *account;
static struct domain *sender, *receiver;
static struct endpoint *endpoint;
static struct message_page send_page, receive_page;
static uint64_t send_words[IPC_WORDS_MAX], receive_words[IPC_WORDS_MAX];
static struct message_side from, to;
static struct message_result result;

static void setup(void)
{
	world_init();
	account = world_account(&root_account, 256 * PAGE_SIZE, 100);
	sender = world_domain(account);
	receiver = world_domain(account);
	endpoint = world_endpoint(account, 0);
	memset(&send_page, 0, sizeof(send_page));
	memset(&receive_page, 0xee, sizeof(receive_page));
	memset(receive_words, 0xee, sizeof(receive_words));
	for (unsigned i = 0; i < IPC_WORDS_MAX; i++)
		send_words[i] = 100 + i;
	from = (struct message_side){.domain = sender, .words = send_words, .send = &send_page};
	to = (struct message_side){
		.domain = receiver, .words = receive_words, .receive = &receive_page};
	result = (struct message_result){.word = 1, .caps = 99};
}

static void teardown(void)
{
	ck_assert(cap_table_consistent(&sender->caps));
	ck_assert(cap_table_consistent(&receiver->caps));
	world_fini();
}

static uint64_t words_of(unsigned count)
{
	return (uint64_t)count << OP_WORDS_SHIFT;
}

static void send_caps(unsigned count, unsigned moves)
{
	from.window = count | (uint64_t)moves << WINDOW_MOVE_SHIFT;
}

static void open_window(unsigned count, uint32_t first)
{
	to.window = (uint64_t)count << WINDOW_OPEN_SHIFT | (uint64_t)first << WINDOW_FIRST_SHIFT;
}

static enum status transfer(uint64_t word)
{
	return message_transfer(&from, word, &to, &result);
}

static bool holds(struct domain *domain, cap_t cap)
{
	struct cap_entry *entry;

	return cap_table_find(&domain->caps, cap, &entry) == OK;
}

static bool owns(struct domain *domain, cap_t cap)
{
	return domain->caps.entries[cap_slot(cap)].flags & CAP_OWNER;
}

/* Refused, and nobody could tell that it was tried. */
static void expect_refusal(uint64_t word, enum status expected)
{
	const struct message_page page_before = receive_page;
	const uint32_t sender_before = sender->caps.used, receiver_before = receiver->caps.used;

	ck_assert_int_eq(transfer(word), expected);
	ck_assert_mem_eq(&receive_page, &page_before, sizeof(receive_page));
	ck_assert_uint_eq(receive_words[0], 0xeeeeeeeeeeeeeeeeull);
	ck_assert_uint_eq(sender->caps.used, sender_before);
	ck_assert_uint_eq(receiver->caps.used, receiver_before);
	ck_assert_uint_eq(result.caps, 99);
}

START_TEST(words_arrive)
{
	ck_assert_int_eq(transfer(words_of(8)), OK);
	ck_assert_mem_eq(receive_words, send_words, sizeof(send_words));
	ck_assert_uint_eq(result.word, words_of(8));
	ck_assert_uint_eq(result.caps, 0);
}
END_TEST

START_TEST(the_result_tells_only_words_and_page)
{
	ck_assert_int_eq(transfer(~(uint64_t)(OP_PAGED | OP_WORDS_MASK << OP_WORDS_SHIFT) |
	                          words_of(3)),
	                 OK);
	ck_assert_uint_eq(result.word, words_of(3));
}
END_TEST

START_TEST(more_words_than_there_are_is_refused)
{
	expect_refusal(words_of(9), ERR_BAD_ARG);
	expect_refusal(words_of(15), ERR_BAD_ARG);
}
END_TEST

START_TEST(a_page_arrives_up_to_its_size)
{
	memset(send_page.segment, 0x11, sizeof(send_page.segment));
	send_page.size = 24;
	ck_assert_int_eq(transfer(OP_PAGED), OK);
	ck_assert_uint_eq(result.word, OP_PAGED);
	ck_assert_uint_eq(receive_page.size, 24);
	ck_assert_uint_eq(receive_page.segment[2], 0x1111111111111111ull);
	ck_assert_uint_eq(receive_page.segment[3], 0xeeeeeeeeeeeeeeeeull);
}
END_TEST

START_TEST(the_largest_page_arrives_and_one_byte_more_is_refused)
{
	memset(send_page.segment, 0x11, sizeof(send_page.segment));
	send_page.size = IPC_SEGMENT_BYTES + 1;
	expect_refusal(OP_PAGED, ERR_BAD_ARG);
	send_page.size = UINT32_MAX;
	expect_refusal(OP_PAGED, ERR_BAD_ARG);
	send_page.size = UINT32_MAX - 6; /* rounded up to words it would wrap */
	expect_refusal(OP_PAGED, ERR_BAD_ARG);
	send_page.size = IPC_SEGMENT_BYTES;
	ck_assert_int_eq(transfer(OP_PAGED), OK);
	ck_assert_mem_eq(receive_page.segment, send_page.segment, IPC_SEGMENT_BYTES);
}
END_TEST

START_TEST(a_page_needs_a_page_on_both_sides)
{
	from.send = NULL;
	expect_refusal(OP_PAGED, ERR_BAD_ARG);
	from.send = &send_page;
	to.receive = NULL;
	expect_refusal(OP_PAGED, ERR_INSUFFICIENT_RAM);
	ck_assert_int_eq(transfer(0), OK); /* words need none */
}
END_TEST

START_TEST(a_copy_leaves_the_owner_where_it_is)
{
	const cap_t cap = world_owner(sender, &endpoint->object);

	send_page.caps[0] = cap.id;
	send_caps(1, 0);
	open_window(1, FIRST);
	ck_assert_int_eq(transfer(0), OK);
	ck_assert_uint_eq(result.caps, 1);

	const cap_t copy = {receive_page.caps[0]};

	ck_assert_uint_eq(cap_slot(copy), FIRST);
	ck_assert(holds(sender, cap));
	ck_assert(holds(receiver, copy));
	ck_assert(owns(sender, cap));
	ck_assert(!owns(receiver, copy));
}
END_TEST

START_TEST(a_move_takes_the_owner_along)
{
	const cap_t cap = world_owner(sender, &endpoint->object);

	send_page.caps[0] = cap.id;
	send_caps(1, 1);
	open_window(1, FIRST);
	ck_assert_int_eq(transfer(0), OK);

	const cap_t moved = {receive_page.caps[0]};

	ck_assert(!holds(sender, cap));
	ck_assert(holds(receiver, moved));
	ck_assert(owns(receiver, moved));
}
END_TEST

START_TEST(eight_capabilities_arrive_in_order_and_nine_are_refused)
{
	cap_t caps[IPC_CAPS_MAX];

	for (unsigned i = 0; i < IPC_CAPS_MAX; i++) {
		caps[i] = world_cap(sender, endpoint->object.grant, 0);
		send_page.caps[i] = caps[i].id;
	}
	send_caps(IPC_CAPS_MAX + 1, 0);
	open_window(15, FIRST);
	expect_refusal(0, ERR_BAD_ARG);
	send_caps(15, 0xff);
	expect_refusal(0, ERR_BAD_ARG);
	send_caps(IPC_CAPS_MAX, 0xaa);
	ck_assert_int_eq(transfer(0), OK);
	ck_assert_uint_eq(result.caps, IPC_CAPS_MAX);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++) {
		ck_assert_uint_eq(cap_slot((cap_t){receive_page.caps[i]}), FIRST + i);
		ck_assert_int_eq(holds(sender, caps[i]), i % 2 == 0);
	}
}
END_TEST

START_TEST(a_null_capability_keeps_its_place)
{
	send_page.caps[0] = 0;
	send_page.caps[1] = world_owner(sender, &endpoint->object).id;
	send_page.caps[2] = 0;
	send_caps(3, 7); /* a null can be moved too, several even */
	open_window(3, FIRST);
	ck_assert_int_eq(transfer(0), OK);
	ck_assert_uint_eq(result.caps, 3);
	ck_assert_uint_eq(receive_page.caps[0], 0);
	ck_assert_uint_eq(cap_slot((cap_t){receive_page.caps[1]}), FIRST + 1);
	ck_assert_uint_eq(receive_page.caps[2], 0);
	ck_assert_uint_eq(receiver->caps.used, 1);
}
END_TEST

START_TEST(the_same_capability_can_be_copied_twice)
{
	send_page.caps[0] = send_page.caps[1] = world_owner(sender, &endpoint->object).id;
	send_caps(2, 0);
	open_window(2, FIRST);
	ck_assert_int_eq(transfer(0), OK);
	ck_assert_uint_eq(receiver->caps.used, 2);
}
END_TEST

START_TEST(what_is_moved_can_be_named_once_only)
{
	send_page.caps[0] = send_page.caps[1] = world_owner(sender, &endpoint->object).id;
	open_window(2, FIRST);
	for (unsigned moves = 1; moves <= 3; moves++) {
		send_caps(2, moves);
		expect_refusal(0, ERR_BAD_ARG);
	}
}
END_TEST

START_TEST(a_bad_capability_refuses_all)
{
	const cap_t good = world_owner(sender, &endpoint->object);
	const cap_t stale = world_cap(sender, endpoint->object.grant, 0);

	ck_assert_int_eq(cap_table_drop(&sender->caps, stale), OK);
	send_page.caps[0] = good.id;
	send_page.caps[1] = stale.id;
	send_caps(2, 1);
	open_window(2, FIRST);
	expect_refusal(0, ERR_BAD_CAP);
	ck_assert(holds(sender, good));
	send_page.caps[1] = UINT64_MAX;
	expect_refusal(0, ERR_BAD_CAP);
}
END_TEST

START_TEST(a_revoked_capability_refuses_all)
{
	const uint32_t grant = world_derive(account, endpoint->object.grant, 1, 0);

	send_page.caps[0] = world_owner(sender, &endpoint->object).id;
	send_page.caps[1] = world_cap(sender, grant, 0).id;
	world_revoke(grant);
	send_caps(2, 3);
	open_window(2, FIRST);
	expect_refusal(0, ERR_GONE);
}
END_TEST

START_TEST(a_window_too_small_is_the_receivers_fault)
{
	send_page.caps[0] = world_owner(sender, &endpoint->object).id;
	send_page.caps[1] = 0; /* nothing needs a slot, too: it keeps its place */
	send_caps(2, 1);
	open_window(1, FIRST);
	expect_refusal(0, ERR_INSUFFICIENT_CAPS);
	open_window(0, FIRST);
	expect_refusal(0, ERR_INSUFFICIENT_CAPS);
	open_window(2, FIRST);
	to.receive = NULL;
	expect_refusal(0, ERR_INSUFFICIENT_CAPS);
}
END_TEST

START_TEST(a_window_that_is_not_free_is_the_receivers_fault)
{
	send_page.caps[0] = world_owner(sender, &endpoint->object).id;
	send_page.caps[1] = world_cap(sender, endpoint->object.grant, 0).id;
	send_caps(2, 3);
	(void)cap_table_insert(&receiver->caps, FIRST + 1, endpoint->object.grant, 0);
	open_window(2, FIRST);
	expect_refusal(0, ERR_INSUFFICIENT_CAPS);
	open_window(2, 0);
	expect_refusal(0, ERR_INSUFFICIENT_CAPS);
	open_window(2, WORLD_SLOTS - 1);
	expect_refusal(0, ERR_INSUFFICIENT_CAPS);
	open_window(2, UINT32_MAX); /* the second slot would be 0 again */
	expect_refusal(0, ERR_INSUFFICIENT_CAPS);
	open_window(2, WORLD_SLOTS - 2);
	ck_assert_int_eq(transfer(0), OK);
}
END_TEST

START_TEST(within_one_domain_a_move_is_a_new_name)
{
	const cap_t cap = world_owner(sender, &endpoint->object);

	to.domain = sender;
	send_page.caps[0] = cap.id;
	send_caps(1, 1);
	open_window(1, cap_slot(cap)); /* its own slot is not free yet */
	expect_refusal(0, ERR_INSUFFICIENT_CAPS);
	open_window(1, FIRST);
	ck_assert_int_eq(transfer(0), OK);
	ck_assert(!holds(sender, cap));
	ck_assert(holds(sender, (cap_t){receive_page.caps[0]}));
}
END_TEST

/* Any bits in operation and windows: all or nothing, and the tables stay whole. */
START_TEST(hostile_words_never_break_a_table)
{
	srand((unsigned)_i);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		send_page.caps[i] =
			world_cap(sender, endpoint->object.grant, i == 0 ? CAP_OWNER : 0).id;
	for (unsigned step = 0; step < 5000; step++) {
		const uint32_t before = sender->caps.used + receiver->caps.used;

		from.window = (uint64_t)rand() << 32 ^ (uint64_t)rand();
		to.window = ((uint64_t)rand() % (WORLD_SLOTS + 4)) << WINDOW_FIRST_SHIFT ^
		            (uint64_t)rand();
		send_page.size = (uint32_t)rand() >> rand() % 31;
		send_page.caps[rand() % IPC_CAPS_MAX] =
			cap_make((uint32_t)rand() % 12, (uint32_t)rand() % 3).id;
		if (transfer((uint64_t)rand()) != OK)
			ck_assert_uint_eq(sender->caps.used + receiver->caps.used, before);
		ck_assert(cap_table_consistent(&sender->caps));
		ck_assert(cap_table_consistent(&receiver->caps));
		if (step % 50 == 0) {
			for (uint32_t slot = 1; slot < WORLD_SLOTS; slot++) {
				if (receiver->caps.entries[slot].object)
					cap_table_clear(&receiver->caps, slot);
			}
		}
	}
}
END_TEST

Suite *message_suite(void)
{
	Suite *suite = suite_create("message");
	TCase *tests = tcase_create("message");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, words_arrive);
	tcase_add_test(tests, the_result_tells_only_words_and_page);
	tcase_add_test(tests, more_words_than_there_are_is_refused);
	tcase_add_test(tests, a_page_arrives_up_to_its_size);
	tcase_add_test(tests, the_largest_page_arrives_and_one_byte_more_is_refused);
	tcase_add_test(tests, a_page_needs_a_page_on_both_sides);
	tcase_add_test(tests, a_copy_leaves_the_owner_where_it_is);
	tcase_add_test(tests, a_move_takes_the_owner_along);
	tcase_add_test(tests, eight_capabilities_arrive_in_order_and_nine_are_refused);
	tcase_add_test(tests, a_null_capability_keeps_its_place);
	tcase_add_test(tests, the_same_capability_can_be_copied_twice);
	tcase_add_test(tests, what_is_moved_can_be_named_once_only);
	tcase_add_test(tests, a_bad_capability_refuses_all);
	tcase_add_test(tests, a_revoked_capability_refuses_all);
	tcase_add_test(tests, a_window_too_small_is_the_receivers_fault);
	tcase_add_test(tests, a_window_that_is_not_free_is_the_receivers_fault);
	tcase_add_test(tests, within_one_domain_a_move_is_a_new_name);
	tcase_add_loop_test(tests, hostile_words_never_break_a_table, 0, 4);
	suite_add_tcase(suite, tests);
	return suite;
}
