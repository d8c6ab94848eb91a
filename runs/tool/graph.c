/* SPDX-License-Identifier: MIT */
/*
 * capos graph: a picture of a policy, or of what a running init has reported.
 *
 * Of a policy an arrow is a rule's target, with its service; of a report it is a session.
 */
#include "command.h"
#include "picture.h"
#include "policy_files.h"
#include "policy_report.h"

#include <errno.h>
#include <plan/size.h>
#include <state_report/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void usage(FILE *out)
{
	fprintf(out,
	        "usage: capos graph [OPTION]... FILE\n\n"
	        "Writes a policy as an SVG picture: components with their budgets, and who may ask whom\n"
	        "for which service. FILE may also be what an init has reported, as `capos run --state`\n"
	        "leaves it (build/runs/NAME/state): then the picture shows what there was, who was in\n"
	        "which state, and how much of its budget each has used (dark) and had used (light).\n\n");
	policy_report_options_usage(out);
}

/* Behind the components stand those they may ask beside each other. */
static bool begin(struct picture *picture, uint32_t children)
{
	if (!picture_init(picture, children + 2))
		return false;
	snprintf(picture->nodes[children].name, PICTURE_TEXT_MAX, "parent");
	snprintf(picture->nodes[children + 1].name, PICTURE_TEXT_MAX, "init");
	picture->nodes[children].last = picture->nodes[children + 1].last = true;
	return true;
}

/* ---- a policy ---- */

static void add_target(struct picture *picture, const struct plan *plan, uint32_t from,
                       const struct plan_rule *rule, const struct plan_target *target)
{
	const char *service = rule->service ? rule->service : "any";
	uint32_t child;

	switch (target->kind) {
	case TARGET_PARENT: picture_edge(picture, from, plan->child_count, service); return;
	case TARGET_INIT: picture_edge(picture, from, plan->child_count + 1, "state"); return;
	case TARGET_CHILD:
		child = plan_child_find(plan, target->child);
		if (child != PLAN_NO_CHILD)
			picture_edge(picture, from, child, service);
		return;
	case TARGET_ANY_CHILD:
		for (child = 0; child < plan->child_count; child++) {
			if (rule->service &&
			    plan_child_provides(&plan->children[child], rule->service))
				picture_edge(picture, from, child, service);
		}
		return;
	case TARGET_CHOOSE:
		for (uint32_t i = 0; i < target->declared_count; i++)
			add_target(picture, plan, from, rule, &target->declared[i]);
		return;
	case TARGET_DENY: return;
	}
}

static void add_rules(struct picture *picture, const struct plan *plan, uint32_t child)
{
	const struct plan_rules *rules = plan_child_rules(plan, &plan->children[child]);

	for (uint32_t i = 0; i < rules->count; i++) {
		for (uint32_t k = 0; k < rules->items[i].target_count; k++)
			add_target(picture, plan, child, &rules->items[i],
			           &rules->items[i].targets[k]);
	}
}

static void describe_planned(struct picture_node *node, const struct plan_child *child)
{
	char ram[SIZE_TEXT_MAX];
	size_t used = 0;

	node->shown = true;
	snprintf(node->name, PICTURE_TEXT_MAX, "%s", child->name);
	snprintf(node->lines[0], PICTURE_TEXT_MAX, "%s, %llu caps", size_format(child->ram, ram),
	         (unsigned long long)child->caps);
	for (uint32_t i = 0; i < child->provides_count && used < PICTURE_TEXT_MAX; i++)
		used += (size_t)snprintf(node->lines[1] + used, PICTURE_TEXT_MAX - used, "%s%s",
		                         i ? ", " : "provides ", child->provides[i]);
}

static int draw_plan(const struct plan *plan)
{
	struct picture picture;
	const bool room = begin(&picture, plan->child_count);

	for (uint32_t i = 0; room && i < plan->child_count; i++) {
		describe_planned(&picture.nodes[i], &plan->children[i]);
		add_rules(&picture, plan, i);
	}
	if (room) {
		picture.nodes[plan->child_count].shown = true;
		picture_print(&picture);
	}
	picture_fini(&picture);
	return room ? 0 : POLICY_REPORT_USAGE;
}

static int graph_policy(int argc, char **argv)
{
	struct policy_report report;
	struct policy *policy = NULL;
	const int first = policy_report_init(&report, argc, argv);

	if (first < 0 || argc - first != 1) {
		usage(stderr);
		return POLICY_REPORT_USAGE;
	}
	int status = policy_report_evaluate(&report, argv[first], stderr, &policy);
	if (policy)
		status = draw_plan(policy_plan(policy));
	policy_destroy(policy);
	policy_report_fini(&report);
	return status;
}

/* ---- a report ---- */

static const char *const state_names[] = {
	[REPORTED_STATE_STARTING] = "starting",     [REPORTED_STATE_RUNNING] = "running",
	[REPORTED_STATE_STUCK] = "stuck",           [REPORTED_STATE_EXITED] = "exited",
	[REPORTED_STATE_FAULTED] = "faulted",       [REPORTED_STATE_FAILED] = "failed",
	[REPORTED_STATE_RESTARTING] = "restarting", [REPORTED_STATE_PARKED] = "parked",
	[REPORTED_STATE_REMOVED] = "removed",
};

static double share(uint64_t part, uint64_t whole)
{
	return whole == 0 ? 0 : part >= whole ? 1 : (double)part / (double)whole;
}

