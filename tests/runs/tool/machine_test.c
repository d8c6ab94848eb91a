/* SPDX-License-Identifier: MIT */
/* Machines and processes, with shell scripts in the place of QEMU. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <interrupt.h>
#include <machine.h>
#include <process_run.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct machine machine;
static struct machine_report report;

static void start(const char *script)
{
	char *const argv[] = {(char[]){"sh"}, (char[]){"-c"}, strdup(script), NULL};

	ck_assert_int_eq(machine_start(&machine, argv, STDERR_FILENO), 0);
	free(argv[2]);
}

/* The next report that is not an early timeout. */
static void expect_report(int kind, const char *text)
{
	for (int i = 0; i < 100; i++) {
		machine_next(&machine, 200, &report);
		if (report.kind != MACHINE_TIMEOUT)
			break;
	}
	ck_assert_int_eq(report.kind, kind);
	if (text)
		ck_assert_str_eq(report.line.text, text);
}

static void expect_end(int status)
{
	expect_report(MACHINE_EXIT, NULL);
	ck_assert_int_eq(report.status, status);
	machine_stop(&machine);
}

START_TEST(text_written_before_an_event_is_reported_before_it)
{
	start("echo first >&3; echo ready >&4; sleep 0.1; echo second >&3; echo idle >&4; exit 33");
	expect_report(MACHINE_CONSOLE, "first");
	expect_report(MACHINE_EVENT, "ready");
	expect_report(MACHINE_CONSOLE, "second");
	expect_report(MACHINE_EVENT, "idle");
	expect_end(33);
}
END_TEST

START_TEST(the_end_comes_last_and_completes_the_last_line)
{
	start("printf 'last words' >&3; exit 1");
	expect_report(MACHINE_CONSOLE, "last words");
	expect_end(1);
}
END_TEST

START_TEST(an_overlong_event_is_marked)
{
	start("printf '%0600d\\nready\\n' 0 >&4");
	expect_report(MACHINE_EVENT, NULL);
	ck_assert(report.line.truncated);
	expect_report(MACHINE_EVENT, "ready");
	ck_assert(!report.line.truncated);
	expect_end(0);
}
END_TEST

START_TEST(the_monitor_answers_beside_the_reports)
{
	struct line line;

	start("echo hello >&6; read a <&6; echo text >&3; echo \"got $a\" >&6; exit 33");
	ck_assert(machine_ask(&machine, NULL, 0, 10000, &line));
	ck_assert_str_eq(line.text, "hello");
	ck_assert(machine_ask(&machine, "stop\n", 5, 10000, &line));
	ck_assert_str_eq(line.text, "got stop");
	expect_report(MACHINE_CONSOLE, "text");
	expect_report(MACHINE_EXIT, NULL);
	ck_assert(!machine_ask(&machine, "stop\n", 5, 10000, &line));
	machine_stop(&machine);
}
END_TEST

START_TEST(a_monitor_that_is_closed_is_not_waited_for)
{
	struct line line;

	start("exec 6>&-; read a <&4");
	ck_assert(!machine_ask(&machine, NULL, 0, 10000, &line));
	ck_assert_int_eq(machine.monitor_file, -1);
	machine_stop(&machine);
}
END_TEST

START_TEST(what_is_sent_arrives_on_its_line)
{
	start("read a <&4; read b <&3; echo \"$a $b\" >&3");
	ck_assert(machine_send(&machine, MACHINE_EVENT, "finish\n", 7));
	ck_assert(machine_send(&machine, MACHINE_CONSOLE, "key\n", 4));
	expect_report(MACHINE_CONSOLE, "finish key");
	expect_end(0);
}
END_TEST

