/* SPDX-License-Identifier: MIT */
/*
 * Calls and answers as the three system calls make them, registers in, registers out.
 */
#include <kernel/words.h>
#include <string.h>

#include "machine_fake.h"
#include "object/notification.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

enum { METHOD = 5, MILLISECOND = 1000 * 1000 };

static struct pair pair;

static void setup(void)
{
	world_init();
	pair_init(&pair);
	pair_start(&pair);
}

static void set_words(struct thread *thread, uint64_t first)
{
	for (unsigned i = 0; i < IPC_WORDS_MAX; i++)
		thread->registers.words[i] = first + i;
}

static void expect_words(const struct thread *thread, uint64_t first)
{
	for (unsigned i = 0; i < IPC_WORDS_MAX; i++)
		ck_assert_uint_eq(thread->registers.words[i], first + i);
}

/* A system call that comes back to its caller with a status. */
static void expect_status(struct thread *thread, enum status status)
{
	ck_assert_ptr_eq(world_syscall(thread), thread);
	ck_assert_int_eq(world_answer(thread), status);
}

static uint64_t window_word(unsigned sent, unsigned moves, unsigned open, uint32_t first)
{
	return sent | (uint64_t)moves << WINDOW_MOVE_SHIFT | 1ull << WINDOW_RECEIVE_PAGE_SHIFT |
	       (uint64_t)open << WINDOW_OPEN_SHIFT | (uint64_t)first << WINDOW_FIRST_SHIFT;
}

START_TEST(a_call_and_its_answer_carry_words_badge_method_and_status)
{
	set_words(pair.client, 1000);
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	expect_words(pair.server, 1000);
	ck_assert_uint_eq(pair.server->registers.rdi, PAIR_BADGE);
	ck_assert_uint_eq(pair.server->registers.rax,
	                  OK | 8u << OP_WORDS_SHIFT | METHOD << OP_METHOD_SHIFT |
	                          (uint64_t)PAIR_INTERFACE << OP_INTERFACE_SHIFT);
	ck_assert_uint_eq(pair.server->registers.rsi, 0);

	set_words(pair.server, 2000);
	ck_assert_ptr_eq(pair_reply(&pair, ERR_NOT_NOW), pair.client);
	expect_words(pair.client, 2000);
	ck_assert_uint_eq(pair.client->registers.rax, ERR_NOT_NOW | 8u << OP_WORDS_SHIFT);
	ck_assert_uint_eq(pair.client->registers.rdi, 0);
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
}
END_TEST

START_TEST(the_server_runs_on_the_callers_context_until_it_answers)
{
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	ck_assert_ptr_eq(pair.server->context, pair.client_context);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	ck_assert_ptr_eq(pair.server->context, pair.server_context);
}
END_TEST

START_TEST(a_queued_call_is_found_by_the_next_wait)
{
	thread_stop(pair.server);
	set_words(pair.client, 1000);
	ck_assert_ptr_null(pair_call(&pair, METHOD));
	thread_start(pair.server);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert_ptr_eq(pair_receive(&pair), pair.server);
	expect_words(pair.server, 1000);
	ck_assert_ptr_eq(pair.server->context, pair.client_context);
}
END_TEST

START_TEST(another_interface_is_unsupported)
{
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE + 1, 0, 0);
	expect_status(pair.client, ERR_UNSUPPORTED);
	world_prepare_call(pair.client, pair.client_cap, ENDPOINT_INTERFACE, ENDPOINT_IDENTIFY, 0);
	expect_status(pair.client, ERR_UNSUPPORTED);
	world_prepare_call(pair.client, pair.client_cap, 0, 0, 0);
	expect_status(pair.client, ERR_UNSUPPORTED);
}
END_TEST

START_TEST(what_is_no_capability_is_refused)
{
	world_prepare_call(pair.client, (cap_t){UINT64_MAX}, PAIR_INTERFACE, 0, 0);
	expect_status(pair.client, ERR_BAD_CAP);
	world_revoke(pair.facet);
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 0, 0);
	expect_status(pair.client, ERR_GONE);
}
END_TEST

