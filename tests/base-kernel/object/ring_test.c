/* SPDX-License-Identifier: MIT */
#include "object/ring.h"

#include <kernel/words.h>
#include <stdlib.h>
#include <string.h>

#include "machine_fake.h"
#include "memory/frame.h"
#include "object/ring_index.h"
#include "object/ring_work.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"
#include "syscall/ring_submit.h"

enum { ENTRIES = 8, BUFFERS = 4, DONE_BIT = 4 };

#define RING_ADDRESS 0x50000000ul

static struct pair pair;
static struct notification *completed;
static struct ring *ring; /* the client's */

static struct ring *make_ring(struct account *account, struct domain *domain, enum status expected)
{
	const struct ring_request request = {
		.domain = domain,
		.completed = completed,
		.bits = DONE_BIT,
		.address = RING_ADDRESS,
		.entries = ENTRIES,
		.buffers = BUFFERS,
	};
	struct ring *made = world_object(account, OBJECT_RING);

	ck_assert_int_eq(ring_init(made, &request), expected);
	return made;
}

static void setup(void)
{
	world_init();
	pair_init(&pair);
	pair_start(&pair);
	completed = world_notification(pair.client_account);
	ring = make_ring(pair.client_account, pair.client_domain, OK);
}

/* ---- the owner's side ---- */

static struct ring_header *header_of(const struct ring *of)
{
	return paddr_to_pointer(of->pages[0]);
}

static struct ring_submission *submission_of(const struct ring *of, uint32_t index)
{
	return (struct ring_submission *)paddr_to_pointer(of->pages[1]) + index % ENTRIES;
}

static const struct ring_completion *completion_of(const struct ring *of, uint32_t index)
{
	return (const struct ring_completion *)paddr_to_pointer(
		       of->pages[ring_index_completion_page(ENTRIES)]) +
	       index % (2 * ENTRIES);
}

static struct message_page *buffer_of(const struct ring *of, unsigned index)
{
	return paddr_to_pointer(of->pages[of->page_count - BUFFERS + index]);
}

/* By whoever runs, or else in the name of the server. */
static unsigned ring_submit(struct ring *on, unsigned count)
{
	struct thread *before = sched_current();
	unsigned taken;

	if (!before)
		sched_running = pair.server;
	taken = ring_run(on, count);
	if (!before)
		sched_running = NULL;
	return taken;
}

static void put(const struct ring *to, const struct ring_submission *entry)
{
	struct ring_header *header = header_of(to);

	*submission_of(to, header->submission_tail) = *entry;
	header->submission_tail++;
}

/* One entry in, taken, its completion out. */
static struct ring_completion run(struct ring *on, const struct ring_submission *entry)
{
	struct ring_header *header = header_of(on);

	put(on, entry);
	ck_assert_uint_eq(ring_submit(on, 1), 1);
	ck_assert_uint_ne(header->completion_tail, header->completion_head);
	return *completion_of(on, header->completion_head++);
}

static enum status status_of(const struct ring_completion *completion)
{
	return (enum status)(completion->word & 0xff);
}

static struct ring_submission call_entry(uint64_t user_data)
{
	return (struct ring_submission){
		.op = RING_CALL,
		.send_buffer = RING_BUFFER_NONE,
		.receive_buffer = RING_BUFFER_NONE,
		.user_data = user_data,
		.target = pair.client_cap.id,
		.word = (uint64_t)PAIR_INTERFACE << OP_INTERFACE_SHIFT | 1u << OP_WORDS_SHIFT,
		.words = {user_data},
	};
}

static struct ring_submission receive_entry(uint64_t user_data)
{
	return (struct ring_submission){
		.op = RING_RECV,
		.send_buffer = RING_BUFFER_NONE,
		.receive_buffer = RING_BUFFER_NONE,
		.user_data = user_data,
		.target = pair.endpoint_cap.id,
	};
}

