/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <socket/unix_socket.h>
#include <support/program.h>
#include <support/suites.h>

static void pair(int type, int ends[2])
{
	ck_assert_int_eq(CALL(socketpair, AF_UNIX, type, 0, ends), 0);
}

static int ready(int number)
{
	struct pollfd file = {.fd = number, .events = POLLIN | POLLOUT};
	const struct timespec now = {0};

	ck_assert_int_ge(CALL(ppoll, &file, 1, &now, NULL, 8), 0);
	return file.revents;
}

START_TEST(a_pair_without_memory_is_refused_and_leaves_nothing)
{
	int ends[2];

	for (long left = 0; left < 4; left++) {
		fake.heap_left = left;
		ck_assert_int_eq(CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, ends), -ENOMEM);
	}
	fake.heap_left = -1;
	ck_assert_int_eq(CALL(socketpair, AF_UNIX, SOCK_RAW, 0, ends), -EPROTOTYPE);
	ck_assert_int_eq(CALL(socketpair, AF_INET, SOCK_STREAM, 0, ends), -EAFNOSUPPORT);
	ck_assert_int_eq(CALL(socketpair, AF_UNIX, SOCK_STREAM, 5, ends), -EPROTONOSUPPORT);
}
END_TEST

START_TEST(a_queue_is_full_and_what_is_in_it_goes_with_it)
{
	static char bytes[SOCKET_QUEUE_MAX + 1];
	int ends[2];

	pair(SOCK_DGRAM | SOCK_NONBLOCK, ends);
	ck_assert_int_eq(CALL(write, ends[0], bytes, sizeof bytes), -EMSGSIZE);
	ck_assert_int_eq(CALL(write, ends[0], bytes, SOCKET_QUEUE_MAX), SOCKET_QUEUE_MAX);
	ck_assert_int_eq(CALL(write, ends[0], bytes, 1), -EAGAIN);
	ck_assert_int_eq(ready(ends[0]), 0);
	ck_assert_int_eq(ready(ends[1]), POLLIN | POLLOUT);
	ck_assert_int_eq(CALL(close, ends[1]), 0);
	ck_assert_int_ne(ready(ends[0]) & POLLIN, 0);
}
END_TEST

START_TEST(a_stream_takes_what_fits)
{
	static char bytes[2 * SOCKET_QUEUE_MAX];
	int ends[2];

	pair(SOCK_STREAM | SOCK_NONBLOCK, ends);
	ck_assert_int_eq(CALL(write, ends[0], bytes, sizeof bytes), SOCKET_QUEUE_MAX);
	ck_assert_int_eq(CALL(read, ends[1], bytes, sizeof bytes), SOCKET_QUEUE_MAX);
	ck_assert_int_eq(CALL(read, ends[1], bytes, sizeof bytes), -EAGAIN);
	ck_assert_int_eq(CALL(shutdown, ends[0], 9), -EINVAL);
	ck_assert_int_eq(CALL(shutdown, ends[0], SHUT_WR), 0);
	ck_assert_int_eq(CALL(read, ends[1], bytes, 1), 0);
}
END_TEST

START_TEST(a_listener_has_room_for_so_many_and_refuses_the_rest)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/s"};
	const struct sockaddr_un strange = {.sun_family = AF_INET, .sun_path = "/tmp/s"};
	struct sockaddr_un peer;
	socklen_t size = sizeof peer;

	const long listener = CALL(socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	const long client = CALL(socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	const long other = CALL(socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(CALL(listen, listener, 1), -EINVAL);
	ck_assert_int_eq(CALL(bind, listener, &strange, sizeof strange), -EAFNOSUPPORT);
	ck_assert_int_eq(CALL(bind, listener, &address, 2), -EINVAL);
	ck_assert_int_eq(CALL(bind, listener, &address, sizeof address + 1), -EINVAL);
	ck_assert_int_eq(CALL(bind, listener, &address, sizeof address), 0);
	ck_assert_int_eq(CALL(bind, listener, &address, sizeof address), -EADDRINUSE);
	ck_assert_int_eq(CALL(listen, listener, 1), 0);
	ck_assert_int_eq(CALL(accept4, listener, NULL, NULL, 0), -EAGAIN);
	ck_assert_int_eq(CALL(connect, client, &address, sizeof address), 0);
	ck_assert_int_eq(CALL(connect, client, &address, sizeof address), -EISCONN);
	ck_assert_int_eq(CALL(connect, other, &address, sizeof address), -EAGAIN);
	ck_assert_int_eq(CALL(getpeername, client, &peer, &size), 0);
	ck_assert_str_eq(peer.sun_path, "/tmp/s");
	const long served = CALL(accept4, listener, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_ge(served, 0);
	ck_assert_int_eq(CALL(connect, other, &address, sizeof address), 0); /* never accepted */
	ck_assert_int_eq(CALL(close, listener), 0);
	ck_assert_int_eq(CALL(recvfrom, other, &peer, 1, 0, NULL, NULL), 0);
	ck_assert_int_eq(CALL(sendto, other, "x", 1, MSG_NOSIGNAL, NULL, 0), -EPIPE);
	ck_assert_int_eq(CALL(read, 99, &peer, 1), -EBADF);
	ck_assert_int_eq(CALL(listen, program_open("/dev/null", O_RDONLY), 1), -ENOTSOCK);
}
END_TEST

START_TEST(files_that_nobody_takes_are_closed)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
	                        .cmsg_level = SOL_SOCKET,
	                        .cmsg_type = SCM_RIGHTS}};
	char byte;
	struct iovec part = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = &control,
	                         .msg_controllen = sizeof control};
	int ends[2];
	int flow[2];

	pair(SOCK_STREAM, ends);
	ck_assert_int_eq(CALL(pipe2, flow, 0), 0);
	memcpy(CMSG_DATA(&control.header), &flow[1], sizeof(int));
	ck_assert_int_eq(CALL(sendmsg, ends[0], &message, 0), 1);
	ck_assert_int_eq(CALL(sendmsg, ends[0], &message, 0), 1);
	ck_assert_int_eq(CALL(sendmsg, ends[0], &message, 0), 1);
	ck_assert_int_eq(CALL(close, flow[1]), 0);
	/* read without a place for it, received without enough room, never received */
	ck_assert_int_eq(CALL(read, ends[1], &byte, 1), 1);
	message.msg_controllen = 4;
	ck_assert_int_eq(CALL(recvmsg, ends[1], &message, 0), 1);
	ck_assert_int_eq(message.msg_flags, MSG_CTRUNC);
	ck_assert_int_eq(CALL(close, ends[1]), 0);
	ck_assert_int_eq(CALL(read, flow[0], &byte, 1), 0);
}
END_TEST

Suite *socket_suite(void)
{
	Suite *suite = suite_create("sockets");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, program_setup, program_teardown);
	tcase_add_test(tests, a_pair_without_memory_is_refused_and_leaves_nothing);
	tcase_add_test(tests, a_queue_is_full_and_what_is_in_it_goes_with_it);
	tcase_add_test(tests, a_stream_takes_what_fits);
	tcase_add_test(tests, a_listener_has_room_for_so_many_and_refuses_the_rest);
	tcase_add_test(tests, files_that_nobody_takes_are_closed);
	suite_add_tcase(suite, tests);
	return suite;
}
