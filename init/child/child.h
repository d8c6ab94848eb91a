/* SPDX-License-Identifier: MIT */
/*
 * Child: the life of one component of the plan.
 *
 *   starting -> running <-> stuck     (its heartbeats are not answered)
 *        |         |
 *        v         v
 *   failed | exited | faulted | stuck
 *        |-> restarting -> starting   (where the policy says so; supervision.h)
 *        |-> parked
 *
 * A child is born with an account of its own, out of init's; its environment
 * sessions (PD, CPU, binary ROM) are opened on its behalf and paid from
 * there. When it has ended, that is reported (a fault with its backtrace), and
 * all it had is taken back. Each of its lives has a number, so that what was meant for
 * a past one is not taken for the present one's.
 */
#pragma once

#include <base/child.h>
#include <base/entrypoint.h>

#include "injection.h"
#include "plan/plan.h"
#include "route/call_queue.h"
#include "route/routed_session.h"
#include "spending.h"
#include "supervision.h"

struct init;

/* Parent's News, for those who don't know the interface. */
enum { CHILD_NEWS_YIELD = 2 };

enum child_state {
	CHILD_STARTING,
	CHILD_RUNNING,
	CHILD_STUCK,
	CHILD_EXITED,
	CHILD_FAULTED,
	CHILD_FAILED,
	CHILD_RESTARTING,
	CHILD_PARKED,
	CHILD_REMOVED,
};

/* A service it has announced. */
struct child_service {
	struct child_service *next;
	char name[PLAN_NAME_MAX + 1];
	cap_t root;
};

/* The environment session it waits for while it starts. */
struct child_opening {
	struct routed_wish wish;
	routed_done *done;
	unsigned rounds; /* of the retry rule */
};

struct child {
	struct init *init;
	struct child *next; /* of init's */
	const struct plan_child *plan;
	struct plan_child removed; /* its plan when it is in none any more: a name */
	char name[PLAN_NAME_MAX + 1];
	uint32_t index;
	enum child_state state;
	uint32_t life;    /* counts from 1 */
	unsigned leaving; /* sessions of past lives that are being closed */
	struct supervision supervision;

	struct served parent; /* what it knows as its parent */
	cap_t account;        /* its Account */
	cap_t charge;         /* a Charge facet, for PD */
	cap_t domain, space, context;
	struct child_image image;
	struct injection injection;
	cap_t binary; /* what it was loaded from */
	struct child_service *services;
	struct routed_session *sessions, *past_sessions;
	struct child_opening opening;
	uint64_t assigned_ram, assigned_caps; /* of what the plan says */
	uint64_t granted_ram, granted_caps;   /* on request, beyond the plan */
	struct spending spending;
	uint64_t sessions_opened, sessions_refused;
	struct call_queue calls;        /* to it as a server */
	struct call_queue asks;         /* to the parent on its behalf */
	uint64_t short_ram, short_caps; /* what it asked for last, in vain */
	unsigned refusals_told, short_told;
};

/* Not yet alive: it begins when child_begin is called, or from the loop (supervision_again). */
void child_init(struct child *child, struct init *init, const struct plan_child *plan);
/* The plan has no such child any more: it ends, and its record goes when all it had is back. */
void child_remove(struct child *child);
/*
 * Towards the budget of its plan: takes back what is free, and asks for the rest (Parent's `yield`), or
 * gives what init has. What can't be done now is tried again when either side says so.
 */
void child_shrink(struct child *child);
void child_grow(struct child *child);
/* Looks for answers in its rings. */
void child_poll(struct child *child);
/* Brings it to life; goes on in the background. */
void child_begin(struct child *child);
/* Its end by its own wish. */
void child_exited(struct child *child, int code);
/* Looks whether one of its threads has faulted. */
void child_check_fault(struct child *child);
/* The Root it announced for the service, or null. */
cap_t child_root(const struct child *child, const char *service);
/* Whether one more refusal of it is worth a line: no child fills the log through its parent. */
bool child_tells_refusal(struct child *child);
/* Whether it still may announce: it has not ended. */
bool child_alive(const struct child *child);
/* Whether it is worth waiting for: alive, or about to be again. */
bool child_awaited(const struct child *child);
/* Begins it anew, whatever state it is in. */
void child_renew(struct child *child, const char *reason);
/* Ends its life: `how` is what it has come to. */
void child_end(struct child *child, enum child_state how, const char *reason);
/* Its heartbeats are not answered: it is ended if the policy would restart it, else only reported. */
void child_stuck(struct child *child, const char *reason);
/* It has asked for more in vain. */
void child_short(struct child *child, uint64_t ram, uint64_t caps);
/* The state in a word, as in reports. */
const char *child_state_name(enum child_state state);

/* The account it is born with, and the Charge that others get of it. */
enum status child_create_account(struct child *child);
/* Moves limits between init's account and the child's. */
enum status child_take(struct child *child, uint64_t ram, uint64_t caps);
/* All that is free goes to init's account for good. */
enum status child_strip(struct child *child);
void child_give(struct child *child, uint64_t ram, uint64_t caps);
/* Beyond its plan, from what init has and need not keep. */
enum status child_grant(struct child *child, uint64_t ram, uint64_t caps);