START_TEST(a_nop_completes_with_its_data_and_signals)
{
	const struct ring_submission entry = {.op = RING_NOP, .user_data = 42};
	const struct ring_completion done = run(ring, &entry);

	ck_assert_uint_eq(done.user_data, 42);
	ck_assert_int_eq(status_of(&done), OK);
	ck_assert_uint_eq(completed->bits, DONE_BIT);
}
END_TEST

START_TEST(unknown_operations_and_flags_are_refused_by_completion)
{
	struct ring_submission entry = {.op = RING_OP_COUNT, .user_data = 1};
	struct ring_completion done = run(ring, &entry);

	ck_assert_int_eq(status_of(&done), ERR_UNSUPPORTED);
	entry = (struct ring_submission){.op = 255, .user_data = 2};
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_UNSUPPORTED);
	ck_assert_uint_eq(done.user_data, 2);
	entry = (struct ring_submission){.op = RING_NOP, .flags = RING_FLAGS + 1};
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_BAD_ARG);
}
END_TEST

START_TEST(a_call_completes_when_the_server_answers)
{
	const struct ring_submission entry = call_entry(7);

	put(ring, &entry);
	ck_assert_uint_eq(ring_submit(ring, 1), 1);
	ck_assert_uint_eq(ring_completions(ring), 0);
	sched_yield();
	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert_uint_eq(pair.server->registers.words[0], 7);
	ck_assert_uint_eq(pair.server->registers.rdi, PAIR_BADGE);
	ck_assert_ptr_eq(pair.server->context,
	                 pair.server_context); /* no loan: the ring's owner runs */
	pair.server->registers.words[0] = 70;
	(void)pair_reply(&pair, ERR_NOT_NOW);
	ck_assert_uint_eq(ring_completions(ring), 1);
	ck_assert_uint_eq(completion_of(ring, 0)->user_data, 7);
	ck_assert_uint_eq(completion_of(ring, 0)->words[0], 70);
	ck_assert_int_eq(status_of(completion_of(ring, 0)), ERR_NOT_NOW);
	ck_assert_uint_eq(ring->pending, 0);
}
END_TEST

START_TEST(calls_to_what_is_no_endpoint_are_refused)
{
	struct ring_submission entry = call_entry(1);
	struct ring_completion done;

	entry.target = 0; /* self has no such interface */
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_UNSUPPORTED);
	entry.target = pair.client_cap.id + 1;
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_BAD_CAP);
	entry.target = world_cap(pair.client_domain, pair.client_account->object.grant, 0).id;
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_UNSUPPORTED);
	entry = call_entry(1);
	entry.word = (uint64_t)(PAIR_INTERFACE + 1) << OP_INTERFACE_SHIFT;
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_UNSUPPORTED);
	world_revoke(pair.facet);
	entry = call_entry(1);
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_GONE);
	ck_assert_uint_eq(ring->pending, 0);
}
END_TEST

START_TEST(a_page_needs_a_buffer_that_exists)
{
	struct ring_submission entry = call_entry(1);
	struct ring_completion done;

	entry.word |= OP_PAGED;
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_BAD_ARG);
	entry.send_buffer = BUFFERS;
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_BAD_ARG);
	entry.send_buffer = BUFFERS - 1;
	buffer_of(ring, BUFFERS - 1)->size = IPC_SEGMENT_BYTES + 1;
	done = run(ring, &entry);
	ck_assert_int_eq(status_of(&done), ERR_BAD_ARG);
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
}
END_TEST

