/* SPDX-License-Identifier: MIT */
/* Unix sockets: streams, packets, names, and open files that travel. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { LARGE = 200 * 1000 };

static void *send_large(void *argument)
{
	static char bytes[LARGE];
	const int socket = *(int *)argument;

	for (int i = 0; i < LARGE; i++)
		bytes[i] = (char)(i % 251);
	const long done = send(socket, bytes, LARGE, 0);
	shutdown(socket, SHUT_WR);
	return (void *)done;
}

static void check_pair(void)
{
	pthread_t thread;
	char text[1000];
	void *sent;
	long total = 0;
	long size;
	bool right = true;
	int ends[2];

	check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && write(ends[0], "there", 5) == 5 &&
	              read(ends[1], text, 100) == 5 && write(ends[1], "back", 4) == 4 &&
	              recv(ends[0], text, 2, MSG_PEEK) == 2 && recv(ends[0], text, 100, 0) == 4 &&
	              memcmp(text, "back", 4) == 0,
	      "a pair of sockets talks both ways");
	check(refused(recv(ends[0], text, 1, MSG_DONTWAIT), EAGAIN), "what is empty is EAGAIN");
	pthread_create(&thread, NULL, send_large, &ends[0]);
	while ((size = read(ends[1], text, sizeof text)) > 0) {
		for (long i = 0; i < size; i++)
			right = right && text[i] == (char)((total + i) % 251);
		total += size;
	}
	pthread_join(thread, &sent);
	check(right && total == LARGE && (intptr_t)sent == LARGE,
	      "more than it holds flows while both wait; a shutdown is the end");
	check(write(ends[1], "x", 1) == 1 && read(ends[0], text, 1) == 1, "of one direction only");
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	check(read(ends[1], text, 1) == 0 && refused(write(ends[1], "x", 1), EPIPE),
	      "when the other side is gone, there is the end, and EPIPE");
	close(ends[1]);
}

static void check_packets(void)
{
	char text[16] = "";
	int ends[2];

	check(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0 && send(ends[0], "one", 3, 0) == 3 &&
	              send(ends[0], "second", 6, 0) == 6 && recv(ends[1], text, 16, 0) == 3 &&
	              recv(ends[1], text, 3, 0) == 3 && memcmp(text, "sec", 3) == 0,
	      "datagrams keep their borders, and what does not fit is lost");
	check(refused(recv(ends[1], text, 16, MSG_DONTWAIT), EAGAIN), "each is read once");
	close(ends[0]);
	close(ends[1]);
	check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) == 0 &&
	              write(ends[0], "ab", 2) == 2 && write(ends[0], "cd", 2) == 2 &&
	              read(ends[1], text, 16) == 2 && read(ends[1], text, 16) == 2 &&
	              refused(read(ends[1], text, 16), EAGAIN),
	      "so do sequences of packets");
	close(ends[0]);
	close(ends[1]);
}

static void *serve(void *argument)
{
	const int listener = *(int *)argument;
	char text[16];

	for (int i = 0; i < 3; i++) {
		const int served = accept(listener, NULL, NULL);
		const long size = read(served, text, sizeof text);
		write(served, text, (size_t)size);
		close(served);
	}
	return NULL;
}

static bool ask(const struct sockaddr_un *address, socklen_t size)
{
	char text[16];
	const int asking = socket(AF_UNIX, SOCK_STREAM, 0);
	const bool right = connect(asking, (const struct sockaddr *)address, size) == 0 &&
	                   write(asking, "echo", 4) == 4 && read(asking, text, 16) == 4 &&
	                   read(asking, text, 16) == 0;

	close(asking);
	return right;
}

static void check_server(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/server"};
	const struct sockaddr *any = (const struct sockaddr *)&address;
	struct sockaddr_un found;
	socklen_t size = sizeof found;
	struct stat status;
	pthread_t thread;

	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	check(refused(connect(listener, any, sizeof address), ENOENT),
	      "a server that is not there");
	check(bind(listener, any, sizeof address) == 0 && stat("/tmp/server", &status) == 0 &&
	              S_ISSOCK(status.st_mode) && refused(open("/tmp/server", O_RDWR), ENXIO),
	      "a name is a file that can't be opened");
	const int other = socket(AF_UNIX, SOCK_STREAM, 0);
	check(refused(bind(other, any, sizeof address), EADDRINUSE) &&
	              refused(connect(other, any, sizeof address), ECONNREFUSED),
	      "it is taken once, and nobody listens yet");
	check(listen(listener, 5) == 0 &&
	              getsockname(listener, (struct sockaddr *)&found, &size) == 0 &&
	              strcmp(found.sun_path, "/tmp/server") == 0,
	      "the server listens at its name");
	pthread_create(&thread, NULL, serve, &listener);
	check(ask(&address, sizeof address) && ask(&address, sizeof address) &&
	              ask(&address, sizeof address),
	      "three clients are served, one after the other");
	pthread_join(thread, NULL);
	close(listener);
	check(refused(connect(other, any, sizeof address), ECONNREFUSED) &&
	              unlink("/tmp/server") == 0,
	      "the name outlives the server");
	close(other);
}

static void check_abstract(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0hidden"};
	const socklen_t size = offsetof(struct sockaddr_un, sun_path) + 7;
	struct sockaddr_un from;
	socklen_t from_size = sizeof from;
	char text[16];

	const int receiver = socket(AF_UNIX, SOCK_DGRAM, 0);
	const int sender = socket(AF_UNIX, SOCK_DGRAM, 0);
	check(bind(receiver, (struct sockaddr *)&address, size) == 0 &&
	              sendto(sender, "hello", 5, 0, (struct sockaddr *)&address, size) == 5 &&
	              recvfrom(receiver, text, 16, 0, (struct sockaddr *)&from, &from_size) == 5,
	      "an abstract name needs no file system");
	check(refused(send(sender, "x", 1, 0), EDESTADDRREQ),
	      "without a name there is no receiver");
	close(receiver);
	check(refused(sendto(sender, "x", 1, 0, (struct sockaddr *)&address, size), ECONNREFUSED),
	      "and the name goes with its socket");
	close(sender);
}

static void check_travelling_files(void)
{
	char control[CMSG_SPACE(2 * sizeof(int))] = {0};
	char byte = 'f';
	struct iovec part = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = control,
	                         .msg_controllen = sizeof control};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int numbers[2];
	int ends[2];
	int flow[2];
	char text[16];

	socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
	pipe(flow);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof flow);
	memcpy(CMSG_DATA(header), flow, sizeof flow);
	check(sendmsg(ends[0], &message, 0) == 1, "two open files are sent");
	close(flow[0]);
	close(flow[1]);
	memset(control, 0, sizeof control);
	message.msg_controllen = sizeof control;
	check(recvmsg(ends[1], &message, MSG_CMSG_CLOEXEC) == 1 &&
	              CMSG_FIRSTHDR(&message)->cmsg_len == CMSG_LEN(sizeof numbers),
	      "and received");
	memcpy(numbers, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof numbers);
	check(write(numbers[1], "still", 5) == 5 && read(numbers[0], text, 16) == 5 &&
	              fcntl(numbers[0], F_GETFD) == FD_CLOEXEC,
	      "as other descriptors of the same pipe");
	close(numbers[0]);
	close(numbers[1]);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	message.msg_controllen = header->cmsg_len;
	memcpy(CMSG_DATA(header), &(int){250}, sizeof(int));
	check(refused(sendmsg(ends[0], &message, 0), EBADF), "what is not open is EBADF");
	close(ends[0]);
	close(ends[1]);
}

void check_sockets(void)
{
	check_pair();
	check_packets();
	check_server();
	check_abstract();
	check_travelling_files();
	check(refused(socket(AF_INET, SOCK_STREAM, 0), EAFNOSUPPORT),
	      "there are no others: EAFNOSUPPORT");
}
