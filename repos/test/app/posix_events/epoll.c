/* SPDX-License-Identifier: MIT */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { ROOM = 8 };

static void *post(void *argument)
{
	usleep(1000);
	eventfd_write(*(int *)argument, 1);
	return NULL;
}

static int watch(int set, int operation, int file, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = file};

	return epoll_ctl(set, operation, file, &event);
}

static void check_level(int set, int event)
{
	struct epoll_event found[ROOM];
	eventfd_t count;
	pthread_t thread;

	check(epoll_wait(set, found, ROOM, 0) == 0, "nothing happens at first");
	pthread_create(&thread, NULL, post, &event);
	check(epoll_wait(set, found, ROOM, -1) == 1 && found[0].data.fd == event &&
	              found[0].events == EPOLLIN,
	      "epoll waits, and tells what has happened");
	pthread_join(thread, NULL);
	check(epoll_wait(set, found, ROOM, -1) == 1, "as often as it is asked");
	eventfd_read(event, &count);
	check(epoll_wait(set, found, ROOM, 1) == 0, "until it is over");
}

static void check_edge(int set, int event)
{
	struct epoll_event found[ROOM];
	eventfd_t count;

	watch(set, EPOLL_CTL_MOD, event, EPOLLIN | EPOLLET);
	eventfd_write(event, 1);
	check(epoll_wait(set, found, ROOM, -1) == 1 && epoll_wait(set, found, ROOM, 0) == 0,
	      "EPOLLET: once");
	eventfd_write(event, 1);
	check(epoll_wait(set, found, ROOM, 0) == 1, "and again when there is more");
	watch(set, EPOLL_CTL_MOD, event, EPOLLIN | EPOLLONESHOT);
	check(epoll_wait(set, found, ROOM, 0) == 1 && epoll_wait(set, found, ROOM, 0) == 0,
	      "EPOLLONESHOT: once");
	eventfd_write(event, 1);
	check(epoll_wait(set, found, ROOM, 0) == 0, "and no more");
	eventfd_read(event, &count);
}

void check_epoll(void)
{
	struct epoll_event found[ROOM];
	int ends[2];

	const int set = epoll_create1(EPOLL_CLOEXEC);
	const int event = eventfd(0, 0);
	const int file = open("/tmp/plain", O_RDWR | O_CREAT, 0600);
	check(watch(set, EPOLL_CTL_ADD, event, EPOLLIN) == 0 &&
	              refused(watch(set, EPOLL_CTL_ADD, event, EPOLLIN), EEXIST) &&
	              refused(watch(set, EPOLL_CTL_MOD, 0, EPOLLIN), ENOENT) &&
	              refused(watch(set, EPOLL_CTL_ADD, file, EPOLLIN), EPERM) &&
	              refused(watch(set, EPOLL_CTL_ADD, set, EPOLLIN), EINVAL) &&
	              refused(watch(event, EPOLL_CTL_ADD, set, EPOLLIN), EINVAL) &&
	              refused(watch(set, EPOLL_CTL_ADD, 200, EPOLLIN), EBADF),
	      "a set of files is what it is told");
	check_level(set, event);
	check_edge(set, event);
	pipe(ends);
	watch(set, EPOLL_CTL_ADD, ends[0], EPOLLIN);
	watch(set, EPOLL_CTL_ADD, ends[1], EPOLLOUT);
	check(epoll_wait(set, found, ROOM, -1) == 1 && found[0].data.fd == ends[1],
	      "several files in one set");
	close(ends[1]);
	check(epoll_wait(set, found, ROOM, -1) == 1 && found[0].data.fd == ends[0] &&
	              found[0].events == EPOLLHUP,
	      "one that is closed is in none");
	check(watch(set, EPOLL_CTL_DEL, ends[0], 0) == 0 && epoll_wait(set, found, ROOM, 0) == 0,
	      "nor is one that is taken out");
	close(ends[0]);
	close(event);
	close(file);
	close(set);
}
