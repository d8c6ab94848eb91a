/* SPDX-License-Identifier: MIT */
/*
 * The ram file system: contents, holes, limits, files that are removed while open, and random
 * operations against a model.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fs/plugins.h>
#include <support/program.h>
#include <support/suites.h>

enum { BLOCK_SIZE = 4096 };

START_TEST(a_hole_reads_as_zeros_and_costs_nothing)
{
	struct stat status;
	char bytes[3] = "xyz";
	const long file = program_open("/tmp/sparse", O_CREAT | O_RDWR);

	ck_assert_int_eq(CALL(ftruncate, file, INT64_C(1) << 40), 0);
	ck_assert_int_eq(CALL(pread64, file, bytes, 3, INT64_C(1) << 39), 3);
	ck_assert_mem_eq(bytes, "\0\0\0", 3);
	ck_assert_int_eq(CALL(pwrite64, file, "x", 1, 5 * BLOCK_SIZE), 1);
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_size, INT64_C(1) << 40);
	ck_assert_int_eq(status.st_blocks, BLOCK_SIZE / 512);
	ck_assert_int_eq(CALL(pread64, file, bytes, 3, 5 * BLOCK_SIZE - 1), 3);
	ck_assert_mem_eq(bytes, "\0x\0", 3);
}
END_TEST

START_TEST(what_was_cut_off_does_not_come_back)
{
	char bytes[3];

	program_put("/tmp/file", "abcdef");
	const long file = program_open("/tmp/file", O_RDWR);
	ck_assert_int_eq(CALL(ftruncate, file, 2), 0);
	ck_assert_int_eq(CALL(ftruncate, file, 6), 0);
	ck_assert_int_eq(CALL(pread64, file, bytes, 3, 1), 3);
	ck_assert_mem_eq(bytes, "b\0\0", 3);
	ck_assert_int_eq(CALL(ftruncate, file, -1), -EINVAL);
	ck_assert_int_eq(CALL(ftruncate, file, INT64_MAX), -EFBIG);
	ck_assert_int_eq(CALL(truncate, "/tmp", 0), -EISDIR);
}
END_TEST

START_TEST(a_full_file_system_says_how_far_it_came)
{
	static char data[2 * TMP_SIZE];
	const long file = program_open("/tmp/big", O_CREAT | O_WRONLY);

	const long done = CALL(write, file, data, sizeof data);
	ck_assert_int_gt(done, TMP_SIZE / 2);
	ck_assert_int_lt(done, TMP_SIZE);
	ck_assert_int_eq(done % BLOCK_SIZE, 0);
	ck_assert_int_eq(CALL(write, file, data, sizeof data), -ENOSPC);
	struct stat status;
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_size, done);

	/* and gets all of it back */
	ck_assert_int_eq(CALL(ftruncate, file, 0), 0);
	ck_assert_int_eq(CALL(pwrite64, file, data, (size_t)done, 0), done);
}
END_TEST

START_TEST(names_are_charged_too)
{
	char name[64];
	long file = 0;
	int made = 0;

	for (; made < 10000; made++) {
		snprintf(name, sizeof name, "/tmp/%050d", made);
		file = program_open(name, O_CREAT | O_WRONLY);
		if (file < 0)
			break;
		ck_assert_int_eq(CALL(close, file), 0);
	}
	ck_assert_int_eq(file, -ENOSPC);
	ck_assert_int_lt(made, TMP_SIZE / 100);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d", 0755), -ENOSPC);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD,
	                      "/tmp/00000000000000000000000000000000000000000000000000", 0),
	                 0);
	ck_assert_int_ge(program_open("/tmp/one", O_CREAT | O_WRONLY), 0);
}
END_TEST

START_TEST(a_removed_file_lives_until_it_is_closed)
{
	struct stat status;
	char text[5] = {0};

	program_put("/tmp/file", "text");
	const long file = program_open("/tmp/file", O_RDWR);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/file", 0), 0);
	ck_assert_int_eq(CALL(read, file, text, 4), 4);
	ck_assert_str_eq(text, "text");
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_nlink, 0);

	/* a new file of that name is another */
	program_put("/tmp/file", "new");
	ck_assert_int_eq(CALL(pread64, file, text, 4, 0), 4);
	ck_assert_str_eq(text, "text");
	const long before = fake.heap_blocks;
	ck_assert_int_eq(CALL(close, file), 0);
	ck_assert_int_eq(fake.heap_blocks, before - 3); /* open file, node, block */
}
END_TEST

