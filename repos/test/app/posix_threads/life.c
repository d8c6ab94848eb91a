/* SPDX-License-Identifier: MIT */
/* How threads begin and end, and what each has of its own. */
#include "suite.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>
#include <unistd.h>

enum { MANY = 20, ROUNDS = 200 };

static thread_local int own = 7;

static void *twice(void *argument)
{
	own += (int)(intptr_t)argument;
	errno = own;
	sched_yield();
	return (void *)(intptr_t)(errno == own ? 2 * (own - 7) : -1);
}

static void check_many(void)
{
	pthread_t threads[MANY];
	bool right = true;

	for (int i = 0; i < MANY; i++)
		right = right && pthread_create(&threads[i], NULL, twice, (void *)(intptr_t)i) == 0;
	check(right, "twenty threads are created");
	for (int i = 0; i < MANY; i++) {
		void *result;
		right = right && pthread_join(threads[i], &result) == 0 &&
		        (intptr_t)result == 2 * i;
	}
	check(right, "each is joined and has answered, with thread-local storage of its own");
	check(own == 7, "the first thread's is untouched");
}

static void check_again_and_again(void)
{
	bool right = true;

	for (int i = 0; i < ROUNDS && right; i++) {
		pthread_t thread;
		void *result;
		right = pthread_create(&thread, NULL, twice, (void *)1) == 0 &&
		        pthread_join(thread, &result) == 0 && (intptr_t)result == 2;
	}
	check(right, "two hundred more, one after the other, in the same memory");
}

static sem_t detached_done;

static void *detached(void *argument)
{
	sem_post(&detached_done);
	return argument;
}

static void check_detached(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	bool right = true;

	sem_init(&detached_done, 0, 0);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < MANY; i++) {
		right = right && pthread_create(&thread, &attributes, detached, NULL) == 0;
		sem_wait(&detached_done);
	}
	pthread_attr_destroy(&attributes);
	check(right, "detached threads free their own stacks");
}

static int constructed, destroyed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void destroy(void *value)
{
	destroyed += (int)(intptr_t)value;
}

static void construct(void)
{
	constructed++;
	pthread_key_create(&key, destroy);
}

static void *use_key(void *argument)
{
	pthread_once(&once, construct);
	pthread_setspecific(key, argument);
	return pthread_getspecific(key);
}

static void check_once_and_keys(void)
{
	pthread_t first;
	pthread_t second;

	pthread_create(&first, NULL, use_key, (void *)1);
	pthread_create(&second, NULL, use_key, (void *)10);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	check(constructed == 1, "once is once");
	check(destroyed == 11, "keys' values are destroyed at a thread's end");
}

static char own_stack[64 * 1024] __attribute__((aligned(16)));

static void *where(void *argument)
{
	*(char **)argument = __builtin_frame_address(0);
	return NULL;
}

static void check_attributes(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	char *at = NULL;

	pthread_attr_init(&attributes);
	pthread_attr_setstack(&attributes, own_stack, sizeof own_stack);
	check(pthread_create(&thread, &attributes, where, &at) == 0 &&
	              pthread_join(thread, NULL) == 0 && at >= own_stack &&
	              at < own_stack + sizeof own_stack,
	      "a thread runs on the stack it is given");
	pthread_attr_destroy(&attributes);
	check(pthread_equal(pthread_self(), pthread_self()) && gettid() == getpid(),
	      "the first thread's id is the process's");
}

static int c11(void *argument)
{
	return *(int *)argument + 1;
}

static void check_c11(void)
{
	thrd_t thread;
	int value = 41;
	int result = 0;

	check(thrd_create(&thread, c11, &value) == thrd_success &&
	              thrd_join(thread, &result) == thrd_success && result == 42,
	      "threads of C11 are the same threads");
}

static void *hoard(void *argument)
{
	sem_wait(argument);
	return NULL;
}

/* Until memory or capabilities are used up. */
static void check_limit(void)
{
	enum { LIMIT = 500 };
	static pthread_t threads[LIMIT];
	pthread_t another;
	sem_t gate;
	int count = 0;
	int error = 0;

	sem_init(&gate, 0, 0);
	while (count < LIMIT && (error = pthread_create(&threads[count], NULL, hoard, &gate)) == 0)
		count++;
	check(count > MANY && count < LIMIT && error == EAGAIN, "threads end with EAGAIN");
	for (int i = 0; i < count; i++)
		sem_post(&gate);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	check(pthread_create(&another, NULL, twice, NULL) == 0 && pthread_join(another, NULL) == 0,
	      "and can be had again when others have ended");
}

void check_life(void)
{
	check_many();
	check_again_and_again();
	check_detached();
	check_once_and_keys();
	check_attributes();
	check_c11();
	check_limit();
}
