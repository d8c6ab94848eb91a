/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include <support/program.h>
#include <support/suites.h>

static int handled[8];
static int handled_count;

static void note(int signal)
{
	handled[handled_count++] = signal;
}

static void install(int signal, void (*handler)(int))
{
	const struct signal_action action = {.handler = handler};

	ck_assert_int_eq(CALL(rt_sigaction, signal, &action, NULL, 8), 0);
}

static void mask(int how, uint64_t set)
{
	ck_assert_int_eq(CALL(rt_sigprocmask, how, &set, NULL, 8), 0);
}

static void queue(int signal, int value)
{
	siginfo_t info = {.si_code = SI_QUEUE, .si_value.sival_int = value};

	ck_assert_int_eq(CALL(rt_sigqueueinfo, PROCESS_ID, signal, &info), 0);
}

static void setup(void)
{
	program_setup();
	handled_count = 0;
}

START_TEST(those_of_a_kind_queue_up_only_from_the_real_time_ones_on)
{
	install(SIGUSR1, note);
	install(40, note);
	mask(SIG_BLOCK, signal_bit(SIGUSR1) | signal_bit(40));
	for (int i = 0; i < 3; i++) {
		queue(40, i);
		queue(SIGUSR1, i);
	}
	ck_assert_int_eq(handled_count, 0);
	mask(SIG_UNBLOCK, signal_bit(SIGUSR1) | signal_bit(40));
	ck_assert_int_eq(handled_count, 4);
	ck_assert_int_eq(handled[0], SIGUSR1);
	for (int i = 1; i < 4; i++)
		ck_assert_int_eq(handled[i], 40);
}
END_TEST

START_TEST(no_memory_to_queue_one_is_told)
{
	siginfo_t info = {0};

	mask(SIG_BLOCK, signal_bit(40));
	fake.heap_left = 0;
	ck_assert_int_eq(CALL(rt_sigqueueinfo, PROCESS_ID, 40, &info), -EAGAIN);
	fake.heap_left = -1;
}
END_TEST

START_TEST(sigwait_takes_the_lowest_and_times_out)
{
	const uint64_t set = signal_bit(40) | signal_bit(41);
	const struct timespec soon = {.tv_nsec = 1000};
	siginfo_t info;

	mask(SIG_BLOCK, set);
	queue(41, 1);
	queue(40, 2);
	ck_assert_int_eq(CALL(rt_sigtimedwait, &set, &info, NULL, 8), 40);
	ck_assert_int_eq(info.si_value.sival_int, 2);
	ck_assert_int_eq(CALL(rt_sigtimedwait, &set, &info, &soon, 8), 41);
	const uint64_t before_ns = fake.time_ns;
	ck_assert_int_eq(CALL(rt_sigtimedwait, &set, &info, &soon, 8), -EAGAIN);
	ck_assert_uint_eq(fake.time_ns, before_ns + 1000);
	ck_assert_int_eq(CALL(rt_sigtimedwait, &set, &info, &soon, 4), -EINVAL);
}
END_TEST

START_TEST(a_timer_ends_a_sleep_at_its_time)
{
	const struct timer_event {
		union sigval value;
		int signal, notify, thread;
	} event = {.signal = SIGUSR1, .notify = SIGEV_SIGNAL};
	const struct itimerspec every = {.it_value.tv_sec = 1, .it_interval.tv_sec = 2};
	const struct timespec wanted = {.tv_sec = 100};
	struct timespec left;
	int timer;

	install(SIGUSR1, note);
	const uint64_t before_ns = fake.time_ns;
	ck_assert_int_eq(CALL(timer_create, CLOCK_MONOTONIC, &event, &timer), 0);
	ck_assert_int_eq(CALL(timer_settime, timer, 0, &every, NULL), 0);
	ck_assert_int_eq(CALL(nanosleep, &wanted, &left), -EINTR);
	ck_assert_uint_eq(fake.time_ns, before_ns + UINT64_C(1000000000));
	ck_assert_int_eq(handled_count, 1);
	ck_assert_int_eq(left.tv_sec, 99);
	/* missed turns are counted, and the next comes where it belongs */
	fake.time_ns += UINT64_C(5000000000);
	ck_assert_int_eq(CALL(sync), 0);
	ck_assert_int_eq(handled_count, 2);
	ck_assert_int_eq(CALL(timer_getoverrun, timer), 1);
	ck_assert_int_eq(CALL(timer_delete, timer), 0);
	ck_assert_int_eq(CALL(timer_delete, timer), -EINVAL);
}
END_TEST

