/* SPDX-License-Identifier: MIT */
/*
 * RM test: a region map is a piece of address space of its own. What is
 * attached in it appears wherever the map is shown, and goes when it is detached.
 */
#include <base/log.h>
#include <kernel/client.h>
#include <rm_session/client.h>
#include <test/check.h>

enum { PAGE = 4096, MAP_SIZE = 16 * PAGE, ATTACHMENTS_MAX = 16 };

/* Two windows onto the same map. */
#define WINDOW_A 0x3000000000ul
#define WINDOW_B 0x3100000000ul

struct test {
	struct check check;
	struct session rm;
	cap_t map;
	cap_t memory; /* two pages */
};

static volatile uint64_t *word(uintptr_t window, uint64_t at)
{
	return (volatile uint64_t *)(window + at);
}

static enum status attach_range(struct test *test, uint64_t at, uint64_t offset, uint64_t size)
{
	const struct region_map_attach_params params = {
		.memory = test->memory, .at = at, .offset = offset, .size = size, .write = true};

	return region_map_attach(&test->check.env->ipc, test->map, &params);
}

static enum status attach_cap(struct test *test, cap_t memory, uint64_t at, bool write)
{
	const struct region_map_attach_params params = {
		.memory = memory, .at = at, .size = PAGE, .write = write};

	return region_map_attach(&test->check.env->ipc, test->map, &params);
}

static enum status detach(struct test *test, uint64_t at, uint64_t size)
{
	const struct region_map_detach_params params = {.at = at, .size = size};

	return region_map_detach(&test->check.env->ipc, test->map, &params);
}

static enum status show(struct test *test, cap_t space, uintptr_t window)
{
	struct env *env = test->check.env;
	const struct region_map_map_into_params params = {
		.space = space, .account = env->account, .address = window};

	return region_map_map_into(&env->ipc, test->map, &params);
}

/* Whether something is mapped there: nothing else can be, then. */
static bool occupied(struct test *test, uintptr_t address)
{
	struct env *env = test->check.env;
	const struct space_map_params map = {
		.memory = test->memory, .account = env->account, .address = address, .size = PAGE};
	const struct space_unmap_params unmap = {.address = address, .size = PAGE};

	if (space_map(&env->ipc, env->space, &map) != OK)
		return true;
	test->check.failed += space_unmap(&env->ipc, env->space, &unmap) != OK;
	return false;
}

static bool create_map(struct test *test, uint64_t size, enum status wanted, const char *what)
{
	const struct rm_create_params params = {.size = size};
	struct rm_create_results results;
	const enum status status =
		rm_create(&test->check.env->ipc, test->rm.cap, &params, &results);

	if (status == OK)
		test->map = results.map;
	return check_status(&test->check, what, status, wanted);
}

static void check_attaching(struct test *test)
{
	struct check *check = &test->check;
	cap_t self = check->env->parent;

	check_status(check, "attaching at an odd place", attach_range(test, 8, 0, PAGE),
	             ERR_BAD_ARG);
	check_status(check, "attaching half a page", attach_range(test, 0, 0, PAGE / 2),
	             ERR_BAD_ARG);
	check_status(check, "attaching nothing", attach_range(test, 0, 0, 0), ERR_BAD_ARG);
	check_status(check, "attaching behind the end", attach_range(test, MAP_SIZE, 0, PAGE),
	             ERR_BAD_ARG);
	check_status(check, "attaching across the end",
	             attach_range(test, MAP_SIZE - PAGE, 0, 2 * PAGE), ERR_BAD_ARG);
	check_status(check, "attaching what is no memory", attach_cap(test, self, 0, false),
	             ERR_BAD_ARG);
	check_status(check, "attaching two pages", attach_range(test, 4 * PAGE, 0, 2 * PAGE), OK);
	check_status(check, "attaching over the second", attach_range(test, 5 * PAGE, 0, PAGE),
	             ERR_BAD_ARG);
	check_status(check, "attaching the last page",
	             attach_range(test, MAP_SIZE - PAGE, PAGE, PAGE), OK);
}

static void check_windows(struct test *test)
{
	struct check *check = &test->check;

	check_status(check, "showing it in what is no space",
	             show(test, check->env->parent, WINDOW_A), ERR_BAD_ARG);
	check_status(check, "showing it", show(test, check->env->space, WINDOW_A), OK);
	*word(WINDOW_A, 5 * PAGE) = 0xa5;
	check_equal(check, "the second page, seen at the end of the map",
	            *word(WINDOW_A, MAP_SIZE - PAGE), 0xa5);
	check_status(check, "showing it once more", show(test, check->env->space, WINDOW_B), OK);
	check_equal(check, "the same, seen in the other window", *word(WINDOW_B, 5 * PAGE), 0xa5);
	check_status(check, "showing it where it would overlap",
	             show(test, check->env->space, WINDOW_B), ERR_BAD_ARG);
}

