/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <event/pipe.h>
#include <support/program.h>
#include <support/suites.h>

static void make_pipe(int ends[2], int flags)
{
	ck_assert_int_eq(CALL(pipe2, ends, flags), 0);
}

START_TEST(a_pipe_without_memory_is_refused_and_leaves_nothing)
{
	int ends[2];

	for (long left = 0; left < 4; left++) {
		fake.heap_left = left;
		ck_assert_int_eq(CALL(pipe2, ends, 0), -ENOMEM);
	}
	fake.heap_left = -1;
	make_pipe(ends, 0);
	ck_assert_int_eq(ends[0], 0);
	ck_assert_int_eq(ends[1], 1);
}
END_TEST

START_TEST(a_pipe_without_descriptors_is_refused_and_leaves_nothing)
{
	int ends[2];

	ck_assert_int_ge(program_open("/dev/null", O_RDONLY), 0);
	for (int i = 1; i < DESCRIPTORS_MAX - 1; i++)
		ck_assert_int_eq(CALL(dup, 0), i);
	ck_assert_int_eq(CALL(pipe2, ends, 0), -EMFILE);
	ck_assert_int_eq(CALL(dup, 0), DESCRIPTORS_MAX - 1);
	ck_assert_int_eq(CALL(pipe2, ends, 0), -EMFILE);
	ck_assert_int_eq(CALL(pipe2, ends, 1), -EINVAL);
}
END_TEST

START_TEST(the_ring_wraps_grows_and_keeps_its_order)
{
	static uint8_t bytes[PIPE_SIZE + 1];
	static uint8_t back[PIPE_SIZE];
	int ends[2];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 7);
	make_pipe(ends, O_NONBLOCK);
	ck_assert_int_eq(CALL(write, ends[1], bytes, 3000), 3000);
	ck_assert_int_eq(CALL(read, ends[0], back, 2000), 2000);
	ck_assert_int_eq(CALL(write, ends[1], bytes + 3000, 3000), 3000);   /* wraps */
	ck_assert_int_eq(CALL(write, ends[1], bytes + 6000, 20000), 20000); /* grows */
	ck_assert_int_eq(CALL(read, ends[0], back + 2000, PIPE_SIZE), 24000);
	ck_assert_mem_eq(back, bytes, 26000);
	ck_assert_int_eq(CALL(write, ends[1], bytes, sizeof bytes), PIPE_SIZE);
	ck_assert_int_eq(CALL(write, ends[1], bytes, 1), -EAGAIN);
	ck_assert_int_eq(CALL(read, ends[0], back, PIPE_SIZE), PIPE_SIZE);
	ck_assert_mem_eq(back, bytes, PIPE_SIZE);
}
END_TEST

START_TEST(a_pipe_that_cannot_grow_is_full_earlier)
{
	static uint8_t bytes[PIPE_SIZE];
	int ends[2];

	make_pipe(ends, O_NONBLOCK);
	fake.heap_left = 0;
	ck_assert_int_eq(CALL(write, ends[1], bytes, 10), -ENOMEM);
	fake.heap_left = 1;
	ck_assert_int_eq(CALL(write, ends[1], bytes, 10), 10);
	ck_assert_int_eq(CALL(write, ends[1], bytes, PIPE_SIZE), 4096 - 10);
	ck_assert_int_eq(CALL(write, ends[1], bytes, 1), -EAGAIN);
	fake.heap_left = -1;
	ck_assert_int_eq(CALL(write, ends[1], bytes, 1), 1);
}
END_TEST

