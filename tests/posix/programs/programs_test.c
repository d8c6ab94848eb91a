/* SPDX-License-Identifier: MIT */
/*
 * Unmodified programs on libcapos-posix, run on the development machine (support/native_linux.c):
 * what a user of the library sees, from the configuration to the exit code.
 */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <posix_config/types.h>

enum { ARGS_MAX = 8 };

static char directory[32];
static char output[65536];

/* Writes ROM `name`. */
static void put_rom(const char *name, const char *content)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(content, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static struct capnp_text text(const char *string)
{
	return (struct capnp_text){.at = string, .size = (uint32_t)strlen(string)};
}

/* The message for a program with /boot, /dev and 1 MiB of /tmp, as the file `configuration`. */
static void put_configuration(const struct capnp_text *args, uint32_t count)
{
	static uint64_t message[512];
	static const struct rom rom;
	static const struct dev dev;
	static const struct ram ram = {.size = 1 << 20};
	const struct mount mounts[] = {
		{.at = text("/boot"), .which = MOUNT_ROM, .rom.item = &rom},
		{.at = text("/dev"), .which = MOUNT_DEV, .dev.item = &dev},
		{.at = text("/tmp"), .which = MOUNT_RAM, .ram.item = &ram},
	};
	const struct capnp_text env[] = {text("HOME=/tmp")};
	const struct config config = {
		.args = {.items = args, .count = count},
		.env = {.items = env, .count = 1},
		.stdin = text("/boot/input"),
		.cwd = text("/tmp"),
		.mounts = {.items = mounts, .count = 3},
	};
	char path[128];
	uint32_t size;

	ck_assert_int_eq(config_encode(&config, message, sizeof message, &size), OK);
	snprintf(path, sizeof path, "%s/configuration", directory);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fwrite(message, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
}

/* Runs a program with up to ARGS_MAX arguments, NULL behind them; its log is in `output`. */
static int run(const char *program, ...)
{
	struct capnp_text args[ARGS_MAX];
	char command[256];
	uint32_t count = 0;
	va_list list;

	va_start(list, program);
	for (const char *arg; (arg = va_arg(list, const char *));)
		args[count++] = text(arg);
	va_end(list);
	put_configuration(args, count);
	snprintf(command, sizeof command, "exec %s/%s %s/configuration %s", PROGRAMS, program,
	         directory, directory);
	FILE *pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	output[fread(output, 1, sizeof output - 1, pipe)] = '\0';
	const int status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int run_lua(const char *script)
{
	put_rom("script.lua", script);
	return run("lua", "lua", "/boot/script.lua", "argument", NULL);
}

static void setup(void)
{
	strcpy(directory, "/tmp/capos-posix-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	put_rom("input", "banana\napple\ncherry\napple\n");
}

static void teardown(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", directory);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(lua_gets_arguments_environment_and_exit_code)
{
	ck_assert_int_eq(run_lua("print(arg[0], arg[1], os.getenv('HOME')) os.exit(7)"), 7);
	ck_assert_str_eq(output, "/boot/script.lua\targument\t/tmp\n");
}
END_TEST

START_TEST(lua_reads_and_writes_files)
{
	ck_assert_int_eq(
		run_lua("local f = assert(io.open('x', 'w'))\n"
	                "for i = 1, 1000 do f:write(i, '\\n') end\n"
	                "f:close()\n"
	                "local sum = 0\n"
	                "for line in io.lines('/tmp/x') do sum = sum + tonumber(line) end\n"
	                "print(sum, io.read('l'))\n"
	                "print(os.rename('x', 'y'), os.remove('y'), (select(2, os.remove('y'))))\n"
	                "print((select(2, io.open('/boot/none'))))\n"
	                "print((select(2, io.open('/boot/input', 'w'))))\n"),
		0);
	ck_assert_str_eq(output, "500500\tbanana\n"
	                         "true\ttrue\ty: No such file or directory\n"
	                         "/boot/none: No such file or directory\n"
	                         "/boot/input: Read-only file system\n");
}
END_TEST

START_TEST(without_a_shell_nothing_is_run)
{
	ck_assert_int_eq(run_lua("print((select(2, io.popen('ls'))))\n"
	                         "print((select(2, os.execute('true'))))\n"),
	                 0);
	ck_assert_str_eq(output, "ls: No such file or directory\n"
	                         "No such file or directory\n");
}
END_TEST

START_TEST(memory_comes_and_goes)
{
	ck_assert_int_eq(run_lua("for round = 1, 3 do\n"
	                         "  local t = {}\n"
	                         "  for i = 1, 100000 do t[i] = ('x'):rep(i % 50) end\n"
	                         "  print(#table.concat(t))\n"
	                         "  t = nil collectgarbage()\n"
	                         "end\n"),
	                 0);
	ck_assert_str_eq(output, "2450000\n2450000\n2450000\n");
}
END_TEST

START_TEST(a_script_that_fails_tells_on_the_log)
{
	ck_assert_int_eq(run_lua("error('on purpose')"), 1);
	ck_assert_ptr_nonnull(strstr(output, "/boot/script.lua:1: on purpose"));
}
END_TEST

START_TEST(busybox_is_the_applet_it_is_called)
{
	ck_assert_int_eq(run("busybox", "cat", NULL), 0);
	ck_assert_str_eq(output, "banana\napple\ncherry\napple\n");
	ck_assert_int_eq(run("busybox", "sort", "-u", "/boot/input", NULL), 0);
	ck_assert_str_eq(output, "apple\nbanana\ncherry\n");
	ck_assert_int_eq(run("busybox", "wc", "-l", NULL), 0);
	ck_assert_str_eq(output, "4\n");
	ck_assert_int_eq(run("busybox", "sha256sum", "/boot/input", NULL), 0);
	ck_assert_str_eq(
		output,
		"f436c825fec3a18c8105983f22374edf4366b4fb2f525d82a3a91dadf6911fa1  /boot/input\n");
	ck_assert_int_eq(run("busybox", "mkdir", "-p", "/tmp/a/b/c", NULL), 0);
	ck_assert_int_eq(run("busybox", "cat", "/none", NULL), 1);
	ck_assert_str_eq(output, "cat: can't open '/none': No such file or directory\n");
	ck_assert_int_eq(run("busybox", "no-such-applet", NULL), 127);
}
END_TEST

START_TEST(gzip_makes_what_gunzip_reads)
{
	char command[256];

	ck_assert_int_eq(run("busybox", "gzip", "-c", "/boot/input", NULL), 0);
	/* the output is binary: once more, straight into the host's gunzip */
	snprintf(command, sizeof command,
	         "%s/busybox %s/configuration %s | gunzip | cmp - %s/input", PROGRAMS, directory,
	         directory, directory);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(what_cannot_be_started_says_why)
{
	char command[128];

	put_rom("configuration", "not a message");
	snprintf(command, sizeof command, "exec %s/lua %s/configuration %s", PROGRAMS, directory,
	         directory);
	FILE *pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	output[fread(output, 1, sizeof output - 1, pipe)] = '\0';
	ck_assert_int_eq(WEXITSTATUS(pclose(pipe)), 127);
	ck_assert_str_eq(output,
	                 "posix: cannot start: the configuration is not one of a POSIX program\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("programs");
	TCase *tcase = tcase_create("lua and busybox");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, lua_gets_arguments_environment_and_exit_code);
	tcase_add_test(tcase, lua_reads_and_writes_files);
	tcase_add_test(tcase, without_a_shell_nothing_is_run);
	tcase_add_test(tcase, memory_comes_and_goes);
	tcase_add_test(tcase, a_script_that_fails_tells_on_the_log);
	tcase_add_test(tcase, busybox_is_the_applet_it_is_called);
	tcase_add_test(tcase, gzip_makes_what_gunzip_reads);
	tcase_add_test(tcase, what_cannot_be_started_says_why);
	suite_add_tcase(suite, tcase);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