static bool alive(enum reported_state state)
{
	return state == REPORTED_STATE_STARTING || state == REPORTED_STATE_RUNNING ||
	       state == REPORTED_STATE_STUCK;
}

/* Of a reason its first word fits. */
static int reason_size(struct capnp_text reason)
{
	enum { FITS = 16 };
	int size = 0;

	while ((uint32_t)size < reason.size && size < FITS && reason.at[size] != ' ')
		size++;
	return size;
}

static void describe_reported(struct picture_node *node, const struct reported_child *child)
{
	const size_t states = sizeof(state_names) / sizeof(state_names[0]);
	struct reported_budget budget = {0};
	char whole[SIZE_TEXT_MAX];

	(void)reported_budget_read(&child->budget, &budget);
	node->shown = true;
	node->with_bars = true;
	node->ended = !alive(child->state);
	snprintf(node->name, PICTURE_TEXT_MAX, "%.*s", (int)child->name.size, child->name.at);
	snprintf(node->lines[0], PICTURE_TEXT_MAX, "%s%s%.*s",
	         (size_t)child->state < states ? state_names[child->state] : "?",
	         node->ended && child->reason.size && !child->restarts ? ": " : "",
	         node->ended && !child->restarts ? reason_size(child->reason) : 0,
	         child->reason.size ? child->reason.at : "");
	if (child->restarts)
		snprintf(node->lines[0] + strlen(node->lines[0]), 32, ", %u restarts",
		         child->restarts);
	const uint64_t ram = budget.ram_used + budget.ram_donated + budget.ram_delegated;
	const uint64_t caps = budget.caps_used + budget.caps_donated + budget.caps_delegated;

	size_format(budget.ram & ~1023ull, whole);
	snprintf(node->lines[1], PICTURE_TEXT_MAX, "%lluK of %s (peak %lluK)",
	         (unsigned long long)ram / 1024, whole, (unsigned long long)budget.ram_peak / 1024);
	snprintf(node->lines[2], PICTURE_TEXT_MAX, "%llu of %llu caps (peak %llu)",
	         (unsigned long long)caps, (unsigned long long)budget.caps,
	         (unsigned long long)budget.caps_peak);
	node->bars[0] = (struct picture_bar){.used = share(ram, budget.ram),
	                                     .peak = share(budget.ram_peak + budget.ram_delegated,
	                                                   budget.ram)};
	node->bars[1] = (struct picture_bar){.used = share(caps, budget.caps),
	                                     .peak = share(budget.caps_peak + budget.caps_delegated,
	                                                   budget.caps)};
}

static uint32_t server_of(const struct state_report *report, const struct reported_session *session)
{
	const uint32_t count = reported_child_list_size(&report->children);
	struct reported_child child;

	if (session->at != REPORTED_SERVER_CHILD)
		return session->at == REPORTED_SERVER_PARENT ? count : count + 1;
	for (uint32_t i = 0; i < count; i++) {
		if (reported_child_list_get(&report->children, i, &child) == OK &&
		    child.name.size == session->server.size &&
		    memcmp(child.name.at, session->server.at, child.name.size) == 0)
			return i;
	}
	return count;
}

static void add_sessions(struct picture *picture, const struct state_report *report, uint32_t index,
                         const struct reported_child *child)
{
	struct reported_session session;
	char service[PICTURE_TEXT_MAX];

	for (uint32_t i = 0; reported_session_list_get(&child->sessions, i, &session) == OK; i++) {
		snprintf(service, sizeof(service), "%.*s%s", (int)session.service.size,
		         session.service.at,
		         session.state == REPORTED_SESSION_STATE_OPEN ? "" : " (not open)");
		picture_edge(picture, index, server_of(report, &session), service);
	}
}

static int draw_report(const struct state_report *report)
{
	const uint32_t count = reported_child_list_size(&report->children);
	struct reported_child child;
	struct picture picture;
	const bool room = begin(&picture, count);

	for (uint32_t i = 0; room && reported_child_list_get(&report->children, i, &child) == OK;
	     i++) {
		describe_reported(&picture.nodes[i], &child);
		add_sessions(&picture, report, i, &child);
	}
	if (room) {
		snprintf(picture.title, PICTURE_TEXT_MAX, "after %llu.%03llu s, policy version %u",
		         (unsigned long long)report->time / 1000000000,
		         (unsigned long long)report->time / 1000000 % 1000, report->version);
		picture_print(&picture);
	}
	picture_fini(&picture);
	return room ? 0 : POLICY_REPORT_USAGE;
}

/* A message begins with its root pointer, whose first four bytes are zero; no policy's text does. */
static bool reported(const char *bytes, size_t size)
{
	static const char zeros[4];

	return size >= 8 && memcmp(bytes, zeros, sizeof(zeros)) == 0;
}

/* -1: the file is no report. */
static int graph_report(const char *path)
{
	struct state_report report;
	size_t size;
	char *bytes = policy_files_read(path, &size);
	int status = -1;

	if (bytes && reported(bytes, size)) {
		if (state_report_decode(bytes, (uint32_t)size, &report) == OK) {
			status = draw_report(&report);
		} else {
			fprintf(stderr, "%s: error: this is no report of an init\n", path);
			status = POLICY_REPORT_USAGE;
		}
	}
	free(bytes);
	return status;
}

int command_graph(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return 0;
	}

	const int status = argc == 2 ? graph_report(argv[1]) : -1;

	return status < 0 ? graph_policy(argc, argv) : status;
}
