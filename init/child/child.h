/* SPDX-License-Identifier: MIT */
/*
 * Child: the life of one component of the plan.
 *
 *   starting -> running -> exited | faulted
 *        |-> failed
 *
 * A child is born with an account of its own, out of init's; its environment
 * sessions (PD, CPU, binary ROM) are opened on its behalf and paid from
 * there. When it has exited or faulted, that is reported (a fault with its
 * backtrace), and all it had is taken back.
 */
#pragma once

#include <base/child.h>
#include <base/entrypoint.h>

#include "plan/plan.h"
#include "route/routed_session.h"
#include "route/server_queue.h"

struct init;

enum child_state { CHILD_STARTING, CHILD_RUNNING, CHILD_EXITED, CHILD_FAULTED, CHILD_FAILED };

/* A service it has announced. */
struct child_service {
	struct child_service *next;
	const char *name; /* the plan's */
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
	const struct plan_child *plan;
	uint32_t index;
	enum child_state state;

	struct served parent; /* what it knows as its parent */
	cap_t account;        /* its Account */
	cap_t charge;         /* a Charge facet, for PD */
	cap_t pd_facet, domain, context;
	struct child_image image;
	struct child_service *services;
	struct routed_session *sessions;
	struct child_opening opening;
	uint64_t granted_ram, granted_caps; /* on request, beyond the plan */
	struct server_queue calls;          /* to it as a server */
	unsigned refusals_told;
};

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

/* Moves limits between init's account and the child's. */
enum status child_take(struct child *child, uint64_t ram, uint64_t caps);
void child_give(struct child *child, uint64_t ram, uint64_t caps);