START_TEST(a_replaced_file_lives_until_it_is_closed)
{
	char text[4] = {0};

	program_put("/tmp/old", "old");
	program_put("/tmp/new", "new");
	const long file = program_open("/tmp/old", O_RDONLY);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/new", AT_FDCWD, "/tmp/old"), 0);
	ck_assert_int_eq(CALL(read, file, text, 3), 3);
	ck_assert_str_eq(text, "old");
}
END_TEST

START_TEST(a_file_lives_as_long_as_one_of_its_names)
{
	struct stat status;
	char text[5] = {0};

	program_put("/tmp/one", "text");
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/one", AT_FDCWD, "/tmp/two", 0), 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/one", &status, 0), 0);
	ck_assert_int_eq(status.st_nlink, 2);
	const ino_t id = status.st_ino;
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/one", 0), 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/two", &status, 0), 0);
	ck_assert_int_eq(status.st_nlink, 1);
	ck_assert_int_eq(status.st_ino, id);
	const long file = program_open("/tmp/two", O_RDONLY);
	ck_assert_int_eq(CALL(read, file, text, 4), 4);
	ck_assert_str_eq(text, "text");

	/* one name instead of another of the same file changes nothing */
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/two", AT_FDCWD, "/tmp/one", 0), 0);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/one", AT_FDCWD, "/tmp/two"), 0);
	ck_assert_int_ge(program_open("/tmp/one", O_RDONLY), 0);
	ck_assert_int_ge(program_open("/tmp/two", O_RDONLY), 0);
}
END_TEST

START_TEST(not_everything_takes_another_name)
{
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d", 0755), 0);
	program_put("/tmp/file", "");
	ck_assert_int_eq(CALL(symlinkat, "file", AT_FDCWD, "/tmp/link"), 0);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/d", AT_FDCWD, "/tmp/e", 0), -EPERM);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/none", AT_FDCWD, "/tmp/e", 0), -ENOENT);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/file", AT_FDCWD, "/tmp/d", 0), -EEXIST);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/file", AT_FDCWD, "/tmp/x/e", 0), -ENOENT);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/file", AT_FDCWD, "/dev/e", 0), -EXDEV);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/dev/null", AT_FDCWD, "/dev/e", 0), -EROFS);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/file", AT_FDCWD, "/tmp/e", 77), -EINVAL);

	/* the link itself, or what it leads to */
	struct stat status;
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/link", AT_FDCWD, "/tmp/e", 0), 0);
	ck_assert_int_eq(CALL(linkat, AT_FDCWD, "/tmp/link", AT_FDCWD, "/tmp/f", AT_SYMLINK_FOLLOW),
	                 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/e", &status, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert(S_ISLNK(status.st_mode));
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/f", &status, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert(S_ISREG(status.st_mode));
}
END_TEST

START_TEST(directories_count_those_in_them)
{
	struct stat status;

	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d", 0755), 0);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/d/e", 0755), 0);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/f", 0755), 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/d", &status, 0), 0);
	ck_assert_int_eq(status.st_nlink, 3);
	ck_assert_int_eq(CALL(renameat, AT_FDCWD, "/tmp/d/e", AT_FDCWD, "/tmp/f/e"), 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/d", &status, 0), 0);
	ck_assert_int_eq(status.st_nlink, 2);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/f", &status, 0), 0);
	ck_assert_int_eq(status.st_nlink, 3);
	const long directory = program_open("/tmp/d", O_RDONLY);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/tmp/d", AT_REMOVEDIR), 0);
	ck_assert_int_eq(CALL(fstat, directory, &status), 0);
	ck_assert_int_eq(status.st_nlink, 0);
}
END_TEST

START_TEST(owners_are_kept)
{
	struct stat status;

	const long file = program_open("/tmp/file", O_CREAT | O_RDWR);
	ck_assert_int_eq(CALL(fchown, file, 5, 6), 0);
	ck_assert_int_eq(CALL(fchownat, AT_FDCWD, "/tmp/file", -1, 7, 0), 0);
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_uid, 5);
	ck_assert_int_eq(status.st_gid, 7);
	ck_assert_int_eq(CALL(fchownat, AT_FDCWD, "/dev/null", 1, 1, 0), -EROFS);
	ck_assert_int_eq(CALL(fchownat, AT_FDCWD, "/tmp/none", 1, 1, 0), -ENOENT);
	ck_assert_int_eq(CALL(fchownat, AT_FDCWD, "/tmp/file", 1, 1, 1), -EINVAL);
	ck_assert_int_eq(CALL(fchown, 77, 1, 1), -EBADF);
}
END_TEST

