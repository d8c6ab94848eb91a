/* SPDX-License-Identifier: MIT */
/*
 * What the entries of a ring do: each operation, each way it can end, and chains of them.
 */
#include "syscall/ring_submit.h"

#include <kernel/words.h>
#include <stdlib.h>

#include "machine_fake.h"
#include "object/ring_work.h"
#include "pair.h"
#include "ring_owner.h"
#include "sched/sched.h"
#include "suites.h"

enum { SOON = 5000, FIRST_SLOT = 40, ROUNDS = 100000 };

#define RING_ADDRESS 0x50000000ul

static struct pair pair;
static struct ring_owner client, server; /* a ring of each side */
static struct notification *bell;        /* the client's */
static cap_t bell_cap;

static void setup(void)
{
	world_init();
	pair_init(&pair);
	pair_start(&pair);
	ring_owner_init(&client, pair.client_account, pair.client_domain, RING_ADDRESS);
	ring_owner_init(&server, pair.server_account, pair.server_domain, RING_ADDRESS);
	bell = world_notification(pair.client_account);
	bell_cap = world_owner(pair.client_domain, &bell->object);
}

static struct ring_submission entry(enum ring_op op, uint64_t user_data, cap_t target,
                                    uint8_t flags)
{
	return (struct ring_submission){
		.op = (uint8_t)op,
		.flags = flags,
		.send_buffer = RING_BUFFER_NONE,
		.receive_buffer = RING_BUFFER_NONE,
		.user_data = user_data,
		.target = target.id,
	};
}

static struct ring_submission method(uint64_t user_data, cap_t target, uint32_t interface,
                                     unsigned number)
{
	struct ring_submission call = entry(RING_CALL, user_data, target, 0);

	call.word = (uint64_t)interface << OP_INTERFACE_SHIFT |
	            (uint64_t)number << OP_METHOD_SHIFT | 1u << OP_WORDS_SHIFT;
	call.words[0] = user_data;
	return call;
}

static struct ring_submission call_entry(uint64_t user_data, uint8_t flags)
{
	struct ring_submission call = method(user_data, pair.client_cap, PAIR_INTERFACE, 1);

	call.flags = flags;
	return call;
}

static struct ring_submission timeout_entry(uint64_t user_data, uint64_t deadline, uint8_t flags)
{
	struct ring_submission timeout = entry(RING_TIMEOUT, user_data, CAP_NULL, flags);

	timeout.deadline = deadline;
	return timeout;
}

static void submit(const struct ring_owner *owner, struct ring_submission one)
{
	ring_owner_put(owner, one);
	ck_assert_uint_eq(ring_owner_enter(owner), 1);
}

/* The server's ring takes one call and answers it; its thread waits no more. */
static void serve_by_ring(uint64_t user_data, uint8_t flags)
{
	thread_stop(pair.server);
	submit(&server, entry(RING_RECV, user_data, pair.endpoint_cap, flags));
}

static void answer(uint64_t call, enum status status)
{
	struct ring_submission done = entry(RING_RETURN, 99, CAP_NULL, 0);

	done.call = call;
	done.word = (uint64_t)status << OP_METHOD_SHIFT | 1u << OP_WORDS_SHIFT;
	done.words[0] = 4711;
	submit(&server, done);
	(void)ring_owner_expect(&server, 99, OK);
}

/* ---- single entries ---- */

START_TEST(a_ring_calls_a_ring)
{
	uint64_t call;

	serve_by_ring(5, 0);
	submit(&client, call_entry(7, 0));
	call = ring_owner_expect(&server, 5, OK).call;
	answer(call, ERR_DENIED);
	ck_assert_uint_eq(ring_owner_expect(&client, 7, ERR_DENIED).words[0], 4711);
	ck_assert(ring_owner_idle(&client) && ring_owner_idle(&server));
}
END_TEST

START_TEST(multishot_receives_until_entries_run_short)
{
	const unsigned most = OWNER_ENTRIES;
	uint64_t calls[OWNER_ENTRIES];

	serve_by_ring(5, RING_MULTISHOT);
	for (unsigned i = 0; i < most; i++)
		submit(&client, call_entry(i, 0));
	for (unsigned i = 0; i < most; i++) {
		const struct ring_completion got = ring_owner_expect(&server, 5, OK);

		ck_assert_uint_eq(got.flags,
		                  i + 1 < most ? RING_MORE : 0); /* its own record is the last */
		ck_assert_uint_eq(got.words[0], i);
		calls[i] = got.call;
	}
	for (unsigned i = 0; i < most; i++) {
		answer(calls[i], OK);
		(void)ring_owner_expect(&client, i, OK);
	}
	ck_assert(ring_owner_idle(&server));
}
END_TEST

