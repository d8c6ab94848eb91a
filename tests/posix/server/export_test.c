/* SPDX-License-Identifier: MIT */
/*
 * An exported tree and a hostile client of it: whatever the packets say, nothing outside of the
 * exported directory is touched, and the server stays whole.
 */
#include <check.h>
#include <errno.h>
#include <string.h>

#include <support/exported.h>
#include <support/program.h>
#include <support/suites.h>

static void setup(void)
{
	program_setup();
	exported_setup();
}

/* One packet by hand; `text` lies behind the packets. */
static struct file_answer submit(struct file_request request, const char *text)
{
	struct file_packet *packet = (struct file_packet *)(void *)exported.buffer;

	strcpy((char *)exported.buffer + FILE_PACKETS_SIZE, text);
	if (request.at == 0) {
		request.at = FILE_PACKETS_SIZE;
		request.size = (uint32_t)strlen(text);
	}
	packet->request = request;
	ck_assert_int_eq(export_submit(&exported.export, 1), 0);
	return packet->answer;
}

static uint32_t error_of(enum file_operation operation, const char *name)
{
	return submit((struct file_request){.operation = operation, .mode = S_IFREG | 0644}, name)
	        .error;
}

START_TEST(no_name_leads_out)
{
	static const char *const names[] = {
		"..", ".", "/", "../secret", "/secret", "mounted/..", "a/b", "./mounted", ""};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		ck_assert_int_eq(error_of(FILE_LOOKUP, names[i]), FILE_ERROR_INVALID);
		ck_assert_int_eq(error_of(FILE_CREATE, names[i]), FILE_ERROR_INVALID);
		ck_assert_int_eq(error_of(FILE_UNLINK, names[i]), FILE_ERROR_INVALID);
		ck_assert_int_eq(error_of(FILE_RMDIR, names[i]), FILE_ERROR_INVALID);
	}
	/* a zero in the name */
	memcpy(exported.buffer + FILE_PACKETS_SIZE, "a\0b", 3);
	struct file_packet *packet = (struct file_packet *)(void *)exported.buffer;
	packet->request =
		(struct file_request){.operation = FILE_LOOKUP, .at = FILE_PACKETS_SIZE, .size = 3};
	ck_assert_int_eq(export_submit(&exported.export, 1), 0);
	ck_assert_int_eq(packet->answer.error, FILE_ERROR_INVALID);
	ck_assert_int_eq(error_of(FILE_LOOKUP, "secret"), FILE_ERROR_NOT_FOUND);
}
END_TEST

START_TEST(no_link_is_followed)
{
	const struct file_request link = {.operation = FILE_SYMLINK,
	                                  .at = FILE_PACKETS_SIZE,
	                                  .size = 3,
	                                  .second_at = FILE_PACKETS_SIZE + 3,
	                                  .second_size = 9};

	const struct file_answer made = submit(link, "out../secret");
	ck_assert_int_eq(made.error, FILE_OK);
	ck_assert(S_ISLNK(made.mode));
	/* as a directory, or to be written to */
	ck_assert_int_eq(
		submit((struct file_request){.operation = FILE_LOOKUP, .handle = made.result}, "x")
			.error,
		FILE_ERROR_NOT_DIRECTORY);
	ck_assert_int_ne(
		submit((struct file_request){.operation = FILE_WRITE, .handle = made.result},
	               "overwritten")
			.error,
		FILE_OK);
	struct stat status;
	struct node *secret;
	ck_assert_int_eq(
		vfs_find(&exported.vfs, exported.vfs.points[0].node, "/secret", false, &secret), 0);
	vfs_status(secret, &status);
	node_put(secret);
	ck_assert_int_eq(status.st_size, 0);
}
END_TEST

START_TEST(nothing_outside_of_the_buffer_is_touched)
{
	static const uint32_t places[][2] = {
		{FILE_PACKETS_SIZE - 1, 4},      {0xfffffff0, 0x20},
		{EXPORTED_SIZE - 3, 4},          {FILE_PACKETS_SIZE, EXPORTED_SIZE},
		{FILE_PACKETS_SIZE, UINT32_MAX}, {EXPORTED_SIZE + 1, 0},
	};
	const uint32_t file =
		submit((struct file_request){.operation = FILE_CREATE, .mode = S_IFREG}, "file")
			.result;

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		for (uint32_t operation = 0; operation <= FILE_CLOSE; operation++) {
			const struct file_request request = {
				.operation = operation,
				.handle = operation < FILE_READLINK ? 0 : file,
				.mode = S_IFREG,
				.at = places[i][0],
				.size = places[i][1]};
			if (operation == FILE_LOOKUP || operation == FILE_CREATE ||
			    operation == FILE_READ || operation == FILE_WRITE ||
			    operation == FILE_SET_TIMES)
				ck_assert_int_eq(submit(request, "").error, FILE_ERROR_INVALID);
		}
	ck_assert_int_eq(submit((struct file_request){.operation = FILE_READ,
	                                              .handle = file,
	                                              .offset = UINT64_MAX},
	                        "text")
	                         .error,
	                 FILE_ERROR_INVALID);
	ck_assert_int_eq(export_submit(&exported.export, FILE_PACKETS + 1), -EINVAL);
	ck_assert_int_eq(export_submit(&exported.export, UINT32_MAX), -EINVAL);
}
END_TEST