START_TEST(self_has_its_own_interface_only)
{
	world_prepare_call(pair.client, CAP_NULL, PAIR_INTERFACE, 0, 0);
	expect_status(pair.client, ERR_UNSUPPORTED);
	world_prepare_call(pair.client, CAP_NULL, SELF_INTERFACE, 999, 0);
	expect_status(pair.client, ERR_UNSUPPORTED);
	world_prepare_call(pair.client, CAP_NULL, SELF_INTERFACE, SELF_TIME, 0);
	expect_status(pair.client, OK);
	ck_assert_uint_eq(pair.client->registers.words[0], MACHINE_START_NS);
}
END_TEST

START_TEST(reserved_bits_and_numbers_are_refused)
{
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 0, 0);
	pair.client->registers.rax |= OP_RESERVED;
	expect_status(pair.client, ERR_BAD_ARG);
	pair.client->registers.rax = 3;
	expect_status(pair.client, ERR_UNSUPPORTED);
	pair.client->registers.rax = 0xff;
	expect_status(pair.client, ERR_UNSUPPORTED);
}
END_TEST

START_TEST(a_message_page_the_thread_does_not_have_is_refused)
{
	for (unsigned page = WORLD_MESSAGE_PAGES; page < IPC_PAGES_MAX; page++) {
		world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 0, 0);
		pair.client->registers.rsi = (uint64_t)page << WINDOW_SEND_PAGE_SHIFT;
		expect_status(pair.client, ERR_BAD_ARG);
		world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 0, 0);
		pair.client->registers.rsi = (uint64_t)page << WINDOW_RECEIVE_PAGE_SHIFT;
		expect_status(pair.client, ERR_BAD_ARG);
	}
}
END_TEST

START_TEST(too_many_words_are_refused_and_the_server_goes_on_waiting)
{
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 0, IPC_WORDS_MAX + 1);
	expect_status(pair.client, ERR_BAD_ARG);
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
	ck_assert_uint_eq(grant_at(pair.facet)->in_flight, 0);
}
END_TEST

START_TEST(a_window_too_small_is_told_to_the_caller_and_nobody_wakes)
{
	pair.client->pages[0]->caps[0] = pair.client_cap.id;
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 0, 0);
	pair.client->registers.rsi = window_word(1, 0, 0, 0);
	expect_status(pair.client, ERR_INSUFFICIENT_CAPS);
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
}
END_TEST

START_TEST(capabilities_travel_both_ways)
{
	/* The server waits with a window for one. */
	thread_stop(pair.server);
	thread_start(pair.server);
	sched_yield();
	ck_assert_ptr_eq(world_schedule(), pair.server);
	world_prepare_receive(pair.server, pair.endpoint_cap);
	pair.server->registers.rsi = window_word(0, 0, 1, 30);
	ck_assert_ptr_eq(world_syscall(pair.server), pair.client);

	pair.client->pages[0]->caps[0] = pair.client_cap.id;
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 0, 0);
	pair.client->registers.rsi = window_word(1, 0, 1, 40);
	ck_assert_ptr_eq(world_syscall(pair.client), pair.server);
	ck_assert_uint_eq(pair.server->registers.rsi, 1);

	const cap_t received = {pair.server->pages[1]->caps[0]};

	ck_assert_uint_eq(cap_slot(received), 30);
	pair.server->pages[0]->caps[0] = received.id;
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	pair.server->registers.rsi = window_word(1, 1, 0, 0);
	ck_assert_ptr_eq(world_syscall(pair.server), pair.client);
	ck_assert_uint_eq(pair.client->registers.rsi, 1);
	ck_assert_uint_eq(cap_slot((cap_t){pair.client->pages[1]->caps[0]}), 40);
	ck_assert(cap_table_free(&pair.server_domain->caps, 30)); /* it was moved */
}
END_TEST

START_TEST(an_answer_the_caller_has_no_room_for_reaches_it_as_out_of_caps)
{
	const uint32_t used = pair.server_domain->caps.used;

	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	pair.server->pages[0]->caps[0] = pair.endpoint_cap.id;
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	pair.server->registers.rsi = window_word(1, 1, 0, 0);
	ck_assert_ptr_eq(world_syscall(pair.server), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_OUT_OF_CAPS);
	ck_assert_uint_eq(pair.client->registers.rsi, 0);
	ck_assert_uint_eq(pair.server_domain->caps.used, used); /* the server keeps what it moved */
}
END_TEST

