/* SPDX-License-Identifier: MIT */
/*
 * Echo client: carries out the steps of its configuration at one or more
 * sessions of an echo server, and checks the answer to each.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <echo_client_config/types.h>
#include <echo_session/client.h>
#include <string.h>
#include <test/check.h>

enum { SESSIONS_MAX = 40, TABLE_SLOTS = 128, LINE_MAX = 160 };
#define NS_PER_MS 1000000ul

struct named_session {
	const char *label; /* NULL: free */
	struct session session;
};

struct client {
	struct check check;
	struct entrypoint entrypoint;
	struct timeout pause;
	struct named_session sessions[SESSIONS_MAX];
};

static struct ipc *ipc_of(struct client *client)
{
	return &client->check.env->ipc;
}

static struct named_session *find(struct client *client, const char *label)
{
	for (unsigned i = 0; i < SESSIONS_MAX; i++) {
		const char *other = client->sessions[i].label;

		if (label ? other && strcmp(other, label) == 0 : !other)
			return &client->sessions[i];
	}
	return NULL;
}

/* ---- the actions ---- */

static enum status open(struct client *client, const struct step *step)
{
	const struct session_request request = {.service = "Echo", .label = step->session.at};
	struct named_session *place = find(client, NULL);
	const enum status status =
		place ? session_open(client->check.env, &request, &place->session) : ERR_OUT_OF_RAM;

	if (status == OK)
		place->label = step->session.at;
	return status;
}

static enum status close(struct client *client, struct named_session *place)
{
	session_close(client->check.env, &place->session);
	place->label = NULL;
	return OK;
}

static enum status add(struct client *client, const struct step *step, cap_t session)
{
	const struct echo_add_params params = {.value = (uint64_t)step->value};
	struct echo_add_results results;
	const enum status status = echo_add(ipc_of(client), session, &params, &results);

	if (status == OK)
		check_equal(&client->check, "  the sum", results.sum, step->sum);
	return status;
}

static enum status leave(struct client *client, const struct step *step, cap_t session)
{
	const struct echo_leave_params params = {.code = (int32_t)step->value};

	return echo_leave(ipc_of(client), session, &params);
}

static void paused(struct timeout *timeout)
{
	entrypoint_stop(
		&((struct client *)((char *)timeout - offsetof(struct client, pause)))->entrypoint);
}

static enum status pause(struct client *client, const struct step *step)
{
	struct entrypoint *entrypoint = &client->entrypoint;

	entrypoint->done = false;
	entrypoint_arm(entrypoint, &client->pause,
	               entrypoint_now(entrypoint) + (uint64_t)step->value * NS_PER_MS);
	entrypoint_run(entrypoint);
	return OK;
}

static enum status run(struct client *client, const struct step *step)
{
	struct named_session *place = find(client, step->session.at);

	if (step->action != ACTION_OPEN && step->action != ACTION_PAUSE && !place)
		return ERR_BAD_ARG;
	switch (step->action) {
	case ACTION_OPEN: return open(client, step);
	case ACTION_CLOSE: return close(client, place);
	case ACTION_ADD: return add(client, step, place->session.cap);
	case ACTION_HOLD: return echo_hold(ipc_of(client), place->session.cap);
	case ACTION_LEAVE: return leave(client, step, place->session.cap);
	case ACTION_HANG: return echo_hang(ipc_of(client), place->session.cap);
	case ACTION_PAUSE: return pause(client, step);
	case ACTION_RECONNECT: return session_reconnect(client->check.env, &place->session);
	}
	return ERR_UNSUPPORTED;
}

/* ---- all of them ---- */

static void run_checked(struct client *client, const struct step *step)
{
	static const char *const names[] = {
		[ACTION_OPEN] = "open",   [ACTION_CLOSE] = "close",        [ACTION_ADD] = "add",
		[ACTION_HOLD] = "hold",   [ACTION_LEAVE] = "leave",        [ACTION_HANG] = "hang",
		[ACTION_PAUSE] = "pause", [ACTION_RECONNECT] = "reconnect"};
	const char *got = status_name(run(client, step));
	char line[LINE_MAX];

	text_format(line, sizeof(line), "%s %s: %s", names[step->action], step->session.at, got);
	check_that(&client->check, line, capnp_text_equal(step->status, got));
}

int component_main(struct env *env)
{
	static struct client client = {.pause = {.run = paused}}; /* the one of this component */
	struct config config;
	struct step step;
	struct rom rom;

	client.check.env = env;
	if (env_grow_table(env, TABLE_SLOTS) != OK || rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK ||
	    entrypoint_init(&client.entrypoint, env, 1) != OK)
		return 2;
	for (uint32_t i = 0; i < step_list_size(&config.steps); i++) {
		if (step_list_get(&config.steps, i, &step) != OK || step.action > ACTION_RECONNECT)
			return 2;
		run_checked(&client, &step);
	}
	return check_result(&client.check);
}
