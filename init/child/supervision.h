/* SPDX-License-Identifier: MIT */
/*
 * Supervision: what init does about a child that has ended unasked, or does
 * not answer its heartbeats.
 *
 *   ended -> restarting -> (back-off over, all it had is back) -> starting
 *        |-> parked       (too many restarts within the window)
 *
 * Everything happens from init's loop, by timeouts; nothing waits. The child is
 * begun anew only when its past is gone, so that its budget exists once; and, for a while, only when half of
 * init's common ring is free, so that many that begin at a time need no rings of their own for that.
 */
#pragma once

#include <base/entrypoint.h>

#include "plan/plan.h"

struct child;
struct init;

enum { SUPERVISION_REASON_MAX = 128, SUPERVISION_NEWS = 3 };

struct supervision {
	struct timeout again; /* the back-off */
	bool due;             /* it is over */
	bool queued, waited;  /* since others are starting; and has done so for long enough */
	uint32_t restarts;    /* all in all */
	uint64_t recent[PLAN_RESTARTS_MAX];
	uint32_t recent_count; /* of those within the window; the oldest first */

	struct timeout beat;
	bool beaten; /* and not answered yet */
	uint32_t missed;
	cap_t news[SUPERVISION_NEWS]; /* Signals of the child, by Parent's News */

	uint64_t ended_at; /* the last end; 0: none so far */
	char reason[SUPERVISION_REASON_MAX];
};

/* It runs: heartbeats begin. */
void supervision_started(struct child *child);
/* Whether it is to come back after this end; notes the restart. False with restarts used up: parked. */
bool supervision_returns(struct child *child);
/* Its end: no more beats; nobody is to be told anything. */
void supervision_ended(struct child *child);
/* It is to begin from the loop, as soon as nothing of its past, or of one of its name, is left. */
void supervision_again(struct child *child);
/* Something has come back, or a child has started: those that wait for that begin. */
void supervision_begin_all(struct init *init);
/* There was too little for it to begin; true: something is on its way back, then it is tried again. */
bool supervision_postpone(struct child *child);
/* It is to come back: after the back-off, as soon as nothing of its past is left. */
void supervision_restart(struct child *child);
/* Something of its past has gone: a session; or calls and their rings. */
void supervision_left(struct child *child);
void supervision_settled(struct child *child);
/* It is to be ended and begun anew, from the loop: its server has been restarted. */
void supervision_follow(struct child *child, const char *server);

/* ERR_BAD_ARG: no such news, or no signal of the kernel's. */
enum status supervision_watch(struct child *child, unsigned news, cap_t signal);
/* Signals the child if it watches such news; false: it does not. */
bool supervision_tell(struct child *child, unsigned news);
/* The child has answered. */
void supervision_alive(struct child *child);
