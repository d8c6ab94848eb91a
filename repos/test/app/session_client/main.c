/* SPDX-License-Identifier: MIT */
/*
 * Session client: opens the Echo sessions of its configuration, side by side,
 * and checks who serves each and under which label, or that it is denied.
 */
#include <base/log.h>
#include <base/rom.h>
#include <echo_session/client.h>
#include <session_client_config/types.h>
#include <string.h>
#include <test/check.h>

enum { SESSIONS_MAX = 8, LINE_MAX = 200 };

static bool equal(struct capnp_text a, struct capnp_text b)
{
	return a.size == b.size && memcmp(a.at, b.at, a.size) == 0;
}

/* The answer is used before the next call, which a line of log is as well. */
static void check_served(struct check *check, const struct wish *wish, cap_t session)
{
	struct echo_label_results served;
	char line[LINE_MAX];
	const enum status status = echo_label(&check->env->ipc, session, &served);

	if (status != OK) {
		check_status(check, "asking the server", status, OK);
		return;
	}

	const bool right = equal(served.server, wish->server) && equal(served.label, wish->seen);

	text_format(line, sizeof(line), "\"%s\" is served by %s as \"%s\"", wish->label.at,
	            served.server.at, served.label.at);
	check_that(check, line, right);
}

/* True: it is open. */
static bool open_wish(struct check *check, const struct wish *wish, struct session *out_session)
{
	const struct session_request request = {.service = "Echo", .label = wish->label.at};
	const enum status wanted = wish->server.size > 0 ? OK : ERR_DENIED;
	const enum status status = session_open(check->env, &request, out_session);

	check_status(check, wish->label.size > 0 ? wish->label.at : "no label", status, wanted);
	if (status == OK && wanted == OK)
		check_served(check, wish, out_session->cap);
	return status == OK;
}

int component_main(struct env *env)
{
	struct check check = {.env = env};
	struct session sessions[SESSIONS_MAX];
	struct config config;
	struct wish wish;
	struct rom rom;
	unsigned open = 0;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK ||
	    wish_list_size(&config.wishes) > SESSIONS_MAX)
		return 2;
	for (uint32_t i = 0; i < wish_list_size(&config.wishes); i++) {
		if (wish_list_get(&config.wishes, i, &wish) != OK)
			return 2;
		if (open_wish(&check, &wish, &sessions[open]))
			open++;
	}
	while (open > 0)
		session_close(env, &sessions[--open]);
	return check_result(&check);
}
