/* SPDX-License-Identifier: MIT */
/*
 * The dispatch table, clocks, identity, signals to oneself.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>

#include <process/signals.h>
#include <support/program.h>
#include <support/suites.h>
#include <syscall/error.h>

START_TEST(what_is_missing_or_unknown_answers_enosys)
{
	ck_assert_int_eq(CALL(execveat, 1, 2, 3), -ENOSYS);
	ck_assert_int_eq(CALL(clone, 0), -ENOSYS);
	ck_assert_int_eq(__capos_syscall(-1, 0, 0, 0, 0, 0, 0), -ENOSYS);
	ck_assert_int_eq(__capos_syscall(CALL_COUNT, 0, 0, 0, 0, 0, 0), -ENOSYS);
	ck_assert_int_eq(__capos_syscall(INT64_MAX, 0, 0, 0, 0, 0, 0), -ENOSYS);
}
END_TEST

START_TEST(every_status_has_an_errno)
{
	ck_assert_int_eq(error_of(OK), 0);
	for (int status = 1; status < STATUS_COUNT; status++)
		ck_assert_int_lt(error_of((enum status)status), 0);
	ck_assert_int_eq(error_of((enum status)STATUS_COUNT), -EIO);
}
END_TEST

START_TEST(the_clock_runs_and_sleep_waits_for_it)
{
	struct timespec time;

	ck_assert_int_eq(CALL(clock_gettime, CLOCK_MONOTONIC, &time), 0);
	ck_assert_int_eq(time.tv_sec, 5);
	time = (struct timespec){.tv_sec = 1, .tv_nsec = 500000000};
	ck_assert_int_eq(CALL(nanosleep, &time, NULL), 0);
	ck_assert_uint_eq(fake.time_ns, 6500000000);
	time = (struct timespec){.tv_sec = 7};
	ck_assert_int_eq(CALL(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL), 0);
	ck_assert_uint_eq(fake.time_ns, 7000000000);
	time.tv_nsec = 1000000000;
	ck_assert_int_eq(CALL(nanosleep, &time, NULL), -EINVAL);
	ck_assert_int_eq(CALL(clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &time), -EINVAL);
	ck_assert_int_eq(CALL(clock_gettime, 77, &time), -EINVAL);
}
END_TEST

START_TEST(limits_are_told_and_cannot_be_changed)
{
	struct rlimit limit;

	ck_assert_int_eq(CALL(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit), 0);
	ck_assert_int_eq(limit.rlim_cur, DESCRIPTORS_MAX);
	ck_assert_int_eq(CALL(prlimit64, 0, RLIMIT_NOFILE, &limit, NULL), 0);
	limit.rlim_cur = 10;
	ck_assert_int_eq(CALL(prlimit64, 0, RLIMIT_NOFILE, &limit, NULL), -EPERM);
	ck_assert_int_eq(CALL(prlimit64, 0, RLIMIT_STACK, NULL, &limit), -EINVAL);
	ck_assert_int_eq(CALL(prlimit64, 77, RLIMIT_NOFILE, NULL, &limit), -ESRCH);
}
END_TEST

START_TEST(randomness_is_real_or_not_there)
{
	char buffer[512];

	ck_assert_int_eq(CALL(getrandom, buffer, 16, 0), 16);
	ck_assert_int_eq(CALL(getrandom, buffer, sizeof buffer, 0), 256);
	ck_assert_int_eq(CALL(getrandom, buffer, 16, 0x100), -EINVAL);
	fake.random = false;
	ck_assert_int_eq(CALL(getrandom, buffer, 16, 0), -ENOSYS);
}
END_TEST

START_TEST(exit_closes_all_and_reports_eight_bits)
{
	program_put("/tmp/file", "text");
	(void)program_open("/tmp/file", O_RDONLY);
	if (setjmp(fake.exit) == 0)
		(void)CALL(exit_group, 0x107);
	ck_assert_int_eq(fake.exit_code, 7);
	ck_assert_int_eq(fake.heap_blocks, 0);
	ck_assert_int_eq(program_init(), 0); /* for the teardown */
}
END_TEST

/* ---- signals -------------------------------------------------------------------------------- */

static int handled;

static void count(int signal)
{
	handled += signal;
}

static void count_and_raise(int signal)
{
	handled++;
	if (handled < 3)
		(void)CALL(tkill, PROCESS_ID, signal); /* blocked while it is handled */
	ck_assert_int_le(handled, 3);
}

static void check_information(int signal, siginfo_t *information, void *context)
{
	ck_assert_int_eq(information->si_signo, signal);
	ck_assert_int_eq(information->si_pid, PROCESS_ID);
	ck_assert_ptr_nonnull(context);
	handled++;
}

static void set_handler(int signal, void (*handler)(int), unsigned long flags)
{
	const struct signal_action action = {.handler = handler, .flags = flags};

	handled = 0;
	ck_assert_int_eq(CALL(rt_sigaction, signal, &action, NULL, 8), 0);
}

