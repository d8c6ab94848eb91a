/* SPDX-License-Identifier: MIT */
/*
 * Capabilities that travel with a call or with its answer, copied and moved in one
 * message: whatever becomes of the message, each is afterwards exactly where it has to be. By threads
 * and by rings, to a server that waits already and to one that comes later.
 */
#include <kernel/words.h>

#include "consistent.h"
#include "machine_fake.h"
#include "object/notification.h"
#include "object/ring_work.h"
#include "pair.h"
#include "ring_owner.h"
#include "sched/sched.h"
#include "suites.h"

enum {
	COUNT = 4,
	MOVES = 0x6, /* of an owner and of a copy */
	FIRST = 40,  /* of the taker's window */
	DEADLINE = MACHINE_START_NS + 5000,
	CALL_DATA = 7,
	RECEIVE_DATA = 5,
};

#define RING_ADDRESS 0x50000000ul

/* How the message travels. */
struct route {
	bool client_ring, server_ring;
	bool waiting; /* the server waits before the call is made */
};

/* What happens to it. */
enum accident {
	NONE,
	WINDOW_SMALL,
	WINDOW_USED,
	WINDOW_OUTSIDE,
	NAMED_TWICE,
	CAP_REVOKED,
	CAP_DROPPED,
	SERVER_KILLED, /* from here on: while the call is queued */
	CALL_TIMED_OUT,
	CALL_CANCELLED,
};

static const enum status ends[] = {
	[NONE] = OK,
	[WINDOW_SMALL] = ERR_INSUFFICIENT_CAPS,
	[WINDOW_USED] = ERR_INSUFFICIENT_CAPS,
	[WINDOW_OUTSIDE] = ERR_INSUFFICIENT_CAPS,
	[NAMED_TWICE] = ERR_BAD_ARG,
	[CAP_REVOKED] = ERR_GONE,
	[CAP_DROPPED] = ERR_BAD_CAP,
	[SERVER_KILLED] = ERR_GONE,
	[CALL_TIMED_OUT] = ERR_TIMEOUT,
	[CALL_CANCELLED] = ERR_CANCELLED,
};

static struct pair pair;
static struct ring_owner client, server;
static struct route route;
static cap_t caps[COUNT];
static uint32_t cap_grants[COUNT];
static uint64_t received; /* names the call that the server's ring has received */

/* ---- the world ---- */

/* Four capabilities of the giver: an owner to be copied, an owner and a copy to be moved, a copy to be copied. */
static void make_caps(struct account *account, struct domain *giver)
{
	for (unsigned i = 0; i < COUNT; i++) {
		struct notification *notification = world_notification(account);

		cap_grants[i] = notification->object.grant;
		caps[i] = world_cap(giver, cap_grants[i], i < 2 ? CAP_OWNER : 0);
	}
}

static void begin(int number)
{
	route = (struct route){
		.client_ring = number & 1, .server_ring = number & 2, .waiting = number & 4};
	world_init();
	pair_init(&pair);
	ring_owner_init(&client, pair.client_account, pair.client_domain, RING_ADDRESS);
	ring_owner_init(&server, pair.server_account, pair.server_domain, RING_ADDRESS);
}

static uint64_t window(unsigned sent, unsigned moves, unsigned open, uint32_t first)
{
	return sent | (uint64_t)moves << WINDOW_MOVE_SHIFT | (uint64_t)open << WINDOW_OPEN_SHIFT |
	       (uint64_t)first << WINDOW_FIRST_SHIFT;
}

static void put_caps(struct message_page *page)
{
	for (unsigned i = 0; i < COUNT; i++)
		page->caps[i] = caps[i].id;
}

/* A stopped thread is the one that runs. */
static void wake(struct thread *thread)
{
	thread_start(thread);
	ck_assert_ptr_eq(world_schedule(), thread);
}

static void rest(struct thread *thread)
{
	if (thread->state == THREAD_READY)
		thread_stop(thread);
}

static struct ring_submission entry(enum ring_op op, uint64_t user_data, cap_t target)
{
	return (struct ring_submission){.op = (uint8_t)op,
	                                .send_buffer = 0,
	                                .receive_buffer = 1,
	                                .user_data = user_data,
	                                .target = target.id};
}

static void submit(const struct ring_owner *owner, struct ring_submission one)
{
	ring_owner_put(owner, one);
	ck_assert_uint_eq(ring_owner_enter(owner), 1);
}

/* ---- the two sides ---- */

