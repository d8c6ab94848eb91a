/* SPDX-License-Identifier: MIT */
/*
 * Descriptors: numbers, sharing by dup, limits.
 */
#include <errno.h>
#include <fcntl.h>

#include <support/program.h>
#include <support/suites.h>

START_TEST(the_lowest_free_number_is_taken)
{
	ck_assert_int_eq(program_open("/dev/null", O_RDONLY), 0);
	ck_assert_int_eq(program_open("/dev/null", O_RDONLY), 1);
	ck_assert_int_eq(program_open("/dev/null", O_RDONLY), 2);
	ck_assert_int_eq(CALL(close, 1), 0);
	ck_assert_int_eq(program_open("/dev/null", O_RDONLY), 1);
	ck_assert_int_eq(CALL(fcntl, 0, F_DUPFD, 1), 3);
	ck_assert_int_eq(CALL(fcntl, 0, F_DUPFD, 200), 200);
}
END_TEST

START_TEST(closing_twice_is_refused)
{
	ck_assert_int_eq(program_open("/dev/null", O_RDONLY), 0);
	ck_assert_int_eq(CALL(close, 0), 0);
	ck_assert_int_eq(CALL(close, 0), -EBADF);
	ck_assert_int_eq(CALL(close, -1), -EBADF);
	ck_assert_int_eq(CALL(close, DESCRIPTORS_MAX), -EBADF);
}
END_TEST

START_TEST(one_too_many_is_refused_and_loses_nothing)
{
	for (int i = 0; i < DESCRIPTORS_MAX; i++)
		ck_assert_int_eq(program_open("/dev/null", O_RDONLY), i);
	ck_assert_int_eq(program_open("/dev/null", O_RDONLY), -EMFILE);
	ck_assert_int_eq(CALL(dup, 0), -EMFILE);
	ck_assert_int_eq(CALL(close, 77), 0);
	ck_assert_int_eq(program_open("/dev/null", O_RDONLY), 77);
}
END_TEST

START_TEST(duplicates_share_the_position)
{
	char byte;

	program_put("/tmp/file", "abc");
	const long file = program_open("/tmp/file", O_RDONLY);
	const long copy = CALL(dup, file);
	ck_assert_int_eq(CALL(read, file, &byte, 1), 1);
	ck_assert_int_eq(CALL(read, copy, &byte, 1), 1);
	ck_assert_int_eq(byte, 'b');
	ck_assert_int_eq(CALL(close, file), 0);
	ck_assert_int_eq(CALL(read, copy, &byte, 1), 1);
	ck_assert_int_eq(byte, 'c');
}
END_TEST

START_TEST(dup3_closes_what_was_there)
{
	program_put("/tmp/file", "abc");
	ck_assert_int_eq(program_open("/tmp/file", O_RDONLY), 0);
	ck_assert_int_eq(program_open("/dev/null", O_RDONLY), 1);
	ck_assert_int_eq(CALL(dup3, 0, 1, O_CLOEXEC), 1);
	ck_assert_int_eq(CALL(fcntl, 1, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(CALL(fcntl, 0, F_GETFD), 0);
	ck_assert_int_eq(CALL(dup3, 0, 0, 0), -EINVAL);
	ck_assert_int_eq(CALL(dup3, 9, 1, 0), -EBADF);
	ck_assert_int_eq(CALL(dup3, 0, DESCRIPTORS_MAX, 0), -EBADF);
	ck_assert_int_eq(CALL(dup3, 0, 1, O_APPEND), -EINVAL);
}
END_TEST

START_TEST(flags_belong_to_the_file_or_to_the_descriptor)
{
	const long file = program_open("/tmp/file", O_CREAT | O_RDWR | O_CLOEXEC);
	const long copy = CALL(dup, file);

	ck_assert_int_eq(CALL(fcntl, file, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(CALL(fcntl, copy, F_GETFD), 0);
	ck_assert_int_eq(CALL(fcntl, file, F_GETFL), O_RDWR);
	ck_assert_int_eq(CALL(fcntl, file, F_SETFL, O_APPEND | O_WRONLY), 0);
	ck_assert_int_eq(CALL(fcntl, copy, F_GETFL), O_RDWR | O_APPEND);
	ck_assert_int_eq(CALL(fcntl, file, 9999), -EINVAL);
	ck_assert_int_eq(CALL(fcntl, 99, F_GETFD), -EBADF);
}
END_TEST

START_TEST(a_record_lock_is_always_to_be_had_by_the_only_process)
{
	const long file = program_open("/tmp/file", O_CREAT | O_RDONLY);
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	ck_assert_int_eq(CALL(fcntl, file, F_SETLK, &lock), 0);
	lock.l_type = F_WRLCK;
	ck_assert_int_eq(CALL(fcntl, file, F_GETLK, &lock), 0);
	ck_assert_int_eq(lock.l_type, F_UNLCK);
	lock.l_type = F_WRLCK;
	ck_assert_int_eq(CALL(fcntl, file, F_SETLK, &lock), -EBADF);
	lock.l_type = 77;
	ck_assert_int_eq(CALL(fcntl, file, F_SETLK, &lock), -EINVAL);
}
END_TEST

Suite *descriptor_suite(void)
{
	Suite *suite = suite_create("descriptors");
	TCase *tcase = tcase_create("table");

	tcase_add_checked_fixture(tcase, program_setup, program_teardown);
	tcase_add_test(tcase, the_lowest_free_number_is_taken);
	tcase_add_test(tcase, closing_twice_is_refused);
	tcase_add_test(tcase, one_too_many_is_refused_and_loses_nothing);
	tcase_add_test(tcase, duplicates_share_the_position);
	tcase_add_test(tcase, dup3_closes_what_was_there);
	tcase_add_test(tcase, flags_belong_to_the_file_or_to_the_descriptor);
	tcase_add_test(tcase, a_record_lock_is_always_to_be_had_by_the_only_process);
	suite_add_tcase(suite, tcase);
	return suite;
}
