/* SPDX-License-Identifier: MIT */
/* poll and select. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

static int ends[2];

static void *write_later(void *argument)
{
	usleep(2000);
	write(ends[1], "x", 1);
	return argument;
}

static void check_poll(void)
{
	struct pollfd files[3];
	pthread_t thread;
	char byte;

	pipe(ends);
	files[0] = (struct pollfd){.fd = ends[0], .events = POLLIN};
	files[1] = (struct pollfd){.fd = ends[1], .events = POLLOUT};
	files[2] = (struct pollfd){.fd = -1, .events = POLLIN};
	check(poll(files, 3, -1) == 1 && files[0].revents == 0 && files[1].revents == POLLOUT &&
	              files[2].revents == 0,
	      "poll: an empty pipe can be written, not read");
	check(poll(files, 1, 1) == 0, "a timeout ends it");
	check(poll(files, 1, 0) == 0, "or it does not wait at all");
	pthread_create(&thread, NULL, write_later, NULL);
	check(poll(files, 1, -1) == 1 && files[0].revents == POLLIN, "it waits for data");
	pthread_join(thread, NULL);
	read(ends[0], &byte, 1);
	close(ends[1]);
	check(poll(files, 1, -1) == 1 && files[0].revents == POLLHUP, "or for the end");
	files[0].fd = 200;
	check(poll(files, 1, -1) == 1 && files[0].revents == POLLNVAL,
	      "a descriptor that is none is told");
	close(ends[0]);
}

static void check_select(void)
{
	struct timeval soon = {.tv_usec = 1000};
	pthread_t thread;
	fd_set reading;
	fd_set writing;
	char byte;

	pipe(ends);
	FD_ZERO(&reading);
	FD_ZERO(&writing);
	FD_SET(ends[0], &reading);
	FD_SET(ends[1], &writing);
	check(select(ends[1] + 1, &reading, &writing, NULL, NULL) == 1 &&
	              !FD_ISSET(ends[0], &reading) && FD_ISSET(ends[1], &writing),
	      "select: likewise");
	FD_SET(ends[0], &reading);
	check(select(ends[0] + 1, &reading, NULL, NULL, &soon) == 0 && !FD_ISSET(ends[0], &reading),
	      "a timeout clears the sets");
	pthread_create(&thread, NULL, write_later, NULL);
	FD_SET(ends[0], &reading);
	check(select(ends[0] + 1, &reading, NULL, NULL, NULL) == 1 && FD_ISSET(ends[0], &reading),
	      "it waits for data");
	pthread_join(thread, NULL);
	read(ends[0], &byte, 1);
	close(ends[0]);
	FD_SET(ends[0], &reading);
	check(refused(select(ends[0] + 1, &reading, NULL, NULL, NULL), EBADF),
	      "a descriptor that is none is EBADF");
	close(ends[1]);
}

static volatile sig_atomic_t signalled;

static void on_signal(int signal)
{
	signalled = signal;
}

static void check_signal(void)
{
	sigset_t blocked;
	sigset_t none;

	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
	sigemptyset(&blocked);
	sigemptyset(&none);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	raise(SIGUSR1);
	check(refused(ppoll(NULL, 0, NULL, &none), EINTR) && signalled == SIGUSR1,
	      "ppoll lets a signal in that is blocked otherwise");
	signalled = 0;
	raise(SIGUSR1);
	check(refused(pselect(0, NULL, NULL, NULL, NULL, &none), EINTR) && signalled == SIGUSR1,
	      "so does pselect");
	sigprocmask(SIG_BLOCK, NULL, &none);
	check(sigismember(&none, SIGUSR1), "and it is blocked again");
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
	alarm(0);
}

void check_polling(void)
{
	check_poll();
	check_select();
	check_signal();
}
