/* SPDX-License-Identifier: MIT */
/*
 * Threads, their waiting, and the lock.
 *
 * The kernel's futexes are words of memory objects that the waiter holds, so each thread has a word
 * of its own to wait at, in a *block* of memory made for that; whom to wake is the library's
 * business. A thread's place in a block is used again once the thread has ended. Kernel calls other
 * than waiting and waking are made with the lock held, through the env, which then uses the
 * holder's message page.
 *
 * The end of a thread: its stack may be freed by whoever learns of the end, so the last steps are
 * made on a small stack in its place. A few threads stay there, idle, and are the next to be created.
 * The others enter the list of the dead, give up the lock, and set `ended`: from then on they may be
 * destroyed wherever they are, which the next creation does.
 */
#include <assert.h>
#include <stdatomic.h>

#include <kernel/client.h>
#include <native.h>

#include "component.h"

enum { PLACES_PER_BLOCK = 2, PLACE_SIZE = 4096, EXIT_STACK_SIZE = 3584, IDLE_MAX = 4 };

/* Of a word to wait at. */
enum parked { RUNNING, TOKEN, WAITING };

struct native_thread {
	_Atomic uint32_t parked;
	_Atomic uint32_t lock; /* of the main thread: the library's */
	_Atomic bool ended;
	uint32_t offset; /* of `parked` in `memory` */
	cap_t memory;
	cap_t thread; /* null: the main thread, or none yet */
	struct native_thread *next;
	/* what an idle thread is woken for */
	void *stack;
	void (*entry)(void *argument);
	void *argument;
	struct ipc ipc; /* for waiting and waking: without the lock */
	_Alignas(16) uint8_t exit_stack[EXIT_STACK_SIZE];
};
static_assert(sizeof(struct native_thread) <= PLACE_SIZE);

/* What a thread is told when it ends. */
struct last_words {
	struct native_thread *thread;
	void (*last)(void *argument);
	void *argument;
};

/* Message pages lie between the regions' window and the large regions, each at its place's number. */
static const uint64_t message_pages = 0x3000000000;

enum lock_state { LOCK_FREE, LOCK_HELD, LOCK_CONTENDED };

struct threads {
	struct native_thread *main;
	struct native_thread *free; /* places */
	struct native_thread *dead; /* to be destroyed, once ended */
	struct native_thread *idle; /* wait for something to do, on their own stacks */
	unsigned idle_count;
	cap_t context;   /* what all threads but the main one run on */
	uint32_t places; /* taken so far */
};

/* native.h is called without a context: one component, one state. */
static struct threads threads;

/* ---- waiting and waking --------------------------------------------------------------------- */

static uint32_t offset_of(const struct native_thread *place, const _Atomic uint32_t *word)
{
	return place->offset + (uint32_t)((uintptr_t)word - (uintptr_t)&place->parked);
}

static enum status word_wait(struct native_thread *self, const struct native_thread *place,
                             const _Atomic uint32_t *word, uint32_t expected, uint64_t deadline_ns)
{
	const struct memory_object_futex_wait_params params = {.offset = offset_of(place, word),
	                                                       .expected = expected};

	self->ipc.deadline = deadline_ns;
	return memory_object_futex_wait(&self->ipc, place->memory, &params);
}

static void word_wake(struct native_thread *self, const struct native_thread *place,
                      const _Atomic uint32_t *word)
{
	const struct memory_object_futex_wake_params params = {.offset = offset_of(place, word),
	                                                       .count = 1};
	struct memory_object_futex_wake_results results;

	self->ipc.deadline = 0;
	(void)memory_object_futex_wake(&self->ipc, place->memory, &params,
	                               &results); /* nobody there: nobody to wake */
}

enum status native_thread_park(struct native_thread *self, uint64_t deadline_ns)
{
	uint32_t running = RUNNING;

	/* pairs with the exchange of unpark: who sees WAITING wakes */
	if (!atomic_compare_exchange_strong(&self->parked, &running, WAITING)) {
		atomic_store(&self->parked, RUNNING);
		return OK;
	}
	enum status status;
	do
		status = word_wait(self, self, &self->parked, WAITING, deadline_ns);
	while (status == OK && atomic_load(&self->parked) == WAITING);
	return atomic_exchange(&self->parked, RUNNING) == TOKEN ? OK : status;
}

