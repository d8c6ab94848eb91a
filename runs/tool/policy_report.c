/* SPDX-License-Identifier: MIT */
#include "policy_report.h"

#include <errno.h>
#include <plan/size.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE_MAX = 512 };

/* What core provides to the outermost init. */
static const char *const core_services[] = {"PD",  "CPU", "RM",    "ROM",   "IO_MEM", "IO_PORT",
                                            "IRQ", "LOG", "TRACE", "Timer", "Event",  NULL};

void policy_report_options_usage(FILE *out)
{
	fprintf(out, "  --build DIR    check configurations by the components in DIR/components\n"
	             "  --ram SIZE     what there is for all components, e.g. 64M\n"
	             "  --caps NUMBER  likewise\n"
	             "  --binary       as a binary plan, which has no functions\n"
	             "  --nested       for an inner init, whose parent may serve anything\n");
}

static bool read_number(const char *text, uint64_t *out)
{
	return text && size_parse(text, out) && *out > 0;
}

int policy_report_init(struct policy_report *report, int argc, char **argv)
{
	const char *build = NULL;
	int i = 1;

	*report = (struct policy_report){
		.options.validate = {.parent_services = core_services, .functions = true}};
	struct validate_options *validate = &report->options.validate;
	for (; i < argc && !strncmp(argv[i], "--", 2); i++) {
		bool good = true;
		if (!strcmp(argv[i], "--binary"))
			validate->functions = false;
		else if (!strcmp(argv[i], "--nested"))
			validate->parent_services = NULL;
		else if (!strcmp(argv[i], "--ram"))
			good = read_number(argv[++i], &validate->ram);
		else if (!strcmp(argv[i], "--caps"))
			good = read_number(argv[++i], &validate->caps);
		else if (!strcmp(argv[i], "--build"))
			good = (build = argv[++i]) != NULL;
		else
			good = false;
		if (!good)
			return -1;
	}
	policy_files_init(&report->files, build ? build : "");
	report->options.host = &report->files.host;
	return i;
}

void policy_report_fini(struct policy_report *report)
{
	policy_files_fini(&report->files);
}

static void print(const struct diagnostics *diagnostics, FILE *out)
{
	char line[LINE_SIZE_MAX];

	for (uint32_t i = 0; i < diagnostics->count; i++) {
		diagnostic_format(&diagnostics->items[i], line, sizeof(line));
		fprintf(out, "%s\n", line);
	}
	if (diagnostics->dropped > 0)
		fprintf(out, "and %u more\n", diagnostics->dropped);
}

int policy_report_evaluate(struct policy_report *report, const char *path, FILE *out,
                           struct policy **out_policy)
{
	struct policy_source source = {.file = path};
	struct diagnostics diagnostics = {0};

	char *text = policy_files_read(path, &source.size);
	if (!text) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return POLICY_REPORT_USAGE;
	}
	source.text = text;
	const enum status status =
		policy_evaluate(&source, &report->options, &diagnostics, out_policy);
	free(text);
	print(&diagnostics, out);
	diagnostics_fini(&diagnostics);
	return status == OK ? 0 : POLICY_REPORT_ERRORS;
}
