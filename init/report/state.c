/* SPDX-License-Identifier: MIT */
#include "state.h"

#include <kernel/client.h>
#include <state_report/types.h>
#include <stdlib.h>
#include <string.h>

#include "child/child.h"
#include "init.h"

/* The kinds are those of the schema, in its order. */
_Static_assert((int)CHILD_STARTING == REPORTED_STATE_STARTING &&
                       (int)CHILD_EXITED == REPORTED_STATE_EXITED &&
                       (int)CHILD_REMOVED == REPORTED_STATE_REMOVED,
               "children have the states of the schema");
_Static_assert((int)ROUTED_WAITING == REPORTED_SESSION_STATE_WAITING &&
                       (int)ROUTED_LOST == REPORTED_SESSION_STATE_LOST &&
                       (int)ROUTED_FORCED == REPORTED_SESSION_STATE_FORCED,
               "sessions as well");
_Static_assert((int)ROUTED_AT_PARENT == REPORTED_SERVER_PARENT &&
                       (int)ROUTED_AT_INIT == REPORTED_SERVER_INIT,
               "and who serves them");

enum { STATE_BYTES_FIRST = 8192, STATE_BYTES_MAX = 4 << 20 };

/* The views of a report, each kind in an array of its own. */
struct views {
	struct reported_child *children;
	struct reported_budget *budgets;
	struct reported_want *wants;
	struct reported_affinity *affinities;
	struct reported_session *sessions;
	struct capnp_text *services;
	size_t child_count, session_count, service_count; /* used so far */
};

static void fini(struct views *views)
{
	free(views->services);
	free(views->sessions);
	free(views->affinities);
	free(views->wants);
	free(views->budgets);
	free(views->children);
}

static bool alloc(const struct init *init, struct views *views)
{
	size_t children = 1, sessions = 1, services = 1;

	for (const struct child *child = init->all; child; child = child->next) {
		children++;
		for (const struct routed_session *at = child->sessions; at; at = at->next)
			sessions++;
		for (const struct child_service *at = child->services; at; at = at->next)
			services++;
	}
	*views = (struct views){
		.children = calloc(children, sizeof(*views->children)),
		.budgets = calloc(children, sizeof(*views->budgets)),
		.wants = calloc(children, sizeof(*views->wants)),
		.affinities = calloc(children, sizeof(*views->affinities)),
		.sessions = calloc(sessions, sizeof(*views->sessions)),
		.services = calloc(services, sizeof(*views->services)),
	};
	return views->children && views->budgets && views->wants && views->affinities &&
	       views->sessions && views->services;
}

static struct reported_session_list sessions_of(struct views *views, const struct child *child)
{
	const struct reported_session_list list = {.items = &views->sessions[views->session_count]};
	const size_t first = views->session_count;

	for (const struct routed_session *at = child->sessions; at; at = at->next)
		views->sessions[views->session_count++] = (struct reported_session){
			.service = capnp_text_of(at->service),
			.label = capnp_text_of(at->asked.text),
			.state = (enum reported_session_state)at->state,
			.at = (enum reported_server)at->where,
			.server = capnp_text_of(
				at->where == ROUTED_AT_CHILD && at->server ? at->server->name : ""),
			.ram = at->ram,
			.caps = at->caps,
		};
	return (struct reported_session_list){.items = list.items,
	                                      .count = (uint32_t)(views->session_count - first)};
}

static struct capnp_text_list services_of(struct views *views, const struct child *child)
{
	const size_t first = views->service_count;

	for (const struct child_service *at = child->services; at; at = at->next)
		views->services[views->service_count++] = capnp_text_of(at->name);
	return (struct capnp_text_list){.items = &views->services[first],
	                                .count = (uint32_t)(views->service_count - first)};
}

static struct reported_budget budget_of(const struct child *child)
{
	const struct spending_of *ram = &child->spending.ram, *caps = &child->spending.caps;
	const bool alive = child_alive(child); /* else what it had */

