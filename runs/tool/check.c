/* SPDX-License-Identifier: MIT */
/* capos check: evaluates and validates policies, and prints what is wrong with them. */
#include "command.h"
#include "policy_report.h"

#include <stdio.h>
#include <string.h>

static void usage(FILE *out)
{
	fprintf(out, "usage: capos check [OPTION]... FILE...\n\n"
	             "Evaluates policies and validates their plans. The status is 1 on errors.\n\n");
	policy_report_options_usage(out);
}

int command_check(int argc, char **argv)
{
	struct policy_report report;
	int status = 0;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return 0;
	}
	const int first = policy_report_init(&report, argc, argv);
	if (first < 0 || first == argc) {
		usage(stderr);
		return POLICY_REPORT_USAGE;
	}
	for (int i = first; i < argc; i++) {
		struct policy *policy = NULL;
		const int result = policy_report_evaluate(&report, argv[i], stdout, &policy);
		if (result > status)
			status = result;
		policy_destroy(policy);
	}
	policy_report_fini(&report);
	return status;
}