/* ---- a bounded part at a time ---- */

static unsigned windows;

static void count_window(void)
{
	windows++;
}

START_TEST(nops_are_taken_around_the_end_of_the_queue)
{
	for (unsigned i = 0; i < 3 * OWNER_ENTRIES / 2; i++)
		submit(&client, entry(RING_NOP, 1, CAP_NULL, 0));
	for (unsigned i = 0; i < 3 * OWNER_ENTRIES / 2; i++)
		(void)ring_owner_expect(&client, 1, OK);
	for (unsigned i = 0; i < OWNER_ENTRIES; i++)
		ring_owner_put(&client, entry(RING_NOP, 100 + i, CAP_NULL, 0));
	ck_assert_uint_eq(ring_owner_enter(&client), OWNER_ENTRIES);
	for (unsigned i = 0; i < OWNER_ENTRIES; i++)
		(void)ring_owner_expect(&client, 100 + i, OK);
	ring_owner_expect_none(&client);
}
END_TEST

START_TEST(what_may_take_long_has_a_step_of_its_own)
{
	for (unsigned i = 0; i < 3; i++) {
		ring_owner_put(&client, entry(RING_NOP, i, CAP_NULL, 0));
		ring_owner_put(&client, method(i, CAP_NULL, SELF_INTERFACE, SELF_TIME));
	}
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(ring_run(client.ring, OWNER_ENTRIES), 2);
		ck_assert(pair.client->unfinished == (i < 2));
		ck_assert_uint_eq(ring_completions(client.ring), 2 * (i + 1));
	}
}
END_TEST

enum { RINGS = 5, QUEUED = RINGS * OWNER_ENTRIES };

/* Calls with a capability, for a server that has no window. */
static void queue_calls(struct ring_owner *rings)
{
	struct ring_submission call = call_entry(1, 0);

	call.send_buffer = 0;
	call.window = 1;
	for (unsigned ring = 0; ring < RINGS; ring++) {
		ring_owner_init(&rings[ring], pair.client_account, pair.client_domain,
		                RING_ADDRESS + (ring + 1) * 0x100000ul);
		ring_owner_buffer(&rings[ring], 0)->caps[0] = bell_cap.id;
		for (unsigned i = 0; i < OWNER_ENTRIES; i++)
			submit(&rings[ring], call);
	}
	machine_fake_at_window(count_window);
	windows = 0;
}

static void expect_refused(const struct ring_owner *rings)
{
	for (unsigned i = 0; i < QUEUED; i++)
		(void)ring_owner_expect(&rings[i / OWNER_ENTRIES], 1, ERR_INSUFFICIENT_CAPS);
	ck_assert(list_empty(&pair.endpoint->callers));
}

START_TEST(a_ring_looks_at_a_long_queue_in_steps)
{
	struct ring_owner rings[RINGS];
	unsigned steps = 1;

	thread_stop(pair.server);
	queue_calls(rings);
	ring_owner_put(&server, entry(RING_RECV, 5, pair.endpoint_cap, RING_MULTISHOT));
	ck_assert_uint_eq(ring_run(server.ring, 1), 1);
	for (; pair.client->unfinished; steps++) {
		ck_assert(!list_empty(&pair.endpoint->callers));
		ck_assert(list_empty(&pair.endpoint->ring_receivers));
		ck_assert_uint_eq(ring_run(server.ring, 0), 0);
	}
	ck_assert_uint_ge(steps, 3);
	expect_refused(rings);
	ring_owner_expect_none(&server);
	ck_assert(!list_empty(&pair.endpoint->ring_receivers));
}
END_TEST

START_TEST(a_thread_looks_at_a_long_queue_in_steps)
{
	struct ring_owner rings[RINGS];

	ck_assert_ptr_eq(pair_call(&pair, 1), pair.server);
	queue_calls(rings);
	sched_attention = true;
	ck_assert_ptr_eq(pair_reply(&pair, ERR_DENIED), pair.client);
	ck_assert_int_eq(world_answer(pair.client), ERR_DENIED);
	ck_assert_uint_ge(windows, 1);
	sched_block_current();
	(void)world_schedule();
	expect_refused(rings);
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
}
END_TEST

START_TEST(multishot_ends_when_its_completions_are_not_taken)
{
	unsigned more = 0;

	serve_by_ring(5, RING_MULTISHOT);
	for (unsigned i = 0; i < 4 * OWNER_ENTRIES && !list_empty(&pair.endpoint->ring_receivers);
	     i++) {
		submit(&client, call_entry(i, 0));
		for (unsigned w = 0; w < OWNER_ENTRIES; w++) {
			struct ring_work *work = &server.ring->works[w];

			if (work->state != RING_WORK_ANSWERING)
				continue;
			call_fail(work->taken.call, ERR_GONE);
			ring_work_answered(work);
		}
		ring_owner_header(&client)->completion_head =
			ring_owner_header(&client)->completion_tail;
	}
	while (ring_completions(server.ring))
		more += ring_owner_expect(&server, 5, OK).flags == RING_MORE;
	ck_assert_uint_eq(more, 2 * OWNER_ENTRIES - 1);
	ck_assert(ring_owner_idle(&server));
}
END_TEST