void native_thread_unpark(struct native_thread *thread)
{
	/* the lock's holder calls this, and its message page is the one in the env */
	if (atomic_exchange(&thread->parked, TOKEN) == WAITING) {
		const struct memory_object_futex_wake_params params = {.offset = thread->offset,
		                                                       .count = 1};
		struct memory_object_futex_wake_results results;

		(void)memory_object_futex_wake(&component_env()->ipc, thread->memory, &params,
		                               &results); /* it may not wait yet */
	}
}

void native_thread_yield(struct native_thread *self)
{
	self->ipc.deadline = 0;
	(void)self_yield(&self->ipc, CAP_NULL); /* cannot fail */
}

void native_lock(struct native_thread *self)
{
	uint32_t free = LOCK_FREE;

	if (!atomic_compare_exchange_strong(&threads.main->lock, &free, LOCK_HELD))
		while (atomic_exchange(&threads.main->lock, LOCK_CONTENDED) != LOCK_FREE)
			(void)word_wait(self, threads.main, &threads.main->lock, LOCK_CONTENDED,
			                0); /* woken or not: look again */
	component_env()->ipc.pages = self->ipc.pages;
}

void native_unlock(struct native_thread *self)
{
	if (atomic_exchange(&threads.main->lock, LOCK_FREE) == LOCK_CONTENDED)
		word_wake(self, threads.main, &threads.main->lock);
}

/* ---- places --------------------------------------------------------------------------------- */

/* A block of memory whose places are added to the free ones. */
static enum status block_create(void)
{
	struct env *env = component_env();
	const struct charge_create_memory_params params = {.size = PLACES_PER_BLOCK * PLACE_SIZE};
	struct charge_create_memory_results made;
	void *base;

	env_reserve_slots(env);
	enum status status = charge_create_memory(&env->ipc, env->account, &params, &made);
	if (status != OK)
		return status;
	const struct region_attach attach = {
		.memory = made.memory, .size = params.size, .write = true};
	status = region_attach(&env->regions, &attach, &base);
	if (status != OK) {
		ipc_drop(&env->ipc, made.memory);
		return status;
	}
	for (uint32_t i = PLACES_PER_BLOCK; i-- > 0;) {
		struct native_thread *place =
			(struct native_thread *)(void *)((uint8_t *)base + i * PLACE_SIZE);
		place->memory = made.memory;
		place->offset = i * PLACE_SIZE + offsetof(struct native_thread, parked);
		place->next = threads.free;
		threads.free = place;
	}
	return OK;
}

static enum status place_take(struct native_thread **out_place)
{
	struct env *env = component_env();
	enum status status = threads.free ? OK : block_create();

	if (status != OK)
		return status;
	struct native_thread *place = threads.free;
	if (!place->ipc.slots) {
		struct message_page *pages =
			(struct message_page *)(message_pages + threads.places *
		                                                        SERVICE_MESSAGE_PAGES *
		                                                        NATIVE_PAGE_SIZE);
		env_reserve_slots(env);
		status = ipc_init(&place->ipc, pages, &env->slots);
		if (status != OK)
			return status;
		threads.places++;
	}
	threads.free = place->next;
	atomic_store(&place->parked, RUNNING);
	atomic_store(&place->ended, false);
	*out_place = place;
	return OK;
}

static void place_put(struct native_thread *place)
{
	place->next = threads.free;
	threads.free = place;
}

static void bury_the_dead(void)
{
	struct native_thread **at = &threads.dead;

	while (*at) {
		struct native_thread *dead = *at;
		if (!atomic_load(&dead->ended)) {
			at = &dead->next;
			continue;
		}
		*at = dead->next;
		ipc_drop(&component_env()->ipc, dead->thread);
		place_put(dead);
	}
}

/* ---- life of a thread ----------------------------------------------------------------------- */

enum status threads_init(void)
{
	const enum status status = place_take(&threads.main);

	if (status != OK)
		return status;
	threads.main->ipc.pages = component_env()->ipc.pages;
	return OK;
}

struct native_thread *native_thread_main(void)
{
	return threads.main;
}

enum status threads_context(cap_t *out_context)
{
	const enum status status =
		cap_valid(threads.context) ? OK : env_context(component_env(), &threads.context);

	if (status == OK)
		*out_context = threads.context;
	return status;
}

