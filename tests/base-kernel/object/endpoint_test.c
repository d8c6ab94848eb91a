/* SPDX-License-Identifier: MIT */
#include "object/endpoint.h"

#include <kernel/words.h>

#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

static struct pair pair;

static void setup(void)
{
	world_init();
	pair_init(&pair);
	pair_start(&pair);
}

/* What keep and the like cost is no matter here: the kernel methods are called by the server's thread. */
static void serve(void)
{
	ck_assert_ptr_eq(pair_call(&pair, 0), pair.server);
	ck_assert_int_eq(pair.client->call.state, CALL_SERVED);
}

static void expect_woken(enum status status)
{
	ck_assert_int_eq(pair.client->state, THREAD_READY);
	ck_assert_int_eq(world_answer(pair.client), status);
	ck_assert_int_eq(pair.client->call.state, CALL_IDLE);
	ck_assert(!list_linked(&pair.client->call.queue));
}

START_TEST(a_call_goes_from_idle_to_served_to_idle)
{
	ck_assert_int_eq(pair.client->call.state, CALL_IDLE);
	serve();
	ck_assert_ptr_eq(pair.client->call.server, pair.server);
	ck_assert_ptr_eq(pair.server->serving, &pair.client->call);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	ck_assert_int_eq(pair.client->call.state, CALL_IDLE);
	ck_assert_ptr_null(pair.server->serving);
	ck_assert(list_empty(&pair.endpoint->kept));
	ck_assert_uint_eq(grant_at(pair.facet)->in_flight, 0);
}
END_TEST

START_TEST(a_kept_call_waits_in_its_slot_and_the_server_is_free)
{
	world_limit(pair.facet, 1); /* only limited ones are counted */
	serve();
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 2), OK);
	ck_assert_int_eq(pair.client->call.state, CALL_KEPT);
	ck_assert_ptr_null(pair.server->serving);
	ck_assert_ptr_eq(endpoint_slot(pair.endpoint, 2)->call, &pair.client->call);
	ck_assert_ptr_null(endpoint_slot(pair.endpoint, 1));
	ck_assert_uint_eq(grant_at(pair.facet)->in_flight, 1);
}
END_TEST

START_TEST(keeping_needs_a_free_slot_of_the_endpoint)
{
	serve();
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 0), ERR_BAD_ARG);
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, PAIR_REPLY_SLOTS + 1),
	                 ERR_BAD_ARG);
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, UINT16_MAX), ERR_BAD_ARG);
	pair.endpoint->slots[0].used = true;
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 1), ERR_BAD_ARG);
	pair.endpoint->slots[0].used = false;
	ck_assert_int_eq(pair.client->call.state, CALL_SERVED);
}
END_TEST

START_TEST(keeping_what_another_endpoint_received_is_refused)
{
	struct endpoint *other = world_endpoint(pair.server_account, 1);

	serve();
	ck_assert_int_eq(endpoint_keep(other, pair.server, 1), ERR_BAD_ARG);
	ck_assert_ptr_eq(pair.server->serving, &pair.client->call);
}
END_TEST

START_TEST(keeping_without_a_call_is_gone)
{
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 1), ERR_GONE);
}
END_TEST

START_TEST(keeping_leaves_the_loan_until_the_caller_vanishes)
{
	serve();
	ck_assert_ptr_eq(pair.server->context, pair.client_context);
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 1), OK);
	ck_assert_ptr_eq(pair.server->context, pair.client_context);
	/* What the server runs on may vanish, with the caller. */
	world_destroy(&pair.client_account->object);
	ck_assert_ptr_eq(pair.server->context, pair.server_context);
	ck_assert_ptr_eq(world_schedule(), pair.server);
}
END_TEST

START_TEST(a_dropped_slot_wakes_its_caller_and_is_free)
{
	serve();
	ck_assert_int_eq(endpoint_drop(pair.endpoint, 1), ERR_BAD_ARG);
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 1), OK);
	ck_assert_int_eq(endpoint_drop(pair.endpoint, 1), OK);
	expect_woken(ERR_GONE);
	ck_assert_ptr_null(endpoint_slot(pair.endpoint, 1));
	ck_assert_int_eq(endpoint_drop(pair.endpoint, 1), ERR_BAD_ARG);
	ck_assert_int_eq(endpoint_drop(pair.endpoint, 0), ERR_BAD_ARG);
	ck_assert_int_eq(endpoint_drop(pair.endpoint, PAIR_REPLY_SLOTS + 1), ERR_BAD_ARG);
}
END_TEST

START_TEST(a_kept_call_whose_caller_died_leaves_a_tombstone)
{
	serve();
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 1), OK);
	world_destroy(&pair.client->object);

	const struct reply_slot *slot = endpoint_slot(pair.endpoint, 1);

	ck_assert_ptr_nonnull(slot); /* the server learns when it answers */
	ck_assert_ptr_null(slot->call);
	ck_assert_int_eq(endpoint_drop(pair.endpoint, 1), OK);
	ck_assert_ptr_null(endpoint_slot(pair.endpoint, 1));
}
END_TEST

START_TEST(the_end_of_an_endpoint_wakes_the_receiver)
{
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
	world_destroy(&pair.endpoint->object);
	ck_assert_int_eq(pair.server->state, THREAD_READY);
	ck_assert_int_eq(world_answer(pair.server), ERR_GONE);
	ck_assert_ptr_null(pair.server->serves);
}
END_TEST

START_TEST(the_end_of_an_endpoint_wakes_a_served_caller)
{
	serve();
	world_destroy(&pair.endpoint->object);
	expect_woken(ERR_GONE);
	ck_assert_ptr_null(pair.server->serving);
}
END_TEST