START_TEST(the_servers_own_mistake_leaves_the_call_to_be_answered)
{
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	pair.server->pages[0]->caps[0] = UINT64_MAX;
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	pair.server->registers.rsi = window_word(1, 0, 0, 0);
	expect_status(pair.server, ERR_BAD_CAP);
	world_prepare_reply(pair.server, pair.endpoint_cap, (enum status)STATUS_COUNT, 0);
	expect_status(pair.server, ERR_BAD_ARG);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	ck_assert_int_eq(world_answer(pair.client), OK);
}
END_TEST

/* A capability in the server's table whose grant is dead. */
static uint64_t dead_capability(void)
{
	const uint32_t grant =
		world_derive(pair.server_account, pair.endpoint->object.grant, PAIR_INTERFACE, 1);
	const cap_t cap = world_cap(pair.server_domain, grant, 0);

	world_revoke(grant);
	return cap.id;
}

START_TEST(a_revoked_capability_in_an_answer_does_not_look_like_a_vanished_caller)
{
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	pair.server->pages[0]->caps[0] = dead_capability();
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	pair.server->registers.rsi = window_word(1, 0, 0, 0);
	expect_status(pair.server, ERR_BAD_CAP);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	ck_assert_int_eq(world_answer(pair.client), OK);
}
END_TEST

START_TEST(answering_nobody_waits_for_the_next)
{
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	sched_block_current();
	thread_wake(pair.server, OK);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	pair.server->registers.rax |= OP_NO_WAIT;
	expect_status(pair.server, ERR_GONE);
	thread_ready(pair.client);
}
END_TEST

START_TEST(a_call_neither_answered_nor_kept_is_gone_at_the_next_wait)
{
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	ck_assert_ptr_eq(pair_receive(&pair), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_GONE);
}
END_TEST

/* The server keeps the call in slot 1 and waits again; the client still waits. */
static void keep_and_wait(void)
{
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	world_prepare_call(pair.server, pair.endpoint_cap, ENDPOINT_INTERFACE, ENDPOINT_KEEP, 1);
	pair.server->registers.words[0] = 1;
	expect_status(pair.server, OK);
}

static void prepare_reply_to_slot(unsigned slot)
{
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, IPC_WORDS_MAX);
	pair.server->registers.rsi |= (uint64_t)slot << WINDOW_REPLY_SLOT_SHIFT;
	pair.server->registers.rax |= OP_NO_WAIT;
}

START_TEST(a_kept_call_is_answered_by_its_slot_and_once_only)
{
	keep_and_wait();
	prepare_reply_to_slot(2);
	expect_status(pair.server, ERR_BAD_ARG);
	prepare_reply_to_slot(1);
	set_words(pair.server, 500);
	expect_status(pair.server, OK);
	ck_assert_int_eq(pair.client->state, THREAD_READY);
	expect_words(pair.client, 500);
	prepare_reply_to_slot(1);
	expect_status(pair.server, ERR_BAD_ARG);
}
END_TEST

static void prepare_wait_keeping(unsigned slot)
{
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	pair.server->registers.rsi |= (uint64_t)slot << WINDOW_REPLY_SLOT_SHIFT;
	pair.server->registers.rax |= OP_NO_REPLY;
}

START_TEST(a_wait_that_names_a_slot_keeps_the_call_there)
{
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	prepare_wait_keeping(1);
	ck_assert_ptr_ne(world_syscall(pair.server), pair.server);
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
	ck_assert_int_eq(pair.client->state, THREAD_CALLING);
	ck_assert_ptr_eq(endpoint_slot(pair.endpoint, 1)->call, &pair.client->call);
	ck_assert_ptr_null(pair.server->serving);
}
END_TEST