START_TEST(a_ring_receives_and_returns)
{
	struct ring *servers;
	struct ring_submission entry = receive_entry(9);

	thread_stop(pair.server);
	servers = make_ring(pair.server_account, pair.server_domain, OK);
	put(servers, &entry);
	ck_assert_uint_eq(ring_submit(servers, 1), 1);
	pair.client->registers.words[0] = 123;
	ck_assert_ptr_null(pair_call(&pair, 3));

	const struct ring_completion *got = completion_of(servers, 0);

	ck_assert_uint_eq(ring_completions(servers), 1);
	ck_assert_uint_eq(got->user_data, 9);
	ck_assert_uint_eq(got->badge, PAIR_BADGE);
	ck_assert_uint_eq(got->words[0], 123);
	header_of(servers)->completion_head++;

	entry = (struct ring_submission){.op = RING_RETURN,
	                                 .call = got->call,
	                                 .word = (uint64_t)ERR_DENIED << OP_METHOD_SHIFT |
	                                         1u << OP_WORDS_SHIFT,
	                                 .words = {321}};
	ck_assert_int_eq(pair.client->call.state, CALL_KEPT);

	const struct ring_completion done = run(servers, &entry);

	ck_assert_int_eq(status_of(&done), OK);
	ck_assert_ptr_eq(world_schedule(), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_DENIED);
	ck_assert_uint_eq(pair.client->registers.words[0], 321);

	const struct ring_completion again = run(servers, &entry);

	ck_assert_int_eq(status_of(&again), ERR_BAD_ARG);
}
END_TEST

START_TEST(returning_what_was_never_received_is_refused)
{
	static const uint64_t calls[] = {0,          1,          ENTRIES,       ENTRIES + 1,
	                                 UINT32_MAX, UINT64_MAX, 1ull << 32 | 1};

	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		const struct ring_submission entry = {.op = RING_RETURN, .call = calls[i]};
		const struct ring_completion done = run(ring, &entry);

		ck_assert_int_eq(status_of(&done), ERR_BAD_ARG);
	}
}
END_TEST

START_TEST(only_the_full_endpoint_receives)
{
	struct ring_submission entry = receive_entry(1);

	entry.target = pair.client_cap.id;

	const struct ring_completion done = run(ring, &entry);

	ck_assert_int_eq(status_of(&done), ERR_BAD_CAP);
}
END_TEST

START_TEST(the_callers_death_makes_a_return_gone)
{
	struct ring *servers = make_ring(pair.server_account, pair.server_domain, OK);
	struct ring_submission entry = receive_entry(9);

	thread_stop(pair.server);
	put(servers, &entry);
	ck_assert_uint_eq(ring_submit(servers, 1), 1);
	ck_assert_ptr_null(pair_call(&pair, 3));
	header_of(servers)->completion_head++;
	world_destroy(&pair.client->object);
	entry = (struct ring_submission){.op = RING_RETURN,
	                                 .call = completion_of(servers, 0)->call};

	const struct ring_completion done = run(servers, &entry);

	ck_assert_int_eq(status_of(&done), ERR_GONE);
}
END_TEST

START_TEST(the_end_of_a_ring_answers_whom_it_serves_and_forgets_whom_it_calls)
{
	struct ring *servers = make_ring(pair.server_account, pair.server_domain, OK);
	const struct ring_submission receive = receive_entry(9);
	const struct ring_submission call = call_entry(1);

	thread_stop(pair.server);
	put(servers, &receive);
	ck_assert_uint_eq(ring_submit(servers, 1), 1);
	ck_assert_ptr_null(pair_call(&pair, 3));
	put(ring, &call);
	ck_assert_uint_eq(ring_submit(ring, 1), 1);
	ck_assert(!list_empty(&pair.endpoint->callers));
	world_destroy(&servers->object);
	ck_assert_int_eq(world_answer(pair.client), ERR_GONE);
	world_destroy(&ring->object);
	ck_assert(list_empty(&pair.endpoint->callers));
	ck_assert_uint_eq(grant_at(pair.facet)->in_flight, 0);
}
END_TEST

START_TEST(the_end_of_the_endpoint_completes_calls_and_receives)
{
	struct ring *servers = make_ring(pair.server_account, pair.server_domain, OK);
	const struct ring_submission receive = receive_entry(9);

	thread_stop(pair.server);
	put(servers, &receive);
	ck_assert_uint_eq(ring_submit(servers, 1), 1);
	world_destroy(&pair.endpoint->object);
	ck_assert_uint_eq(ring_completions(servers), 1);
	ck_assert_int_eq(status_of(completion_of(servers, 0)), ERR_GONE);
	ck_assert_uint_eq(servers->pending, 0);
}
END_TEST