/* A kernel thread at a fresh place; it does not run yet. */
static enum status create(void *stack, void (*entry)(void *argument), void *argument,
                          uint8_t message_page_count, struct native_thread **out_place)
{
	struct env *env = component_env();
	struct charge_create_thread_results made;
	struct native_thread *place;
	cap_t context;

	bury_the_dead();
	enum status status = threads_context(&context);
	if (status == OK)
		status = place_take(&place);
	if (status != OK)
		return status;

	const struct charge_create_thread_params params = {
		.domain = env->space,
		.context = context,
		.entry = (uintptr_t)entry,
		.stack = (uintptr_t)stack - sizeof(uintptr_t), /* as behind a call */
		.argument = (uintptr_t)argument,
		.message_address = (uintptr_t)place->ipc.pages,
		.message_pages = message_page_count,
	};
	env_reserve_slots(env);
	status = charge_create_thread(&env->ipc, env->account, &params, &made);
	if (status != OK) {
		place_put(place);
		return status;
	}
	place->thread = made.thread;
	*out_place = place;
	return OK;
}

enum status native_thread_create(void *stack, void (*entry)(void *argument), void *argument,
                                 struct native_thread **out_thread)
{
	struct env *env = component_env();
	struct native_thread *place = threads.idle;

	if (place) {
		threads.idle = place->next;
		threads.idle_count--;
		place->stack = stack;
		place->entry = entry;
		place->argument = argument;
		*out_thread = place;
		native_thread_unpark(place);
		return OK;
	}
	enum status status = create(stack, entry, argument, 1, &place);
	if (status != OK)
		return status;
	/* the caller learns of it before it can learn of the caller: the lock is held */
	*out_thread = place;
	status = thread_start(&env->ipc, place->thread);
	if (status == OK)
		return OK;
	ipc_drop(&env->ipc, place->thread);
	place_put(place);
	return status;
}

enum status threads_create_service(void *stack, void (*entry)(void *argument), void *argument,
                                   struct native_thread **out_native, cap_t *out_thread)
{
	const enum status status =
		create(stack, entry, argument, SERVICE_MESSAGE_PAGES, out_native);

	if (status == OK)
		*out_thread = (*out_native)->thread;
	return status;
}

enum status threads_start_service(cap_t thread)
{
	return thread_start(&component_env()->ipc, thread);
}

struct message_page *threads_pages(struct native_thread *thread)
{
	return thread->ipc.pages;
}

/* Calls entry(argument) with the end of another stack, for good. */
static _Noreturn void begin_on(void *stack, void (*entry)(void *argument), void *argument)
{
	__asm__ volatile("mov %0, %%rsp\n\t"
	                 "xor %%ebp, %%ebp\n\t"
	                 "call *%1\n\t"
	                 "ud2"
	                 :
	                 : "r"(stack), "r"(entry), "D"(argument)
	                 : "memory");
	__builtin_unreachable();
}

/* Waits to be taken by a creation; the thread is in the list of the idle ones. */
static _Noreturn void be_idle(struct native_thread *self)
{
	while (native_thread_park(self, 0) != OK)
		; /* only native_thread_create unparks it */
	begin_on(self->stack, self->entry, self->argument);
}

static _Noreturn void end_on_own_stack(void *argument)
{
	const struct last_words said = *(const struct last_words *)argument;
	struct native_thread *self = said.thread;

	said.last(said.argument); /* from here on the thread's stack may be gone */
	if (cap_valid(self->thread) && threads.idle_count < IDLE_MAX) {
		(void)atomic_exchange(&self->parked,
		                      RUNNING); /* what came late was not for the next */
		self->next = threads.idle;
		threads.idle = self;
		threads.idle_count++;
		native_unlock(self);
		be_idle(self);
	}
	if (cap_valid(self->thread)) {
		self->next = threads.dead;
		threads.dead = self;
	}
	native_unlock(self);
	atomic_store(&self->ended, true);
	self->ipc.deadline = 0;
	(void)self_exit(&self->ipc, CAP_NULL); /* does not return */
	__builtin_unreachable();
}

_Noreturn void native_thread_exit(struct native_thread *self, void (*last)(void *argument),
                                  void *argument)
{
	struct last_words words = {.thread = self, .last = last, .argument = argument};

	begin_on(self->exit_stack + EXIT_STACK_SIZE, end_on_own_stack, &words);
}
