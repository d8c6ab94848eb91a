/* SPDX-License-Identifier: MIT */
/* Mutexes of all kinds, and rwlocks. */
#include "suite.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <time.h>

enum { THREADS = 4, ROUNDS = 2000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile long counter;

static void *count(void *argument)
{
	pthread_mutex_t *lock = argument;

	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(lock);
		const long value = counter;
		if (i % 16 == 0)
			sched_yield(); /* let others try in the middle */
		counter = value + 1;
		pthread_mutex_unlock(lock);
	}
	return NULL;
}

static bool counts_right(pthread_mutex_t *lock)
{
	pthread_t threads[THREADS];

	counter = 0;
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, count, lock) != 0)
			return false;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return counter == THREADS * ROUNDS;
}

static void make(pthread_mutex_t *lock, int type, int protocol, int robust)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, type);
	pthread_mutexattr_setprotocol(&attributes, protocol);
	pthread_mutexattr_setrobust(&attributes, robust);
	pthread_mutex_init(lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

static struct timespec soon(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_nsec += 2000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_nsec -= 1000000000;
		time.tv_sec++;
	}
	return time;
}

static void *try_lock(void *lock)
{
	return (void *)(intptr_t)pthread_mutex_trylock(lock);
}

static void *timed_lock(void *lock)
{
	const struct timespec deadline = soon(CLOCK_REALTIME);

	return (void *)(intptr_t)pthread_mutex_timedlock(lock, &deadline);
}

static void *unlock(void *lock)
{
	return (void *)(intptr_t)pthread_mutex_unlock(lock);
}

/* What another thread gets for an answer. */
static int other(void *(*function)(void *), void *argument)
{
	pthread_t thread;
	void *result = NULL;

	pthread_create(&thread, NULL, function, argument);
	pthread_join(thread, &result);
	return (int)(intptr_t)result;
}

static void check_kinds(void)
{
	pthread_mutex_t lock;

	check(counts_right(&mutex), "a mutex keeps four threads apart");
	make(&lock, PTHREAD_MUTEX_RECURSIVE, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	check(pthread_mutex_lock(&lock) == 0 && pthread_mutex_lock(&lock) == 0 &&
	              pthread_mutex_unlock(&lock) == 0 && other(try_lock, &lock) == EBUSY &&
	              pthread_mutex_unlock(&lock) == 0,
	      "a recursive one is its owner's until he has unlocked as often");
	make(&lock, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	check(pthread_mutex_lock(&lock) == 0 && pthread_mutex_lock(&lock) == EDEADLK &&
	              other(unlock, &lock) == EPERM && pthread_mutex_unlock(&lock) == 0,
	      "one that checks tells its owner of a deadlock, and others that it is not theirs");
	pthread_mutex_lock(&mutex);
	check(other(timed_lock, &mutex) == ETIMEDOUT, "waiting for one ends at the deadline");
	pthread_mutex_unlock(&mutex);
}

static void *lock_and_die(void *lock)
{
	pthread_mutex_lock(lock);
	return NULL;
}

static void check_robust(void)
{
	pthread_mutex_t lock;

	make(&lock, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_ROBUST);
	other(lock_and_die, &lock);
	check(pthread_mutex_lock(&lock) == EOWNERDEAD, "a dead owner's robust mutex tells so");
	check(pthread_mutex_consistent(&lock) == 0 && pthread_mutex_unlock(&lock) == 0 &&
	              pthread_mutex_lock(&lock) == 0 && pthread_mutex_unlock(&lock) == 0,
	      "and can be made whole");
	other(lock_and_die, &lock);
	check(pthread_mutex_lock(&lock) == EOWNERDEAD && pthread_mutex_unlock(&lock) == 0 &&
	              pthread_mutex_lock(&lock) == ENOTRECOVERABLE,
	      "or is lost");
}

static void check_inheriting(void)
{
	pthread_mutex_t lock;

	make(&lock, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED);
	check(counts_right(&lock), "a priority-inheriting mutex keeps them apart, too");
	pthread_mutex_lock(&lock);
	check(other(try_lock, &lock) == EBUSY && other(timed_lock, &lock) == ETIMEDOUT,
	      "and is not to be had meanwhile");
	pthread_mutex_unlock(&lock);
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static void *try_read(void *argument)
{
	const int error = pthread_rwlock_tryrdlock(&rwlock);

	(void)argument;
	if (!error)
		pthread_rwlock_unlock(&rwlock);
	return (void *)(intptr_t)error;
}

static void *try_write(void *argument)
{
	const int error = pthread_rwlock_trywrlock(&rwlock);

	(void)argument;
	if (!error)
		pthread_rwlock_unlock(&rwlock);
	return (void *)(intptr_t)error;
}

static void *write_often(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_rwlock_wrlock(&rwlock);
		const long value = counter;
		if (i % 16 == 0)
			sched_yield();
		counter = value + 1;
		pthread_rwlock_unlock(&rwlock);
		pthread_rwlock_rdlock(&rwlock);
		pthread_rwlock_unlock(&rwlock);
	}
	return argument;
}

static void check_rwlocks(void)
{
	pthread_t threads[THREADS];

	pthread_rwlock_rdlock(&rwlock);
	check(other(try_read, NULL) == 0 && other(try_write, NULL) == EBUSY,
	      "readers share an rwlock, writers wait");
	pthread_rwlock_unlock(&rwlock);
	pthread_rwlock_wrlock(&rwlock);
	check(other(try_read, NULL) == EBUSY && other(try_write, NULL) == EBUSY,
	      "a writer has it alone");
	pthread_rwlock_unlock(&rwlock);
	counter = 0;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, write_often, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	check(counter == THREADS * ROUNDS, "four writers that read between lose nothing");
}

void check_locks(void)
{
	check_kinds();
	check_robust();
	check_inheriting();
	check_rwlocks();
}