static void check_changes(struct test *test)
{
	struct check *check = &test->check;

	check_that(check, "a page without attachment is free", !occupied(test, WINDOW_A + PAGE));
	check_status(check, "attaching there now", attach_range(test, PAGE, 0, PAGE), OK);
	*word(WINDOW_A, 4 * PAGE) = 0x5a;
	check_equal(check, "it is there in both windows",
	            *word(WINDOW_A, PAGE) + *word(WINDOW_B, PAGE), 2 * 0x5a);
	check_status(check, "detaching a part", detach(test, 4 * PAGE, PAGE), ERR_BAD_ARG);
	check_status(check, "detaching what is not attached", detach(test, 0, PAGE), ERR_BAD_ARG);
	check_status(check, "detaching", detach(test, PAGE, PAGE), OK);
	check_that(check, "it is gone from both windows",
	           !occupied(test, WINDOW_A + PAGE) && !occupied(test, WINDOW_B + PAGE));
	check_that(check, "its neighbour is not",
	           occupied(test, WINDOW_A + 4 * PAGE) && occupied(test, WINDOW_B + 4 * PAGE));
}

/* A read-only facet can't be attached for writing; nor can more be than the map has room for. */
static void check_limits(struct test *test)
{
	struct check *check = &test->check;
	const struct self_derive_params derive = {.cap = test->memory.id,
	                                          .interface = READ_ONLY_INTERFACE,
	                                          .account = check->env->account};
	struct self_derive_results facet;
	unsigned attached = 0;
	enum status status = OK;

	if (!check_status(check, "a read-only facet",
	                  self_derive(&check->env->ipc, CAP_NULL, &derive, &facet), OK))
		return;
	check_status(check, "attaching it for writing", attach_cap(test, facet.derived, 0, true),
	             ERR_DENIED);
	check_status(check, "attaching it for reading", attach_cap(test, facet.derived, 0, false),
	             OK);
	check_equal(check, "what it shows", *word(WINDOW_B, 0), 0x5a);
	for (unsigned page = 1; page < 16 && status == OK; page++) {
		if (page == 4 || page == 5 || page == 15)
			continue;
		status = attach_range(test, page * PAGE, 0, PAGE);
		attached += status == OK;
	}
	check_equal(check, "pages attached beside", attached, 12);
}

static void check_end(struct test *test)
{
	struct check *check = &test->check;

	check_status(check, "destroying the map", region_map_destroy(&check->env->ipc, test->map),
	             OK);
	check_that(check, "nothing of it is left",
	           !occupied(test, WINDOW_A + 4 * PAGE) && !occupied(test, WINDOW_B + 4 * PAGE) &&
	                   !occupied(test, WINDOW_B));
	check_status(check, "attaching to it", attach_range(test, 0, 0, PAGE), ERR_GONE);
	ipc_drop(&check->env->ipc, test->map);
	create_map(test, MAP_SIZE, OK, "another map");
	check_status(check, "attaching", attach_range(test, 0, 0, PAGE), OK);
	check_status(check, "showing it", show(test, check->env->space, WINDOW_A), OK);
	session_close(check->env, &test->rm);
	check_that(check, "the session's end is that of its map", !occupied(test, WINDOW_A));
}

int component_main(struct env *env)
{
	struct test test = {.check = {.env = env}};
	struct check *check = &test.check;
	const struct charge_create_memory_params size = {.size = 2 * PAGE};
	const struct session_request request = {.service = "RM"};
	struct charge_create_memory_results memory;

	if (!check_status(check, "memory",
	                  charge_create_memory(&env->ipc, env->account, &size, &memory), OK) ||
	    !check_status(check, "a session", session_open(env, &request, &test.rm), OK))
		return 2;
	test.memory = memory.memory;
	create_map(&test, 0, ERR_BAD_ARG, "a map of no size");
	create_map(&test, PAGE + 1, ERR_BAD_ARG, "a map of an odd size");
	if (!create_map(&test, MAP_SIZE, OK, "a map"))
		return 2;
	create_map(&test, MAP_SIZE, ERR_NOT_NOW, "a second one in the same session");
	check_attaching(&test);
	check_windows(&test);
	check_changes(&test);
	check_limits(&test);
	check_end(&test);
	return check_result(check);
}
