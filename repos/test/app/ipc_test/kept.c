/* SPDX-License-Identifier: MIT */
/*
 * Calls that are kept and answered late, out of order and by another thread; how
 * many may be in flight; notifications in the same wait.
 */
#include "ipc_test.h"

enum { CLIENTS = 3, LIMIT = 2 };

static void check_out_of_order(struct theatre *theatre)
{
	struct actor clients[CLIENTS], server, clerk;
	struct actor_line *calls[CLIENTS], *answers[CLIENTS], *twice;
	struct service service;
	cap_t endpoint, desk;

	if (actor_init(&server, theatre) != OK || actor_init(&clerk, theatre) != OK)
		return;
	service = service_make(theatre, (struct service_request){.account = server.account});
	endpoint = actor_give(&server, service.endpoint);
	desk = actor_give(&clerk, service.endpoint);
	for (unsigned i = 0; i < CLIENTS; i++) {
		if (actor_init(&clients[i], theatre) != OK)
			return;
		calls[i] = call_service(&clients[i], service, i);
		actor_receive(&server, endpoint);
		actor_keep(&server, endpoint, i + 1);
	}
	actor_receive(&server, endpoint);
	for (unsigned i = 0; i < CLIENTS; i++)
		answers[i] = actor_answer_kept(&clerk, desk, CLIENTS - i, 100 + i);
	twice = actor_answer_kept(&clerk, desk, 1, 0);
	actor_receive(&clerk, desk);

	actor_start(&server);
	for (unsigned i = 0; i < CLIENTS; i++)
		actor_start(&clients[i]);
	for (unsigned i = 0; i < CLIENTS; i++)
		check_waits(theatre, "a kept call", calls[i]);
	actor_start(&clerk);
	for (unsigned i = 0; i < CLIENTS; i++) {
		check_line(theatre, "another thread answers", answers[i], OK);
		check_line(theatre, "late and out of order", calls[i], OK);
		check_equal(&theatre->check, "each its own", calls[i]->results[0],
		            100 + CLIENTS - 1 - i);
	}
	check_line(theatre, "but once", twice, ERR_BAD_ARG);
	service_drop(theatre, service);
	for (unsigned i = 0; i < CLIENTS; i++)
		actor_fini(&clients[i]);
	actor_fini(&clerk);
	actor_fini(&server);
}

static void check_in_flight(struct theatre *theatre)
{
	struct actor clients[CLIENTS], server;
	struct actor_line *calls[CLIENTS], *again;
	struct service service;
	cap_t endpoint;

	if (actor_init(&server, theatre) != OK)
		return;
	service = service_make(theatre, (struct service_request){.account = server.account,
	                                                         .in_flight = LIMIT});
	endpoint = actor_give(&server, service.endpoint);
	for (unsigned i = 0; i < CLIENTS; i++) {
		if (actor_init(&clients[i], theatre) != OK)
			return;
		calls[i] = call_service(&clients[i], service, i);
	}
	actor_pause(&clients[LIMIT], actor_give(&clients[LIMIT], clients[LIMIT].memory));
	again = call_service(&clients[LIMIT], service, 9);
	actor_receive(&server, endpoint);
	actor_keep(&server, endpoint, 1);
	actor_pause(&server, actor_give(&server, server.memory));
	actor_answer_kept(&server, endpoint, 1, 1);
	actor_receive(&server, endpoint);
	actor_answer(&server, OK, 2);
	actor_receive(&server, endpoint);
	actor_answer(&server, OK, 3);

	actor_start(&server);
	for (unsigned i = 0; i < CLIENTS; i++)
		actor_start(&clients[i]);
	check_waits(theatre, "one kept", calls[0]);
	check_waits(theatre, "one queued", calls[1]);
	check_line(theatre, "one more than may be in flight", calls[2], ERR_NOT_NOW);
	theatre_go_on(theatre, &server);
	check_line(theatre, "the first is answered", calls[0], OK);
	check_line(theatre, "the second too", calls[1], OK);
	theatre_go_on(theatre, &clients[LIMIT]);
	check_line(theatre, "so there is room again", again, OK);
	service_drop(theatre, service);
	for (unsigned i = 0; i < CLIENTS; i++)
		actor_fini(&clients[i]);
	actor_fini(&server);
}

static void check_notification(struct theatre *theatre)
{
	struct env *env = theatre->check.env;
	struct charge_create_notification_results made = {0};
	struct notification_bind_params bind;
	struct signal_signal_params signal = {.bits = 5};
	struct actor client, server;
	struct actor_line *call, *first, *second;
	struct service service;
	cap_t endpoint;

	if (actor_init(&server, theatre) != OK || actor_init(&client, theatre) != OK)
		return;
	service = service_make(theatre, (struct service_request){.account = server.account});
	endpoint = actor_give(&server, service.endpoint);
	call = call_service(&client, service, 1);
	first = actor_receive(&server, endpoint);
	second = actor_receive(&server, endpoint);
	actor_answer(&server, OK, 1);
	actor_receive(&server, endpoint);
	bind.thread = server.thread;

	check_status(&theatre->check, "a notification",
	             charge_create_notification(&env->ipc, server.account, &made), OK);
	check_status(&theatre->check, "bound to a thread",
	             notification_bind(&env->ipc, made.notification, &bind), OK);
	check_status(&theatre->check, "and to no other",
	             notification_bind(&env->ipc, made.notification, &bind), ERR_NOT_NOW);
	actor_start(&server);
	check_status(&theatre->check, "signalled",
	             signal_signal(&env->ipc, made.notification, &signal), OK);
	theatre_settle(theatre);
	check_line(theatre, "received where it waits for calls", first, OK);
	check_equal(&theatre->check, "with its bits", first->value, 5);
	check_that(&theatre->check, "and said to be one", first->answer & OP_NOTIFICATION);
	actor_start(&client);
	check_line(theatre, "then a call", second, OK);
	check_equal(&theatre->check, "with its badge", second->value, BADGE);
	check_line(theatre, "is answered", call, OK);
	ipc_drop(&env->ipc, made.notification);
	service_drop(theatre, service);
	actor_fini(&client);
	actor_fini(&server);
}

static void check_identify(struct theatre *theatre)
{
	struct env *env = theatre->check.env;
	const struct service service =
		service_make(theatre, (struct service_request){.account = env->account});
	const struct service other =
		service_make(theatre, (struct service_request){.account = env->account});
	const struct endpoint_identify_params own = {.client = service.client};
	const struct endpoint_identify_params foreign = {.client = other.client};
	struct endpoint_identify_results results = {0};

	check_status(&theatre->check, "one's own capability",
	             endpoint_identify(&env->ipc, service.endpoint, &own, &results), OK);
	check_equal(&theatre->check, "is known by its badge", results.badge, BADGE);
	check_status(&theatre->check, "another's is not",
	             endpoint_identify(&env->ipc, service.endpoint, &foreign, &results),
	             ERR_BAD_ARG);
	service_drop(theatre, service);
	service_drop(theatre, other);
}

void check_kept(struct theatre *theatre)
{
	check_out_of_order(theatre);
	check_in_flight(theatre);
	check_notification(theatre);
	check_identify(theatre);
}
