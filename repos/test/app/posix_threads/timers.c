/* SPDX-License-Identifier: MIT */
/* Timers that raise signals, or start threads. */
#include "suite.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t alarms;

static void on_alarm(int signal)
{
	(void)signal;
	alarms++;
}

/* Until any signal has been handled. */
static bool interrupted(void)
{
	sigset_t none;

	sigemptyset(&none);
	return sigsuspend(&none) == -1 && errno == EINTR;
}

static void check_interval_timer(void)
{
	const struct itimerval often = {.it_interval.tv_usec = 1000, .it_value.tv_usec = 1000};
	struct itimerval old;

	sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
	alarm(1);
	check(interrupted() && alarms == 1, "alarm ends a wait");
	check(alarm(100) == 0 && alarm(0) == 100, "alarm tells what was left");
	setitimer(ITIMER_REAL, &often, NULL);
	while (alarms < 5)
		interrupted();
	check(setitimer(ITIMER_REAL, &(struct itimerval){0}, &old) == 0 &&
	              old.it_interval.tv_usec == 1000,
	      "an interval timer comes again and again");
	const int before = alarms;
	usleep(5000);
	check(alarms == before, "until it is stopped");
	check(setitimer(ITIMER_VIRTUAL, &often, NULL) == -1 && errno == EINVAL,
	      "CPU time has none: EINVAL");
}

static void check_made_timers(void)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 9};
	const struct itimerspec soon = {.it_value.tv_nsec = 1000000};
	struct itimerspec left;
	siginfo_t info;
	sigset_t set;
	timer_t timer;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	check(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 &&
	              timer_settime(timer, 0, &soon, NULL) == 0 &&
	              sigwaitinfo(&set, &info) == SIGRTMIN && info.si_code == SI_TIMER &&
	              info.si_value.sival_int == 9,
	      "a timer raises its signal with its value");
	check(timer_gettime(timer, &left) == 0 && left.it_value.tv_nsec == 0, "and is over then");
	check(timer_delete(timer) == 0 && timer_delete(timer) != 0, "it is deleted once");
}

static sem_t called;
static volatile int given;

static void call(union sigval value)
{
	given = value.sival_int;
	sem_post(&called);
}

static void check_thread_timer(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD,
	                         .sigev_notify_function = call,
	                         .sigev_value.sival_int = 11};
	const struct itimerspec soon = {.it_value.tv_nsec = 1000000};
	timer_t timer;

	sem_init(&called, 0, 0);
	check(timer_create(CLOCK_REALTIME, &event, &timer) == 0 &&
	              timer_settime(timer, 0, &soon, NULL) == 0 && sem_wait(&called) == 0 &&
	              given == 11,
	      "or calls a function in a thread of its own");
	timer_delete(timer);
}

void check_timers(void)
{
	check_interval_timer();
	check_made_timers();
	check_thread_timer();
}