static void call(uint64_t window_word, uint64_t deadline)
{
	if (route.client_ring) {
		struct ring_submission one = entry(RING_CALL, CALL_DATA, pair.client_cap);

		one.word = (uint64_t)PAIR_INTERFACE << OP_INTERFACE_SHIFT;
		one.window = window_word;
		one.deadline = deadline;
		put_caps(ring_owner_buffer(&client, 0));
		submit(&client, one);
		return;
	}
	wake(pair.client);
	world_prepare_call(pair.client, pair.client_cap, PAIR_INTERFACE, 0, 0);
	pair.client->registers.rsi |= window_word;
	pair.client->registers.rdx = deadline;
	put_caps(pair.client->pages[0]);
	(void)world_syscall(pair.client);
	rest(pair.client);
}

static void receive(uint64_t window_word)
{
	if (route.server_ring) {
		struct ring_submission one = entry(RING_RECV, RECEIVE_DATA, pair.endpoint_cap);

		one.window = window_word;
		submit(&server, one);
		return;
	}
	wake(pair.server);
	world_prepare_receive(pair.server, pair.endpoint_cap);
	pair.server->registers.rsi |= window_word;
	(void)world_syscall(pair.server);
}

/* The server's answer with the capabilities; how it comes back to the server. */
static enum status answer(uint64_t window_word)
{
	if (route.server_ring) {
		struct ring_submission one = entry(RING_RETURN, 9, CAP_NULL);

		one.call = received;
		one.window = window_word;
		put_caps(ring_owner_buffer(&server, 0));
		submit(&server, one);
		return (enum status)(ring_owner_take(&server).word & 0xff);
	}
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	pair.server->registers.rax |= OP_NO_WAIT;
	pair.server->registers.rsi |= window_word;
	put_caps(pair.server->pages[0]);
	(void)world_syscall(pair.server);
	return world_answer(pair.server);
}

/* The call has come to the server, who runs. */
static void expect_received(void)
{
	if (route.server_ring) {
		received = ring_owner_expect(&server, RECEIVE_DATA, OK).call;
		return;
	}
	ck_assert_ptr_nonnull(pair.server->serving);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert_int_eq(world_answer(pair.server), OK);
}

static void expect_ended(enum status status)
{
	if (route.client_ring) {
		(void)ring_owner_expect(&client, CALL_DATA, status);
		return;
	}
	ck_assert(pair.client->state == THREAD_READY || pair.client->state == THREAD_STOPPED);
	ck_assert_int_eq(world_answer(pair.client), status);
}

/* ---- where each is ---- */

static bool in_table(const struct cap_table *table, uint32_t slot, uint32_t grant)
{
	const struct cap_entry *place = &table->entries[slot];

	return place->object && place->grant == grant && grant_at(grant)->epoch == place->epoch;
}

static unsigned owners(uint32_t grant)
{
	const struct cap_table *const tables[] = {&pair.client_domain->caps,
	                                          &pair.server_domain->caps};
	unsigned count = 0;

	for (unsigned t = 0; t < 2; t++) {
		for (uint32_t slot = 1; slot < tables[t]->slots; slot++)
			count += in_table(tables[t], slot, grant) &&
			         (tables[t]->entries[slot].flags & CAP_OWNER);
	}
	return count;
}

/* `missing`: one that was revoked or dropped meanwhile. */
static void expect_places(const struct domain *giver, const struct domain *taker, bool passed,
                          unsigned missing)
{
	for (unsigned i = 0; i < COUNT; i++) {
		const bool moved = MOVES >> i & 1;

		if (i == missing)
			continue;
		ck_assert_int_eq(in_table(&giver->caps, cap_slot(caps[i]), cap_grants[i]),
		                 !passed || !moved);
		ck_assert_int_eq(in_table(&taker->caps, FIRST + i, cap_grants[i]), passed);
		ck_assert_uint_eq(owners(cap_grants[i]), i < 2 ? 1 : 0);
	}
	ck_assert(cap_table_consistent(&giver->caps));
	ck_assert(cap_table_consistent(&taker->caps));
}

/* ---- with the call ---- */

static uint64_t taker_window(struct domain *taker, enum accident accident)
{
	if (accident == WINDOW_SMALL)
		return window(0, 0, COUNT - 1, FIRST);
	if (accident == WINDOW_OUTSIDE)
		return window(0, 0, COUNT, WORLD_SLOTS - COUNT + 1);
	if (accident == WINDOW_USED)
		(void)cap_table_insert(&taker->caps, FIRST + COUNT - 1, pair.endpoint->object.grant,
		                       0);
	return window(0, 0, COUNT, FIRST);
}

/* Before the capabilities are looked at. */
static void happen(enum accident accident, struct domain *giver)
{
	if (accident == CAP_REVOKED)
		world_revoke(cap_grants[3]);
	if (accident == CAP_DROPPED)
		ck_assert_int_eq(cap_table_drop(&giver->caps, caps[3]), OK);
	world_finish();
}