START_TEST(a_wait_that_cannot_keep_does_not_wait)
{
	keep_and_wait();
	ck_assert_ptr_null(pair.server->serving);
	prepare_wait_keeping(PAIR_REPLY_SLOTS + 1);
	expect_status(pair.server, ERR_BAD_ARG);
	prepare_wait_keeping(1); /* in use */
	expect_status(pair.server, ERR_BAD_ARG);
	prepare_wait_keeping(2); /* there is no call to keep: it waits */
	pair.server->registers.rax |= OP_NO_WAIT;
	expect_status(pair.server, ERR_GONE);
	prepare_wait_keeping(2);
	pair.server->registers.rdi = 0; /* no endpoint, no slots */
	expect_status(pair.server, ERR_BAD_ARG);
}
END_TEST

START_TEST(a_failed_answer_to_a_slot_leaves_the_call_in_it)
{
	keep_and_wait();
	pair.server->pages[0]->caps[0] = dead_capability();
	prepare_reply_to_slot(1);
	pair.server->registers.rsi |= 1;
	expect_status(pair.server, ERR_BAD_CAP);
	ck_assert_ptr_eq(endpoint_slot(pair.endpoint, 1)->call, &pair.client->call);
	prepare_reply_to_slot(1);
	expect_status(pair.server, OK);
	ck_assert_int_eq(world_answer(pair.client), OK);
}
END_TEST

START_TEST(a_kept_call_whose_caller_gave_up_answers_gone_and_frees_the_slot)
{
	pair.client->registers.rdx = MACHINE_START_NS + MILLISECOND;
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, METHOD, 0);
	pair.client->registers.rdx = MACHINE_START_NS + MILLISECOND;
	ck_assert_ptr_eq(world_syscall(pair.client), pair.server);
	world_prepare_call(pair.server, pair.endpoint_cap, ENDPOINT_INTERFACE, ENDPOINT_KEEP, 1);
	pair.server->registers.words[0] = 1;
	expect_status(pair.server, OK);
	(void)world_pass_time(MILLISECOND); /* who of the two runs is no matter */
	ck_assert_int_eq(world_answer(pair.client), ERR_TIMEOUT);
	while (sched_current() != pair.server) {
		sched_yield();
		(void)world_schedule();
	}
	prepare_reply_to_slot(1);
	expect_status(pair.server, ERR_GONE);
	prepare_reply_to_slot(1);
	expect_status(pair.server, ERR_BAD_ARG);
}
END_TEST

START_TEST(a_deadline_ends_a_queued_call_and_not_before)
{
	thread_stop(pair.server);
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, METHOD, 0);
	pair.client->registers.rdx = MACHINE_START_NS + MILLISECOND;
	ck_assert_ptr_null(world_syscall(pair.client));
	ck_assert_ptr_null(world_pass_time(MILLISECOND - 1));
	ck_assert_ptr_eq(world_pass_time(1), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_TIMEOUT);
	ck_assert(list_empty(&pair.endpoint->callers));
}
END_TEST

START_TEST(a_deadline_that_has_passed_does_not_reach_the_server)
{
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, METHOD, 0);
	pair.client->registers.rdx = MACHINE_START_NS;
	expect_status(pair.client, ERR_TIMEOUT);
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
}
END_TEST

START_TEST(a_deadline_during_service_leaves_the_server_on_its_own_context)
{
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, METHOD, 0);
	pair.client->registers.rdx = MACHINE_START_NS + MILLISECOND;
	ck_assert_ptr_eq(world_syscall(pair.client), pair.server);
	(void)world_pass_time(MILLISECOND);
	ck_assert_int_eq(world_answer(pair.client), ERR_TIMEOUT);
	ck_assert_int_eq(pair.server->state, THREAD_READY);
	ck_assert_ptr_eq(pair.server->context, pair.server_context);
	ck_assert_ptr_null(pair.server->serving);
}
END_TEST

