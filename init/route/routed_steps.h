/* SPDX-License-Identifier: MIT */
/*
 * The steps that the life of a routed session is made of, for those files that lead it through:
 * routed_session.c (what clients ask), routed_ask.c (what servers answer), routed_change.c (what plans,
 * deaths and births make of it) and routed_end.c.
 */
#pragma once

#include "child/child.h"
#include "init.h"
#include "plan/resolve.h"
#include "routed_session.h"

static inline struct ipc *routed_ipc(const struct routed_session *session)
{
	return &session->init->env->ipc;
}

/* ---- its record and its end ---- */

/* NULL: no memory. */
struct routed_session *routed_alloc(struct init *init);
/* What it was asked for with goes; it could not be asked for again. */
void routed_forget_args(struct routed_session *session);
/* It was open, and its server is no more: it waits for the next one, or for its client to close it. */
void routed_lose(struct routed_session *session, enum status status);
/* It does not come to be: all goes back, the client is told, the record is gone (one that was open once is lost). */
void routed_refuse(struct routed_session *session, enum status status);
/* All goes back and the client is told; the record stays. */
void routed_close_here(struct routed_session *session);
/* The server has closed it. */
void routed_finish_close(struct routed_session *session);

/* ---- where it leads ---- */

void routed_ask_plan(const struct routed_session *session, struct resolve_answer *out_answer);
enum fate { STAYS, ELSEWHERE, WITHDRAWN };

/* What becomes of a session by the answer that the plan gives now. */
enum fate routed_fate(const struct routed_session *session, const struct resolve_answer *answer);
/* Asks the plan, and then whom it names. */
void routed_follow(struct routed_session *session);
void routed_ask_parent(struct routed_session *session);
void routed_ask_child(struct routed_session *session);
void routed_ask_init(struct routed_session *session);
/* The queue its calls stand in. */
struct call_queue *routed_asks(struct routed_session *session);
/* More of the client's budget for an open one. */
enum status routed_fund_more(struct routed_session *session, uint64_t ram, uint32_t caps);