START_TEST(nothing_is_taken_without_room_for_its_completion)
{
	const struct ring_submission nop = {.op = RING_NOP};
	unsigned taken = 0;

	for (unsigned i = 0; i < 4 * ENTRIES; i++) {
		put(ring, &nop);
		taken += ring_submit(ring, 1);
		if (ring_index_used(header_of(ring)->submission_tail, ring->submission_head,
		                    ENTRIES) == ENTRIES)
			break;
	}
	ck_assert_uint_eq(taken, 2 * ENTRIES);
	ck_assert_uint_eq(ring_completions(ring), 2 * ENTRIES);
	header_of(ring)->completion_head += 3;
	ck_assert_uint_eq(ring_submit(ring, ENTRIES), 3);
}
END_TEST

START_TEST(calls_under_way_keep_room_for_their_completions)
{
	const struct ring_submission call = call_entry(1);
	const struct ring_submission nop = {.op = RING_NOP};
	unsigned taken = 0;

	thread_stop(pair.server);
	for (unsigned i = 0; i < ENTRIES; i++) {
		put(ring, &call);
		ck_assert_uint_eq(ring_submit(ring, 1), 1);
	}
	for (unsigned i = 0; i < ENTRIES + 1; i++) {
		put(ring, &nop);
		taken += ring_submit(ring, 1);
	}
	ck_assert_uint_eq(taken, ENTRIES);
	world_destroy(&pair.endpoint->object);
	ck_assert_uint_eq(ring_completions(ring), 2 * ENTRIES);
	ck_assert_int_eq(status_of(completion_of(ring, 2 * ENTRIES - 1)), ERR_GONE);
	ck_assert_int_eq(status_of(completion_of(ring, 0)), OK); /* the oldest still stands */
}
END_TEST

START_TEST(the_name_of_an_earlier_call_is_refused)
{
	struct ring *servers = make_ring(pair.server_account, pair.server_domain, OK);
	const struct ring_submission receive = receive_entry(9);
	struct ring_submission answer = {.op = RING_RETURN};
	struct ring_completion done;

	thread_stop(pair.server);
	put(servers, &receive);
	ck_assert_uint_eq(ring_submit(servers, 1), 1);
	ck_assert_ptr_null(pair_call(&pair, 3));
	answer.call = completion_of(servers, header_of(servers)->completion_head++)->call;
	done = run(servers, &answer);
	ck_assert_int_eq(status_of(&done), OK);

	/* The same work record serves the next call. */
	put(servers, &receive);
	ck_assert_uint_eq(ring_submit(servers, 1), 1);
	ck_assert_ptr_eq(world_schedule(), pair.client);
	ck_assert_ptr_null(pair_call(&pair, 3));
	header_of(servers)->completion_head++;
	done = run(servers, &answer);
	ck_assert_int_eq(status_of(&done), ERR_BAD_ARG);
	ck_assert_int_eq(pair.client->call.state, CALL_KEPT);
}
END_TEST

START_TEST(more_calls_than_entries_are_put_off)
{
	const struct ring_submission entry = call_entry(1);
	unsigned put_off = 0;

	thread_stop(pair.server);
	for (unsigned i = 0; i < ENTRIES + 2; i++) {
		put(ring, &entry);
		ck_assert_uint_eq(ring_submit(ring, 1), 1);
	}
	ck_assert_uint_eq(ring->pending, ENTRIES);
	while (header_of(ring)->completion_head != header_of(ring)->completion_tail)
		put_off += status_of(completion_of(ring, header_of(ring)->completion_head++)) ==
		           ERR_NOT_NOW;
	ck_assert_uint_eq(put_off, 2);
}
END_TEST

