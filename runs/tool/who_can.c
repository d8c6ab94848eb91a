/* SPDX-License-Identifier: MIT */
/* capos who-can: who reaches a service or a component, directly or through others; a gate for CI. */
#include "command.h"
#include "policy_report.h"

#include <plan/reach.h>
#include <plan/suggestion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OTHERS_CAN = 1 };

/* Those of core are known without anybody speaking of them. */
static const char *const core_services[] = {"PD",    "CPU",     "RM",     "ROM", "LOG",
                                            "Timer", "IO_PORT", "IO_MEM", "IRQ", "Event"};

static void usage(FILE *out)
{
	fprintf(out,
	        "usage: capos who-can [OPTION]... FILE SERVICE|CHILD [ALLOWED]...\n\n"
	        "Tells which components the policy lets reach the service or component, by which rule,\n"
	        "directly or through others. With names of those who may (a single - for nobody) the\n"
	        "status is 1 if somebody else can.\n\n");
	policy_report_options_usage(out);
}

static bool allowed(const char *name, int count, char **names)
{
	for (int i = 0; i < count; i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return count == 0;
}

static void tell(const struct plan *plan, const char *name, const struct reach *reach)
{
	printf("%s", name);
	if (reach->through != PLAN_NO_CHILD)
		printf(" through %s", plan->children[reach->through].name);
	if (reach->rule)
		printf(" (%s:%u)", plan_file(plan, reach->rule->place), reach->rule->place.line);
	else
		printf(" (an environment session: no rule says otherwise)");
}

static bool offer(struct suggestion *suggestion, const char *what, const char *name)
{
	suggestion_offer(suggestion, name);
	return !strcmp(what, name);
}

static bool offer_rules(struct suggestion *suggestion, const char *what,
                        const struct plan_rules *rules)
{
	bool found = false;

	for (uint32_t i = 0; i < rules->count; i++) {
		if (rules->items[i].service)
			found = offer(suggestion, what, rules->items[i].service) || found;
	}
	return found;
}

/* A gate on a service that nobody has ever heard of would let everything pass. */
static bool known(const struct plan *plan, const char *what, struct suggestion *suggestion)
{
	bool found = offer_rules(suggestion, what, &plan->default_route);

	for (unsigned i = 0; i < sizeof(core_services) / sizeof(core_services[0]); i++)
		found = offer(suggestion, what, core_services[i]) || found;
	for (uint32_t i = 0; i < plan->child_count; i++) {
		const struct plan_child *child = &plan->children[i];
		found = offer(suggestion, what, child->name) || found;
		found = offer_rules(suggestion, what, &child->route) || found;
		for (uint32_t k = 0; k < child->provides_count; k++)
			found = offer(suggestion, what, child->provides[k]) || found;
	}
	return found;
}

static int who_can(const struct plan *plan, const char *what, int count, char **names)
{
	struct reach *reach = calloc(plan->child_count + 1, sizeof(*reach));
	struct reach_goal goal = {.child = plan_child_find(plan, what)};
	struct suggestion suggestion;
	int status = 0;

	suggestion_init(&suggestion, what);
	if (!known(plan, what, &suggestion)) {
		fprintf(stderr, "capos who-can: no component and no service '%s'%s\n", what,
		        suggestion_text(&suggestion));
		free(reach);
		return POLICY_REPORT_USAGE;
	}
	if (!reach)
		return POLICY_REPORT_USAGE;
	if (goal.child == PLAN_NO_CHILD)
		goal.service = what;
	plan_reach(plan, &goal, reach);
	for (uint32_t i = 0; i < plan->child_count; i++) {
		const char *name = plan->children[i].name;
		const bool may = allowed(name, count, names);

		if (!reach[i].reaches)
			continue;
		tell(plan, name, &reach[i]);
		printf("%s\n", may ? "" : ": not allowed");
		if (!may)
			status = OTHERS_CAN;
	}
	free(reach);
	return status;
}

int command_who_can(int argc, char **argv)
{
	struct policy_report report;
	struct policy *policy = NULL;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return 0;
	}
	const int first = policy_report_init(&report, argc, argv);
	if (first < 0 || argc - first < 2) {
		usage(stderr);
		return POLICY_REPORT_USAGE;
	}
	int status = POLICY_REPORT_USAGE; /* a wrong policy is no answer */
	(void)policy_report_evaluate(&report, argv[first], stderr, &policy);
	if (policy)
		status = who_can(policy_plan(policy), argv[first + 1], argc - first - 2,
		                 argv + first + 2);
	policy_destroy(policy);
	policy_report_fini(&report);
	return status;
}
