/* SPDX-License-Identifier: MIT */
/*
 * The set-up scripts: which apt entries are taken over, which archives are refused, what is said
 * when packages are missing. Nothing here needs the network.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/capos-setup-XXXXXX";

/* Runs a command in a shell, DIR being the test's own directory: exit code, and all output. */
static int run(const char *command, char *output, size_t size)
{
	char line[2048];
	size_t used = 0;

	snprintf(line, sizeof line, "export DIR=%s; { %s; } 2>&1", directory, command);
	FILE *pipe = popen(line, "r");
	ck_assert_ptr_nonnull(pipe);
	used = fread(output, 1, size - 1, pipe);
	output[used] = '\0';
	return WEXITSTATUS(pclose(pipe));
}

static char text[16384];

static void setup(void)
{
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(run("mkdir -p $DIR/etc/sources.list.d $DIR/thing $DIR/tree/inside; "
	                     "echo content > $DIR/tree/inside/file; "
	                     "tar -C $DIR/tree -cf $DIR/thing.tar inside",
	                     text, sizeof text),
	                 0);
}

static void teardown(void)
{
	ck_assert_int_eq(run("rm -r $DIR", text, sizeof text), 0);
}

static void write_pin(const char *hash)
{
	char command[512];

	snprintf(command, sizeof command,
	         "printf 'package=thing\\nversion=1\\narchive=thing_1.orig.tar\\nsha256=%s\\n' > "
	         "$DIR/thing/pin",
	         hash);
	ck_assert_int_eq(run(command, text, sizeof text), 0);
}

#define FETCH "repos/ports/tool/fetch.sh $DIR/thing/pin $DIR/third-party $DIR/thing.tar"

START_TEST(an_archive_with_another_hash_is_refused_and_both_are_shown)
{
	static const char wrong[] =
		"00000000000000000000000000000000000000000000000000000000000000ff";
	char right[65];

	ck_assert_int_eq(run("sha256sum < $DIR/thing.tar", text, sizeof text), 0);
	memcpy(right, text, 64);
	right[64] = '\0';

	write_pin(wrong);
	ck_assert_int_eq(run(FETCH, text, sizeof text), 1);
	ck_assert_ptr_nonnull(strstr(text, "refused"));
	ck_assert_ptr_nonnull(strstr(text, wrong));
	ck_assert_ptr_nonnull(strstr(text, right));
	ck_assert_int_eq(run("ls $DIR/third-party/thing", text, sizeof text), 2);
	ck_assert_int_eq(run("ls $DIR/third-party/archive", text, sizeof text), 0);
	ck_assert_str_eq(text, "");

	write_pin(right);
	ck_assert_int_eq(run(FETCH, text, sizeof text), 0);
	ck_assert_int_eq(run("cat $DIR/third-party/thing/file", text, sizeof text), 0);
	ck_assert_str_eq(text, "content\n");

	/* kept: the second time needs neither the network nor the file */
	ck_assert_int_eq(
		run("rm $DIR/thing.tar; repos/ports/tool/fetch.sh $DIR/thing/pin $DIR/third-party",
	            text, sizeof text),
		0);
}
END_TEST

START_TEST(a_kept_archive_that_was_changed_is_refused)
{
	write_pin("0000000000000000000000000000000000000000000000000000000000000000");
	ck_assert_int_eq(run("mkdir -p $DIR/third-party/archive; "
	                     "cp $DIR/thing.tar $DIR/third-party/archive/thing_1.orig.tar; "
	                     "repos/ports/tool/fetch.sh $DIR/thing/pin $DIR/third-party",
	                     text, sizeof text),
	                 1);
	ck_assert_ptr_nonnull(strstr(text, "refused"));
}
END_TEST

START_TEST(an_incomplete_pin_is_refused)
{
	ck_assert_int_eq(run("echo package=thing > $DIR/thing/pin; " FETCH, text, sizeof text), 1);
	ck_assert_ptr_nonnull(strstr(text, "sha256="));
}
END_TEST