START_TEST(a_read_notes_when_after_a_change)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = -2, .tv_nsec = 5}};
	struct stat status;
	char byte;

	fake.time_ns = 10;
	program_put("/tmp/file", "text");
	const long file = program_open("/tmp/file", O_RDONLY);
	fake.time_ns = 20;
	ck_assert_int_eq(CALL(read, file, &byte, 1), 1);
	fake.time_ns = 30;
	ck_assert_int_eq(CALL(read, file, &byte, 1), 1);
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_atim.tv_nsec, 20);
	ck_assert_int_eq(status.st_mtim.tv_nsec, 10);
	ck_assert_int_eq(CALL(fchmod, file, 0600), 0);
	ck_assert_int_eq(CALL(utimensat, file, NULL, times, 0), 0);
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_atim.tv_nsec, 20);
	ck_assert_int_eq(status.st_ctim.tv_nsec, 30);
	ck_assert_int_eq(status.st_mtim.tv_sec, -2);
	ck_assert_int_eq(status.st_mtim.tv_nsec, 5);
}
END_TEST

START_TEST(holes_are_found_and_made)
{
	const off_t gibibytes_4 = (off_t)4 << 30;
	enum { KEEP = 1, HOLE = 3 };
	struct stat status;
	char text[3];

	const long file = program_open("/tmp/sparse", O_CREAT | O_RDWR);
	ck_assert_int_eq(CALL(pwrite64, file, "ab", 2, gibibytes_4 - 1), 2);
	ck_assert_int_eq(CALL(pwrite64, file, "x", 1, 3 * BLOCK_SIZE), 1);
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_size, gibibytes_4 + 1);
	ck_assert_int_eq(status.st_blocks, 3 * BLOCK_SIZE / 512);
	ck_assert_int_eq(CALL(pread64, file, text, 3, gibibytes_4 - 1), 2);
	ck_assert_mem_eq(text, "ab", 2);

	ck_assert_int_eq(CALL(lseek, file, 1, SEEK_DATA), 3 * BLOCK_SIZE);
	ck_assert_int_eq(CALL(lseek, file, 3 * BLOCK_SIZE + 1, SEEK_DATA), 3 * BLOCK_SIZE + 1);
	ck_assert_int_eq(CALL(lseek, file, 3 * BLOCK_SIZE + 1, SEEK_HOLE), 4 * BLOCK_SIZE);
	ck_assert_int_eq(CALL(lseek, file, 4 * BLOCK_SIZE, SEEK_DATA), gibibytes_4 - BLOCK_SIZE);
	ck_assert_int_eq(CALL(lseek, file, gibibytes_4, SEEK_HOLE), gibibytes_4 + 1);
	ck_assert_int_eq(CALL(lseek, file, gibibytes_4 + 1, SEEK_DATA), -ENXIO);
	ck_assert_int_eq(CALL(lseek, file, -1, SEEK_HOLE), -ENXIO);

	ck_assert_int_eq(CALL(fallocate, file, HOLE, BLOCK_SIZE, gibibytes_4 - 1 - BLOCK_SIZE), 0);
	ck_assert_int_eq(CALL(lseek, file, 0, SEEK_DATA), gibibytes_4 - BLOCK_SIZE);
	ck_assert_int_eq(CALL(pread64, file, text, 3, gibibytes_4 - 2), 3);
	ck_assert_mem_eq(text, "\0ab", 3);
	ck_assert_int_eq(CALL(fallocate, file, KEEP, 0, 2 * BLOCK_SIZE), 0);
	ck_assert_int_eq(CALL(lseek, file, 0, SEEK_HOLE), 2 * BLOCK_SIZE);
	ck_assert_int_eq(CALL(fallocate, file, 0, 0, TMP_SIZE), -ENOSPC);
	ck_assert_int_eq(CALL(fallocate, file, 0, 0, 0), -EINVAL);
	ck_assert_int_eq(CALL(fallocate, file, 8, 0, 1), -EOPNOTSUPP);
	ck_assert_int_eq(CALL(fallocate, file, 0, 1, INT64_MAX), -EFBIG);
	ck_assert_int_eq(CALL(ftruncate, file, 0), 0);
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_blocks, 0);
	ck_assert_int_eq(CALL(fallocate, file, 0, 5, 2), 0);
	ck_assert_int_eq(CALL(lseek, file, 0, SEEK_END), 7);
}
END_TEST