START_TEST(an_in_flight_limit_is_exact)
{
	struct thread *second =
		world_thread(pair.client_account, pair.client_domain, pair.client_context);

	thread_stop(pair.server);
	world_limit(pair.facet, 1);
	ck_assert_ptr_null(pair_call(&pair, METHOD));
	thread_start(second);
	ck_assert_ptr_eq(world_schedule(), second);
	world_prepare_call(second, pair.client_cap, PAIR_INTERFACE, METHOD, 0);
	expect_status(second, ERR_NOT_NOW);
	world_destroy(&pair.client->object);
	world_prepare_call(second, pair.client_cap, PAIR_INTERFACE, METHOD, 0);
	ck_assert_ptr_null(world_syscall(second));
	ck_assert_int_eq(second->call.state, CALL_QUEUED);
}
END_TEST

START_TEST(messages_and_notifications_take_turns)
{
	struct notification *notification = world_notification(pair.server_account);

	ck_assert_int_eq(notification_bind(notification, pair.server), OK);
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	notification_signal(notification, 1);
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	ck_assert_ptr_eq(world_syscall(pair.server), pair.server);
	ck_assert(pair.server->registers.rax & OP_NOTIFICATION);
	ck_assert_uint_eq(pair.server->registers.rdi, 1);

	/* Both are there: the message is first now. */
	notification_signal(notification, 6);
	sched_yield();
	ck_assert_ptr_eq(world_schedule(), pair.client);
	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	ck_assert_ptr_eq(pair_receive(&pair), pair.server);
	ck_assert(!(pair.server->registers.rax & OP_NOTIFICATION));
	world_prepare_receive(pair.server, pair.endpoint_cap);
	ck_assert_ptr_eq(world_syscall(pair.server), pair.server);
	ck_assert_uint_eq(pair.server->registers.rdi, 6);
}
END_TEST

START_TEST(a_signal_wakes_a_receiver_with_all_bits)
{
	struct notification *notification = world_notification(pair.server_account);

	notification_signal(notification, 1);
	notification_signal(notification, 8);
	ck_assert_int_eq(notification_bind(notification, pair.server), OK);
	ck_assert_int_eq(pair.server->state, THREAD_READY);
	ck_assert_uint_eq(pair.server->registers.rdi, 9);
	ck_assert_uint_eq(notification->bits, 0);
	ck_assert(list_empty(&pair.endpoint->receivers));
	ck_assert_int_eq(notification_bind(notification, pair.client), ERR_NOT_NOW);
}
END_TEST

/* ---- a chain: client -> server -> second server ---- */

static struct thread *tail;
static struct endpoint *tail_endpoint;

static void start_tail(void)
{
	struct account *account = pair.server_account;
	struct sched_context *context = world_context(account, PAIR_PRIORITY);

	tail_endpoint = world_endpoint(account, 1);
	tail = world_thread(account, pair.server_domain, context);
	thread_start(tail);
	sched_yield();
	ck_assert_ptr_eq(world_schedule(), tail);
	world_prepare_receive(tail, world_owner(pair.server_domain, &tail_endpoint->object));
	ck_assert_ptr_eq(world_syscall(tail), pair.client);

	const uint32_t facet =
		world_derive(account, tail_endpoint->object.grant, PAIR_INTERFACE, 1);

	ck_assert_ptr_eq(pair_call(&pair, METHOD), pair.server);
	world_prepare_call(pair.server, world_cap(pair.server_domain, facet, 0), PAIR_INTERFACE,
	                   METHOD, 0);
	ck_assert_ptr_eq(world_syscall(pair.server), tail);
	ck_assert_ptr_eq(tail->context, pair.client_context);
}

START_TEST(killing_the_middle_of_a_chain_frees_both_ends)
{
	start_tail();
	world_destroy(&pair.server->object);
	ck_assert_int_eq(world_answer(pair.client), ERR_GONE);
	ck_assert_int_eq(pair.client->state, THREAD_READY);
	ck_assert_ptr_eq(tail->context, tail->home); /* it finishes at home */
	ck_assert_int_eq(tail->state, THREAD_READY);
	ck_assert_ptr_null(tail->serving);
}
END_TEST

START_TEST(when_the_head_of_a_chain_dies_the_rest_goes_on_at_the_servers_home)
{
	start_tail();
	world_destroy(&pair.client_account->object);
	ck_assert_ptr_eq(pair.server->context, pair.server_context);
	ck_assert_ptr_eq(tail->context, pair.server_context);
	ck_assert_ptr_eq(world_schedule(), tail);
	world_prepare_reply(tail, CAP_NULL, OK, 0);
	ck_assert_ptr_eq(world_syscall(tail), pair.server);
}
END_TEST