/* With @ standing for the release's code name in files and in what is expected. */
static int sources_of(const char *list, const char *stanzas)
{
	char command[4096];

	snprintf(command, sizeof command,
	         "cat > $DIR/etc/sources.list << 'END'\n%sEND\n"
	         "cat > $DIR/etc/sources.list.d/debian.sources << 'END'\n%sEND\n"
	         ". /etc/os-release; sed -i s/@/$VERSION_CODENAME/ $DIR/etc/sources.list "
	         "$DIR/etc/sources.list.d/*; "
	         "APT_ETC=$DIR/etc repos/ports/tool/apt_sources.sh $DIR/out && "
	         "sed s/$VERSION_CODENAME/@/g $DIR/out/*",
	         list, stanzas);
	return run(command, text, sizeof text);
}

START_TEST(one_line_entries_become_source_entries)
{
	ck_assert_int_eq(
		sources_of("# comment\n"
	                   "deb [arch=amd64 signed-by=/a.gpg] http://mirror/debian @ main contrib\n"
	                   "deb http://mirror/security @-security main # note\n"
	                   "deb-src http://mirror/debian @ main\n"
	                   "deb cdrom:[Debian 12]/ @ main\n"
	                   "deb http://elsewhere/debian @ stable\n"
	                   "deb http://elsewhere/debian cloud-sdk-@ main\n"
	                   "deb http://elsewhere/debian @-pgdg main\n",
	                   ""),
		0);
	ck_assert_str_eq(text, "deb-src [arch=amd64 signed-by=/a.gpg] http://mirror/debian @ main\n"
	                       "deb-src http://mirror/security @-security main\n");
}
END_TEST

START_TEST(stanzas_become_source_stanzas)
{
	ck_assert_int_eq(sources_of("", "# comment\n"
	                                "Types: deb\n"
	                                "URIs: http://mirror/debian\n"
	                                "Suites: @ other\n"
	                                "Components: main non-free\n"
	                                "Signed-By:\n"
	                                " -----BEGIN\n"
	                                " .\n"
	                                " key\n"
	                                "\n"
	                                "Types: deb\n"
	                                "URIs: http://elsewhere/node\n"
	                                "Suites: nodistro\n"
	                                "Components: main\n"
	                                "\n"
	                                "Enabled: no\n"
	                                "Types: deb\n"
	                                "URIs: http://disabled/debian\n"
	                                "Suites: @\n"
	                                "Components: main\n"),
	                 0);
	ck_assert_str_eq(text, "Types: deb-src\n"
	                       "Suites: @\n"
	                       "Components: main\n"
	                       "URIs: http://mirror/debian\n"
	                       "Signed-By:\n"
	                       " -----BEGIN\n"
	                       " .\n"
	                       " key\n"
	                       "\n");
}
END_TEST

START_TEST(a_system_without_entries_of_debian_is_told_so)
{
	ck_assert_int_eq(sources_of("deb http://elsewhere/x y main\n", ""), 1);
	ck_assert_ptr_nonnull(strstr(text, "no entry"));
}
END_TEST

START_TEST(missing_packages_are_named_in_one_command)
{
	/* the script reads the list beside it */
	ck_assert_int_eq(
		run("cp repos/ports/tool/setup.sh $DIR; "
	            "printf '# list\\nbash\\nno-such-package\\nnor-this\\n' > $DIR/packages; "
	            "$DIR/setup.sh --dry-run",
	            text, sizeof text),
		1);
	ck_assert_str_eq(text, "apt-get update && apt-get install --yes --no-install-recommends "
	                       "no-such-package nor-this\n");
	ck_assert_int_eq(
		run("echo bash > $DIR/packages; $DIR/setup.sh --dry-run", text, sizeof text), 0);
	ck_assert_str_eq(text, "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("setup");
	TCase *tcase = tcase_create("scripts");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_archive_with_another_hash_is_refused_and_both_are_shown);
	tcase_add_test(tcase, a_kept_archive_that_was_changed_is_refused);
	tcase_add_test(tcase, an_incomplete_pin_is_refused);
	tcase_add_test(tcase, one_line_entries_become_source_entries);
	tcase_add_test(tcase, stanzas_become_source_stanzas);
	tcase_add_test(tcase, a_system_without_entries_of_debian_is_told_so);
	tcase_add_test(tcase, missing_packages_are_named_in_one_command);
	suite_add_tcase(suite, tcase);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
