/* SPDX-License-Identifier: MIT */
/*
 * Mapping test: what its own address space takes and what it refuses. Each
 * refusal has its neighbour that is granted beside it, so that the border is seen.
 * (What a forbidden access does is the crasher's to show.)
 */
#include <base/child.h>
#include <base/log.h>
#include <base/rom.h>
#include <kernel/client.h>
#include <string.h>
#include <test/check.h>

enum { PAGE = 4096, PAGES = 4, SIZE = PAGES * PAGE };

/* Free in every component: between the regions' window and the large ones. */
#define BASE         0x2000000000ul
#define HIGHEST_PAGE 0x7fffffffe000ul
#define KERNEL       0xffff800000000000ul

struct test {
	struct check check;
	cap_t memory;
};

static enum status map(struct test *test, struct space_map_params params)
{
	struct env *env = test->check.env;

	params.account = env->account;
	if (!cap_valid(params.memory))
		params.memory = test->memory;
	return space_map(&env->ipc, env->space, &params);
}

static enum status map_at(struct test *test, uint64_t address, uint64_t offset, uint64_t size)
{
	return map(test,
	           (struct space_map_params){
			   .address = address, .offset = offset, .size = size, .write = true});
}

static enum status unmap(struct test *test, uint64_t address, uint64_t size)
{
	const struct space_unmap_params params = {.address = address, .size = size};

	return space_unmap(&test->check.env->ipc, test->check.env->space, &params);
}

static void check_sizes(struct test *test)
{
	struct check *check = &test->check;

	check_status(check, "an address within a page", map_at(test, BASE + 8, 0, PAGE),
	             ERR_BAD_ARG);
	check_status(check, "an offset within a page", map_at(test, BASE, 8, PAGE), ERR_BAD_ARG);
	check_status(check, "a size of half a page", map_at(test, BASE, 0, PAGE / 2), ERR_BAD_ARG);
	check_status(check, "no size", map_at(test, BASE, 0, 0), ERR_BAD_ARG);
	check_status(check, "a page more than there is", map_at(test, BASE, 0, SIZE + PAGE),
	             ERR_BAD_ARG);
	check_status(check, "an offset at the end", map_at(test, BASE, SIZE, PAGE), ERR_BAD_ARG);
	check_status(check, "an offset that wraps", map_at(test, BASE, -(uint64_t)PAGE, 2 * PAGE),
	             ERR_BAD_ARG);
	check_status(check, "a size that wraps", map_at(test, BASE, PAGE, -(uint64_t)PAGE),
	             ERR_BAD_ARG);
	check_status(check, "the last page", map_at(test, BASE, SIZE - PAGE, PAGE), OK);
	check_status(check, "all of it, elsewhere", map_at(test, BASE + SIZE, 0, SIZE), OK);
	check_status(check, "the end of both", unmap(test, BASE, 2 * SIZE), OK);
}

static void check_places(struct test *test)
{
	struct check *check = &test->check;

	check_status(check, "at address zero", map_at(test, 0, 0, PAGE), ERR_BAD_ARG);
	check_status(check, "in the kernel's half", map_at(test, KERNEL, 0, PAGE), ERR_BAD_ARG);
	check_status(check, "from the highest page into the void",
	             map_at(test, HIGHEST_PAGE, 0, 2 * PAGE), ERR_BAD_ARG);
	check_status(check, "round the end of all addresses",
	             map_at(test, -(uint64_t)PAGE, 0, 2 * PAGE), ERR_BAD_ARG);
	check_status(check, "over the thread's message pages",
	             map_at(test, CHILD_MESSAGE_ADDRESS, 0, PAGE), ERR_BAD_ARG);
	check_status(check, "over its stack", map_at(test, CHILD_STACK_TOP - PAGE, 0, PAGE),
	             ERR_BAD_ARG);
	check_status(check, "the highest page", map_at(test, HIGHEST_PAGE, 0, PAGE), OK);
	check_status(check, "its end", unmap(test, HIGHEST_PAGE, PAGE), OK);
}

static void check_overlaps(struct test *test)
{
	struct check *check = &test->check;

	check_status(check, "two pages in the middle", map_at(test, BASE + PAGE, 0, 2 * PAGE), OK);
	check_status(check, "the same again", map_at(test, BASE + PAGE, 0, 2 * PAGE), ERR_BAD_ARG);
	check_status(check, "over its first page", map_at(test, BASE, 0, 2 * PAGE), ERR_BAD_ARG);
	check_status(check, "over its last page", map_at(test, BASE + 2 * PAGE, 0, 2 * PAGE),
	             ERR_BAD_ARG);
	check_status(check, "around it", map_at(test, BASE, 0, 4 * PAGE), ERR_BAD_ARG);
	check_status(check, "right before it", map_at(test, BASE, 0, PAGE), OK);
	check_status(check, "right behind it", map_at(test, BASE + 3 * PAGE, 0, PAGE), OK);
	check_status(check, "half of it taken away", unmap(test, BASE + PAGE, PAGE), ERR_BAD_ARG);
	check_status(check, "taken away at an odd address", unmap(test, BASE + 8, PAGE),
	             ERR_BAD_ARG);
	check_status(check, "all three taken away", unmap(test, BASE, 4 * PAGE), OK);
	check_status(check, "the room is free again", map_at(test, BASE, 0, 4 * PAGE), OK);
	check_status(check, "its end", unmap(test, BASE, 4 * PAGE), OK);
}