/* Whatever the owner writes into the shared pages: the kernel stays inside of them. */
START_TEST(a_hostile_owner_never_makes_the_kernel_leave_its_pages)
{
	struct ring_header *header = header_of(ring);

	srand((unsigned)_i);
	for (unsigned step = 0; step < 3000; step++) {
		header->submission_head = (uint32_t)rand();
		header->submission_tail = rand() % 2
		                                  ? (uint32_t)rand() << 4
		                                  : ring->submission_head + (uint32_t)rand() % 12;
		header->completion_head =
			rand() % 2 ? (uint32_t)rand() << 4 : ring->completion_tail;
		header->completion_tail = (uint32_t)rand();
		for (unsigned i = 0; i < ENTRIES; i++) {
			struct ring_submission *entry = submission_of(ring, i);
			unsigned char *bytes = (unsigned char *)entry;

			for (unsigned b = 0; b < sizeof(*entry); b++)
				bytes[b] = (unsigned char)rand();
			entry->op %= RING_OP_COUNT + 1;
			entry->flags = rand() % 4 ? (uint8_t)(rand() & RING_LINK) : (uint8_t)rand();
			entry->reserved = rand() % 16 == 0;
			entry->deadline =
				rand() % 2 ? 0 : MACHINE_START_NS + (uint64_t)rand() % 4000;
			entry->user_data %= 8;
			if (rand() % 2)
				entry->target = pair.client_cap.id;
			if (rand() % 2)
				entry->word = (uint64_t)PAIR_INTERFACE << OP_INTERFACE_SHIFT |
				              ((uint64_t)rand() & 0xffff);
			entry->send_buffer %= BUFFERS + 2;
			entry->receive_buffer %= BUFFERS + 2;
		}
		ck_assert_uint_le(ring_submit(ring, (unsigned)rand() % 20), 20);
		ck_assert_uint_le(ring_completions(ring), 2 * ENTRIES);
		ck_assert_uint_le(ring->pending, ENTRIES + 1); /* one is held */
		if (pair.server->state == THREAD_READY && pair.server->serving)
			call_fail(pair.server->serving, ERR_GONE);
		if (step % 100 == 0)
			world_check();
	}
}
END_TEST

START_TEST(a_wait_ends_with_the_completion_it_waits_for)
{
	const cap_t cap = world_owner(pair.client_domain, &ring->object);
	const struct ring_submission entry = call_entry(1);

	put(ring, &entry);
	pair.client->registers.rax = SYSCALL_RING_ENTER;
	pair.client->registers.rdi = cap.id;
	pair.client->registers.rsi = 0;
	pair.client->registers.rdx = 0;
	pair.client->registers.words[0] = 1;
	pair.client->registers.words[1] = 1;
	ck_assert_ptr_eq(world_syscall(pair.client), pair.server);
	ck_assert_int_eq(pair.client->state, THREAD_RING_WAITING);
	(void)pair_reply(&pair, OK);
	ck_assert_int_eq(pair.client->state, THREAD_READY);
	ck_assert_int_eq(world_answer(pair.client), OK);
	ck_assert_uint_eq(pair.client->registers.words[0], 1);
}
END_TEST

START_TEST(only_ones_own_ring_is_entered)
{
	struct ring *servers = make_ring(pair.server_account, pair.server_domain, OK);

	pair.client->registers.rax = SYSCALL_RING_ENTER;
	pair.client->registers.rsi = 0;
	pair.client->registers.rdi = world_cap(pair.client_domain, servers->object.grant, 0).id;
	pair.client->registers.words[0] = pair.client->registers.words[1] = 0;
	ck_assert_ptr_eq(world_syscall(pair.client), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_BAD_ARG);
	pair.client->registers.rax = SYSCALL_RING_ENTER;
	pair.client->registers.rdi = pair.client_cap.id;
	ck_assert_ptr_eq(world_syscall(pair.client), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_BAD_CAP);
}
END_TEST

START_TEST(waiting_for_more_than_there_can_be_is_refused)
{
	pair.client->registers.rax = SYSCALL_RING_ENTER;
	pair.client->registers.rsi = 0;
	pair.client->registers.rdi = world_owner(pair.client_domain, &ring->object).id;
	pair.client->registers.words[0] = 0;
	pair.client->registers.words[1] = 2 * ENTRIES + 1;
	ck_assert_ptr_eq(world_syscall(pair.client), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_BAD_ARG);
}
END_TEST

