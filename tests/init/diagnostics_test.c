/* SPDX-License-Identifier: MIT */
/*
 * Golden diagnostics: each diagnostics/NAME.lua is a policy with something wrong,
 * NAME.expected what is said about it. A first line "-- check: WORD ..." sets
 * options: ram=SIZE caps=N (what there is), binary (no functions), nested (the
 * parent's services are not known), no_include, schema (the binaries kettle,
 * plain and damaged can be asked for their schemas).
 *
 * With GOLDEN_UPDATE=1 in the environment the expected files are written anew.
 */
#include <check.h>
#include <dirent.h>
#include <kettle_config/schema.h>
#include <lua/policy.h>
#include <plan/size.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "tests/init/diagnostics/"

enum { CASES_MAX = 256, PATH_SIZE = 512, OUTPUT_SIZE = 65536 };

static char cases[CASES_MAX][PATH_SIZE];
static int case_count;
static char included[PATH_SIZE];
static char *included_text;

static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	char *text = calloc(1, OUTPUT_SIZE);
	*size = fread(text, 1, OUTPUT_SIZE - 1, file);
	fclose(file);
	return text;
}

static enum status include(void *self, const char *from, const char *name,
                           struct policy_source *out)
{
	const char *slash = strrchr(from, '/');
	char path[PATH_SIZE + 64];

	(void)self; /* the files lie at a fixed place */
	char joined[PATH_SIZE];
	snprintf(joined, sizeof(joined), "%.*s%s", slash ? (int)(slash - from + 1) : 0, from, name);
	strcpy(included, joined);
	snprintf(path, sizeof(path), FOLDER "%s", included);
	free(included_text);
	included_text = read_file(path, &out->size);
	if (!included_text)
		return ERR_GONE;
	out->file = included;
	out->text = included_text;
	return OK;
}

static enum policy_schema schema(void *self, const char *binary, const void **out, size_t *out_size)
{
	static const uint64_t damage[2] = {0x1234, 0x5678};

	(void)self; /* always the same three binaries */
	if (!strcmp(binary, "plain"))
		return SCHEMA_NONE;
	*out = !strcmp(binary, "kettle") ? (const void *)kettle_config_schema : damage;
	*out_size = !strcmp(binary, "kettle") ? kettle_config_schema_size : sizeof(damage);
	return !strcmp(binary, "kettle") || !strcmp(binary, "damaged") ? SCHEMA_FOUND
	                                                                : SCHEMA_NO_BINARY;
}

static void set_options(const char *text, struct policy_options *options, struct policy_host *host)
{
	static const char *const core_services[] = {"PD", "CPU", "RM", "ROM", "LOG", "Timer", NULL};
	static const char mark[] = "-- check:";
	char line[PATH_SIZE] = "";

	*host = (struct policy_host){.include = include};
	*options = (struct policy_options){.host = host};
	options->validate.functions = true;
	options->validate.parent_services = core_services;
	if (strncmp(text, mark, strlen(mark)))
		return;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	for (char *word = strtok(line + strlen(mark), " "); word; word = strtok(NULL, " ")) {
		if (!strncmp(word, "ram=", 4))
			ck_assert(size_parse(word + 4, &options->validate.ram));
		else if (!strncmp(word, "caps=", 5))
			ck_assert(size_parse(word + 5, &options->validate.caps));
		else if (!strcmp(word, "binary"))
			options->validate.functions = false;
		else if (!strcmp(word, "nested"))
			options->validate.parent_services = NULL;
		else if (!strcmp(word, "no_include"))
			host->include = NULL;
		else if (!strcmp(word, "schema"))
			host->schema = schema;
		else
			ck_abort_msg("unknown option %s", word);
	}
}

/* What `capos check` would print. */
static void check_policy(const char *name, char *out)
{
	struct diagnostics diagnostics = {0};
	struct policy_source source = {0};
	struct policy *policy = NULL;
	struct policy_options options;
	struct policy_host host;
	char path[PATH_SIZE + 64], file[PATH_SIZE + 8], line[DIAGNOSTIC_BYTES_MAX * 2];
	size_t used = 0;

	snprintf(path, sizeof(path), FOLDER "%s.lua", name);
	snprintf(file, sizeof(file), "%s.lua", name);
	char *text = read_file(path, &source.size);
	ck_assert_ptr_nonnull(text);
	source.file = file;
	source.text = text;
	set_options(text, &options, &host);
	const enum status status = policy_evaluate(&source, &options, &diagnostics, &policy);
	ck_assert_int_eq(status == OK, diagnostics.errors == 0);
	for (uint32_t i = 0; i < diagnostics.count; i++) {
		diagnostic_format(&diagnostics.items[i], line, sizeof(line));
		used += (size_t)snprintf(out + used, OUTPUT_SIZE - used, "%s\n", line);
	}
	if (diagnostics.dropped)
		snprintf(out + used, OUTPUT_SIZE - used, "and %u more\n", diagnostics.dropped);
	policy_destroy(policy);
	diagnostics_fini(&diagnostics);
	free(text);
}

START_TEST(each_policy_is_answered_as_expected)
{
	static char first[OUTPUT_SIZE], second[OUTPUT_SIZE];
	const char *name = cases[_i];
	char path[PATH_SIZE + 64];
	size_t size;

	*first = *second = '\0';
	check_policy(name, first);
	check_policy(name, second);
	ck_assert_str_eq(first, second);
	ck_assert_str_ne(first, "");

	snprintf(path, sizeof(path), FOLDER "%s.expected", name);
	if (getenv("GOLDEN_UPDATE")) {
		FILE *file = fopen(path, "wb");
		fputs(first, file);
		fclose(file);
		return;
	}
	char *expected = read_file(path, &size);
	ck_assert_msg(expected != NULL, "%s is missing", path);
	ck_assert_msg(!strcmp(first, expected), "%s:\n%s--- expected:\n%s", name, first, expected);
	free(expected);
	free(included_text);
	included_text = NULL;
}
END_TEST

static int by_name(const void *left, const void *right)
{
	return strcmp(left, right);
}

static void find_cases(void)
{
	DIR *folder = opendir(FOLDER);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		const char *dot = strrchr(entry->d_name, '.');
		if (!dot || strcmp(dot, ".lua") || case_count == CASES_MAX)
			continue;
		snprintf(cases[case_count++], PATH_SIZE, "%.*s", (int)(dot - entry->d_name), entry->d_name);
	}
	if (folder)
		closedir(folder);
	qsort(cases, (size_t)case_count, PATH_SIZE, by_name);
}

int main(void)
{
	find_cases();
	if (case_count == 0)
		return 1;
	Suite *suite = suite_create("policy diagnostics");
	TCase *golden = tcase_create("golden");
	tcase_set_timeout(golden, 20);
	tcase_add_loop_test(golden, each_policy_is_answered_as_expected, 0, case_count);
	suite_add_tcase(suite, golden);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
