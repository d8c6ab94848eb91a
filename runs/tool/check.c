/* SPDX-License-Identifier: MIT */
/*
 * capos check: evaluates and validates policies, and prints what is wrong with them.
 *
 * A run script is told by a line that begins with its word `boot`, which no policy has;
 * it is evaluated as far as there (lua/check_script.lua).
 */
#include "command.h"
#include "policy_report.h"
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void usage(FILE *out)
{
	fprintf(out,
	        "usage: capos check [OPTION]... FILE...\n\n"
	        "Evaluates policies, or run scripts as far as their boot, and validates the plans.\n"
	        "The status is 1 on errors. A script has its own machine: of the options, only\n"
	        "--build applies to it.\n\n");
	policy_report_options_usage(out);
}

static bool calls_boot(const char *line)
{
	static const char word[] = "boot";

	line += strspn(line, " \t");
	if (strncmp(line, word, strlen(word)) != 0)
		return false;
	line += strlen(word);
	line += strspn(line, " \t");
	return *line == '{' || *line == '(';
}

static bool run_script(const char *path)
{
	bool found = false;
	size_t size;

	char *text = policy_files_read(path, &size);
	for (const char *line = text; line && !found; line = strchr(line, '\n')) {
		line += *line == '\n';
		found = calls_boot(line);
	}
	free(text);
	return found;
}

static int check(struct policy_report *report, char *path)
{
	char *script[] = {NULL, report->files.build, path};
	struct policy *policy = NULL;

	if (run_script(path))
		return script_command("check_script", 3, script);
	const int status = policy_report_evaluate(report, path, stdout, &policy);
	policy_destroy(policy);
	return status;
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
		const int result = check(&report, argv[i]);
		if (result > status)
			status = result;
	}
	policy_report_fini(&report);
	return status;
}