START_TEST(what_the_machine_has_not_read_is_known)
{
	start("read a <&5; echo \"$a\" >&5; read b <&4; read c <&5; echo \"$c\" >&3");
	ck_assert(machine_send(&machine, MACHINE_TERMINAL, "one\n", 4));
	expect_report(MACHINE_TERMINAL, "one");
	ck_assert_uint_eq(machine_unread(&machine), 0);
	ck_assert(machine_send(&machine, MACHINE_TERMINAL, "two\n", 4));
	ck_assert_uint_eq(machine_unread(&machine), 4);
	ck_assert(machine_send(&machine, MACHINE_EVENT, "go\n", 3));
	expect_report(MACHINE_CONSOLE, "two");
	ck_assert_uint_eq(machine_unread(&machine), 0);
	expect_end(0);
	ck_assert(!machine_send(&machine, MACHINE_TERMINAL, "late\n", 5));
}
END_TEST

START_TEST(a_machine_that_does_not_read_is_not_waited_for)
{
	static char much[1 << 20];

	start("sleep 60");
	ck_assert(!machine_send(&machine, MACHINE_TERMINAL, much, sizeof much));
	machine_stop(&machine);
}
END_TEST

START_TEST(a_silent_machine_is_a_timeout)
{
	start("sleep 60");
	machine_next(&machine, 20, &report);
	ck_assert_int_eq(report.kind, MACHINE_TIMEOUT);
	machine_stop(&machine);
	machine_stop(&machine);
}
END_TEST

START_TEST(a_machine_may_close_its_lines_and_go_on)
{
	start("echo bye >&3; exec 3>&- 4>&-; sleep 0.1; exit 5");
	expect_report(MACHINE_CONSOLE, "bye");
	expect_end(5);
}
END_TEST

START_TEST(a_signal_that_ends_it_is_told_apart_from_a_status)
{
	start("kill -9 $$");
	expect_end(256 + SIGKILL);
}
END_TEST

START_TEST(a_missing_program_is_an_error_at_once)
{
	char *const argv[] = {(char[]){"/nonexistent/program"}, NULL};

	ck_assert_int_eq(machine_start(&machine, argv, -1), -ENOENT);
}
END_TEST

START_TEST(stopping_ends_what_the_machine_has_started)
{
	start("sleep 60 & echo $! >&3; wait");
	expect_report(MACHINE_CONSOLE, NULL);
	const pid_t grandchild = (pid_t)atol(report.line.text);
	machine_stop(&machine);
	for (int i = 0; i < 100 && kill(grandchild, 0) == 0; i++)
		usleep(10000); /* whoever adopts it has to reap it */
	char state[64] = "", stat_path[32];
	snprintf(stat_path, sizeof stat_path, "/proc/%d/stat", (int)grandchild);
	const int file = open(stat_path, O_RDONLY);
	if (file >= 0 && read(file, state, sizeof state - 1) > 0)
		ck_assert_ptr_nonnull(strstr(state, ") Z"));
	if (file >= 0)
		close(file);
}
END_TEST

START_TEST(nothing_but_the_lines_is_inherited)
{
	const int leak = open("/dev/null", O_RDONLY); /* not close-on-exec */

	ck_assert_int_ge(leak, 5);
	start("ls /proc/self/fd | tr '\\n' ' ' >&3");
	/* ls itself opens the directory */
	expect_report(MACHINE_CONSOLE, "0 1 2 3 4 5 6 7 ");
	expect_end(0);
	close(leak);
}
END_TEST

/* Runs a shell script; the output is to be freed. */
static int run_script(const char *script, struct process_run *run)
{
	char *const argv[] = {(char[]){"sh"}, (char[]){"-c"}, strdup(script), NULL};
	const int error = process_run(argv, run);

	free(argv[2]);
	return error;
}

START_TEST(a_program_is_run_to_its_end_and_its_output_kept)
{
	struct process_run run = {.timeout_ms = -1};

	ck_assert_int_eq(run_script("echo out; echo err >&2; exit 3", &run), 0);
	ck_assert_int_eq(run.status, 3);
	ck_assert_str_eq(run.output, "out\nerr\n");
	ck_assert(!run.truncated);
	free(run.output);
}
END_TEST

