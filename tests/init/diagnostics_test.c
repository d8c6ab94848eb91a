/* SPDX-License-Identifier: MIT */
/*
 * Golden diagnostics: each diagnostics/NAME.lua is a wrong policy, NAME.expected what
 * is said about it (test/golden_policy.h). runs/diagnostics.lua asks the same on the target.
 *
 * With GOLDEN_UPDATE=1 in the environment the expected files are written anew.
 */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <test/golden_policy.h>

#define FOLDER "tests/init/diagnostics/"

enum { CASES_MAX = 256, PATH_SIZE = 512, FILE_SIZE_MAX = 65536 };

static char cases[CASES_MAX][PATH_SIZE];
static int case_count;

static char *read_file(void *self, const char *name, size_t *out_size)
{
	char path[PATH_SIZE * 2];

	(void)self; /* the files lie at a fixed place */
	snprintf(path, sizeof(path), FOLDER "%s", name);
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	char *text = calloc(1, FILE_SIZE_MAX);
	*out_size = fread(text, 1, FILE_SIZE_MAX - 1, file);
	fclose(file);
	return text;
}

static const struct golden_files files = {.read = read_file};

static void write_expected(const char *name, const char *text)
{
	char path[PATH_SIZE * 2];

	snprintf(path, sizeof(path), FOLDER "%s.expected", name);
	FILE *file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(each_policy_is_answered_as_expected)
{
	const char *name = cases[_i];
	char expected_name[PATH_SIZE * 2];
	size_t size;

	char *first = golden_policy_answer(&files, name);
	char *second = golden_policy_answer(&files, name);
	ck_assert_msg(first && second, "%s: unknown option, or refused without a reason", name);
	ck_assert_str_eq(first, second);
	ck_assert_str_ne(first, "");
	if (getenv("GOLDEN_UPDATE"))
		write_expected(name, first);

	snprintf(expected_name, sizeof(expected_name), "%s.expected", name);
	char *expected = read_file(NULL, expected_name, &size);
	ck_assert_msg(expected != NULL, "%s is missing", expected_name);
	ck_assert_msg(!strcmp(first, expected), "%s:\n%s--- expected:\n%s", name, first, expected);
	free(expected);
	free(second);
	free(first);
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
		snprintf(cases[case_count++], PATH_SIZE, "%.*s", (int)(dot - entry->d_name),
		         entry->d_name);
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