START_TEST(kernel_objects_are_called_alike)
{
	struct ring_submission create =
		method(1, world_owner(pair.client_domain, &pair.client_account->object),
	               CHARGE_INTERFACE, CHARGE_CREATE_NOTIFICATION);

	submit(&client, create);
	(void)ring_owner_expect(&client, 1, ERR_INSUFFICIENT_CAPS); /* no window, no buffer */
	create.window = 1ull << WINDOW_OPEN_SHIFT | (uint64_t)FIRST_SLOT << WINDOW_FIRST_SHIFT;
	submit(&client, create);
	(void)ring_owner_expect(&client, 1, ERR_INSUFFICIENT_CAPS);
	create.receive_buffer = 2;
	submit(&client, create);
	ck_assert_uint_eq(ring_owner_expect(&client, 1, OK).caps, 1);

	const cap_t made = {ring_owner_buffer(&client, 2)->caps[0]};

	submit(&client, entry(RING_RELEASE, 2, made, 0));
	(void)ring_owner_expect(&client, 2, OK);
	submit(&client, method(3, CAP_NULL, SELF_INTERFACE, SELF_TIME));
	ck_assert_uint_eq(ring_owner_expect(&client, 3, OK).words[0], MACHINE_START_NS);
	submit(&client, method(4, bell_cap, NOTIFICATION_INTERFACE, 77));
	(void)ring_owner_expect(&client, 4, ERR_UNSUPPORTED);
}
END_TEST

START_TEST(methods_about_the_calling_thread_are_refused)
{
	static const unsigned methods[] = {SELF_YIELD, SELF_EXIT, SELF_DETACH};

	for (unsigned i = 0; i < 3; i++) {
		submit(&client, method(i, CAP_NULL, SELF_INTERFACE, methods[i]));
		(void)ring_owner_expect(&client, i, ERR_UNSUPPORTED);
	}
	submit(&client, method(4, bell_cap, NOTIFICATION_INTERFACE, NOTIFICATION_BIND));
	(void)ring_owner_expect(&client, 4, ERR_BAD_ARG);
	submit(&server, method(5, pair.endpoint_cap, ENDPOINT_INTERFACE, ENDPOINT_KEEP));
	(void)ring_owner_expect(&server, 5, ERR_UNSUPPORTED);
}
END_TEST