/* While the call is queued; false: nobody is to receive it any more. */
static bool happen_queued(enum accident accident)
{
	if (accident == CALL_TIMED_OUT)
		(void)world_pass_time(DEADLINE);
	if (accident == CALL_CANCELLED && route.client_ring)
		ck_assert_uint_eq(ring_work_cancel(client.ring, CALL_DATA, 1), 1);
	if (accident == CALL_CANCELLED && !route.client_ring)
		thread_stop(pair.client);
	rest(pair.client); /* its answer has been noted */
	if (accident != SERVER_KILLED)
		return true;
	world_destroy(&pair.server_account->object);
	world_finish();
	return false;
}

static void send_with_accident(enum accident accident)
{
	const uint64_t open = taker_window(pair.server_domain, accident);
	const unsigned missing = accident == CAP_REVOKED || accident == CAP_DROPPED ? 3 : COUNT;
	const uint64_t deadline = accident == CALL_TIMED_OUT ? DEADLINE : 0;

	make_caps(pair.client_account, pair.client_domain);
	if (accident == NAMED_TWICE)
		caps[3] = caps[1];
	if (route.waiting) {
		happen(accident, pair.client_domain);
		receive(open);
		call(window(COUNT, MOVES, 0, 0), deadline);
	} else {
		call(window(COUNT, MOVES, 0, 0), deadline);
		happen(accident, pair.client_domain);
		if (!happen_queued(accident)) {
			expect_ended(ends[accident]);
			return;
		}
		receive(open);
	}
	if (accident == NONE)
		expect_received();
	else
		expect_ended(ends[accident]);
	expect_places(pair.client_domain, pair.server_domain, accident == NONE,
	              accident == NAMED_TWICE ? 3 : missing);
}

START_TEST(what_a_call_carries_arrives_once_or_stays)
{
	for (int number = 0; number < 8; number++) {
		for (enum accident accident = NONE; accident <= CALL_CANCELLED; accident++) {
			if (accident >= SERVER_KILLED && number & 4)
				continue; /* it would not be queued */
			begin(number);
			send_with_accident(accident);
			world_fini();
		}
	}
}
END_TEST

/* ---- with the answer ---- */

static void answer_with_accident(enum accident accident)
{
	const bool own_mistake = accident >= NAMED_TWICE;
	enum status status;

	/* The taker's window was opened with the call. */
	call(taker_window(pair.client_domain, accident), 0);
	receive(0);
	expect_received();
	make_caps(pair.server_account, pair.server_domain);
	if (accident == NAMED_TWICE)
		caps[3] = caps[1];
	happen(accident, pair.server_domain);
	status = answer(window(COUNT, MOVES, 0, 0));
	if (own_mistake) { /* and it can still answer */
		ck_assert_int_eq(status, accident == NAMED_TWICE ? ERR_BAD_ARG : ERR_BAD_CAP);
		expect_places(pair.server_domain, pair.client_domain, false, 3);
		status = answer(0);
	}
	ck_assert_int_eq(status, OK);
	expect_ended(accident == NONE || own_mistake ? OK : ERR_OUT_OF_CAPS);
	if (!own_mistake)
		expect_places(pair.server_domain, pair.client_domain, accident == NONE, COUNT);
}

START_TEST(what_an_answer_carries_arrives_once_or_stays)
{
	for (int number = 0; number < 4; number++) {
		for (enum accident accident = NONE; accident <= CAP_DROPPED; accident++) {
			begin(number);
			answer_with_accident(accident);
			world_fini();
		}
	}
}
END_TEST

START_TEST(what_an_answer_carries_to_nobody_stays)
{
	for (int number = 0; number < 4; number++) {
		begin(number);
		call(window(0, 0, COUNT, FIRST), 0);
		receive(0);
		expect_received();
		make_caps(pair.server_account, pair.server_domain);
		world_destroy(&pair.client_account->object);
		world_finish();
		ck_assert_int_eq(answer(window(COUNT, MOVES, 0, 0)), ERR_GONE);
		for (unsigned i = 0; i < COUNT; i++)
			ck_assert(in_table(&pair.server_domain->caps, cap_slot(caps[i]),
			                   cap_grants[i]));
		world_fini();
	}
}
END_TEST

Suite *transfer_suite(void)
{
	Suite *suite = suite_create("transfer");
	TCase *tests = tcase_create("transfer");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, what_a_call_carries_arrives_once_or_stays);
	tcase_add_test(tests, what_an_answer_carries_arrives_once_or_stays);
	tcase_add_test(tests, what_an_answer_carries_to_nobody_stays);
	suite_add_tcase(suite, tests);
	return suite;
}