/* A ring that cannot be made leaves nothing behind; the object is then taken back as its maker would. */
static void expect_refusal(const struct ring_request *request, enum status status)
{
	struct account *account = pair.client_account;
	struct ring *made = heap_alloc(account, sizeof(*made));
	const uint64_t used = account->ram_used;
	const uint64_t free_pages = frames.free_pages;

	made->object.account = account;
	ck_assert_int_eq(ring_init(made, request), status);
	ck_assert_uint_eq(account->ram_used, used);
	ck_assert_uint_eq(frames.free_pages, free_pages);
	heap_free(account, made, sizeof(*made));
}

START_TEST(sizes_and_places_are_checked)
{
	struct ring_request good = {.domain = pair.client_domain,
	                            .completed = completed,
	                            .address = RING_ADDRESS,
	                            .entries = ENTRIES};
	struct ring_request request = good;

	expect_refusal(&request, ERR_BAD_ARG); /* the first ring stands there */
	request.address = RING_ADDRESS + 1;
	expect_refusal(&request, ERR_BAD_ARG);
	request.address = 0;
	expect_refusal(&request, ERR_BAD_ARG);
	good.address = 0x60000000ul;
	request = good;
	request.entries = 3;
	expect_refusal(&request, ERR_BAD_ARG);
	request.entries = 0;
	expect_refusal(&request, ERR_BAD_ARG);
	request.entries = 2 * RING_ENTRIES_MAX;
	expect_refusal(&request, ERR_BAD_ARG);
	request = good;
	request.buffers = RING_BUFFERS_MAX + 1;
	expect_refusal(&request, ERR_BAD_ARG);

	struct account *account = pair.client_account;
	const uint64_t rest = account->ram_limit - account->ram_used - 8 * PAGE_SIZE;

	request.buffers = RING_BUFFERS_MAX; /* more than the account has left */
	ck_assert(account_charge_ram(account, rest));
	expect_refusal(&request, ERR_OUT_OF_RAM);
	account_refund_ram(account, rest);
}
END_TEST

Suite *ring_suite(void)
{
	Suite *suite = suite_create("ring");
	TCase *tests = tcase_create("ring");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, a_nop_completes_with_its_data_and_signals);
	tcase_add_test(tests, unknown_operations_and_flags_are_refused_by_completion);
	tcase_add_test(tests, a_call_completes_when_the_server_answers);
	tcase_add_test(tests, calls_to_what_is_no_endpoint_are_refused);
	tcase_add_test(tests, a_page_needs_a_buffer_that_exists);
	tcase_add_test(tests, a_ring_receives_and_returns);
	tcase_add_test(tests, returning_what_was_never_received_is_refused);
	tcase_add_test(tests, only_the_full_endpoint_receives);
	tcase_add_test(tests, the_callers_death_makes_a_return_gone);
	tcase_add_test(tests, the_end_of_a_ring_answers_whom_it_serves_and_forgets_whom_it_calls);
	tcase_add_test(tests, the_end_of_the_endpoint_completes_calls_and_receives);
	tcase_add_test(tests, nothing_is_taken_without_room_for_its_completion);
	tcase_add_test(tests, calls_under_way_keep_room_for_their_completions);
	tcase_add_test(tests, the_name_of_an_earlier_call_is_refused);
	tcase_add_test(tests, more_calls_than_entries_are_put_off);
	tcase_add_loop_test(tests, a_hostile_owner_never_makes_the_kernel_leave_its_pages, 0, 4);
	tcase_add_test(tests, a_wait_ends_with_the_completion_it_waits_for);
	tcase_add_test(tests, only_ones_own_ring_is_entered);
	tcase_add_test(tests, waiting_for_more_than_there_can_be_is_refused);
	tcase_add_test(tests, sizes_and_places_are_checked);
	suite_add_tcase(suite, tests);
	return suite;
}