START_TEST(a_wait_completes_with_the_bits)
{
	struct ring_submission signal = entry(RING_SIGNAL, 2, bell_cap, 0);

	submit(&client, entry(RING_WAIT, 1, bell_cap, 0));
	submit(&client, entry(RING_WAIT, 3, bell_cap, 0));
	(void)ring_owner_expect(&client, 3, ERR_NOT_NOW); /* one sink */
	signal.words[0] = 6;
	submit(&client, signal);
	ck_assert_uint_eq(ring_owner_expect(&client, 1, OK).badge, 6);
	(void)ring_owner_expect(&client, 2, OK);
	ck_assert_uint_eq(bell->bits, 0);
	submit(&client, signal); /* nobody waits: the bits stay */
	(void)ring_owner_expect(&client, 2, OK);
	submit(&client, entry(RING_WAIT, 4, bell_cap, 0));
	ck_assert_uint_eq(ring_owner_expect(&client, 4, OK).badge, 6);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(a_facet_signals_its_bits_and_does_not_wait)
{
	const uint32_t facet =
		world_derive(pair.client_account, bell->object.grant, SIGNAL_INTERFACE, 8);
	const cap_t cap = world_cap(pair.client_domain, facet, 0);
	struct ring_submission signal = entry(RING_SIGNAL, 1, cap, 0);

	signal.words[0] = 7;
	submit(&client, signal);
	(void)ring_owner_expect(&client, 1, OK);
	ck_assert_uint_eq(bell->bits, 8);
	submit(&client, entry(RING_WAIT, 2, cap, 0));
	(void)ring_owner_expect(&client, 2, ERR_BAD_CAP);
	submit(&client, entry(RING_SIGNAL, 3, pair.client_cap, 0));
	(void)ring_owner_expect(&client, 3, ERR_BAD_CAP);
}
END_TEST

START_TEST(waits_on_each_others_completions_do_not_recurse)
{
	const cap_t own = world_owner(pair.client_domain, &client.completed->object);

	client.completed->bits = 0;
	submit(&client, entry(RING_WAIT, 1, own, 0));
	/* The batch itself signals: the wait completes, which signals again, and nobody waits any more. */
	(void)ring_owner_expect(&client, 1, OK);
	ck_assert_uint_eq(client.completed->bits, 1);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(the_end_of_a_notification_ends_the_wait)
{
	submit(&client, entry(RING_WAIT, 1, bell_cap, 0));
	world_destroy(&bell->object);
	(void)ring_owner_expect(&client, 1, ERR_GONE);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(a_revoked_grant_ends_what_waits_through_it)
{
	const uint32_t bells =
		world_derive(pair.client_account, bell->object.grant, NOTIFICATION_INTERFACE, 0);
	const uint32_t endpoints = world_derive(pair.server_account, pair.endpoint->object.grant,
	                                        ENDPOINT_INTERFACE, 0);

	submit(&client, entry(RING_WAIT, 1, world_cap(pair.client_domain, bells, 0), 0));
	submit(&server, entry(RING_RECV, 2, world_cap(pair.server_domain, endpoints, 0), 0));
	world_revoke(bells);
	world_revoke(endpoints);
	(void)ring_owner_expect(&client, 1, ERR_GONE);
	(void)ring_owner_expect(&server, 2, ERR_GONE);
	ck_assert_ptr_null(bell->waiter);
}
END_TEST

START_TEST(deadlines_are_kept_in_order)
{
	struct ring_submission call = call_entry(3, 0);
	struct ring_submission wait = entry(RING_WAIT, 2, bell_cap, 0);

	thread_stop(pair.server);
	submit(&client, timeout_entry(4, MACHINE_START_NS + 4 * SOON, 0));
	call.deadline = MACHINE_START_NS + 3 * SOON;
	submit(&client, call);
	wait.deadline = MACHINE_START_NS + 2 * SOON;
	submit(&client, wait);
	submit(&client, timeout_entry(1, MACHINE_START_NS + SOON, 0));
	(void)world_pass_time(SOON);
	(void)ring_owner_expect(&client, 1, OK);
	(void)world_pass_time(SOON);
	(void)ring_owner_expect(&client, 2, ERR_TIMEOUT);
	(void)world_pass_time(2 * SOON);
	(void)ring_owner_expect(&client, 3, ERR_TIMEOUT);
	(void)ring_owner_expect(&client, 4, OK);
	ck_assert(list_empty(&pair.endpoint->callers));
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(a_deadline_that_has_passed_counts_at_once)
{
	struct ring_submission call = call_entry(1, 0);

	call.deadline = 1;
	submit(&client, call);
	(void)ring_owner_expect(&client, 1, ERR_TIMEOUT);
	submit(&client, timeout_entry(2, 1, 0));
	(void)ring_owner_expect(&client, 2, OK);
	submit(&client, timeout_entry(3, 0, 0));
	(void)ring_owner_expect(&client, 3, ERR_BAD_ARG);
}
END_TEST

/* ---- cancelling ---- */

static void cancel(const struct ring_owner *owner, uint64_t user_data, enum status status)
{
	submit(owner, entry(RING_CANCEL, 1000, (cap_t){user_data}, 0));
	if (status == OK)
		(void)ring_owner_expect(owner, user_data, ERR_CANCELLED);
	(void)ring_owner_expect(owner, 1000, status);
}

START_TEST(what_waits_is_cancelled_in_each_state)
{
	struct ring_submission timed = timeout_entry(3, MACHINE_START_NS + SOON, 0);

	submit(&client, call_entry(1, 0)); /* served by the thread */
	cancel(&client, 1, OK);
	ck_assert_ptr_null(pair.server->serving);
	(void)world_schedule();
	thread_stop(pair.server);
	submit(&client, call_entry(1, 0)); /* queued */
	cancel(&client, 1, OK);
	ck_assert(list_empty(&pair.endpoint->callers));
	submit(&client, entry(RING_WAIT, 2, bell_cap, 0));
	cancel(&client, 2, OK);
	ck_assert_ptr_null(bell->waiter);
	submit(&client, timed);
	cancel(&client, 3, OK);
	submit(&server, entry(RING_RECV, 4, pair.endpoint_cap, RING_MULTISHOT));
	cancel(&server, 4, OK);
	ck_assert(list_empty(&pair.endpoint->ring_receivers));
	cancel(&client, 1, ERR_BAD_ARG);
	ck_assert(ring_owner_idle(&client) && ring_owner_idle(&server));
}
END_TEST

START_TEST(many_are_cancelled_some_at_a_time)
{
	for (unsigned i = 0; i < 3; i++)
		submit(&client, timeout_entry(3, MACHINE_START_NS + SOON, 0));
	ck_assert_uint_eq(ring_work_cancel(client.ring, 4, 2), 0);
	ck_assert_uint_eq(ring_work_cancel(client.ring, 3, 2), 2);
	ck_assert_uint_eq(ring_work_cancel(client.ring, 3, 2), 1);
	ck_assert_uint_eq(ring_work_cancel(client.ring, 3, 2), 0);
	for (unsigned i = 0; i < 3; i++)
		(void)ring_owner_expect(&client, 3, ERR_CANCELLED);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(a_call_that_is_kept_by_a_ring_can_be_cancelled)
{
	struct ring_submission done = entry(RING_RETURN, 9, CAP_NULL, 0);

	serve_by_ring(5, 0);
	submit(&client, call_entry(7, 0));
	done.call = ring_owner_expect(&server, 5, OK).call;
	cancel(&server, 5, ERR_BAD_ARG); /* has completed */
	cancel(&client, 7, OK);
	submit(&server, done);
	(void)ring_owner_expect(&server, 9, ERR_GONE);
	ck_assert(ring_owner_idle(&client) && ring_owner_idle(&server));
}
END_TEST

/* ---- chains ---- */

START_TEST(a_chain_goes_on_when_its_owner_enters)
{
	ring_owner_put(&client, timeout_entry(1, MACHINE_START_NS + SOON, RING_LINK));
	ring_owner_put(&client, entry(RING_NOP, 2, CAP_NULL, RING_LINK));
	ring_owner_put(&client, entry(RING_NOP, 3, CAP_NULL, 0));
	ring_owner_put(&client, entry(RING_NOP, 4, CAP_NULL, 0));
	ck_assert_uint_eq(ring_owner_enter(&client), 4);
	(void)ring_owner_expect(&client, 4, OK); /* not part of it: does not wait */
	(void)world_pass_time(SOON);
	(void)ring_owner_expect(&client, 1, OK);
	ring_owner_expect_none(&client);
	ck_assert_uint_eq(ring_owner_header(&client)->due, 1);
	ck_assert_uint_eq(ring_owner_enter(&client), 0);
	ck_assert_uint_eq(ring_owner_header(&client)->due, 0);
	(void)ring_owner_expect(&client, 2, OK);
	(void)ring_owner_expect(&client, 3, OK);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(a_failure_in_the_middle_ends_the_rest_with_its_status)
{
	ring_owner_put(&client, entry(RING_NOP, 1, CAP_NULL, RING_LINK));
	ring_owner_put(&client, entry(RING_SIGNAL, 2, pair.client_cap, RING_LINK));
	ring_owner_put(&client, entry(RING_NOP, 3, CAP_NULL, RING_LINK));
	ring_owner_put(&client, entry(RING_NOP, 4, CAP_NULL, 0));
	ring_owner_put(&client, entry(RING_NOP, 5, CAP_NULL, 0));
	ck_assert_uint_eq(ring_owner_enter(&client), 5);
	(void)ring_owner_expect(&client, 1, OK);
	(void)ring_owner_expect(&client, 2, ERR_BAD_CAP);
	(void)ring_owner_expect(&client, 3, ERR_BAD_CAP);
	(void)ring_owner_expect(&client, 4, ERR_BAD_CAP);
	(void)ring_owner_expect(&client, 5, OK);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(a_late_failure_ends_the_rest_with_its_status)
{
	submit(&client, call_entry(1, RING_LINK));
	submit(&client, entry(RING_NOP, 2, CAP_NULL, RING_LINK)); /* a chain in pieces */
	submit(&client, entry(RING_NOP, 3, CAP_NULL, 0));
	world_destroy(&pair.server->object);
	(void)ring_owner_expect(&client, 1, ERR_GONE);
	(void)ring_owner_enter(&client);
	(void)ring_owner_expect(&client, 2, ERR_GONE);
	(void)ring_owner_expect(&client, 3, ERR_GONE);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(a_chain_that_finds_no_record_ends_with_that)
{
	const uint64_t late = MACHINE_START_NS + SOON;

	for (unsigned i = 0; i < OWNER_ENTRIES; i++)
		submit(&client, timeout_entry(i, late, i + 1 == OWNER_ENTRIES ? RING_LINK : 0));
	submit(&client, entry(RING_NOP, 100, CAP_NULL, RING_LINK));
	submit(&client, entry(RING_NOP, 101, CAP_NULL, 0));
	(void)ring_owner_expect(&client, 100, ERR_NOT_NOW);
	(void)ring_owner_expect(&client, 101, ERR_NOT_NOW);
	(void)world_pass_time(SOON);
	ck_assert_uint_eq(ring_completions(client.ring), OWNER_ENTRIES);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(members_of_a_chain_are_cancelled_alone)
{
	submit(&client, timeout_entry(1, MACHINE_START_NS + SOON, RING_LINK));
	submit(&client, entry(RING_NOP, 2, CAP_NULL, RING_LINK));
	submit(&client, entry(RING_NOP, 3, CAP_NULL, 0));
	cancel(&client, 2, OK);
	(void)ring_owner_expect(&client, 3, ERR_CANCELLED);
	(void)world_pass_time(SOON);
	(void)ring_owner_expect(&client, 1, OK);
	ring_owner_expect_none(&client);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(the_end_of_a_chain_can_be_cancelled_before_its_turn)
{
	submit(&client, timeout_entry(1, MACHINE_START_NS + SOON, RING_LINK));
	submit(&client, entry(RING_NOP, 2, CAP_NULL, RING_LINK));
	submit(&client, entry(RING_NOP, 3, CAP_NULL, 0));
	submit(&client, entry(RING_CANCEL, 4, (cap_t){3}, 0));
	(void)ring_owner_expect(&client, 3, ERR_CANCELLED);
	(void)ring_owner_expect(&client, 4, OK);

	/* what comes before it goes on */
	(void)world_pass_time(SOON);
	(void)ring_owner_enter(&client);
	(void)ring_owner_expect(&client, 1, OK);
	(void)ring_owner_expect(&client, 2, OK);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(a_result_is_named_by_a_later_entry)
{
	struct ring_submission create =
		method(1, world_owner(pair.client_domain, &pair.client_account->object),
	               CHARGE_INTERFACE, CHARGE_CREATE_NOTIFICATION);
	struct ring_submission signal =
		entry(RING_SIGNAL, 2, (cap_t){RING_RESULT(1, 0)}, RING_LINK | RING_TARGET_RESULT);

	create.flags = RING_LINK;
	create.receive_buffer = 0;
	create.window = 1ull << WINDOW_OPEN_SHIFT | (uint64_t)FIRST_SLOT << WINDOW_FIRST_SHIFT;
	signal.words[0] = 4;
	ring_owner_put(&client, create);
	ring_owner_put(&client, signal);
	ring_owner_put(&client, entry(RING_WAIT, 3, (cap_t){RING_RESULT(2, 0)},
	                              RING_LINK | RING_TARGET_RESULT));
	ring_owner_put(&client,
	               entry(RING_RELEASE, 4, (cap_t){RING_RESULT(3, 0)}, RING_TARGET_RESULT));
	ck_assert_uint_eq(ring_owner_enter(&client), 4);
	(void)ring_owner_expect(&client, 1, OK);
	(void)ring_owner_expect(&client, 2, OK);
	ck_assert_uint_eq(ring_owner_expect(&client, 3, OK).badge, 4);
	(void)ring_owner_expect(&client, 4, OK);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(results_that_are_not_there_are_refused)
{
	static const struct {
		uint64_t result;
		enum status status;
	} cases[] = {
		{RING_RESULT(1, 0), ERR_BAD_CAP}, {RING_RESULT(1, 7), ERR_BAD_CAP},
		{RING_RESULT(1, 8), ERR_BAD_ARG}, {RING_RESULT(0, 0), ERR_BAD_ARG},
		{RING_RESULT(2, 0), ERR_BAD_ARG}, {UINT64_MAX, ERR_BAD_ARG},
		{UINT64_MAX << 8, ERR_BAD_ARG},
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ring_owner_put(&client, entry(RING_NOP, 1, CAP_NULL, RING_LINK));
		ring_owner_put(&client,
		               entry(RING_SIGNAL, 2, (cap_t){cases[i].result}, RING_TARGET_RESULT));
		ck_assert_uint_eq(ring_owner_enter(&client), 2);
		(void)ring_owner_expect(&client, 1, OK);
		(void)ring_owner_expect(&client, 2, cases[i].status);
	}
	submit(&client, entry(RING_SIGNAL, 3, (cap_t){RING_RESULT(1, 0)}, RING_TARGET_RESULT));
	(void)ring_owner_expect(&client, 3, ERR_BAD_ARG); /* no chain */
	ck_assert(ring_owner_idle(&client));
}
END_TEST

START_TEST(a_waiter_runs_its_chain_when_its_turn_comes)
{
	struct thread *thread = pair.client;

	ring_owner_put(&client, call_entry(1, RING_LINK));
	ring_owner_put(&client, entry(RING_NOP, 2, CAP_NULL, RING_LINK));
	ring_owner_put(&client, entry(RING_NOP, 3, CAP_NULL, 0));
	thread->registers.rax = SYSCALL_RING_ENTER;
	thread->registers.rdi = world_owner(pair.client_domain, &client.ring->object).id;
	thread->registers.rsi = thread->registers.rdx = 0;
	thread->registers.words[0] = thread->registers.words[1] = 3;
	ck_assert_ptr_eq(world_syscall(thread), pair.server);
	ck_assert_int_eq(thread->state, THREAD_RING_WAITING);
	ck_assert_ptr_eq(pair_reply(&pair, OK), thread);
	ck_assert_int_eq(world_answer(thread), OK);
	ck_assert_uint_eq(thread->registers.words[0], 3);
	ck_assert_uint_eq(ring_completions(client.ring), 3);
	ck_assert(ring_owner_idle(&client));
}
END_TEST

/* ---- ends ---- */

START_TEST(an_entry_can_destroy_its_own_ring)
{
	struct thread *thread = pair.client;
	const cap_t cap = world_owner(pair.client_domain, &client.ring->object);
	struct ring_submission revoke = method(1, CAP_NULL, SELF_INTERFACE, SELF_REVOKE);

	revoke.flags = RING_LINK;
	revoke.words[0] = cap.id;
	ring_owner_put(&client, revoke);
	ring_owner_put(&client, entry(RING_NOP, 2, CAP_NULL, 0));
	thread->registers.rax = SYSCALL_RING_ENTER;
	thread->registers.rdi = cap.id;
	thread->registers.rsi = thread->registers.rdx = 0;
	thread->registers.words[0] = thread->registers.words[1] = 2;
	ck_assert_ptr_eq(world_syscall(thread), thread);
	ck_assert_int_eq(world_answer(thread), ERR_GONE);
}
END_TEST

START_TEST(an_entry_can_destroy_everything)
{
	struct thread *thread = pair.client;

	ring_owner_put(&client,
	               method(1, world_owner(pair.client_domain, &pair.client_account->object),
	                      ACCOUNT_INTERFACE, ACCOUNT_DESTROY));
	thread->registers.rax = SYSCALL_RING_ENTER;
	thread->registers.rdi = world_owner(pair.client_domain, &client.ring->object).id;
	thread->registers.rsi = thread->registers.rdx = 0;
	thread->registers.words[0] = thread->registers.words[1] = 1;
	ck_assert_ptr_null(world_syscall(thread));
}
END_TEST

START_TEST(a_ring_ends_in_the_middle_of_everything)
{
	serve_by_ring(5, RING_MULTISHOT);
	submit(&client, call_entry(1, 0));
	submit(&client, entry(RING_WAIT, 2, bell_cap, 0));
	submit(&client, timeout_entry(3, MACHINE_START_NS + SOON, RING_LINK));
	submit(&client, entry(RING_NOP, 4, CAP_NULL, 0));
	world_destroy(_i ? &client.ring->object : &server.ring->object);
	if (_i == 0)
		(void)ring_owner_expect(&client, 1, ERR_GONE);
	else
		ck_assert_ptr_null(bell->waiter);
	(void)world_pass_time(SOON);
	world_check();
}
END_TEST

/* ---- whatever the owner writes ---- */

static uint64_t some_target(void)
{
	switch (rand() % 6) {
	case 0: return pair.client_cap.id;
	case 1: return bell_cap.id;
	case 2: return RING_RESULT(rand() % 4, rand() % 3);
	case 3: return 0;
	case 4: return pair.endpoint_cap.id;
	default: return (uint64_t)rand() % 16;
	}
}

static void write_anything(const struct ring_owner *owner)
{
	struct ring_header *header = ring_owner_header(owner);
	struct ring_submission *to =
		ring_owner_submission(owner, owner->ring->submission_head + (uint32_t)rand() % 3);

	*to = (struct ring_submission){
		.op = (uint8_t)(rand() % (RING_OP_COUNT + 1)),
		.flags = (uint8_t)(rand() % 4 ? rand() & (RING_LINK | RING_TARGET_RESULT) : rand()),
		.send_buffer = (uint16_t)(rand() % (OWNER_BUFFERS + 1)),
		.receive_buffer = (uint16_t)(rand() % (OWNER_BUFFERS + 1)),
		.user_data = (uint64_t)rand() % 8,
		.target = some_target(),
		.word = (uint64_t)PAIR_INTERFACE << OP_INTERFACE_SHIFT | ((uint64_t)rand() & 0xfff),
		.window = (uint64_t)rand() % 3,
		.call = (uint64_t)(rand() % 40) << 32 | (uint64_t)rand() % (OWNER_ENTRIES + 2),
		.deadline = rand() % 3 ? 0 : MACHINE_START_NS + (uint64_t)rand() % 1000000,
		.words = {(uint64_t)rand()},
	};
	header->submission_head = (uint32_t)rand();
	header->completion_tail = (uint32_t)rand();
	header->submission_tail =
		owner->ring->submission_head + (rand() % 8 ? 1 : (uint32_t)rand());
	header->completion_head = rand() % 8 ? owner->ring->completion_tail : (uint32_t)rand();
}

/* The model: each entry taken has one completion, and no more records are in use than there are. */
START_TEST(a_hostile_owner_gets_one_completion_for_each_entry)
{
	uint64_t taken[2] = {0};
	const uint32_t before[2] = {client.ring->completion_tail, server.ring->completion_tail};

	srand((unsigned)_i + 1);
	for (unsigned round = 0; round < ROUNDS / 4; round++) {
		const unsigned which = rand() % 3 == 0;
		const struct ring_owner *owner = which ? &server : &client;
		unsigned in_use = 0, busy = 0;

		write_anything(owner);
		taken[which] += ring_owner_enter(owner);
		for (unsigned i = 0; i < OWNER_ENTRIES; i++) {
			const struct ring_work *work = &owner->ring->works[i];

			in_use += work->state != RING_WORK_FREE;
			busy += work->state != RING_WORK_FREE && work->state != RING_WORK_SPENT &&
			        work->state != RING_WORK_ANSWERING;
		}
		ck_assert_uint_eq(busy, owner->ring->pending);
		ck_assert_uint_le(in_use, OWNER_ENTRIES);
		ck_assert_uint_eq(taken[which], owner->ring->completion_tail - before[which] +
		                                        owner->ring->pending);
		if (rand() % 4 == 0)
			(void)world_pass_time(10);
		if (pair.server->state == THREAD_READY && pair.server->serving)
			call_fail(pair.server->serving, ERR_GONE);
		if (round % 1000 == 0)
			world_check();
	}
}
END_TEST

Suite *ring_submit_suite(void)
{
	Suite *suite = suite_create("ring_submit");
	TCase *tests = tcase_create("ring_submit");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_ring_calls_a_ring);
	tcase_add_test(tests, multishot_receives_until_entries_run_short);
	tcase_add_test(tests, nops_are_taken_around_the_end_of_the_queue);
	tcase_add_test(tests, what_may_take_long_has_a_step_of_its_own);
	tcase_add_test(tests, a_ring_looks_at_a_long_queue_in_steps);
	tcase_add_test(tests, a_thread_looks_at_a_long_queue_in_steps);
	tcase_add_test(tests, multishot_ends_when_its_completions_are_not_taken);
	tcase_add_test(tests, kernel_objects_are_called_alike);
	tcase_add_test(tests, methods_about_the_calling_thread_are_refused);
	tcase_add_test(tests, a_wait_completes_with_the_bits);
	tcase_add_test(tests, a_facet_signals_its_bits_and_does_not_wait);
	tcase_add_test(tests, waits_on_each_others_completions_do_not_recurse);
	tcase_add_test(tests, the_end_of_a_notification_ends_the_wait);
	tcase_add_test(tests, a_revoked_grant_ends_what_waits_through_it);
	tcase_add_test(tests, deadlines_are_kept_in_order);
	tcase_add_test(tests, a_deadline_that_has_passed_counts_at_once);
	tcase_add_test(tests, what_waits_is_cancelled_in_each_state);
	tcase_add_test(tests, many_are_cancelled_some_at_a_time);
	tcase_add_test(tests, a_call_that_is_kept_by_a_ring_can_be_cancelled);
	tcase_add_test(tests, a_chain_goes_on_when_its_owner_enters);
	tcase_add_test(tests, a_failure_in_the_middle_ends_the_rest_with_its_status);
	tcase_add_test(tests, a_late_failure_ends_the_rest_with_its_status);
	tcase_add_test(tests, a_chain_that_finds_no_record_ends_with_that);
	tcase_add_test(tests, members_of_a_chain_are_cancelled_alone);
	tcase_add_test(tests, the_end_of_a_chain_can_be_cancelled_before_its_turn);
	tcase_add_test(tests, a_result_is_named_by_a_later_entry);
	tcase_add_test(tests, results_that_are_not_there_are_refused);
	tcase_add_test(tests, a_waiter_runs_its_chain_when_its_turn_comes);
	tcase_add_test(tests, an_entry_can_destroy_its_own_ring);
	tcase_add_test(tests, an_entry_can_destroy_everything);
	tcase_add_loop_test(tests, a_ring_ends_in_the_middle_of_everything, 0, 2);
	tcase_add_loop_test(tests, a_hostile_owner_gets_one_completion_for_each_entry, 0, 4);
	suite_add_tcase(suite, tests);
	return suite;
}