/* ---- objects by system call ---- */

static cap_t charge_cap(void)
{
	return world_cap(pair.client_domain, pair.client_account->object.grant, 0);
}

static void create_memory(cap_t account, uint64_t size, bool contiguous, unsigned open,
                          uint32_t first)
{
	const struct charge_create_memory_params params = {.size = size, .contiguous = contiguous};
	cap_t caps[IPC_CAPS_MAX];

	world_prepare_call(pair.client, account, CHARGE_INTERFACE, CHARGE_CREATE_MEMORY,
	                   CHARGE_CREATE_MEMORY_PARAMS_WORDS);
	charge_create_memory_params_pack(&params, pair.client->registers.words, caps);
	pair.client->registers.rsi = window_word(0, 0, open, first);
}

START_TEST(a_created_object_fills_the_window_with_an_owner)
{
	create_memory(charge_cap(), PAGE_SIZE, false, 1, 33);
	expect_status(pair.client, OK);
	ck_assert_uint_eq(pair.client->registers.rsi, 1);

	const cap_t cap = {pair.client->pages[1]->caps[0]};
	struct cap_entry *entry;

	ck_assert_int_eq(cap_table_find(&pair.client_domain->caps, cap, &entry), OK);
	ck_assert_uint_eq(cap_slot(cap), 33);
	ck_assert(entry->flags & CAP_OWNER);
	ck_assert_int_eq(entry->object->type, OBJECT_MEMORY);
}
END_TEST

START_TEST(a_creation_that_is_refused_leaves_nothing)
{
	const cap_t account = charge_cap();
	const uint64_t ram = pair.client_account->ram_used;
	const uint32_t caps = pair.client_account->caps_used;
	const uint32_t limit = pair.client_account->caps_limit;

	create_memory(account, PAGE_SIZE, false, 0, 33);
	expect_status(pair.client, ERR_INSUFFICIENT_CAPS);
	create_memory(account, PAGE_SIZE, false, 1, cap_slot(account));
	expect_status(pair.client, ERR_INSUFFICIENT_CAPS);
	create_memory(account, 0, false, 1, 33);
	expect_status(pair.client, ERR_BAD_ARG);
	create_memory(account, MEMORY_OBJECT_BYTES_MAX + 1, false, 1, 33);
	expect_status(pair.client, ERR_BAD_ARG);
	create_memory(account, PAGE_SIZE, true, 1, 33);
	expect_status(pair.client, ERR_DENIED);
	create_memory(account, 1000 * PAGE_SIZE, false, 1, 33);
	expect_status(pair.client, ERR_OUT_OF_RAM);
	pair.client_account->caps_limit = caps;
	create_memory(account, PAGE_SIZE, false, 1, 33);
	expect_status(pair.client, ERR_OUT_OF_CAPS);
	pair.client_account->caps_limit = limit;
	ck_assert_uint_eq(pair.client_account->ram_used, ram);
	ck_assert_uint_eq(pair.client_account->caps_used, caps);
	ck_assert(cap_table_free(&pair.client_domain->caps, 33));
}
END_TEST

START_TEST(only_an_owner_revokes_and_a_dead_owner_cannot)
{
	const cap_t owner = world_cap(pair.client_domain, pair.facet, CAP_OWNER);

	world_prepare_call(pair.client, CAP_NULL, SELF_INTERFACE, SELF_REVOKE, 1);
	pair.client->registers.words[0] = pair.client_cap.id;
	expect_status(pair.client, ERR_DENIED);
	world_prepare_call(pair.client, CAP_NULL, SELF_INTERFACE, SELF_REVOKE, 1);
	pair.client->registers.words[0] = owner.id;
	expect_status(pair.client, OK);
	world_prepare_call(pair.client, CAP_NULL, SELF_INTERFACE, SELF_REVOKE, 1);
	pair.client->registers.words[0] = owner.id;
	expect_status(pair.client, ERR_GONE);
	pair_call(&pair, METHOD);
	ck_assert_int_eq(world_answer(pair.client), ERR_GONE);
}
END_TEST

