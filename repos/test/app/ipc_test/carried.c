/* SPDX-License-Identifier: MIT */
/*
 * What a message carries beside its words: eight capabilities, copied and moved, once and
 * only once; a page, of several, so that a nested call does not overwrite the request.
 */
#include "ipc_test.h"

enum { MOVES = 0xaa, FIRST = 40, PAGE_WORDS = 16 };

static struct actor_line *inspect(struct actor *actor, cap_t cap)
{
	return actor_call(actor, CAP_NULL, SELF_INTERFACE, SELF_INSPECT, cap.id);
}

struct delivery {
	struct actor client, server;
	struct service service;
	struct actor_line *call, *receive;
	struct actor_line *there[IPC_CAPS_MAX]; /* whether the client has each still */
};

/* A client that sends eight to a server that has room for so many. */
static bool deliver(struct delivery *delivery, struct theatre *theatre, unsigned room)
{
	struct actor *client = &delivery->client, *server = &delivery->server;
	cap_t caps[IPC_CAPS_MAX], endpoint;

	if (actor_init(client, theatre) != OK || actor_init(server, theatre) != OK)
		return false;
	delivery->service =
		service_make(theatre, (struct service_request){.account = server->account});
	endpoint = actor_give(server, delivery->service.endpoint);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		caps[i] = actor_give(client, client->memory);
	delivery->call = call_service(client, delivery->service, 1);
	line_send(delivery->call, caps, IPC_CAPS_MAX, MOVES);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		delivery->there[i] = inspect(client, caps[i]);
	delivery->receive = actor_receive(server, endpoint);
	line_open(delivery->receive, FIRST, room);
	actor_answer(server, OK, 1);
	actor_receive(server, endpoint);
	actor_start(server);
	actor_start(client);
	return true;
}

static void delivery_end(struct delivery *delivery, struct theatre *theatre)
{
	service_drop(theatre, delivery->service);
	actor_fini(&delivery->client);
	actor_fini(&delivery->server);
}

static void check_eight(struct theatre *theatre)
{
	struct delivery delivery = {0};

	if (!deliver(&delivery, theatre, IPC_CAPS_MAX))
		return;
	check_line(theatre, "eight capabilities are sent", delivery.call, OK);
	check_equal(&theatre->check, "eight arrive", delivery.receive->received, IPC_CAPS_MAX);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++) {
		check_equal(&theatre->check, "in order",
		            cap_slot((cap_t){delivery.receive->got[i]}), FIRST + i);
		check_line(theatre, MOVES >> i & 1 ? "one that was moved" : "one that was copied",
		           delivery.there[i], MOVES >> i & 1 ? ERR_BAD_CAP : OK);
	}
	delivery_end(&delivery, theatre);
}

static void check_no_room(struct theatre *theatre)
{
	struct delivery delivery = {0};

	if (!deliver(&delivery, theatre, IPC_CAPS_MAX - 1))
		return;
	check_line(theatre, "one more than there is room for", delivery.call,
	           ERR_INSUFFICIENT_CAPS);
	check_waits(theatre, "the server does not wake", delivery.receive);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		check_line(theatre, "all are where they were", delivery.there[i], OK);
	delivery_end(&delivery, theatre);
}

/* The server calls another, with other pages, while it serves; then looks at its request again. */
static void check_pages(struct theatre *theatre)
{
	struct actor client, middle, server;
	struct actor_line *call, *request, *nested, *look;
	struct service front, back;
	cap_t endpoint;

	if (actor_init(&client, theatre) != OK || actor_init(&middle, theatre) != OK ||
	    actor_init(&server, theatre) != OK)
		return;
	front = service_make(theatre, (struct service_request){.account = middle.account});
	back = service_make(theatre, (struct service_request){.account = server.account});

	call = call_service(&client, front, 1);
	call->word = (call->word & ~((uint64_t)OP_WORDS_MASK << OP_WORDS_SHIFT)) | OP_PAGED;
	call->size = PAGE_WORDS * 8;
	call->first = 111;

	endpoint = actor_give(&middle, front.endpoint);
	request = actor_receive(&middle, endpoint);
	nested = call_service(&middle, back, 2);
	nested->word = (nested->word & ~((uint64_t)OP_WORDS_MASK << OP_WORDS_SHIFT)) | OP_PAGED;
	nested->size = IPC_SEGMENT_BYTES;
	nested->first = 222;
	line_pages(nested, ACTOR_PAGES - 2, ACTOR_PAGES - 1);
	look = actor_call(&middle, CAP_NULL, SELF_INTERFACE, SELF_TIME, 0);
	actor_answer(&middle, OK, 1);
	actor_receive(&middle, endpoint);

	endpoint = actor_give(&server, back.endpoint);
	actor_receive(&server, endpoint);
	actor_answer(&server, OK, 0)->word |= OP_PAGED;
	server.script->lines[1].size = 8;
	server.script->lines[1].first = 333;
	actor_receive(&server, endpoint);

	actor_start(&server);
	actor_start(&middle);
	actor_start(&client);
	check_line(theatre, "a request in a page", request, OK);
	check_equal(&theatre->check, "its size", request->got_size, PAGE_WORDS * 8);
	check_equal(&theatre->check, "its content", request->got_first, 111);
	check_line(theatre, "a nested call with pages of its own", nested, OK);
	check_equal(&theatre->check, "the content of its answer", nested->got_first, 333);
	check_equal(&theatre->check, "and the request is still there", look->got_first, 111);
	check_line(theatre, "the request is answered", call, OK);
	service_drop(theatre, front);
	service_drop(theatre, back);
	actor_fini(&client);
	actor_fini(&middle);
	actor_fini(&server);
}

void check_carried(struct theatre *theatre)
{
	check_eight(theatre);
	check_no_room(theatre);
	check_pages(theatre);
}
