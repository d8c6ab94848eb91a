/* SPDX-License-Identifier: MIT */
/*
 * The small plugins: dev and rom.
 */
#include <errno.h>
#include <fcntl.h>

#include <fs/plugins.h>
#include <support/program.h>
#include <support/suites.h>

START_TEST(devices_do_what_their_names_say)
{
	char bytes[4] = "abcd";
	const long null = program_open("/dev/null", O_RDWR);
	const long zero = program_open("/dev/zero", O_RDWR);
	const long full = program_open("/dev/full", O_RDWR);

	ck_assert_int_eq(CALL(read, null, bytes, 4), 0);
	ck_assert_int_eq(CALL(write, null, bytes, 4), 4);
	ck_assert_int_eq(CALL(write, zero, bytes, 4), 4);
	ck_assert_int_eq(CALL(write, full, bytes, 4), -ENOSPC);
	ck_assert_int_eq(CALL(write, full, bytes, 0), 0);
	ck_assert_int_eq(CALL(read, zero, bytes, 4), 4);
	ck_assert_mem_eq(bytes, "\0\0\0\0", 4);
	ck_assert_int_ge(program_open("/dev/null", O_WRONLY | O_CREAT | O_TRUNC), 0);
	ck_assert_int_eq(CALL(ftruncate, null, 0), -EINVAL);
}
END_TEST

START_TEST(hex_writes_bytes_as_whole_lines_of_digits)
{
	uint8_t bytes[70] = {0x00, 0xff, '\n'};
	const long hex = program_open("/dev/hex", O_WRONLY);

	ck_assert_int_eq(CALL(write, hex, bytes, 3), 3);
	ck_assert_int_eq(fake.log_size, 7);
	ck_assert_mem_eq(fake.log, "00ff0a\n", 7);
	ck_assert_int_eq(CALL(write, hex, bytes, sizeof bytes), sizeof bytes);
	ck_assert_int_eq(fake.log_size, 7 + 129 + 13);
	ck_assert_mem_eq(fake.log + 7 + 128, "\n000000000000\n", 14);
	ck_assert_int_eq(CALL(write, hex, bytes, 0), 0);
	ck_assert_int_eq(fake.log_size, 7 + 129 + 13);
}
END_TEST

START_TEST(random_devices_exist_only_with_a_source_of_randomness)
{
	struct file_system *dev;
	struct node *node;

	ck_assert_int_ge(program_open("/dev/urandom", O_RDONLY), 0);
	fake.random = false;
	ck_assert_int_eq(dev_file_system_create(&dev), 0);
	ck_assert_int_eq(dev->ops->lookup(dev->root, "urandom", &node), -ENOENT);
	dev->ops->destroy(dev);
}
END_TEST

START_TEST(a_rom_is_opened_once_and_closed_with_its_last_descriptor)
{
	native_fake_rom("rom", "text", 4);
	const long first = program_open("/boot/rom", O_RDONLY);
	const long second = program_open("/boot/rom", O_RDONLY);

	ck_assert_int_eq(fake.roms[0].open_count, 1);
	ck_assert_int_eq(CALL(close, first), 0);
	ck_assert_int_eq(fake.roms[0].open_count, 1);
	ck_assert_int_eq(CALL(close, second), 0);
	ck_assert_int_eq(fake.roms[0].open_count, 0);
}
END_TEST

START_TEST(failing_to_make_a_file_system_loses_nothing)
{
	struct file_system *file_system;
	const long before = fake.heap_blocks;

	for (long heap = 0; heap < 6; heap++) {
		fake.heap_left = heap;
		ck_assert_int_eq(dev_file_system_create(&file_system), -ENOMEM);
	}
	fake.heap_left = 0;
	ck_assert_int_eq(ram_file_system_create(1, &file_system), -ENOMEM);
	ck_assert_int_eq(rom_file_system_create(&file_system), -ENOMEM);
	fake.heap_left = -1;
	ck_assert_int_eq(fake.heap_blocks, before);
}
END_TEST

Suite *plugin_suite(void)
{
	Suite *suite = suite_create("plugins");
	TCase *tcase = tcase_create("dev and rom");

	tcase_add_checked_fixture(tcase, program_setup, program_teardown);
	tcase_add_test(tcase, devices_do_what_their_names_say);
	tcase_add_test(tcase, hex_writes_bytes_as_whole_lines_of_digits);
	tcase_add_test(tcase, random_devices_exist_only_with_a_source_of_randomness);
	tcase_add_test(tcase, a_rom_is_opened_once_and_closed_with_its_last_descriptor);
	tcase_add_test(tcase, failing_to_make_a_file_system_loses_nothing);
	suite_add_tcase(suite, tcase);
	return suite;
}