START_TEST(the_limit_is_told)
{
	struct statfs before;
	struct statfs after;

	ck_assert_int_eq(CALL(statfs, "/tmp", &before), 0);
	program_put("/tmp/file", "text");
	const long file = program_open("/tmp/file", O_RDONLY);
	ck_assert_int_eq(CALL(fstatfs, file, &after), 0);
	ck_assert_int_eq(before.f_blocks * before.f_bsize, TMP_SIZE);
	ck_assert_int_eq(before.f_bfree, before.f_blocks);
	ck_assert_int_eq(after.f_bfree,
	                 before.f_bfree - 2); /* a block, and the node and its name */
	ck_assert_int_lt(after.f_ffree, before.f_ffree);
	ck_assert_int_eq(CALL(statfs, "/dev", &after), 0);
	ck_assert_int_eq(after.f_blocks, 0);
	ck_assert_int_eq(CALL(statfs, "/none", &after), -ENOENT);
	ck_assert_int_eq(CALL(fstatfs, 77, &after), -EBADF);
}
END_TEST

START_TEST(a_hundred_thousand_files_in_a_directory)
{
	enum { FILES_MANY = 100000 };
	struct directory_entry entry;
	struct file_system *ram;
	uint64_t cookie = 0;
	struct node *node;
	char name[16];
	int listed = 0;

	ck_assert_int_eq(ram_file_system_create(64 << 20, &ram), 0);
	for (int i = 0; i < FILES_MANY; i++) {
		snprintf(name, sizeof name, "file %d", i);
		ck_assert_int_eq(ram->ops->create(ram->root, name, S_IFREG | 0644, &node), 0);
		node_put(node);
	}
	/* listed while every other is removed */
	while (ram->ops->list(ram->root, &cookie, &entry) == 1) {
		snprintf(name, sizeof name, "file %d", listed);
		ck_assert_str_eq(entry.name, name);
		ck_assert_int_eq(ram->ops->lookup(ram->root, name, &node), 0);
		if (listed++ % 2)
			ck_assert_int_eq(ram->ops->remove(ram->root, name, node), 0);
		node_put(node);
	}
	ck_assert_int_eq(listed, FILES_MANY);
	cookie = 0;
	while (ram->ops->list(ram->root, &cookie, &entry) == 1)
		listed--;
	ck_assert_int_eq(listed, FILES_MANY / 2);
	ram->ops->destroy(ram);
}
END_TEST

START_TEST(modes_and_times_are_kept)
{
	const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 77, .tv_nsec = 5}};
	const struct timespec wrong[2] = {{0}, {.tv_nsec = 1000000000}};
	struct stat status;

	ck_assert_int_eq(CALL(umask, 027), 022);
	const long file = CALL(openat, AT_FDCWD, "/tmp/file", O_CREAT | O_WRONLY, 0666);
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_mode, S_IFREG | 0640);
	ck_assert_int_eq(CALL(fchmod, file, 0755), 0);
	ck_assert_int_eq(CALL(utimensat, AT_FDCWD, "/tmp/file", times, 0), 0);
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_mode, S_IFREG | 0755);
	ck_assert_int_eq(status.st_mtim.tv_sec, 77);
	ck_assert_int_eq(CALL(utimensat, file, NULL, NULL, 0), 0);
	ck_assert_int_eq(CALL(fstat, file, &status), 0);
	ck_assert_int_eq(status.st_mtim.tv_sec, 5);
	ck_assert_int_eq(CALL(utimensat, AT_FDCWD, "/tmp/file", wrong, 0), -EINVAL);
	ck_assert_int_eq(CALL(fchmodat, AT_FDCWD, "/dev/null", 0777), -EROFS);
	ck_assert_int_eq(CALL(utimensat, AT_FDCWD, "/dev/null", times, 0), -EROFS);
}
END_TEST

/* ---- the model: flat files, plain arrays ---------------------------------------------------- */

enum { FILES = 6, MODEL_SIZE = 24 * 1024, STEPS = 20000 };

struct model_file {
	bool exists;
	size_t size;
	char data[MODEL_SIZE];
};