/* ---- rights ---- */

static cap_t derive_read_only(struct test *test)
{
	struct env *env = test->check.env;
	const struct self_derive_params params = {
		.cap = test->memory.id, .interface = READ_ONLY_INTERFACE, .account = env->account};
	struct self_derive_results results = {0};

	check_status(&test->check, "a read-only facet",
	             self_derive(&env->ipc, CAP_NULL, &params, &results), OK);
	return results.derived;
}

static enum status derive_writable(struct test *test, cap_t read_only)
{
	struct env *env = test->check.env;
	const struct self_derive_params params = {
		.cap = read_only.id, .interface = MEMORY_OBJECT_INTERFACE, .account = env->account};
	struct self_derive_results results;

	return self_derive(&env->ipc, CAP_NULL, &params, &results);
}

static void check_read_only(struct test *test)
{
	struct check *check = &test->check;
	const cap_t read_only = derive_read_only(test);
	const struct space_map_params read = {
		.memory = read_only, .address = BASE + SIZE, .size = SIZE};
	struct space_map_params write = read;
	volatile char *const written = (volatile char *)BASE, *const seen = (volatile char *)(BASE +
	                                                                                      SIZE);

	write.write = true;
	check_status(check, "writing through it", map(test, write), ERR_DENIED);
	check_status(check, "the writable one derived back", derive_writable(test, read_only),
	             ERR_DENIED);
	check_status(check, "reading through it", map(test, read), OK);
	check_status(check, "writing beside it", map_at(test, BASE, 0, SIZE), OK);
	written[PAGE + 5] = 'x';
	check_that(check, "what is written there is seen here", seen[PAGE + 5] == 'x');
	check_status(check, "the end of both", unmap(test, BASE, 2 * SIZE), OK);
	ipc_drop(&check->env->ipc, read_only);
}

static void check_rom(struct test *test)
{
	struct rom rom;

	if (!check_status(&test->check, "a ROM", rom_open(test->check.env, "mapping_test", &rom),
	                  OK))
		return;
	check_that(&test->check, "its content", rom.size > 4 && memcmp(rom.at, "\177ELF", 4) == 0);
	check_status(&test->check, "writing to it",
	             map(test, (struct space_map_params){.memory = rom.memory,
	                                                 .address = BASE,
	                                                 .size = PAGE,
	                                                 .write = true}),
	             ERR_DENIED);
	rom_close(test->check.env, &rom);
}

static void check_execute(struct test *test)
{
	static const unsigned char answer_42[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov $42, %eax; ret */
	struct check *check = &test->check;
	struct space_map_params params = {
		.address = BASE, .size = PAGE, .write = true, .execute = true};

	check_status(check, "writing and executing at once", map(test, params), ERR_BAD_ARG);
	check_status(check, "writing", map_at(test, BASE, 0, PAGE), OK);
	memcpy((void *)BASE, answer_42, sizeof(answer_42));
	check_status(check, "no longer", unmap(test, BASE, PAGE), OK);
	params.write = false;
	check_status(check, "executing then", map(test, params), OK);
	check_equal(check, "what it computes", (uint64_t)((int (*)(void))BASE)(), 42);
	check_status(check, "its end", unmap(test, BASE, PAGE), OK);
}

/* ---- objects ---- */

static enum status create(struct test *test, uint64_t size, cap_t *out_memory)
{
	struct env *env = test->check.env;
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results results;
	const enum status status = charge_create_memory(&env->ipc, env->account, &params, &results);

	if (status == OK)
		*out_memory = results.memory;
	return status;
}

static void check_objects(struct test *test)
{
	struct check *check = &test->check;
	cap_t memory;

	check_status(check, "memory of no size", create(test, 0, &memory), ERR_BAD_ARG);
	check_status(check, "more memory than there is", create(test, 1ul << 30, &memory),
	             ERR_OUT_OF_RAM);
	check_status(check, "more than there is anywhere", create(test, -(uint64_t)PAGE, &memory),
	             ERR_BAD_ARG);
	check_status(check, "a mapping of no memory",
	             map(test, (struct space_map_params){.memory = check->env->parent,
	                                                 .address = BASE,
	                                                 .size = PAGE}),
	             ERR_BAD_CAP);
}

int component_main(struct env *env)
{
	struct test test = {.check = {.env = env}};

	log_line(env, "begins");
	if (!check_status(&test.check, "memory", create(&test, SIZE, &test.memory), OK))
		return 2;
	check_sizes(&test);
	check_places(&test);
	check_overlaps(&test);
	check_read_only(&test);
	check_rom(&test);
	check_execute(&test);
	check_objects(&test);
	return check_result(&test.check);
}