START_TEST(a_program_reads_the_input_it_is_given_and_else_nothing)
{
	struct process_run run = {.input = "a\0b", .input_size = 3, .timeout_ms = -1};

	ck_assert_int_eq(run_script("cat", &run), 0);
	ck_assert_uint_eq(run.output_size, 3);
	ck_assert_mem_eq(run.output, "a\0b", 3);
	free(run.output);

	run = (struct process_run){.timeout_ms = -1};
	ck_assert_int_eq(run_script("cat", &run), 0);
	ck_assert_uint_eq(run.output_size, 0);
	free(run.output);
}
END_TEST

START_TEST(output_beyond_the_limit_is_dropped_and_told)
{
	struct process_run run = {.timeout_ms = -1};

	ck_assert_int_eq(run_script("head -c 20000000 /dev/zero", &run), 0);
	ck_assert_int_eq(run.status, 0);
	ck_assert_uint_eq(run.output_size, PROCESS_RUN_OUTPUT_MAX);
	ck_assert(run.truncated);
	free(run.output);
}
END_TEST

START_TEST(a_program_that_takes_too_long_is_ended)
{
	struct process_run run = {.timeout_ms = 50};

	ck_assert_int_eq(run_script("sleep 60", &run), -ETIMEDOUT);
	ck_assert_ptr_null(run.output);
	/* also when it has closed its output */
	ck_assert_int_eq(run_script("exec sleep 60 >&- 2>&-", &run), -ETIMEDOUT);
}
END_TEST

START_TEST(a_program_that_is_not_there_is_an_error)
{
	char *const argv[] = {(char[]){"/no/such/program"}, NULL};
	struct process_run run = {.timeout_ms = -1};

	ck_assert_int_eq(process_run(argv, &run), -ENOENT);
	ck_assert_ptr_null(run.output);
}
END_TEST

/* Last of all: the signal stays noted. */
START_TEST(a_signal_ends_the_wait)
{
	start("sleep 60");
	raise(SIGTERM);
	machine_next(&machine, -1, &report);
	ck_assert_int_eq(report.kind, MACHINE_INTERRUPT);
	ck_assert_int_eq(report.status, SIGTERM);
	machine_stop(&machine);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("machine");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, (SFun)interrupt_init, NULL);
	tcase_add_test(tests, text_written_before_an_event_is_reported_before_it);
	tcase_add_test(tests, the_end_comes_last_and_completes_the_last_line);
	tcase_add_test(tests, an_overlong_event_is_marked);
	tcase_add_test(tests, the_monitor_answers_beside_the_reports);
	tcase_add_test(tests, a_monitor_that_is_closed_is_not_waited_for);
	tcase_add_test(tests, what_is_sent_arrives_on_its_line);
	tcase_add_test(tests, what_the_machine_has_not_read_is_known);
	tcase_add_test(tests, a_machine_that_does_not_read_is_not_waited_for);
	tcase_add_test(tests, a_silent_machine_is_a_timeout);
	tcase_add_test(tests, a_machine_may_close_its_lines_and_go_on);
	tcase_add_test(tests, a_signal_that_ends_it_is_told_apart_from_a_status);
	tcase_add_test(tests, a_missing_program_is_an_error_at_once);
	tcase_add_test(tests, stopping_ends_what_the_machine_has_started);
	tcase_add_test(tests, nothing_but_the_lines_is_inherited);
	tcase_add_test(tests, a_program_is_run_to_its_end_and_its_output_kept);
	tcase_add_test(tests, a_program_reads_the_input_it_is_given_and_else_nothing);
	tcase_add_test(tests, output_beyond_the_limit_is_dropped_and_told);
	tcase_add_test(tests, a_program_that_takes_too_long_is_ended);
	tcase_add_test(tests, a_program_that_is_not_there_is_an_error);
	tcase_add_test(tests, a_signal_ends_the_wait);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