START_TEST(a_raised_signal_is_handled_before_the_call_returns)
{
	set_handler(SIGUSR1, count, 0);
	ck_assert_int_eq(CALL(tkill, PROCESS_ID, SIGUSR1), 0);
	ck_assert_int_eq(handled, SIGUSR1);
	ck_assert_int_eq(CALL(kill, 0, SIGUSR1), 0);
	ck_assert_int_eq(handled, 2 * SIGUSR1);
	ck_assert_int_eq(CALL(kill, 77, SIGUSR1), -ESRCH);
	ck_assert_int_eq(CALL(kill, PROCESS_ID, 65), -EINVAL);
	ck_assert_int_eq(CALL(kill, PROCESS_ID, 0), 0);
	set_handler(SIGUSR2, (void (*)(int))(uintptr_t)check_information, SA_SIGINFO);
	ck_assert_int_eq(CALL(tgkill, PROCESS_ID, PROCESS_ID, SIGUSR2), 0);
	ck_assert_int_eq(handled, 1);
}
END_TEST

START_TEST(a_blocked_signal_waits)
{
	const uint64_t usr1 = UINT64_C(1) << (SIGUSR1 - 1);
	uint64_t set = 0;

	set_handler(SIGUSR1, count, 0);
	ck_assert_int_eq(CALL(rt_sigprocmask, SIG_BLOCK, &usr1, &set, 8), 0);
	ck_assert_uint_eq(set, 0);
	ck_assert_int_eq(CALL(tkill, PROCESS_ID, SIGUSR1), 0);
	ck_assert_int_eq(handled, 0);
	ck_assert_int_eq(CALL(rt_sigpending, &set, 8), 0);
	ck_assert_uint_eq(set, usr1);
	ck_assert_int_eq(CALL(rt_sigprocmask, SIG_UNBLOCK, &usr1, &set, 8), 0);
	ck_assert_uint_eq(set, usr1);
	ck_assert_int_eq(handled, SIGUSR1);
	set = UINT64_MAX;
	ck_assert_int_eq(CALL(rt_sigprocmask, SIG_SETMASK, &set, NULL, 8), 0);
	ck_assert_int_eq(CALL(rt_sigprocmask, SIG_SETMASK, NULL, &set, 8), 0);
	ck_assert_uint_eq(~set, UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1));
	ck_assert_int_eq(CALL(rt_sigprocmask, 9, &set, NULL, 8), -EINVAL);
	ck_assert_int_eq(CALL(rt_sigprocmask, 0, &set, NULL, 16), -EINVAL);
}
END_TEST

START_TEST(a_signal_is_blocked_while_it_is_handled)
{
	set_handler(SIGUSR1, count_and_raise, 0);
	ck_assert_int_eq(CALL(tkill, PROCESS_ID, SIGUSR1), 0);
	ck_assert_int_eq(handled, 3);
}
END_TEST

START_TEST(the_default_ends_the_process_or_does_nothing)
{
	ck_assert_int_eq(CALL(tkill, PROCESS_ID, SIGCHLD), 0);
	ck_assert_int_eq(CALL(tkill, PROCESS_ID, SIGSTOP), -ENOSYS);
	ck_assert_int_eq(CALL(tkill, PROCESS_ID, SIGTSTP), 0);
	set_handler(SIGTERM, SIG_IGN, 0);
	ck_assert_int_eq(CALL(tkill, PROCESS_ID, SIGTERM), 0);
	set_handler(SIGUSR1, count, SA_RESETHAND);
	ck_assert_int_eq(CALL(tkill, PROCESS_ID, SIGUSR1), 0);
	const struct signal_action action = {.handler = count};
	ck_assert_int_eq(CALL(rt_sigaction, SIGKILL, &action, NULL, 8), -EINVAL);
	ck_assert_int_eq(CALL(rt_sigaction, 0, &action, NULL, 8), -EINVAL);
	ck_assert_int_eq(CALL(rt_sigaction, 65, &action, NULL, 8), -EINVAL);
	if (setjmp(fake.exit) == 0)
		(void)CALL(tkill, PROCESS_ID, SIGUSR1);
	ck_assert_int_eq(fake.exit_code, 128 + SIGUSR1);
	ck_assert_int_eq(program_init(), 0); /* for the teardown */
}
END_TEST

Suite *process_suite(void)
{
	Suite *suite = suite_create("process");
	TCase *tcase = tcase_create("calls");

	tcase_add_checked_fixture(tcase, program_setup, program_teardown);
	tcase_add_test(tcase, what_is_missing_or_unknown_answers_enosys);
	tcase_add_test(tcase, every_status_has_an_errno);
	tcase_add_test(tcase, the_clock_runs_and_sleep_waits_for_it);
	tcase_add_test(tcase, limits_are_told_and_cannot_be_changed);
	tcase_add_test(tcase, randomness_is_real_or_not_there);
	tcase_add_test(tcase, exit_closes_all_and_reports_eight_bits);
	tcase_add_test(tcase, a_raised_signal_is_handled_before_the_call_returns);
	tcase_add_test(tcase, a_blocked_signal_waits);
	tcase_add_test(tcase, a_signal_is_blocked_while_it_is_handled);
	tcase_add_test(tcase, the_default_ends_the_process_or_does_nothing);
	suite_add_tcase(suite, tcase);
	return suite;
}