START_TEST(handles_that_are_none_are_refused)
{
	const struct file_request close = {.operation = FILE_CLOSE, .handle = 7};

	ck_assert_int_eq(
		submit((struct file_request){.operation = FILE_STATUS, .handle = 1}, "").error,
		FILE_ERROR_NO_HANDLE);
	ck_assert_int_eq(
		submit((struct file_request){.operation = FILE_STATUS, .handle = UINT32_MAX}, "")
			.error,
		FILE_ERROR_NO_HANDLE);
	ck_assert_int_eq(submit(close, "").error, FILE_ERROR_NO_HANDLE);
	ck_assert_int_eq(submit((struct file_request){.operation = FILE_CLOSE}, "").error,
	                 FILE_ERROR_INVALID); /* the root stays */
	ck_assert_int_eq(submit((struct file_request){.operation = FILE_CLOSE + 1}, "").error,
	                 FILE_ERROR_UNSUPPORTED);
	ck_assert_int_eq(error_of(FILE_LOOKUP, "mounted"), FILE_OK);
	ck_assert_int_eq(submit((struct file_request){.operation = FILE_RENAME,
	                                              .other = 99,
	                                              .second_at = FILE_PACKETS_SIZE,
	                                              .second_size = 1},
	                        "a")
	                         .error,
	                 FILE_ERROR_NO_HANDLE);
}
END_TEST

START_TEST(who_may_only_read_changes_nothing)
{
	exported.export.writable = false;
	for (uint32_t operation = 0; operation <= FILE_CLOSE; operation++) {
		const bool reads = operation == FILE_LOOKUP || operation == FILE_READLINK ||
		                   operation == FILE_LIST || operation == FILE_STATUS ||
		                   operation == FILE_READ || operation == FILE_CAPACITY ||
		                   operation == FILE_CLOSE;
		if (!reads)
			ck_assert_int_eq(error_of(operation, "mounted"), FILE_ERROR_READ_ONLY);
	}
}
END_TEST

START_TEST(a_quota_is_held_and_given_back)
{
	static char data[8 * 1024];
	long file;
	long done = 0;

	exported.export.quota = 64 * 1024;
	file = program_open("/fs/file", 0102 /* O_CREAT | O_RDWR */);
	ck_assert_int_ge(file, 0);
	for (long part; (part = CALL(write, file, data, sizeof data)) > 0;)
		done += part;
	ck_assert_int_eq(CALL(write, file, data, sizeof data), -ENOSPC);
	ck_assert_int_ge(done, 48 * 1024);
	ck_assert_int_le(done, 64 * 1024);
	ck_assert_int_eq(CALL(ftruncate, file, 0), 0);
	ck_assert_int_eq(CALL(write, file, data, sizeof data), sizeof data);
	exported.export.quota = exported.export.used;
	ck_assert_int_eq(CALL(mkdirat, -100, "/fs/d", 0755), -ENOSPC);
	ck_assert_int_eq(CALL(symlinkat, "x", -100, "/fs/l"), -ENOSPC);
	ck_assert_int_eq(CALL(unlinkat, -100, "/fs/file", 0), 0);
	ck_assert_int_eq(CALL(mkdirat, -100, "/fs/d", 0755), 0);
}
END_TEST

START_TEST(whatever_a_client_says_the_server_stays_whole)
{
	unsigned long state = (unsigned long)_i + 1;
	struct file_packet *packets = (struct file_packet *)(void *)exported.buffer;

	for (int round = 0; round < 3000; round++) {
		uint32_t *words = (uint32_t *)(void *)exported.buffer;
		for (size_t i = 0; i < sizeof exported.buffer / sizeof *words; i++) {
			state = state * 6364136223846793005 + 1442695040888963407;
			words[i] = (uint32_t)(state >> 33);
		}
		/* near enough to what makes sense */
		for (size_t i = 0; i < FILE_PACKETS; i++) {
			struct file_request *request = &packets[i].request;
			request->operation %= FILE_CLOSE + 2;
			request->handle %= 8;
			request->other %= 8;
			request->at = FILE_PACKETS_SIZE + request->at % 64;
			request->size %= 4;
			request->second_at = FILE_PACKETS_SIZE + request->second_at % 64;
			request->second_size %= 4;
			request->offset %= 3 * EXPORTED_SIZE;
			request->mode = (request->mode & 1 ? S_IFDIR : S_IFREG) | 0700;
		}
		for (size_t i = 0; i < 64; i++)
			exported.buffer[FILE_PACKETS_SIZE + i] =
				"ab./"[exported.buffer[FILE_PACKETS_SIZE + i] % 4];
		ck_assert_int_eq(export_submit(&exported.export, FILE_PACKETS), 0);
	}
	ck_assert_int_eq(exported.vfs.points[0].node->references, 1);
}
END_TEST

Suite *export_suite(void)
{
	Suite *suite = suite_create("export");
	TCase *tcase = tcase_create("server");

	tcase_add_checked_fixture(tcase, setup, exported_teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, no_name_leads_out);
	tcase_add_test(tcase, no_link_is_followed);
	tcase_add_test(tcase, nothing_outside_of_the_buffer_is_touched);
	tcase_add_test(tcase, handles_that_are_none_are_refused);
	tcase_add_test(tcase, who_may_only_read_changes_nothing);
	tcase_add_test(tcase, a_quota_is_held_and_given_back);
	tcase_add_loop_test(tcase, whatever_a_client_says_the_server_stays_whole, 0, 4);
	suite_add_tcase(suite, tcase);
	return suite;
}
