/* SPDX-License-Identifier: MIT */
/* capos explain: which way a session request would take, rule by rule, without booting. */
#include "command.h"
#include "policy_report.h"

#include <plan/explain.h>
#include <plan/suggestion.h>
#include <stdio.h>
#include <string.h>

enum { DENIED = 1 };

static void usage(FILE *out)
{
	fprintf(out,
	        "usage: capos explain [OPTION]... FILE CHILD SERVICE [LABEL]\n\n"
	        "Tells who would serve the request, and why. The status is 1 if it is denied.\n\n");
	policy_report_options_usage(out);
}

static void print_line(void *self, const char *text)
{
	fprintf(self, "%s\n", text);
}

static uint32_t find_child(const struct plan *plan, const char *name)
{
	const uint32_t child = plan_child_find(plan, name);
	struct suggestion suggestion;

	if (child != PLAN_NO_CHILD)
		return child;
	suggestion_init(&suggestion, name);
	for (uint32_t i = 0; i < plan->child_count; i++)
		suggestion_offer(&suggestion, plan->children[i].name);
	fprintf(stderr, "capos explain: no component '%s'%s\n", name, suggestion_text(&suggestion));
	return child;
}

/* The sessions a component is born with; a ROM is one if it is the component's own binary. */
static bool is_environment(const struct plan_child *child, const char *service, const char *label)
{
	if (!strcmp(service, "ROM"))
		return !strcmp(label, child->binary);
	return !*label &&
	       (!strcmp(service, "PD") || !strcmp(service, "CPU") || !strcmp(service, "LOG"));
}

static int explain_request(struct policy *policy, int count, char **words)
{
	const struct plan *plan = policy_plan(policy);
	const uint32_t child = find_child(plan, words[0]);
	const struct resolve_chooser chooser = policy_chooser(policy);
	const struct explain_output output = {.self = stdout, .line = print_line};
	struct resolve_answer answer;

	if (child == PLAN_NO_CHILD)
		return POLICY_REPORT_USAGE;
	struct resolve_request request = {
		.child = child, .service = words[1], .label = count > 2 ? words[2] : ""};
	request.environment =
		is_environment(&plan->children[child], request.service, request.label);
	explain(plan, &request, &chooser, &output, &answer);
	return resolve_granted(&answer) ? 0 : DENIED;
}

int command_explain(int argc, char **argv)
{
	struct policy_report report;
	struct policy *policy = NULL;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return 0;
	}
	const int first = policy_report_init(&report, argc, argv);
	if (first < 0 || argc - first < 3 || argc - first > 4) {
		usage(stderr);
		return POLICY_REPORT_USAGE;
	}
	int status = POLICY_REPORT_USAGE; /* a wrong policy is no answer */
	(void)policy_report_evaluate(&report, argv[first], stderr, &policy);
	if (policy)
		status = explain_request(policy, argc - first - 1, argv + first + 1);
	policy_destroy(policy);
	policy_report_fini(&report);
	return status;
}
