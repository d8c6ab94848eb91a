/* SPDX-License-Identifier: MIT */
/*
 * Refusal client: asks its parent and its server for what it must not get. It
 * is told so at once, by the status that says what to do about it, and goes on.
 */
#include <base/log.h>
#include <echo_session/client.h>
#include <parent/client.h>
#include <string.h>
#include <test/check.h>
#include <timer_session/client.h>

enum { GUESSES = 1000, LONG = 400, NO_SUCH_ID = 123456 };

static enum status open(struct check *check, const char *service, const char *label,
                        struct session *out_session)
{
	const struct session_request request = {.service = service, .label = label};

	return session_open(check->env, &request, out_session);
}

static enum status close(struct check *check, uint32_t id)
{
	const struct parent_close_params params = {.id = id};

	return parent_close(&check->env->ipc, check->env->parent, &params);
}

static enum status upgrade(struct check *check, uint32_t id)
{
	const struct parent_upgrade_params params = {.id = id, .ram = 4096};

	return parent_upgrade(&check->env->ipc, check->env->parent, &params);
}

static enum status announce(struct check *check, const char *service, cap_t root)
{
	const struct parent_announce_params params = {.service = capnp_text_of(service),
	                                              .root = root};

	return parent_announce(&check->env->ipc, check->env->parent, &params);
}

/* Before anything is open: the sessions it was born with are its parent's to close. */
static unsigned closed_by_guess(struct check *check)
{
	unsigned closed = 0;

	for (uint32_t id = 0; id < GUESSES; id++)
		closed += close(check, id) != ERR_BAD_ARG;
	return closed;
}

static void check_services(struct check *check)
{
	struct session session;
	char text[LONG + 1] = {0};

	memset(text, 'x', LONG);
	check_status(check, "a service without a rule", open(check, "Nowhere", "", &session),
	             ERR_DENIED);
	check_status(check, "a service that a rule denies", open(check, "Forbidden", "", &session),
	             ERR_DENIED);
	check_status(check, "a service nobody has heard of", open(check, "Unheard", "", &session),
	             ERR_DENIED);
	check_status(check, "a ROM that is not there", open(check, "ROM", "nothing", &session),
	             ERR_DENIED);
	check_status(check, "no service at all", open(check, "", "", &session), ERR_BAD_ARG);
	check_status(check, "a service with a long name", open(check, text, "", &session),
	             ERR_BAD_ARG);
	check_status(check, "a label that is too long", open(check, "Echo", text, &session),
	             ERR_BAD_ARG);
	check_status(check, "announcing what `provides` does not list",
	             announce(check, "Echo", check->env->parent), ERR_DENIED);
}

static void check_ids(struct check *check)
{
	struct session session;

	check_status(check, "closing an id that is none", close(check, NO_SUCH_ID), ERR_BAD_ARG);
	check_status(check, "upgrading an id that is none", upgrade(check, NO_SUCH_ID),
	             ERR_BAD_ARG);
	if (!check_status(check, "opening a session", open(check, "Echo", "first", &session), OK))
		return;
	check_status(check, "upgrading it", upgrade(check, session.id), OK);
	check_status(check, "closing it", close(check, session.id), OK);
	check_status(check, "closing it again", close(check, session.id), ERR_BAD_ARG);
	check_status(check, "upgrading it then", upgrade(check, session.id), ERR_BAD_ARG);
	ipc_drop(&check->env->ipc, session.cap);
}

static enum status label(struct check *check, cap_t session)
{
	struct echo_label_results results;

	return echo_label(&check->env->ipc, session, &results);
}

static void check_calls(struct check *check, cap_t echo)
{
	struct timer_now_results now;

	check_status(check, "calling a session", label(check, echo), OK);
	check_status(check, "calling another interface's method",
	             timer_now(&check->env->ipc, echo, &now), ERR_UNSUPPORTED);
	check_status(check, "calling what is no capability",
	             label(check, cap_make(ENV_TABLE_SLOTS - 1, 1)), ERR_BAD_CAP);
	check_status(check, "calling a capability of another kind",
	             label(check, check->env->account), ERR_UNSUPPORTED);
}

static void check_end_of_server(struct check *check)
{
	const struct echo_leave_params leave = {.code = 3};
	struct session session, another;

	if (!check_status(check, "opening another session", open(check, "Echo", "second", &session),
	                  OK))
		return;
	check_calls(check, session.cap);
	check_status(check, "the call in which the server exits",
	             echo_leave(&check->env->ipc, session.cap, &leave), ERR_GONE);
	check_status(check, "calling it again", label(check, session.cap), ERR_GONE);
	check_status(check, "upgrading its session", upgrade(check, session.id), ERR_GONE);
	check_status(check, "opening one there", open(check, "Echo", "third", &another), ERR_GONE);
	check_status(check, "closing what is left of it", close(check, session.id), OK);
	check_status(check, "closing that again", close(check, session.id), ERR_BAD_ARG);
	check_status(check, "calling what is left of it", label(check, session.cap), ERR_GONE);
	ipc_drop(&check->env->ipc, session.cap);
	check_status(check, "calling what was dropped", label(check, session.cap), ERR_BAD_CAP);
}

int component_main(struct env *env)
{
	struct check check = {.env = env};
	const unsigned closed = closed_by_guess(&check);

	check_equal(&check, "sessions closed by guessing their ids", closed, 0);
	check_services(&check);
	check_ids(&check);
	check_end_of_server(&check);
	log_line(env, "goes on");
	return check_result(&check);
}
