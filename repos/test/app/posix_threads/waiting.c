/* SPDX-License-Identifier: MIT */
/* Condition variables, barriers, semaphores. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <time.h>

enum { THREADS = 4, ROUNDS = 500, BOX_SIZE = 3 };

/* A box for a few numbers, with producers and consumers. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t not_full;
	pthread_cond_t not_empty;
	int numbers[BOX_SIZE];
	int used;
} box = {.lock = PTHREAD_MUTEX_INITIALIZER,
         .not_full = PTHREAD_COND_INITIALIZER,
         .not_empty = PTHREAD_COND_INITIALIZER};

static void *produce(void *argument)
{
	for (int i = 1; i <= ROUNDS; i++) {
		pthread_mutex_lock(&box.lock);
		while (box.used == BOX_SIZE)
			pthread_cond_wait(&box.not_full, &box.lock);
		box.numbers[box.used++] = i;
		pthread_cond_signal(&box.not_empty);
		pthread_mutex_unlock(&box.lock);
	}
	return argument;
}

static void *consume(void *argument)
{
	intptr_t sum = 0;

	(void)argument;
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&box.lock);
		while (box.used == 0)
			pthread_cond_wait(&box.not_empty, &box.lock);
		sum += box.numbers[--box.used];
		pthread_cond_signal(&box.not_full);
		pthread_mutex_unlock(&box.lock);
	}
	return (void *)sum;
}

static void check_box(void)
{
	pthread_t producers[THREADS];
	pthread_t consumers[THREADS];
	intptr_t total = 0;

	for (int i = 0; i < THREADS; i++) {
		pthread_create(&consumers[i], NULL, consume, NULL);
		pthread_create(&producers[i], NULL, produce, NULL);
	}
	for (int i = 0; i < THREADS; i++) {
		void *sum;
		pthread_join(producers[i], NULL);
		pthread_join(consumers[i], &sum);
		total += (intptr_t)sum;
	}
	check(total == (intptr_t)THREADS * ROUNDS * (ROUNDS + 1) / 2,
	      "what four threads produce, four others consume, by condition variables");
}

static pthread_mutex_t gate_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate = PTHREAD_COND_INITIALIZER;
static int waiting, passed;
static bool open_now;

static void *pass(void *argument)
{
	pthread_mutex_lock(&gate_lock);
	waiting++;
	while (!open_now)
		pthread_cond_wait(&gate, &gate_lock);
	passed++;
	pthread_mutex_unlock(&gate_lock);
	return argument;
}

static void check_broadcast(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, pass, NULL);
	for (int all = 0; !all;) {
		sched_yield();
		pthread_mutex_lock(&gate_lock);
		all = waiting == THREADS;
		open_now = all;
		if (all)
			pthread_cond_broadcast(&gate);
		pthread_mutex_unlock(&gate_lock);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	check(passed == THREADS, "a broadcast wakes all");
}

static void check_deadlines(void)
{
	pthread_condattr_t attributes;
	pthread_cond_t condition;
	struct timespec before;
	struct timespec after;
	sem_t semaphore;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&condition, &attributes);
	clock_gettime(CLOCK_MONOTONIC, &before);
	struct timespec deadline = before;
	deadline.tv_nsec += 3000000;
	if (deadline.tv_nsec >= 1000000000) {
		deadline.tv_nsec -= 1000000000;
		deadline.tv_sec++;
	}
	pthread_mutex_lock(&gate_lock);
	check(pthread_cond_timedwait(&condition, &gate_lock, &deadline) == ETIMEDOUT,
	      "a condition nobody signals times out");
	pthread_mutex_unlock(&gate_lock);
	clock_gettime(CLOCK_MONOTONIC, &after);
	check(after.tv_sec > deadline.tv_sec ||
	              (after.tv_sec == deadline.tv_sec && after.tv_nsec >= deadline.tv_nsec),
	      "and not before its time");
	sem_init(&semaphore, 0, 0);
	clock_gettime(CLOCK_REALTIME, &deadline);
	check(sem_timedwait(&semaphore, &deadline) == -1 && errno == ETIMEDOUT,
	      "so does a semaphore nobody posts");
	check(sem_trywait(&semaphore) == -1 && errno == EAGAIN, "which is not to be had at once");
}

static pthread_barrier_t barrier;
static int steps[THREADS];

static void *step(void *argument)
{
	const int own = (int)(intptr_t)argument;
	intptr_t serial = 0;

	for (int i = 0; i < ROUNDS / 10; i++) {
		steps[own] = i;
		serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
		for (int other = 0; other < THREADS; other++)
			if (steps[other] != i)
				return (void *)-10000;
		serial += 0 * pthread_barrier_wait(&barrier);
	}
	return (void *)serial;
}

static void check_barrier(void)
{
	pthread_t threads[THREADS];
	intptr_t total = 0;

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, step, (void *)(intptr_t)i);
	for (int i = 0; i < THREADS; i++) {
		void *serial;
		pthread_join(threads[i], &serial);
		total += (intptr_t)serial;
	}
	check(total == ROUNDS / 10,
	      "threads go in step by a barrier, of which one is told each time");
	pthread_barrier_destroy(&barrier);
}

static sem_t ping, pong;

static void *answer(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		sem_wait(&ping);
		sem_post(&pong);
	}
	return argument;
}

static void check_semaphores(void)
{
	pthread_t thread;
	int value = -1;

	sem_init(&ping, 0, 0);
	sem_init(&pong, 0, 0);
	pthread_create(&thread, NULL, answer, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		sem_post(&ping);
		sem_wait(&pong);
	}
	pthread_join(thread, NULL);
	check(sem_getvalue(&ping, &value) == 0 && value == 0, "semaphores: to and fro");
}

void check_waiting(void)
{
	check_box();
	check_broadcast();
	check_deadlines();
	check_barrier();
	check_semaphores();
}
