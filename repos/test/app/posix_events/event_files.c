/* SPDX-License-Identifier: MIT */
/* eventfd, timerfd, signalfd. */
#include "suite.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static void *post(void *argument)
{
	usleep(1000);
	eventfd_write(*(int *)argument, 3);
	return NULL;
}

static void check_counter(void)
{
	eventfd_t count = 0;
	pthread_t thread;

	int event = eventfd(2, EFD_NONBLOCK);
	check(event >= 0 && eventfd_write(event, 5) == 0 && eventfd_read(event, &count) == 0 &&
	              count == 7,
	      "an eventfd adds up what is written");
	check(refused(eventfd_read(event, &count), EAGAIN), "and is empty after a read");
	check(eventfd_write(event, UINT64_MAX - 1) == 0 && refused(eventfd_write(event, 1), EAGAIN),
	      "it can be full");
	close(event);
	event = eventfd(2, EFD_SEMAPHORE);
	check(eventfd_read(event, &count) == 0 && count == 1 && eventfd_read(event, &count) == 0 &&
	              count == 1,
	      "as a semaphore it gives one at a time");
	pthread_create(&thread, NULL, post, &event);
	check(eventfd_read(event, &count) == 0 && count == 1, "and waits for more");
	pthread_join(thread, NULL);
	close(event);
}

static void check_timer(void)
{
	const struct itimerspec often = {.it_value.tv_nsec = 1000000,
	                                 .it_interval.tv_nsec = 1000000};
	struct itimerspec left;
	uint64_t count = 0;

	const int timer = timerfd_create(CLOCK_MONOTONIC, 0);
	struct pollfd file = {.fd = timer, .events = POLLIN};
	check(timer >= 0 && poll(&file, 1, 0) == 0, "a timerfd that is not set is not readable");
	timerfd_settime(timer, 0, &often, NULL);
	check(poll(&file, 1, -1) == 1 && read(timer, &count, 8) == 8 && count >= 1,
	      "at its time it is, and tells how often");
	usleep(5000);
	check(read(timer, &count, 8) == 8 && count >= 4, "also what was missed");
	check(read(timer, &count, 8) == 8 && count == 1, "and can be waited for");
	check(timerfd_gettime(timer, &left) == 0 && left.it_interval.tv_nsec == 1000000,
	      "it tells how it is set");
	check(refused(read(timer, &count, 4), EINVAL), "eight bytes or none");
	close(timer);
}

static void check_signal(void)
{
	struct signalfd_siginfo info[2];
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	const int file = signalfd(-1, &set, SFD_NONBLOCK);
	check(file >= 0 && refused(read(file, info, sizeof info), EAGAIN),
	      "a signalfd is empty without signals");
	sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 6});
	raise(SIGUSR2);
	struct pollfd poll_file = {.fd = file, .events = POLLIN};
	check(poll(&poll_file, 1, -1) == 1 && read(file, info, sizeof info) == sizeof info &&
	              info[0].ssi_signo == SIGUSR2 && info[1].ssi_signo == (uint32_t)SIGRTMIN &&
	              info[1].ssi_int == 6,
	      "blocked signals are read from it");
	close(file);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void check_event_files(void)
{
	check_counter();
	check_timer();
	check_signal();
}
