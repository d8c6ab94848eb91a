/* SPDX-License-Identifier: MIT */
/*
 * All the ways a call can end without its answer, at each place where it can be.
 */
#include "ipc_test.h"

enum place { QUEUED, SERVED, KEPT };

static const char *const places[] = {"queued", "in service", "kept"};

/* A client that calls, and a server whose script has brought the call where it is to be. */
struct scene {
	struct theatre *theatre;
	struct actor client, server;
	struct service service;
	struct actor_line *call;
	struct actor_line *reply;
};

static struct scene scene_make(struct theatre *theatre, enum place place, uint64_t deadline)
{
	struct scene scene = {.theatre = theatre};
	struct actor *server = &scene.server;

	if (actor_init(&scene.client, theatre) != OK || actor_init(server, theatre) != OK)
		return scene;
	scene.service = service_make(theatre, (struct service_request){.account = server->account});

	const cap_t endpoint = actor_give(server, scene.service.endpoint);
	const cap_t memory = actor_give(server, server->memory);

	scene.call = call_service(&scene.client, scene.service, 1);
	scene.call->deadline = deadline;
	if (place == QUEUED)
		actor_pause(server, memory);
	actor_receive(server, endpoint);
	if (place == KEPT)
		actor_keep(server, endpoint, 2);
	if (place != QUEUED)
		actor_pause(server, memory);
	scene.reply = place == KEPT ? actor_answer_kept(server, endpoint, 2, 2)
	                            : actor_answer(server, OK, 2);
	actor_receive(server, endpoint);
	actor_start(server);
	actor_start(&scene.client);
	check_waits(theatre, places[place], scene.call);
	return scene;
}

static void scene_end(struct scene *scene)
{
	service_drop(scene->theatre, scene->service);
	actor_fini(&scene->client);
	actor_fini(&scene->server);
}

static void check_answer(struct theatre *theatre, enum place place)
{
	struct scene scene = scene_make(theatre, place, 0);

	theatre_go_on(theatre, &scene.server);
	check_line(theatre, "answered after all", scene.call, OK);
	check_equal(&theatre->check, "with the word", scene.call->results[0], 2);
	scene_end(&scene);
}

static void check_server_killed(struct theatre *theatre, enum place place)
{
	struct scene scene = scene_make(theatre, place, 0);

	actor_kill(&scene.server);
	theatre_settle(theatre);
	check_line(theatre, "the server is killed", scene.call, ERR_GONE);
	scene_end(&scene);
}

/* The endpoint stays: whoever holds it could still take what is queued. */
static void check_thread_dropped(struct theatre *theatre, enum place place)
{
	struct scene scene = scene_make(theatre, place, 0);

	ipc_drop(&theatre->check.env->ipc, scene.server.thread);
	scene.server.thread = CAP_NULL;
	theatre_settle(theatre);
	if (place == SERVED)
		check_line(theatre, "the server's thread ends", scene.call, ERR_GONE);
	else
		check_waits(theatre, "the server's thread ends, another could answer", scene.call);
	scene_end(&scene);
}

static void check_endpoint_destroyed(struct theatre *theatre, enum place place)
{
	struct scene scene = scene_make(theatre, place, 0);

	ipc_drop(&theatre->check.env->ipc, scene.service.endpoint);
	scene.service.endpoint = CAP_NULL;
	theatre_settle(theatre);
	check_line(theatre, "the endpoint ends", scene.call, ERR_GONE);
	scene_end(&scene);
}

static void check_revoked(struct theatre *theatre, enum place place)
{
	struct scene scene = scene_make(theatre, place, 0);

	ipc_drop(&theatre->check.env->ipc, scene.service.client); /* its owner: a revoke */
	scene.service.client = CAP_NULL;
	theatre_settle(theatre);
	if (place == QUEUED) {
		check_line(theatre, "the capability is revoked", scene.call, ERR_GONE);
	} else {
		check_waits(theatre, "the capability is revoked, but it has arrived", scene.call);
		theatre_go_on(theatre, &scene.server);
		check_line(theatre, "and is answered", scene.call, OK);
	}
	scene_end(&scene);
}

static void sleep_until(struct theatre *theatre, uint64_t time)
{
	struct ipc *ipc = &theatre->check.env->ipc;
	struct request request;
	enum ipc_event event;
	uint64_t bits;

	(void)ipc_reply_wait(ipc, CAP_NULL, NULL, OK, time, &event, &request, &bits);
	theatre_settle(theatre);
}

static void check_deadline(struct theatre *theatre, enum place place)
{
	const uint64_t deadline = now(theatre) + 2 * 1000 * 1000;
	struct scene scene = scene_make(theatre, place, deadline);

	sleep_until(theatre, deadline + 1000);
	check_line(theatre, "the deadline passes", scene.call, ERR_TIMEOUT);
	theatre_go_on(theatre, &scene.server);
	if (place != QUEUED)
		check_line(theatre, "the server learns of it", scene.reply, ERR_GONE);
	scene_end(&scene);
}

static void check_caller_killed(struct theatre *theatre, enum place place)
{
	struct scene scene = scene_make(theatre, place, 0);

	actor_kill(&scene.client);
	theatre_go_on(theatre, &scene.server);
	if (place == QUEUED)
		check_waits(theatre, "the caller is killed, nobody is served", scene.reply - 1);
	else
		check_line(theatre, "the caller is killed, its answer finds nobody", scene.reply,
		           ERR_GONE);
	scene_end(&scene);
}

static void check_caller_stopped(struct theatre *theatre, enum place place)
{
	struct scene scene = scene_make(theatre, place, 0);
	struct ipc *ipc = &theatre->check.env->ipc;

	check_status(&theatre->check, "the caller is stopped",
	             thread_stop(ipc, scene.client.thread), OK);
	check_status(&theatre->check, "and started", thread_start(ipc, scene.client.thread), OK);
	theatre_settle(theatre);
	check_line(theatre, "its call", scene.call, ERR_CANCELLED);
	scene_end(&scene);
}

static void check_slot_dropped(struct theatre *theatre)
{
	const struct endpoint_drop_params params = {.slot = 2};
	struct scene scene = scene_make(theatre, KEPT, 0);

	check_status(&theatre->check, "the slot is dropped",
	             endpoint_drop(&theatre->check.env->ipc, scene.service.endpoint, &params), OK);
	theatre_settle(theatre);
	check_line(theatre, "the caller", scene.call, ERR_GONE);
	theatre_go_on(theatre, &scene.server);
	check_line(theatre, "the slot is free, no answer goes through it", scene.reply,
	           ERR_BAD_ARG);
	scene_end(&scene);
}

void check_ends(struct theatre *theatre)
{
	static void (*const ends[])(struct theatre *, enum place) = {
		check_answer,  check_server_killed, check_thread_dropped, check_endpoint_destroyed,
		check_revoked, check_deadline,      check_caller_killed,  check_caller_stopped,
	};

	for (unsigned i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		for (enum place place = QUEUED; place <= KEPT; place++)
			ends[i](theatre, place);
	}
	check_slot_dropped(theatre);
}
