/* SPDX-License-Identifier: MIT */
/*
 * Reading, writing, seeking, listing, and the calls that say no.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include <support/program.h>
#include <support/suites.h>

START_TEST(a_descriptor_serves_only_what_it_was_opened_for)
{
	char byte = 'x';
	const long reader = program_open("/tmp/file", O_CREAT | O_RDONLY);
	const long writer = program_open("/tmp/file", O_WRONLY);
	const long path = program_open("/tmp/file", O_PATH);

	ck_assert_int_eq(CALL(write, reader, &byte, 1), -EBADF);
	ck_assert_int_eq(CALL(read, writer, &byte, 1), -EBADF);
	ck_assert_int_eq(CALL(read, path, &byte, 1), -EBADF);
	ck_assert_int_eq(CALL(lseek, path, 0, SEEK_SET), -EBADF);
	ck_assert_int_eq(CALL(ftruncate, path, 0), -EBADF);
	ck_assert_int_eq(CALL(ftruncate, reader, 0), -EINVAL);
	ck_assert_int_eq(CALL(read, 99, &byte, 1), -EBADF);
	ck_assert_int_eq(CALL(read, program_open("/tmp", O_RDONLY), &byte, 1), -EISDIR);
}
END_TEST

START_TEST(appending_goes_to_the_end_wherever_the_position_is)
{
	char text[8] = {0};

	program_put("/tmp/file", "ab");
	const long file = program_open("/tmp/file", O_RDWR | O_APPEND);
	ck_assert_int_eq(CALL(lseek, file, 0, SEEK_SET), 0);
	ck_assert_int_eq(CALL(write, file, "c", 1), 1);
	ck_assert_int_eq(CALL(lseek, file, 0, SEEK_CUR), 3);
	ck_assert_int_eq(CALL(pread64, file, text, 8, 0), 3);
	ck_assert_str_eq(text, "abc");
}
END_TEST

START_TEST(seeking_is_bounded_at_both_ends)
{
	program_put("/tmp/file", "abc");
	const long file = program_open("/tmp/file", O_RDWR);

	ck_assert_int_eq(CALL(lseek, file, -1, SEEK_END), 2);
	ck_assert_int_eq(CALL(lseek, file, 5, SEEK_CUR), 7);
	ck_assert_int_eq(CALL(lseek, file, -8, SEEK_CUR), -EINVAL);
	ck_assert_int_eq(CALL(lseek, file, -1, SEEK_SET), -EINVAL);
	ck_assert_int_eq(CALL(lseek, file, INT64_MAX, SEEK_CUR), -EOVERFLOW);
	ck_assert_int_eq(CALL(lseek, file, 0, 7), -EINVAL);
	ck_assert_int_eq(CALL(lseek, file, INT64_MAX, SEEK_SET), INT64_MAX);
	ck_assert_int_eq(CALL(write, file, "x", 1), -EFBIG);
	ck_assert_int_eq(CALL(pread64, file, NULL, 1, -1), -EINVAL);
	ck_assert_int_eq(CALL(pwrite64, file, "x", 1, -1), -EINVAL);
}
END_TEST

START_TEST(the_log_has_no_position)
{
	const long log = program_open("/dev/log", O_WRONLY | O_APPEND);

	ck_assert_int_eq(CALL(lseek, log, 0, SEEK_CUR), -ESPIPE);
	ck_assert_int_eq(CALL(pwrite64, log, "x", 1, 0), -ESPIPE);
	ck_assert_int_eq(CALL(write, log, "one\n", 4), 4);
	ck_assert_int_eq(CALL(write, log, "two\n", 4), 4);
	ck_assert_int_eq(fake.log_size, 8);
	ck_assert_mem_eq(fake.log, "one\ntwo\n", 8);
	ck_assert_int_eq(CALL(fsync, log), -EINVAL);
}
END_TEST

START_TEST(vectors_are_one_transfer)
{
	char first[2];
	char second[8];
	char text[] = "abcde";
	struct iovec out[] = {{text, 2}, {NULL, 0}, {text + 2, 3}};
	struct iovec in[] = {{first, sizeof first}, {second, sizeof second}};
	const long file = program_open("/tmp/file", O_CREAT | O_RDWR);

	ck_assert_int_eq(CALL(writev, file, out, 3), 5);
	ck_assert_int_eq(CALL(lseek, file, 0, SEEK_SET), 0);
	ck_assert_int_eq(CALL(readv, file, in, 2), 5);
	ck_assert_mem_eq(first, "ab", 2);
	ck_assert_mem_eq(second, "cde", 3);
	ck_assert_int_eq(CALL(preadv, file, in, 2, 3), 2);
	ck_assert_mem_eq(first, "de", 2);
	ck_assert_int_eq(CALL(pwritev, file, out, 3, 1), 5);
	ck_assert_int_eq(CALL(lseek, file, 0, SEEK_CUR), 5);
	ck_assert_int_eq(CALL(readv, file, in, -1), -EINVAL);
	ck_assert_int_eq(CALL(readv, file, in, IOV_MAX + 1), -EINVAL);
	in[0].iov_len = SSIZE_MAX;
	ck_assert_int_eq(CALL(readv, file, in, 2), -EINVAL);
}
END_TEST

START_TEST(nothing_is_a_terminal)
{
	struct winsize size;
	const long file = program_open("/dev/log", O_WRONLY);

	ck_assert_int_eq(CALL(ioctl, file, TIOCGWINSZ, &size), -ENOTTY);
	ck_assert_int_eq(CALL(ioctl, 99, TIOCGWINSZ, &size), -EBADF);
	ck_assert_int_eq(CALL(ioctl, file, FIOCLEX), 0);
	ck_assert_int_eq(CALL(fcntl, file, F_GETFD), FD_CLOEXEC);
}
END_TEST

START_TEST(a_listing_fits_any_buffer_that_holds_one_entry)
{
	char small[32];
	char name[16];
	int found = 0;

	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "/tmp/%d", i);
		program_put(name, "");
	}
	const long directory = program_open("/tmp", O_RDONLY);
	ck_assert_int_eq(CALL(getdents64, directory, small, 16), -EINVAL);
	for (long size; (size = CALL(getdents64, directory, small, sizeof small)) > 0;)
		for (long at = 0; at < size; at += *(uint16_t *)(void *)(small + at + 16))
			found++;
	ck_assert_int_eq(found, 22);
	ck_assert_int_eq(CALL(getdents64, directory, small, sizeof small), 0);
	ck_assert_int_eq(CALL(lseek, directory, 0, SEEK_SET), 0);
	ck_assert_int_gt(CALL(getdents64, directory, small, sizeof small), 0);
	ck_assert_int_eq(CALL(getdents64, program_open("/tmp/1", O_RDONLY), small, 32), -ENOTDIR);
}
END_TEST

START_TEST(removing_while_listing_skips_nothing_that_stays)
{
	char buffer[32];
	char name[16];
	int found = 0;

	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "/tmp/%02d", i);
		program_put(name, "");
	}
	const long directory = program_open("/tmp", O_RDONLY);
	for (long size; (size = CALL(getdents64, directory, buffer, sizeof buffer)) > 0;)
		for (long at = 0; at < size; at += *(uint16_t *)(void *)(buffer + at + 16)) {
			if (buffer[at + 19] == '.')
				continue;
			found++;
			snprintf(name, sizeof name, "/tmp/%s", buffer + at + 19);
			ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, name, 0), 0);
		}
	ck_assert_int_eq(found, 20);
}
END_TEST

START_TEST(memory_comes_zeroed_and_goes_back)
{
	const long base =
		CALL(mmap, NULL, 5000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert_int_gt(base, 0);
	ck_assert_int_eq(fake.pages, 8192);
	ck_assert_int_eq(((char *)base)[8191], 0);
	ck_assert_int_eq(CALL(mprotect, base, 4096, PROT_NONE), 0);
	ck_assert_int_eq(CALL(munmap, base + 1, 4096), -EINVAL);
	ck_assert_int_eq(CALL(munmap, base, 0), -EINVAL);
	ck_assert_int_eq(CALL(munmap, base, 5000), 0);
	ck_assert_int_eq(fake.pages, 0);
	ck_assert_int_eq(CALL(mmap, NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	                 -EINVAL);
	ck_assert_int_eq(CALL(mmap, NULL, -1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	                 -EINVAL);
	ck_assert_int_eq(CALL(mmap, NULL, INT64_MAX, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	                 -ENOMEM);
	ck_assert_int_eq(CALL(mmap, base, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
	                      -1, 0),
	                 -ENOMEM);
}
END_TEST

START_TEST(a_file_is_mapped_as_a_copy_or_not_at_all)
{
	native_fake_rom("rom", "read-only", 9);
	program_put("/tmp/file", "text");
	const long file = program_open("/tmp/file", O_RDWR);
	const long rom = program_open("/boot/rom", O_RDONLY);

	const long copy = CALL(mmap, NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
	ck_assert_int_gt(copy, 0);
	ck_assert_mem_eq((char *)copy, "text\0", 5);
	ck_assert_int_eq(CALL(munmap, copy, 4096), 0);
	const long shared = CALL(mmap, NULL, 4096, PROT_READ, MAP_SHARED, rom, 0);
	ck_assert_int_gt(shared, 0);
	ck_assert_int_eq(CALL(munmap, shared, 4096), 0);
	ck_assert_int_eq(CALL(mmap, NULL, 4096, PROT_READ, MAP_SHARED, file, 0), -ENODEV);
	ck_assert_int_eq(CALL(mmap, NULL, 4096, PROT_READ, MAP_PRIVATE, file, 7), -EINVAL);
	ck_assert_int_eq(CALL(mmap, NULL, 4096, PROT_READ, MAP_PRIVATE, 99, 0), -EBADF);
	ck_assert_int_eq(CALL(mmap, NULL, 4096, PROT_READ, MAP_PRIVATE,
	                      program_open("/dev/zero", O_RDONLY), 0),
	                 -ENODEV);
}
END_TEST

START_TEST(shared_memory_keeps_its_object)
{
	enum { SHARED = MAP_SHARED | MAP_ANONYMOUS, READ_WRITE = PROT_READ | PROT_WRITE };
	const long base = CALL(mmap, NULL, 4096, READ_WRITE, SHARED, -1, 0);
	const long reserved = CALL(mmap, NULL, 8192, PROT_NONE, SHARED, -1, 0);
	const long page = CALL(mmap, NULL, 4096, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert(areas_shared(&program.areas, (void *)base, 4096));
	ck_assert(areas_shared(&program.areas, (void *)reserved, 8192));
	ck_assert_int_eq(fake.objects, 2);
	ck_assert_int_eq(CALL(mprotect, reserved, 4096, READ_WRITE), 0);
	ck_assert_int_eq(fake.objects, 2);
	ck_assert_int_eq(CALL(mremap, reserved, 8192, 16384, MREMAP_MAYMOVE), -ENOMEM);
	ck_assert_int_eq(CALL(mremap, reserved, 8192, 4096, MREMAP_MAYMOVE), reserved);
	ck_assert_int_eq(CALL(mmap, page, 4096, READ_WRITE, SHARED | MAP_FIXED, -1, 0), -ENODEV);
	ck_assert_int_eq(CALL(mmap, base, 4096, READ_WRITE, SHARED | MAP_FIXED, -1, 0), base);
	ck_assert_int_eq(CALL(munmap, base, 4096), 0);
	ck_assert_int_eq(CALL(munmap, reserved, 4096), 0);
	ck_assert_int_eq(CALL(munmap, page, 4096), 0);
	ck_assert_int_eq(fake.objects, 0);
}
END_TEST

Suite *file_suite(void)
{
	Suite *suite = suite_create("files");
	TCase *tcase = tcase_create("calls");

	tcase_add_checked_fixture(tcase, program_setup, program_teardown);
	tcase_add_test(tcase, a_descriptor_serves_only_what_it_was_opened_for);
	tcase_add_test(tcase, appending_goes_to_the_end_wherever_the_position_is);
	tcase_add_test(tcase, seeking_is_bounded_at_both_ends);
	tcase_add_test(tcase, the_log_has_no_position);
	tcase_add_test(tcase, vectors_are_one_transfer);
	tcase_add_test(tcase, nothing_is_a_terminal);
	tcase_add_test(tcase, a_listing_fits_any_buffer_that_holds_one_entry);
	tcase_add_test(tcase, removing_while_listing_skips_nothing_that_stays);
	tcase_add_test(tcase, memory_comes_zeroed_and_goes_back);
	tcase_add_test(tcase, a_file_is_mapped_as_a_copy_or_not_at_all);
	tcase_add_test(tcase, shared_memory_keeps_its_object);
	suite_add_tcase(suite, tcase);
	return suite;
}