START_TEST(a_thread_may_destroy_the_account_it_lives_in)
{
	const cap_t account = charge_cap();

	world_prepare_call(pair.client, account, ACCOUNT_INTERFACE, ACCOUNT_DESTROY, 0);
	ck_assert_ptr_null(world_syscall(pair.client));
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
}
END_TEST

START_TEST(a_thread_may_exit)
{
	world_prepare_call(pair.client, CAP_NULL, SELF_INTERFACE, SELF_EXIT, 0);
	ck_assert_ptr_null(world_syscall(pair.client));
	ck_assert_int_eq(pair.client->state, THREAD_EXITED);
	thread_start(pair.client);
	ck_assert_int_eq(pair.client->state, THREAD_EXITED);
}
END_TEST

Suite *call_suite(void)
{
	Suite *suite = suite_create("call");
	TCase *tests = tcase_create("call");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, a_call_and_its_answer_carry_words_badge_method_and_status);
	tcase_add_test(tests, the_server_runs_on_the_callers_context_until_it_answers);
	tcase_add_test(tests, a_queued_call_is_found_by_the_next_wait);
	tcase_add_test(tests, another_interface_is_unsupported);
	tcase_add_test(tests, what_is_no_capability_is_refused);
	tcase_add_test(tests, self_has_its_own_interface_only);
	tcase_add_test(tests, reserved_bits_and_numbers_are_refused);
	tcase_add_test(tests, a_message_page_the_thread_does_not_have_is_refused);
	tcase_add_test(tests, too_many_words_are_refused_and_the_server_goes_on_waiting);
	tcase_add_test(tests, a_window_too_small_is_told_to_the_caller_and_nobody_wakes);
	tcase_add_test(tests, capabilities_travel_both_ways);
	tcase_add_test(tests, an_answer_the_caller_has_no_room_for_reaches_it_as_out_of_caps);
	tcase_add_test(tests, the_servers_own_mistake_leaves_the_call_to_be_answered);
	tcase_add_test(tests,
	               a_revoked_capability_in_an_answer_does_not_look_like_a_vanished_caller);
	tcase_add_test(tests, a_wait_that_names_a_slot_keeps_the_call_there);
	tcase_add_test(tests, a_wait_that_cannot_keep_does_not_wait);
	tcase_add_test(tests, a_failed_answer_to_a_slot_leaves_the_call_in_it);
	tcase_add_test(tests, answering_nobody_waits_for_the_next);
	tcase_add_test(tests, a_call_neither_answered_nor_kept_is_gone_at_the_next_wait);
	tcase_add_test(tests, a_kept_call_is_answered_by_its_slot_and_once_only);
	tcase_add_test(tests, a_kept_call_whose_caller_gave_up_answers_gone_and_frees_the_slot);
	tcase_add_test(tests, a_deadline_ends_a_queued_call_and_not_before);
	tcase_add_test(tests, a_deadline_that_has_passed_does_not_reach_the_server);
	tcase_add_test(tests, a_deadline_during_service_leaves_the_server_on_its_own_context);
	tcase_add_test(tests, an_in_flight_limit_is_exact);
	tcase_add_test(tests, messages_and_notifications_take_turns);
	tcase_add_test(tests, a_signal_wakes_a_receiver_with_all_bits);
	tcase_add_test(tests, killing_the_middle_of_a_chain_frees_both_ends);
	tcase_add_test(tests, when_the_head_of_a_chain_dies_the_rest_goes_on_at_the_servers_home);
	tcase_add_test(tests, a_created_object_fills_the_window_with_an_owner);
	tcase_add_test(tests, a_creation_that_is_refused_leaves_nothing);
	tcase_add_test(tests, only_an_owner_revokes_and_a_dead_owner_cannot);
	tcase_add_test(tests, a_thread_may_destroy_the_account_it_lives_in);
	tcase_add_test(tests, a_thread_may_exit);
	suite_add_tcase(suite, tests);
	return suite;
}
