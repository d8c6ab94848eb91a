/* SPDX-License-Identifier: MIT */
/*
 * Clone test: copy-on-write clones of the own memory and of a ROM as programs
 * see them, and two threads that hand a word to and fro by futex.
 */
#include <base/log.h>
#include <base/rom.h>
#include <kernel/client.h>
#include <string.h>
#include <test/check.h>

enum { PAGE = 4096, PAGES = 4, SIZE = PAGES * PAGE, ROUNDS = 100, STACK = 8192 };

/* Free in every component: between the regions' window and the large ones; all beneath one page table. */
#define BASE  0x2000000000ul
#define CLONE 0x2000010000ul
#define THIRD 0x2000020000ul
#define PAIR  0x2000030000ul /* the words of the two threads */
#define WORDS 0x2000040000ul /* the second thread's message page */

struct test {
	struct check check;
	cap_t memory;
};

static cap_t create(struct test *test, uint64_t size)
{
	struct env *env = test->check.env;
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results results = {0};

	check_status(&test->check, "memory",
	             charge_create_memory(&env->ipc, env->account, &params, &results), OK);
	return results.memory;
}

static cap_t clone(struct test *test, const char *what, cap_t memory)
{
	struct env *env = test->check.env;
	const struct read_only_clone_params params = {.account = env->account};
	struct read_only_clone_results results = {0};

	check_status(&test->check, what, read_only_clone(&env->ipc, memory, &params, &results), OK);
	return results.memory;
}

static uint64_t *map(struct test *test, cap_t memory, uint64_t address, bool write)
{
	struct env *env = test->check.env;
	const struct space_map_params params = {.memory = memory,
	                                        .account = env->account,
	                                        .address = address,
	                                        .size = SIZE,
	                                        .write = write};

	check_status(&test->check, "a mapping", space_map(&env->ipc, env->space, &params), OK);
	return (uint64_t *)address;
}

static uint64_t used(struct test *test)
{
	struct charge_usage_results results = {0};

	check_status(&test->check, "the usage",
	             charge_usage(&test->check.env->ipc, test->check.env->account, &results), OK);
	return results.ram_used;
}

static void check_clone(struct test *test)
{
	struct check *check = &test->check;
	volatile uint64_t *const source = map(test, test->memory, BASE, true);
	uint64_t before;

	for (unsigned i = 0; i < PAGES - 1; i++)
		source[i * PAGE / 8] = 100 + i;
	before = used(test);

	const cap_t memory = clone(test, "a clone", test->memory);
	volatile uint64_t *const copy = map(test, memory, CLONE, true);
	const cap_t second = clone(test, "a clone of the clone", memory);
	volatile uint64_t *const third = map(test, second, THIRD, true);

	check_that(check, "they are charged in full", used(test) - before >= 2 * SIZE);
	check_equal(check, "what was written before", copy[0], 100);
	source[0] = 1;
	check_equal(check, "the source written, the clone", copy[0], 100);
	copy[0] = 2;
	check_equal(check, "the clone written, the source", source[0], 1);
	copy[PAGE / 8] = 3;
	check_equal(check, "another page written in the clone, the source", source[PAGE / 8], 101);
	check_equal(check, "and the clone's clone", third[PAGE / 8], 101);
	third[(PAGES - 1) * PAGE / 8] = 4;
	check_equal(check, "a page that none had touched", source[(PAGES - 1) * PAGE / 8], 0);
	ipc_drop(&check->env->ipc, memory);
	check_equal(check, "the clone's clone survives it", third[0], 100);
	check_equal(check, "and the page it shares with the source", third[2 * PAGE / 8], 102);
	ipc_drop(&check->env->ipc, second);
	check_equal(check, "all is paid back", used(test), before);
}

static void check_rom(struct test *test)
{
	struct rom rom;

	if (!check_status(&test->check, "a ROM", rom_open(test->check.env, "clone_test", &rom), OK))
		return;

	const cap_t memory = clone(test, "a clone of the ROM", rom.memory);
	char *const copy = (char *)map(test, memory, CLONE, true);

	check_that(&test->check, "its content", memcmp(copy, rom.at, SIZE) == 0);
	copy[0] = 'x';
	check_that(&test->check, "written, but not in the ROM",
	           copy[0] == 'x' && memcmp(rom.at, "\177ELF", 4) == 0);
	check_that(&test->check, "the rest of the page",
	           memcmp(copy + 1, (const char *)rom.at + 1, PAGE) == 0);
	ipc_drop(&test->check.env->ipc, memory);
	rom_close(test->check.env, &rom);
}

