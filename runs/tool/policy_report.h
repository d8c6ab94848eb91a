/* SPDX-License-Identifier: MIT */
/*
 * Policy report: what `check` and `explain` have in common: their options, and
 * evaluating a file with its diagnostics printed.
 */
#pragma once

#include "policy_files.h"

#include <stdio.h>

enum { POLICY_REPORT_ERRORS = 1, POLICY_REPORT_USAGE = 2 };

struct policy_report {
	struct policy_files files;
	struct policy_options options;
};

void policy_report_options_usage(FILE *out);

/* Reads the options; returns the index of the first argument behind them, or -1: refused. */
int policy_report_init(struct policy_report *report, int argc, char **argv);
void policy_report_fini(struct policy_report *report);

/*
 * Evaluates one file, prints the diagnostics to `out` and returns the exit status.
 * *out_policy is set if there were no errors.
 */
int policy_report_evaluate(struct policy_report *report, const char *path, FILE *out,
                           struct policy **out_policy);
