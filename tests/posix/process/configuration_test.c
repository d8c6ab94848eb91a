/* SPDX-License-Identifier: MIT */
/*
 * What a configuration makes of a process, and what it refuses.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <native.h>
#include <posix_config/types.h>
#include <process/configuration.h>
#include <support/program.h>
#include <support/suites.h>

static uint64_t message[512];
static struct ram kibibytes_64 = {.size = 65536};
static struct rom all_roms;
static struct dev all_devices;

static void setup(void)
{
	native_fake_reset();
	ck_assert_int_eq(program_init(), 0);
	calls_serve(&program);
}

static struct capnp_text text(const char *string)
{
	return (struct capnp_text){.at = string, .size = (uint32_t)strlen(string)};
}

/* By way of the encoded message, as a component gets it. */
static int apply(const struct config *config, const char **out_reason)
{
	struct config decoded;
	uint32_t size;

	ck_assert_int_eq(config_encode(config, message, sizeof message, &size), OK);
	ck_assert_int_eq(config_decode(message, size, &decoded), OK);
	return configuration_apply(&decoded, NULL, &program, out_reason);
}

START_TEST(a_program_gets_its_mounts_files_and_arguments)
{
	const struct mount mounts[] = {
		{.at = text("/dev"), .which = MOUNT_DEV, .dev.item = &all_devices},
		{.at = text("/tmp"), .which = MOUNT_RAM, .ram.item = &kibibytes_64},
		{.at = text("/boot"), .which = MOUNT_ROM, .rom.item = &all_roms},
	};
	const struct capnp_text args[] = {text("sort"), text("-r")};
	const struct capnp_text env[] = {text("HOME=/tmp")};
	const struct config config = {
		.args = {.items = args, .count = 2},
		.env = {.items = env, .count = 1},
		.stdin = text("/boot/input"),
		.stderr = text("/tmp/errors"),
		.cwd = text("/tmp"),
		.mounts = {.items = mounts, .count = 3},
	};
	struct config decoded;
	const char *reason;
	uintptr_t *extra;
	char byte;

	native_fake_rom("input", "i", 1);
	ck_assert_int_eq(apply(&config, &reason), 0);
	ck_assert_int_eq(CALL(read, 0, &byte, 1), 1);
	ck_assert_int_eq(CALL(write, 1, "out", 3), 3);
	ck_assert_mem_eq(fake.log, "out", 3);
	ck_assert_int_eq(CALL(write, 2, "error", 5), 5);
	ck_assert_int_ge(program_open("errors", O_RDONLY), 0);

	ck_assert_int_eq(config_decode(message, sizeof message, &decoded), OK);
	uintptr_t *vector = malloc(configuration_vector_size(&decoded, 2));
	extra = configuration_vector(&decoded, 2, vector);
	ck_assert_int_eq(vector[0], 2);
	ck_assert_str_eq((char *)vector[1], "sort");
	ck_assert_str_eq((char *)vector[2], "-r");
	ck_assert_int_eq(vector[3], 0);
	ck_assert_str_eq((char *)vector[4], "HOME=/tmp");
	ck_assert_int_eq(vector[5], 0);
	ck_assert_ptr_eq(extra, vector + 6);
	*(char *)vector[1] = 'S'; /* a program may write to its arguments */
	free(vector);
}
END_TEST

START_TEST(what_cannot_be_had_is_named)
{
	const struct mount dev = {.at = text("/dev"), .which = MOUNT_DEV, .dev.item = &all_devices};
	const struct mount twice[] = {dev, dev};
	const struct tar tar = {.rom = text("none.tar")};
	const struct mount no_tar = {.at = text("/usr"), .which = MOUNT_TAR, .tar.item = &tar};
	const struct mount unset = {.at = text("/x")};
	const struct config configs[] = {
		{.mounts = {.items = twice, .count = 2}},
		{.mounts = {.items = &no_tar, .count = 1}},
		{.mounts = {.items = &unset, .count = 1}},
		{.mounts = {.items = &dev, .count = 1}, .cwd = text("/none")},
		{.mounts = {.items = &dev, .count = 1}, .stdin = text("/none")},
		{.mounts = {.items = &dev, .count = 1}, .stdout = text("/none")},
		{.cwd = text("/")},
	};
	static const struct {
		int error;
		const char *reason;
	} expected[] = {
		{-EBUSY, "/dev"},   {-ENOENT, "/usr"}, {-EINVAL, "/x"},        {-ENOENT, "/none"},
		{-ENOENT, "/none"}, {-EROFS, "/none"}, {-ENOENT, "/dev/null"},
	};
	const char *reason = "";

	ck_assert_int_eq(apply(&configs[_i], &reason), expected[_i].error);
	ck_assert_str_eq(reason, expected[_i].reason);
}
END_TEST

Suite *configuration_suite(void)
{
	Suite *suite = suite_create("configuration");
	TCase *tcase = tcase_create("start");

	tcase_add_checked_fixture(tcase, setup, program_teardown);
	tcase_add_test(tcase, a_program_gets_its_mounts_files_and_arguments);
	tcase_add_loop_test(tcase, what_cannot_be_had_is_named, 0, 7);
	suite_add_tcase(suite, tcase);
	return suite;
}
