/* SPDX-License-Identifier: MIT */
/*
 * A lock made of a futex: the kernel is entered only by those who have to wait, and by those who
 * leave somebody waiting.
 */
#include <kernel/client.h>

#include "protection.h"

enum { PAGE = 4096, ROUNDS = 1000, THREADS = 3, STACK = 8192, SPINS = 2000 };

#define LOCK     0x2000020000ul
#define MESSAGES 0x2000030000ul
#define STEP     0x10000ul

enum { FREE, TAKEN, AWAITED };

struct lock {
	volatile uint32_t word;
	volatile uint64_t count; /* what it protects */
	volatile uint32_t finished;
	cap_t memory;
};

/* Whoever locks; counts how often it has entered the kernel for that. */
struct locker {
	struct ipc ipc;
	struct lock *lock;
	unsigned entries;
	_Alignas(16) char stack[STACK];
};

static void acquire(struct locker *locker, struct ipc *ipc)
{
	const struct memory_object_futex_wait_params params = {.expected = AWAITED};
	volatile uint32_t *word = &locker->lock->word;
	uint32_t before = FREE;

	if (__atomic_compare_exchange_n(word, &before, TAKEN, false, __ATOMIC_ACQUIRE,
	                                __ATOMIC_RELAXED))
		return;
	while (__atomic_exchange_n(word, AWAITED, __ATOMIC_ACQUIRE) != FREE) {
		locker->entries++;
		(void)memory_object_futex_wait(ipc, locker->lock->memory,
		                               &params); /* then look again */
	}
}

static bool release(struct locker *locker, struct ipc *ipc)
{
	const struct memory_object_futex_wake_params params = {.count = 1};
	struct memory_object_futex_wake_results results;

	if (__atomic_exchange_n(&locker->lock->word, FREE, __ATOMIC_RELEASE) != AWAITED)
		return true;
	locker->entries++;
	return memory_object_futex_wake(ipc, locker->lock->memory, &params, &results) == OK;
}

/* Gives the processor away within the lock now and then, so that others find it taken. */
static void work(struct locker *locker, struct ipc *ipc, unsigned rounds, bool yield)
{
	struct lock *lock = locker->lock;

	for (unsigned i = 0; i < rounds; i++) {
		acquire(locker, ipc);

		const uint64_t seen = lock->count;

		if (yield && i % 10 == 0)
			(void)self_yield(ipc, CAP_NULL);
		lock->count = seen + 1;
		if (!release(locker, ipc))
			return;
	}
}

static void thread_main(struct locker *locker)
{
	work(locker, &locker->ipc, ROUNDS, true);
	locker->lock->finished++;
	(void)self_exit(&locker->ipc, CAP_NULL);
}

static enum status start(struct env *env, struct locker *locker, unsigned number)
{
	struct charge_create_thread_params params = {
		.domain = env->space,
		.entry = (uintptr_t)thread_main,
		.stack = (uintptr_t)locker->stack + STACK - 8,
		.argument = (uintptr_t)locker,
		.message_address = MESSAGES + number * STEP,
		.message_pages = 1,
	};
	struct charge_create_thread_results made;
	enum status status = env_context(env, &params.context);

	if (status == OK)
		status = charge_create_thread(&env->ipc, env->account, &params, &made);
	if (status == OK)
		status = ipc_init(&locker->ipc, (struct message_page *)params.message_address,
		                  &env->slots);
	return status == OK ? thread_start(&env->ipc, made.thread) : status;
}

static struct lock *make_lock(struct check *check)
{
	struct env *env = check->env;
	const struct charge_create_memory_params size = {.size = PAGE};
	struct charge_create_memory_results memory = {0};
	struct lock *lock = (struct lock *)LOCK;

	check_status(check, "memory of a lock",
	             charge_create_memory(&env->ipc, env->account, &size, &memory), OK);

	const struct space_map_params map = {.memory = memory.memory,
	                                     .account = env->account,
	                                     .address = LOCK,
	                                     .size = PAGE,
	                                     .write = true};

	if (!check_status(check, "mapped", space_map(&env->ipc, env->space, &map), OK))
		return NULL;
	lock->memory = memory.memory;
	return lock;
}

void check_lock(struct check *check)
{
	static struct locker alone, lockers[THREADS]; /* threads run on their stacks */
	struct env *env = check->env;
	struct lock *lock = make_lock(check);
	unsigned entries = 0;

	if (!lock)
		return;
	alone.lock = lock;
	work(&alone, &env->ipc, ROUNDS, false);
	check_equal(check, "rounds through a lock nobody else wants", lock->count, ROUNDS);
	check_equal(check, "kernel entries for them", alone.entries, 0);

	for (unsigned i = 0; i < THREADS; i++) {
		lockers[i].lock = lock;
		check_status(check, "a thread", start(env, &lockers[i], i), OK);
	}
	for (unsigned i = 0; i < SPINS * THREADS && lock->finished < THREADS; i++)
		(void)self_yield(&env->ipc, CAP_NULL);
	for (unsigned i = 0; i < THREADS; i++)
		entries += lockers[i].entries;
	check_equal(check, "rounds of three who want it", lock->count - ROUNDS, THREADS * ROUNDS);
	check_that(check, "they have waited for each other", entries > 0);
}