START_TEST(a_set_forgets_files_that_end_and_ends_before_them)
{
	struct epoll_event event = {.events = EPOLLIN};
	struct epoll_event found;
	int ends[2];

	const long set = CALL(epoll_create1, 0);
	const long other = CALL(epoll_create1, 0);
	make_pipe(ends, 0);
	ck_assert_int_eq(CALL(epoll_ctl, set, EPOLL_CTL_ADD, ends[0], &event), 0);
	ck_assert_int_eq(CALL(epoll_ctl, other, EPOLL_CTL_ADD, ends[0], &event), 0);
	ck_assert_int_eq(CALL(write, ends[1], "x", 1), 1);
	ck_assert_int_eq(CALL(close, other), 0);
	ck_assert_int_eq(CALL(epoll_pwait, set, &found, 1, 0, NULL, 8), 1);
	ck_assert_int_eq(CALL(close, ends[0]), 0);
	ck_assert_int_eq(CALL(epoll_pwait, set, &found, 1, 5, NULL, 8), 0);
	fake.heap_left = 0;
	ck_assert_int_eq(CALL(epoll_ctl, set, EPOLL_CTL_ADD, ends[1], &event), -ENOMEM);
	fake.heap_left = -1;
}
END_TEST

START_TEST(a_timer_file_is_readable_at_its_time)
{
	const struct itimerspec once = {.it_value.tv_sec = 3};
	uint64_t count;

	const long timer = CALL(timerfd_create, CLOCK_MONOTONIC, TFD_NONBLOCK);
	const uint64_t start_ns = fake.time_ns;
	struct pollfd file = {.fd = (int)timer, .events = POLLIN};
	ck_assert_int_eq(CALL(timerfd_settime, timer, 0, &once, NULL), 0);
	ck_assert_int_eq(CALL(read, timer, &count, 8), -EAGAIN);
	ck_assert_int_eq(CALL(ppoll, &file, 1, NULL, NULL, 8), 1);
	ck_assert_uint_eq(fake.time_ns, start_ns + UINT64_C(3000000000));
	ck_assert_int_eq(CALL(read, timer, &count, 8), 8);
	ck_assert_uint_eq(count, 1);
	ck_assert_int_eq(CALL(write, timer, &count, 8), -EINVAL);
	const long null = program_open("/dev/null", O_RDONLY);
	ck_assert_int_eq(CALL(timerfd_settime, null, 0, &once, NULL), -EINVAL);
}
END_TEST

START_TEST(a_fifo_is_a_name_for_a_pipe)
{
	char text[8];

	ck_assert_int_eq(CALL(mknodat, AT_FDCWD, "/tmp/fifo", S_IFIFO | 0600, 0), 0);
	ck_assert_int_eq(CALL(mknodat, AT_FDCWD, "/dev/fifo", S_IFIFO | 0600, 0), -EROFS);
	ck_assert_int_eq(CALL(mknodat, AT_FDCWD, "/tmp/x/", S_IFIFO | 0600, 0), -ENOENT);
	ck_assert_int_eq(program_open("/tmp/fifo", O_WRONLY | O_NONBLOCK), -ENXIO);
	const long reader = program_open("/tmp/fifo", O_RDONLY | O_NONBLOCK);
	const long writer = program_open("/tmp/fifo", O_WRONLY);
	ck_assert_int_eq(CALL(lseek, reader, 0, SEEK_SET), -ESPIPE);
	ck_assert_int_eq(CALL(write, writer, "named", 5), 5);
	ck_assert_int_eq(CALL(read, reader, text, 8), 5);
	ck_assert_int_eq(CALL(read, reader, text, 8), -EAGAIN);
	ck_assert_int_eq(CALL(close, writer), 0);
	ck_assert_int_eq(CALL(read, reader, text, 8), 0);
}
END_TEST

Suite *event_suite(void)
{
	Suite *suite = suite_create("events");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, program_setup, program_teardown);
	tcase_add_test(tests, a_pipe_without_memory_is_refused_and_leaves_nothing);
	tcase_add_test(tests, a_pipe_without_descriptors_is_refused_and_leaves_nothing);
	tcase_add_test(tests, the_ring_wraps_grows_and_keeps_its_order);
	tcase_add_test(tests, a_pipe_that_cannot_grow_is_full_earlier);
	tcase_add_test(tests, a_set_forgets_files_that_end_and_ends_before_them);
	tcase_add_test(tests, a_timer_file_is_readable_at_its_time);
	tcase_add_test(tests, a_fifo_is_a_name_for_a_pipe);
	suite_add_tcase(suite, tests);
	return suite;
}
