/* SPDX-License-Identifier: MIT */
/* capos diff: what becomes of each component when one policy takes the place of another. */
#include "command.h"
#include "policy_report.h"

#include <plan/diff.h>
#include <plan/size.h>
#include <stdio.h>
#include <string.h>

enum { DIFFERENT = 1 };

static void usage(FILE *out)
{
	fprintf(out,
	        "usage: capos diff [OPTION]... OLD NEW\n\n"
	        "Tells which components of the policy OLD end, begin, begin anew or change while they\n"
	        "live, when an init gets NEW instead. The status is 1 if there is a difference.\n\n");
	policy_report_options_usage(out);
}

static void tell_budget(const struct plan_child *old, const struct plan_child *new)
{
	char before[SIZE_TEXT_MAX], after[SIZE_TEXT_MAX];

	if (old->ram != new->ram)
		printf("; ram %s -> %s", size_format(old->ram, before),
		       size_format(new->ram, after));
	if (old->caps != new->caps)
		printf("; caps %llu -> %llu", (unsigned long long)old->caps,
		       (unsigned long long)new->caps);
}

static void tell_fields(unsigned fields)
{
	const char *between = ": ";

	for (unsigned i = 0; i < DIFF_FIELDS; i++) {
		if (!(fields >> i & 1) || fields & (DIFF_RAM | DIFF_CAPS) & 1u << i)
			continue;
		printf("%s%s", between, diff_field_names[i]);
		between = ", ";
	}
}

static int compare_child(const struct plan *before, const struct plan_child *old,
                         const struct plan *after, const struct plan_child *new)
{
	const unsigned fields = diff_child(before, old, after, new);

	if (fields == 0)
		return 0;
	printf("~ %s %s", new->name, fields & DIFF_RESTARTS ? "begins anew" : "lives on");
	tell_fields(fields);
	tell_budget(old, new);
	printf("\n");
	return DIFFERENT;
}

static int tell_if(bool different, const char *what)
{
	if (different)
		printf("~ %s\n", what);
	return different ? DIFFERENT : 0;
}

static int compare(const struct plan *before, const struct plan *after)
{
	int status = 0;

	for (uint32_t i = 0; i < before->child_count; i++) {
		if (plan_child_find(after, before->children[i].name) != PLAN_NO_CHILD)
			continue;
		printf("- %s\n", before->children[i].name);
		status = DIFFERENT;
	}
	for (uint32_t i = 0; i < after->child_count; i++) {
		const struct plan_child *new = &after->children[i];
		const uint32_t old = plan_child_find(before, new->name);

		if (old == PLAN_NO_CHILD) {
			printf("+ %s\n", new->name);
			status = DIFFERENT;
		} else if (compare_child(before, &before->children[old], after, new)) {
			status = DIFFERENT;
		}
	}
	status |= tell_if(!diff_rules_equal(&before->exports, &after->exports), "exports");
	status |= tell_if(before->report.delay_ns != after->report.delay_ns ||
	                          before->report.sample_ns != after->report.sample_ns,
	                  "report");
	status |= tell_if(before->reserve.ram != after->reserve.ram ||
	                          before->reserve.caps != after->reserve.caps,
	                  "reserve");
	return status;
}

int command_diff(int argc, char **argv)
{
	struct policy_report report;
	struct policy *before = NULL, *after = NULL;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return 0;
	}
	const int first = policy_report_init(&report, argc, argv);
	if (first < 0 || argc - first != 2) {
		usage(stderr);
		return POLICY_REPORT_USAGE;
	}
	int status = policy_report_evaluate(&report, argv[first], stderr, &before);
	if (before)
		status = policy_report_evaluate(&report, argv[first + 1], stderr, &after);
	if (before && after)
		status = compare(policy_plan(before), policy_plan(after));
	else
		status = POLICY_REPORT_USAGE;
	policy_destroy(after);
	policy_destroy(before);
	policy_report_fini(&report);
	return status;
}