static struct model_file model[FILES];
static char buffer[MODEL_SIZE];

static unsigned long random_state = 1;

static size_t random_below(size_t limit)
{
	random_state = random_state * 6364136223846793005 + 1442695040888963407;
	return (random_state >> 33) % limit;
}

static void model_write(struct model_file *file, size_t offset, size_t size)
{
	if (offset > file->size)
		memset(file->data + file->size, 0, offset - file->size);
	memcpy(file->data + offset, buffer, size);
	if (file->size < offset + size)
		file->size = offset + size;
}

static void step(struct node *root)
{
	const struct file_system_ops *ops = root->file_system->ops;
	const size_t which = random_below(FILES);
	struct model_file *file = &model[which];
	const char name[] = {(char)('a' + which), '\0'};
	const size_t offset = random_below(MODEL_SIZE);
	const size_t size = random_below(MODEL_SIZE - offset);
	struct node *node = NULL;

	ck_assert_int_eq(ops->lookup(root, name, &node), file->exists ? 0 : -ENOENT);
	if (!file->exists) {
		if (ops->create(root, name, S_IFREG | 0644, &node) == 0) {
			*file = (struct model_file){.exists = true};
			node_put(node);
		}
		return;
	}
	switch (random_below(8)) {
	case 0: {
		ck_assert_int_eq(ops->remove(root, name, node), 0);
		file->exists = false;
		break;
	}
	case 1: {
		ck_assert_int_eq(ops->truncate(node, (off_t)offset), 0);
		if (offset > file->size)
			memset(file->data + file->size, 0, offset - file->size);
		file->size = offset;
		break;
	}
	case 2:
	case 3:
	case 4: {
		for (size_t i = 0; i < size; i++)
			buffer[i] = (char)random_below(256);
		const ssize_t done = ops->write(node, buffer, size, (off_t)offset);
		if (done > 0)
			model_write(file, offset, (size_t)done);
		else
			ck_assert(done == 0 ? size == 0 : done == -ENOSPC || done == -ENOMEM);
		break;
	}
	default: {
		const ssize_t done = ops->read(node, buffer, size, (off_t)offset);
		const size_t left = offset < file->size ? file->size - offset : 0;
		ck_assert_int_eq(done, size < left ? size : left);
		ck_assert(done <= 0 || memcmp(buffer, file->data + offset, (size_t)done) == 0);
		break;
	}
	}
	node_put(node);
}

START_TEST(random_operations_agree_with_a_model)
{
	struct file_system *ram;

	ck_assert_int_eq(ram_file_system_create(TMP_SIZE, &ram), 0);
	memset(model, 0, sizeof model);
	random_state = (unsigned long)_i + 1;
	for (int i = 0; i < STEPS; i++) {
		fake.heap_left = _i % 2 ? (long)random_below(8) : -1;
		step(ram->root);
	}
	fake.heap_left = -1;
	ram->ops->destroy(ram);
}
END_TEST

Suite *ram_suite(void)
{
	Suite *suite = suite_create("ram");
	TCase *tcase = tcase_create("files");

	tcase_add_checked_fixture(tcase, program_setup, program_teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, a_hole_reads_as_zeros_and_costs_nothing);
	tcase_add_test(tcase, what_was_cut_off_does_not_come_back);
	tcase_add_test(tcase, a_full_file_system_says_how_far_it_came);
	tcase_add_test(tcase, names_are_charged_too);
	tcase_add_test(tcase, a_removed_file_lives_until_it_is_closed);
	tcase_add_test(tcase, a_replaced_file_lives_until_it_is_closed);
	tcase_add_test(tcase, a_file_lives_as_long_as_one_of_its_names);
	tcase_add_test(tcase, not_everything_takes_another_name);
	tcase_add_test(tcase, directories_count_those_in_them);
	tcase_add_test(tcase, owners_are_kept);
	tcase_add_test(tcase, a_read_notes_when_after_a_change);
	tcase_add_test(tcase, holes_are_found_and_made);
	tcase_add_test(tcase, the_limit_is_told);
	tcase_add_test(tcase, a_hundred_thousand_files_in_a_directory);
	tcase_add_test(tcase, modes_and_times_are_kept);
	tcase_add_loop_test(tcase, random_operations_agree_with_a_model, 0, 4);
	suite_add_tcase(suite, tcase);
	return suite;
}
