/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <fcntl.h>
#include <string.h>

#include <fs/plugins.h>
#include <posix_config/types.h>
#include <process/mounts.h>

#include "program.h"

struct process program;

static void mount_at(const char *path, struct file_system *file_system)
{
	ck_assert_int_eq(vfs_mount(&program.vfs, path, file_system), 0);
}

int program_init(void)
{
	program = (struct process){0};
	return process_init(&program);
}

void program_setup(void)
{
	struct file_system *ram;
	struct file_system *dev;
	struct file_system *rom;

	native_fake_reset();
	ck_assert_int_eq(program_init(), 0);
	ck_assert_int_eq(ram_file_system_create(TMP_SIZE, &ram), 0);
	ck_assert_int_eq(dev_file_system_create(&dev), 0);
	ck_assert_int_eq(rom_file_system_create(&rom), 0);
	mount_at("/tmp", ram);
	mount_at("/dev", dev);
	mount_at("/boot", rom);
	calls_serve(&program);
}

void program_teardown(void)
{
	process_fini(&program);
	areas_fini(&program.areas);
	ck_assert_int_eq(fake.objects, 0);
	ck_assert_int_eq(fake.heap_blocks, 0);
	for (size_t i = 0; i < FAKE_ROMS_MAX; i++)
		ck_assert_int_eq(fake.roms[i].open_count, 0);
}

long program_open(const char *path, int flags)
{
	return CALL(openat, AT_FDCWD, path, flags, 0644);
}

void program_put(const char *path, const char *text)
{
	const long file = program_open(path, O_WRONLY | O_CREAT | O_TRUNC);

	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(CALL(write, file, text, strlen(text)), (long)strlen(text));
	ck_assert_int_eq(CALL(close, file), 0);
}

int program_mount(const struct mount *mount)
{
	static uint64_t message[512];
	const struct capnp_text argument = {.at = "/bin/program", .size = 12};
	const struct config config = {
		.args = {.items = &argument, .count = 1},
		.mounts = {.items = mount, .count = 1},
	};
	struct config decoded;
	struct mount read;
	uint32_t size;

	ck_assert_int_eq(config_encode(&config, message, sizeof message, &size), OK);
	ck_assert_int_eq(config_decode(message, size, &decoded), OK);
	ck_assert_int_eq(mount_list_get(&decoded.mounts, 0, &read), OK);
	const struct mount_views views = {.process = &program, .arguments = &decoded.args};
	return mount_apply(&program.vfs, &views, &read);
}
