/* SPDX-License-Identifier: MIT */
/* Cancellation: in waits, before them, at any time; and what is cleaned up. */
#include "suite.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <unistd.h>

static sem_t started, never_posted;
static int cleaned;

static void clean(void *argument)
{
	cleaned += (int)(intptr_t)argument;
}

static void *wait_for_ever(void *argument)
{
	pthread_cleanup_push(clean, (void *)1);
	sem_post(&started);
	sem_wait(&never_posted);
	pthread_cleanup_pop(0);
	return argument;
}

static void *sleep_long(void *argument)
{
	sem_post(&started);
	sleep(100000);
	return argument;
}

static bool cancelled(void *(*function)(void *), bool let_it_wait)
{
	pthread_t thread;
	void *result = NULL;

	pthread_create(&thread, NULL, function, NULL);
	sem_wait(&started);
	for (int i = 0; let_it_wait && i < 5; i++)
		sched_yield();
	pthread_cancel(thread);
	pthread_join(thread, &result);
	return result == PTHREAD_CANCELED;
}

static void unlock(void *lock)
{
	pthread_mutex_unlock(lock);
}

static void *wait_on_condition(void *argument)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

	pthread_mutex_lock(&lock);
	pthread_cleanup_push(unlock, &lock);
	sem_post(&started);
	for (;;)
		pthread_cond_wait(&condition, &lock);
	pthread_cleanup_pop(1);
	return argument;
}

static void *not_now(void *argument)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	sem_post(&started);
	usleep(2000); /* the cancellation comes meanwhile */
	cleaned += 100;
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_testcancel();
	cleaned += 1000;
	return argument;
}

static void *at_any_time(void *argument)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	sem_post(&started);
	for (;;)
		(void)sysconf(_SC_NPROCESSORS_ONLN); /* a call, but no cancellation point */
	return argument;
}

void check_cancellation(void)
{
	sem_init(&started, 0, 0);
	sem_init(&never_posted, 0, 0);
	check(cancelled(wait_for_ever, true) && cleaned == 1,
	      "a thread is cancelled while it waits, and cleans up");
	check(cancelled(wait_for_ever, false) && cleaned == 2, "or before it waits");
	check(cancelled(sleep_long, true), "or while it sleeps");
	check(cancelled(wait_on_condition, true) && cancelled(wait_on_condition, true),
	      "or at a condition, whose mutex it has again and gives up");
	cleaned = 0;
	check(cancelled(not_now, true) && cleaned == 100,
	      "not while it forbids it, but afterwards");
	check(cancelled(at_any_time, true), "at any of its calls if it allows that");
}
