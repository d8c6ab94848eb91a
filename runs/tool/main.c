/* SPDX-License-Identifier: MIT */
/*
 * capos: composes, boots and judges scenarios; checks and explains policies.
 *
 * One table of commands. Those that judge or report are written in Lua (lua/),
 * on top of what needs C: processes, serial lines, the boot archive, the plan.
 */
#include "command.h"
#include "interrupt.h"
#include "script.h"

#include <stdio.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

struct command {
	const char *name;
	int (*run)(int argc, char **argv); /* NULL: the Lua module of that name */
	const char *arguments;
	const char *purpose;
};

static const struct command commands[] = {
	{"run", NULL, "SCRIPT", "boot one scenario and judge it"},
	{"test", NULL, "[PATTERN]", "judge all scenarios, or those whose name or tag matches"},
	{"bench", NULL, "", "count instructions, against the peers and the checked-in counts"},
	{"flame", NULL, "[ROW|SCRIPT…]",
         "draw where the instructions of a benchmark or scenario go"},
	{"trace", NULL, "SCRIPT…", "who runs when in a scenario, for Perfetto or Chrome"},
	{"latency", NULL, "", "the longest ways through the kernel, of the last counted test"},
	{"coverage", NULL, "", "which lines of the kernel the last counted test has executed"},
	{"check", command_check, "FILE…",
         "evaluate and validate policies and run scripts, without booting"},
	{"explain", command_explain, "FILE CHILD SERVICE [LABEL]", "how a session would be routed"},
	{"diff", command_diff, "OLD NEW", "what another policy does to each component"},
	{"growth", NULL, "[SCRIPT]", "a scenario with 10, 100 and 1,000 of something: figures, drawn"},
	{"advise", NULL, "SCRIPT", "what budgets a scenario needs, by what it has needed"},
	{"graph", command_graph, "FILE", "draw a policy: components, budgets, who asks whom"},
	{"who-can", command_who_can, "FILE SERVICE|CHILD [ALLOWED…]",
         "who reaches a service or component; a gate for CI"},
	{"new", NULL, "KIND NAME",
         "write a component, server, driver, run script or port to begin with"},
	{"archive", NULL, "OUT FILE…", "write a boot archive; NAME=FILE gives a file another name"},
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void usage(FILE *out)
{
	fprintf(out, "usage: capos COMMAND …   (capos COMMAND --help tells more)\n\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %-8s%-28s%s\n", commands[i].name, commands[i].arguments,
		        commands[i].purpose);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return 0;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const struct command *command = &commands[i];
		if (strcmp(command->name, argv[1]) != 0)
			continue;
		if (!interrupt_init()) {
			fprintf(stderr, "capos: out of file descriptors\n");
			return EXIT_USAGE;
		}
		return command->run ? command->run(argc - 1, argv + 1)
		                    : script_command(command->name, argc - 1, argv + 1);
	}
	fprintf(stderr, "capos: no command '%s'; `capos help` lists them\n", argv[1]);
	return EXIT_USAGE;
}