START_TEST(timers_end_somewhere)
{
	int timer;
	int count = 0;

	while (CALL(timer_create, CLOCK_REALTIME, NULL, &timer) == 0)
		count++;
	ck_assert_int_eq(count, TIMERS_MAX - 1);
	ck_assert_int_eq(CALL(timer_create, CLOCK_REALTIME, NULL, &timer), -EAGAIN);
	ck_assert_int_eq(CALL(timer_create, CLOCK_PROCESS_CPUTIME_ID, NULL, &timer), -EINVAL);
}
END_TEST

static char other_stack[16384];
static char *stack_seen;

static void note_stack(int signal)
{
	(void)signal;
	stack_seen = __builtin_frame_address(0);
}

START_TEST(a_handler_runs_on_the_other_stack)
{
	const stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
	const stack_t small = {.ss_sp = other_stack, .ss_size = 100};
	const struct signal_action action = {.handler = note_stack, .flags = SA_ONSTACK};

	ck_assert_int_eq(CALL(sigaltstack, &small, NULL), -ENOMEM);
	ck_assert_int_eq(CALL(sigaltstack, &stack, NULL), 0);
	ck_assert_int_eq(CALL(rt_sigaction, SIGUSR1, &action, NULL, 8), 0);
	ck_assert_int_eq(CALL(kill, PROCESS_ID, SIGUSR1), 0);
	ck_assert(stack_seen >= other_stack && stack_seen < other_stack + sizeof other_stack);
}
END_TEST

START_TEST(a_futex_wait_ends_by_time_by_value_or_not_at_all)
{
	const struct timespec soon = {.tv_nsec = 1000};
	uint32_t word = 5;

	ck_assert_int_eq(CALL(futex, &word, 0, 4, NULL), -EAGAIN);
	ck_assert_int_eq(CALL(futex, &word, 0, 5, &soon), -ETIMEDOUT);
	ck_assert_int_eq(CALL(futex, &word, 1, 1), 0);
	ck_assert_int_eq(CALL(futex, &word, 99, 1), -ENOSYS);
	/* the lock of PTHREAD_PRIO_INHERIT */
	word = 0;
	ck_assert_int_eq(CALL(futex, &word, 6, 0, NULL), 0);
	ck_assert_uint_eq(word, PROCESS_ID);
	ck_assert_int_eq(CALL(futex, &word, 6, 0, NULL), -EDEADLK);
	ck_assert_int_eq(CALL(futex, &word, 7), 0);
	ck_assert_uint_eq(word, 0);
	ck_assert_int_eq(CALL(futex, &word, 7), -EPERM);
}
END_TEST

/* A relative may have changed it, whose wake does not reach this process. */
START_TEST(who_waits_in_shared_memory_looks_again)
{
	const struct timespec soon = {.tv_nsec = 1000};
	const struct timespec later = {.tv_sec = 1};
	void *base = NULL;

	ck_assert_int_eq(areas_map(&program.areas, AREA_ANYWHERE, NATIVE_PAGE_SIZE,
	                           NATIVE_ACCESS_READ | NATIVE_ACCESS_WRITE, &base),
	                 0);
	ck_assert_int_eq(CALL(futex, base, 0, 0, &later), -ETIMEDOUT);
	areas_share(&program.areas, base);
	ck_assert_int_eq(CALL(futex, base, 0, 0, NULL), 0);
	ck_assert_int_eq(CALL(futex, base, 0, 0, &later), 0);
	ck_assert_int_eq(CALL(futex, base, 0, 0, &soon), -ETIMEDOUT);
	ck_assert_int_eq(CALL(futex, base, 0, 1, NULL), -EAGAIN);
	ck_assert_int_eq(CALL(futex, base, 6, 0, NULL), -ENOSYS);
}
END_TEST

Suite *signal_suite(void)
{
	Suite *suite = suite_create("signals, timers, futexes");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, setup, program_teardown);
	tcase_add_test(tests, those_of_a_kind_queue_up_only_from_the_real_time_ones_on);
	tcase_add_test(tests, no_memory_to_queue_one_is_told);
	tcase_add_test(tests, sigwait_takes_the_lowest_and_times_out);
	tcase_add_test(tests, a_timer_ends_a_sleep_at_its_time);
	tcase_add_test(tests, timers_end_somewhere);
	tcase_add_test(tests, a_handler_runs_on_the_other_stack);
	tcase_add_test(tests, a_futex_wait_ends_by_time_by_value_or_not_at_all);
	tcase_add_test(tests, who_waits_in_shared_memory_looks_again);
	suite_add_tcase(suite, tests);
	return suite;
}
