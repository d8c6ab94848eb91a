/* SPDX-License-Identifier: MIT */
/*
 * Large page test: the same range of device addresses mapped where large pages
 * fit and where they don't. No device answers there, so what is seen is of no
 * interest, but it must be the same; and the large pages need no page tables.
 */
#include <base/log.h>
#include <io_mem_session/client.h>
#include <kernel/client.h>
#include <test/check.h>

enum { PAGE = 4096, LARGE = 2 << 20, SIZE = 2 * LARGE, ARGS_SIZE = 64 };

#define DEVICE    0x80000000ul
#define ALIGNED   0x2000000000ul
#define UNALIGNED (ALIGNED + (1ul << 30) + PAGE)

static enum status open(struct env *env, struct session *out_session)
{
	const struct io_mem_args args = {.address = DEVICE, .size = SIZE};
	_Alignas(8) char segment[ARGS_SIZE];
	uint32_t used;
	const enum status status = io_mem_args_encode(&args, segment, sizeof(segment), &used);
	const struct session_request request = {
		.service = "IO_MEM", .args = segment, .args_size = used};

	return status == OK ? session_open(env, &request, out_session) : status;
}

/* Maps the range; returns what it cost. */
static uint64_t map(struct check *check, cap_t memory, uint64_t address)
{
	struct env *env = check->env;
	const struct space_map_params params = {
		.memory = memory,
		.account = env->account,
		.address = address,
		.size = SIZE,
		.write = true,
	};
	struct charge_usage_results before = {0}, after = {0};

	check_status(check, "the usage", charge_usage(&env->ipc, env->account, &before), OK);
	check_status(check, "a mapping", space_map(&env->ipc, env->space, &params), OK);
	check_status(check, "the usage then", charge_usage(&env->ipc, env->account, &after), OK);
	return after.ram_used - before.ram_used;
}

static void check_same(struct check *check)
{
	static const uint64_t offsets[] = {0, PAGE + 8, LARGE - 8, LARGE, SIZE - 8};
	bool same = true;

	for (unsigned i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		volatile uint64_t *const large = (volatile uint64_t *)(ALIGNED + offsets[i]);
		volatile uint64_t *const small = (volatile uint64_t *)(UNALIGNED + offsets[i]);

		*large = i;
		same = same && *large == *small;
	}
	check_that(check, "what is seen is the same", same);
}

int component_main(struct env *env)
{
	struct check check = {.env = env};
	const struct space_unmap_params unmap = {.address = ALIGNED, .size = SIZE};
	struct io_mem_dataspace_results results;
	struct session session;
	uint64_t large, small;

	if (!check_status(&check, "a range", open(env, &session), OK) ||
	    !check_status(&check, "its memory", io_mem_dataspace(&env->ipc, session.cap, &results),
	                  OK))
		return 2;
	large = map(&check, results.memory, ALIGNED);
	small = map(&check, results.memory, UNALIGNED);
	check_that(&check, "large pages need no tables", large + 2ul * PAGE <= small + PAGE);
	check_same(&check);
	check_status(&check, "its end", space_unmap(&env->ipc, env->space, &unmap), OK);
	check_that(&check, "its place can be used again",
	           map(&check, results.memory, ALIGNED) <= PAGE);
	check_same(&check);
	session_close(env, &session);
	return check_result(&check);
}
