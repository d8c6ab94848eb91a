/* SPDX-License-Identifier: MIT */
/*
 * The end of a routed session: what it was made of goes back to where it came from.
 */
#include <stdlib.h>
#include <string.h>

#include "rom_config.h"
#include "routed_account.h"
#include "routed_steps.h"

_Static_assert(sizeof(struct routed_session) <= ROUTED_OVERHEAD_RAM, "the record is paid for");

static void unlink_from_client(struct routed_session *session)
{
	struct routed_session **place =
		session->client ? &session->client->sessions : &session->past->past_sessions;

	for (; *place; place = &(*place)->next) {
		if (*place == session) {
			*place = session->next;
			return;
		}
	}
}

void routed_forget_args(struct routed_session *session)
{
	session->forgot = session->forgot || session->args_size > 0 || cap_valid(session->argument);
	free(session->args);
	session->args = NULL;
	session->args_size = 0;
	if (!session->borrowed)
		ipc_drop(routed_ipc(session), session->argument);
	session->argument = CAP_NULL;
}

/* What a server has of it goes; arguments and donation stay. */
static void let_go(struct routed_session *session)
{
	ipc_drop(routed_ipc(session), session->cap);
	session->cap = CAP_NULL;
	routed_account_destroy(session);
}

/* Everything it was made of goes back; the record itself stays. */
static void take_apart(struct routed_session *session)
{
	routed_forget_args(session);
	if (session->config) {
		rom_config_destroy(session->config);
		if (session->reports)
			report_reader_closed(session->init);
	}
	session->config = NULL;
	let_go(session);
	if (session->client)
		child_give(session->client, session->ram, session->caps);
	session->ram = 0;
	session->caps = 0;
}

/* One record is kept for the next session, which is often soon. */
struct routed_session *routed_alloc(struct init *init)
{
	struct routed_session *session = init->spare;

	if (!session)
		return calloc(1, sizeof(*session));
	init->spare = NULL;
	memset(session, 0, offsetof(struct routed_session, label));
	memset(&session->args, 0, sizeof(*session) - offsetof(struct routed_session, args));
	return session;
}

static void free_record(struct routed_session *session)
{
	if (session->init->spare)
		free(session);
	else
		session->init->spare = session;
}

static void forget(struct routed_session *session)
{
	struct child *past = session->past;

	free_record(session);
	if (past)
		supervision_left(past);
}

bool routed_returns(const struct routed_session *session)
{
	switch (session->state) {
	case ROUTED_LOST: return true;
	case ROUTED_CREATING: return session->again;
	case ROUTED_CLOSING: return session->withdrawn && session->lost == LOST_RECONNECT;
	case ROUTED_WAITING:
	case ROUTED_OPEN:
	case ROUTED_UPGRADING:
	case ROUTED_DEAD:
	case ROUTED_FORCED: break;
	}
	return false;
}

/* It was open, and its server is no more: it waits for the next one, or for its client to close it. */
void routed_lose(struct routed_session *session, enum status status)
{
	const bool returns = session->lost == LOST_RECONNECT && session->where == ROUTED_AT_CHILD &&
	                     child_awaited(session->server) && status == ERR_GONE;

	session->again = true;
	if (returns) {
		session->state = ROUTED_LOST;
		let_go(session);
		return;
	}
	session->state = ROUTED_DEAD;
	take_apart(session);
	if (session->reply_slot)
		session->done(session, status);
}

void routed_refuse(struct routed_session *session, enum status status)
{
	if (session->again && session->client) {
		routed_lose(session, status);
		return;
	}
	take_apart(session);
	unlink_from_client(session);
	if (session->client && status == ERR_DENIED)
		session->client->sessions_refused++;
	if (session->client)
		session->done(session, status);
	forget(session);
}

void routed_close_here(struct routed_session *session)
{
	take_apart(session);
	unlink_from_client(session);
	report_changed(session->init);
	if (session->closed && session->client)
		session->closed(session, OK);
}

/* Its client knows it still: it is dead, or asked for where its route leads now. */
static void finish_withdrawal(struct routed_session *session)
{
	session->withdrawn = false;
	session->again = true;
	if (session->lost == LOST_RECONNECT) {
		let_go(session);
		routed_follow(session);
		return;
	}
	take_apart(session);
	session->state = ROUTED_DEAD;
}

void routed_finish_close(struct routed_session *session)
{
	if (session->withdrawn && session->client) {
		finish_withdrawal(session);
		return;
	}
	if (session->state != ROUTED_FORCED)
		routed_close_here(session);
	forget(session);
}
