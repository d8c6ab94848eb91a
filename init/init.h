/* SPDX-License-Identifier: MIT */
/*
 * Init: a parent by policy. It starts the children of a plan, routes their
 * sessions, moves their budgets, and is itself a component like any other:
 * it nests to any depth.
 *
 * Nothing in it waits for a child or a server: calls to them go through its
 * ring, and what they answer comes back to its one loop.
 */
#pragma once

#include <base/entrypoint.h>
#include <base/ring_client.h>

#include "lua/policy.h"
#include "plan/plan.h"
#include "report/report.h"

struct call_queue;
struct child;
struct exported;
struct routed_session;

/* A plan in force, or to be. */
struct configuration {
	struct policy *policy; /* NULL: the plan came in binary form */
	struct plan *plan;
};

/* Rings besides the common one. */
enum { INIT_RING_PLACES = 512 };

struct init {
	struct env *env;
	struct entrypoint entrypoint;
	struct ring_client ring;
	struct signal_handler faulted;  /* some child's thread has faulted */
	struct signal_handler answered; /* in a ring of some child's */
	uint64_t ring_places[INIT_RING_PLACES / 64];
	struct call_queue *waiting; /* those in which calls wait */

	struct configuration now;
	const struct plan *plan; /* now's */
	struct resolve_chooser chooser;
	struct session config_rom, policy_rom;
	struct signal_handler reconfigured; /* one of them has changed */
	struct child **children;            /* in the plan's order */
	struct child *all;    /* with those that are no longer in the plan, until they are gone */
	uint32_t session_ids; /* last one given */
	struct routed_session *spare;

	struct exported *exported; /* services offered to the parent */
	cap_t event;               /* Event session; null: nobody listens */
	struct report report;
};

/* Tells people, and whoever listens to events. `detail` may be NULL. */
void init_report(struct init *init, const char *kind, const char *subject, const char *detail);