	return (struct reported_budget){
		.ram = alive ? child->assigned_ram + child->granted_ram
	                     : child->plan->ram + child->granted_ram,
		.ram_used = ram->used,
		.ram_donated = ram->donated,
		.ram_delegated = ram->delegated,
		.ram_peak = ram->peak,
		.caps = alive ? child->assigned_caps + child->granted_caps
	                      : child->plan->caps + child->granted_caps,
		.caps_used = caps->used,
		.caps_donated = caps->donated,
		.caps_delegated = caps->delegated,
		.caps_peak = caps->peak,
	};
}

static struct reported_affinity_ref affinity_of(struct reported_affinity *into,
                                                const struct plan_affinity *affinity)
{
	if (!affinity->width)
		return (struct reported_affinity_ref){0};
	*into = (struct reported_affinity){.x = (uint32_t)affinity->x,
	                                   .y = (uint32_t)affinity->y,
	                                   .width = (uint32_t)affinity->width,
	                                   .height = (uint32_t)affinity->height};
	return (struct reported_affinity_ref){.item = into};
}

static void add_child(struct views *views, struct child *child)
{
	const size_t place = views->child_count++;

	(void)spending_sample(child);
	views->budgets[place] = budget_of(child);
	views->wants[place] =
		(struct reported_want){.ram = child->short_ram, .caps = child->short_caps};
	views->children[place] = (struct reported_child){
		.name = capnp_text_of(child->name),
		.binary = capnp_text_of(child->plan->binary),
		.version = child->plan->version,
		.state = (enum reported_state)child->state,
		.lives = child->life,
		.restarts = child->supervision.restarts,
		.missed = child->supervision.missed,
		.ended_at = child->supervision.ended_at,
		.reason = capnp_text_of(child->supervision.reason),
		.budget = {.item = &views->budgets[place]},
		.wants = {.item = &views->wants[place]},
		.provides = services_of(views, child),
		.sessions = sessions_of(views, child),
		.opened = child->sessions_opened,
		.refused = child->sessions_refused,
		.affinity = affinity_of(&views->affinities[place], &child->plan->affinity),
	};
}

static void describe(struct init *init, struct views *views, struct state_report *report,
                     struct reported_budget *own)
{
	struct charge_usage_results usage = {0};

	/* In the plan's order; those that are to go are in it no more. */
	for (uint32_t i = 0; i < init->plan->child_count; i++)
		add_child(views, init->children[i]);
	for (struct child *child = init->all; child; child = child->next) {
		if (child->state == CHILD_REMOVED)
			add_child(views, child);
	}
	(void)charge_usage(&init->env->ipc, init->env->account, &usage);
	*own = (struct reported_budget){
		.ram = usage.ram_limit,
		.ram_used = usage.ram_used,
		.ram_peak = usage.ram_peak,
		.caps = usage.caps_limit,
		.caps_used = usage.caps_used,
		.caps_peak = usage.caps_peak,
	};
	*report = (struct state_report){
		.version = init->plan->version,
		.time = entrypoint_now(&init->entrypoint),
		.budget = {.item = own},
		.children = {.items = views->children, .count = (uint32_t)views->child_count},
	};
}

enum status state_encode(struct init *init, void **out_message, size_t *out_size)
{
	struct state_report report;
	struct reported_budget own;
	struct views views;
	enum status status = ERR_INSUFFICIENT_RAM;

	if (!alloc(init, &views)) {
		fini(&views);
		return ERR_NOT_NOW;
	}
	describe(init, &views, &report, &own);
	for (size_t capacity = STATE_BYTES_FIRST;
	     status == ERR_INSUFFICIENT_RAM && capacity <= STATE_BYTES_MAX; capacity *= 2) {
		void *message = calloc(1, capacity);
		uint32_t size;

		if (!message)
			break;
		status = state_report_encode(&report, message, (uint32_t)capacity, &size);
		if (status == OK) {
			*out_message = message;
			*out_size = size;
		} else {
			free(message);
		}
	}
	fini(&views);
	return status == OK ? OK : ERR_NOT_NOW;
}