/* ---- two threads ---- */

struct pair {
	volatile uint32_t words[2];
	cap_t memory;
	struct ipc ipc; /* of the second thread */
};

/* One side: waits until the word is `round`. */
static bool await(struct ipc *ipc, struct pair *pair, unsigned word, uint32_t round)
{
	while (pair->words[word] != round) {
		const struct memory_object_futex_wait_params params = {
			.offset = word * sizeof(uint32_t), .expected = round - 1};
		const enum status status = memory_object_futex_wait(ipc, pair->memory, &params);

		if (status != OK && status != ERR_NOT_NOW)
			return false;
	}
	return true;
}

static bool tell(struct ipc *ipc, struct pair *pair, unsigned word, uint32_t round)
{
	const struct memory_object_futex_wake_params params = {.offset = word * sizeof(uint32_t),
	                                                       .count = 1};
	struct memory_object_futex_wake_results results;

	pair->words[word] = round;
	return memory_object_futex_wake(ipc, pair->memory, &params, &results) == OK;
}

static void second_thread(struct pair *pair)
{
	for (uint32_t round = 1; round <= ROUNDS; round++) {
		if (!await(&pair->ipc, pair, 0, round) || !tell(&pair->ipc, pair, 1, round))
			break;
	}
	(void)self_exit(&pair->ipc, CAP_NULL);
}

static enum status start_second(struct test *test, struct pair *pair)
{
	static _Alignas(16) char stack[STACK];
	struct env *env = test->check.env;
	struct charge_create_thread_params params = {
		.domain = env->space,
		.entry = (uintptr_t)second_thread,
		.stack = (uintptr_t)stack + STACK - 8,
		.argument = (uintptr_t)pair,
		.message_address = WORDS,
		.message_pages = 1,
	};
	struct charge_create_thread_results results;
	enum status status = env_context(env, &params.context);

	if (status == OK)
		status = ipc_init(&pair->ipc, (struct message_page *)WORDS, &env->slots);
	if (status == OK)
		status = charge_create_thread(&env->ipc, env->account, &params, &results);
	return status == OK ? thread_start(&env->ipc, results.thread) : status;
}

static void check_futex(struct test *test)
{
	struct check *check = &test->check;
	struct ipc *ipc = &check->env->ipc;
	const cap_t memory = create(test, SIZE);
	struct pair *const pair = (struct pair *)map(test, memory, PAIR, true);
	struct memory_object_futex_wait_params params = {.expected = 1};
	struct self_time_results time = {0};
	uint32_t round = 0;

	pair->memory = memory;
	check_status(check, "another value", memory_object_futex_wait(ipc, memory, &params),
	             ERR_NOT_NOW);
	params = (struct memory_object_futex_wait_params){.offset = 2};
	check_status(check, "half a word", memory_object_futex_wait(ipc, memory, &params),
	             ERR_BAD_ARG);
	params.offset = SIZE;
	check_status(check, "a word behind the end", memory_object_futex_wait(ipc, memory, &params),
	             ERR_BAD_ARG);
	params.offset = 0;
	check_status(check, "the time", self_time(ipc, CAP_NULL, &time), OK);
	ipc->deadline = time.now + 1000 * 1000;
	check_status(check, "nobody wakes", memory_object_futex_wait(ipc, memory, &params),
	             ERR_TIMEOUT);
	ipc->deadline = 0;
	check_status(check, "a second thread", start_second(test, pair), OK);
	while (round < ROUNDS && tell(ipc, pair, 0, round + 1) && await(ipc, pair, 1, round + 1))
		round++;
	check_equal(check, "rounds to and fro", round, ROUNDS);
}

int component_main(struct env *env)
{
	struct test test = {.check = {.env = env}};

	log_line(env, "begins");
	test.memory = create(&test, SIZE);
	check_clone(&test);
	check_rom(&test);
	check_futex(&test);
	return check_result(&test.check);
}