START_TEST(the_end_of_an_endpoint_wakes_a_kept_caller)
{
	serve();
	ck_assert_int_eq(endpoint_keep(pair.endpoint, pair.server, 1), OK);
	world_destroy(&pair.endpoint->object);
	expect_woken(ERR_GONE);
}
END_TEST

/* The client's call stands in the queue, nobody waits. */
static void queue(void)
{
	thread_stop(pair.server);
	ck_assert_ptr_null(pair_call(&pair, 0));
	ck_assert_int_eq(pair.client->call.state, CALL_QUEUED);
	ck_assert(!list_empty(&pair.endpoint->callers));
}

START_TEST(the_end_of_an_endpoint_wakes_a_queued_caller)
{
	queue();
	world_destroy(&pair.endpoint->object);
	expect_woken(ERR_GONE);
}
END_TEST

START_TEST(revoking_takes_queued_calls_back)
{
	queue();
	world_revoke(pair.facet);
	expect_woken(ERR_GONE);
	ck_assert(list_empty(&pair.endpoint->callers));
}
END_TEST

START_TEST(revoking_another_grant_leaves_queued_calls)
{
	const uint32_t other =
		world_derive(pair.server_account, pair.endpoint->object.grant, PAIR_INTERFACE, 1);

	queue();
	world_revoke(other);
	ck_assert_int_eq(pair.client->call.state, CALL_QUEUED);
}
END_TEST

START_TEST(revoking_leaves_a_call_in_service_and_its_count_alone)
{
	serve();
	world_revoke(pair.facet);
	ck_assert_int_eq(pair.client->call.state, CALL_SERVED);

	/* The place of the grant is used again: the old call must not count there. */
	const uint32_t next =
		world_derive(pair.server_account, pair.endpoint->object.grant, PAIR_INTERFACE, 1);

	ck_assert_uint_eq(next, pair.facet);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	ck_assert_uint_eq(grant_at(next)->in_flight, 0);
}
END_TEST

START_TEST(the_death_of_the_server_wakes_its_caller)
{
	serve();
	world_destroy(&pair.server->object);
	expect_woken(ERR_GONE);
	ck_assert_ptr_eq(world_schedule(), pair.client);
}
END_TEST

START_TEST(the_death_of_the_servers_account_wakes_its_caller)
{
	serve();
	world_destroy(&pair.server_account->object);
	expect_woken(ERR_GONE);
	ck_assert_ptr_eq(world_schedule(), pair.client);
}
END_TEST

START_TEST(the_death_of_a_queued_caller_leaves_an_empty_queue)
{
	queue();
	world_destroy(&pair.client->object);
	ck_assert(list_empty(&pair.endpoint->callers));
}
END_TEST

START_TEST(the_death_of_a_served_caller_leaves_the_server_at_home)
{
	serve();
	world_destroy(&pair.client_account->object);
	ck_assert_ptr_null(pair.server->serving);
	ck_assert_ptr_eq(pair.server->context, pair.server_context);
	ck_assert_ptr_eq(world_schedule(), pair.server);
	ck_assert_ptr_null(pair_reply(&pair, OK)); /* finds nobody, and waits again */
	ck_assert_int_eq(pair.server->state, THREAD_RECEIVING);
}
END_TEST

START_TEST(an_endpoint_that_cannot_be_paid_is_refused)
{
	struct account *poor = world_account(pair.server_account, 2 * PAGE_SIZE, 1);
	struct endpoint *endpoint = world_object(poor, OBJECT_ENDPOINT);
	const uint64_t used = poor->ram_used;

	ck_assert_int_eq(endpoint_init(endpoint, ENDPOINT_REPLY_SLOTS_MAX, false), ERR_OUT_OF_RAM);
	ck_assert_uint_eq(poor->ram_used, used);
	ck_assert_int_eq(endpoint_init(endpoint, 10, false), OK);
}
END_TEST

Suite *endpoint_suite(void)
{
	Suite *suite = suite_create("endpoint");
	TCase *tests = tcase_create("endpoint");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, a_call_goes_from_idle_to_served_to_idle);
	tcase_add_test(tests, a_kept_call_waits_in_its_slot_and_the_server_is_free);
	tcase_add_test(tests, keeping_needs_a_free_slot_of_the_endpoint);
	tcase_add_test(tests, keeping_what_another_endpoint_received_is_refused);
	tcase_add_test(tests, keeping_without_a_call_is_gone);
	tcase_add_test(tests, keeping_leaves_the_loan_until_the_caller_vanishes);
	tcase_add_test(tests, a_dropped_slot_wakes_its_caller_and_is_free);
	tcase_add_test(tests, a_kept_call_whose_caller_died_leaves_a_tombstone);
	tcase_add_test(tests, the_end_of_an_endpoint_wakes_the_receiver);
	tcase_add_test(tests, the_end_of_an_endpoint_wakes_a_served_caller);
	tcase_add_test(tests, the_end_of_an_endpoint_wakes_a_kept_caller);
	tcase_add_test(tests, the_end_of_an_endpoint_wakes_a_queued_caller);
	tcase_add_test(tests, revoking_takes_queued_calls_back);
	tcase_add_test(tests, revoking_another_grant_leaves_queued_calls);
	tcase_add_test(tests, revoking_leaves_a_call_in_service_and_its_count_alone);
	tcase_add_test(tests, the_death_of_the_server_wakes_its_caller);
	tcase_add_test(tests, the_death_of_the_servers_account_wakes_its_caller);
	tcase_add_test(tests, the_death_of_a_queued_caller_leaves_an_empty_queue);
	tcase_add_test(tests, the_death_of_a_served_caller_leaves_the_server_at_home);
	tcase_add_test(tests, an_endpoint_that_cannot_be_paid_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
