/* SPDX-License-Identifier: MIT */
/*
 * AVX: the whole vector state, control words included, is a thread's own while others like it
 * run in between: whoever is interrupted or faults finds it as it was, and whoever
 * gives the processor away finds nothing, neither its own nor another's.
 */
#include <base/log.h>
#include <kernel/client.h>
#include <test/check.h>

#include "avx.h"

/* Two instructions each: longer than a turn, so that every round is interrupted. */
enum { ROUNDS = 4, SPINS = 3000000, PAGE = 4096, PAGES = 16 };

#define FRESH 0x2000000000ul /* nobody has touched it */

static bool have_avx(void)
{
	uint32_t a = 1, b, c, d;

	asm volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
	return c & 1u << 28 && c & 1u << 27; /* the kernel has enabled it */
}

static void check_preempted(struct check *check, uint64_t seed)
{
	struct avx_run run = {.spins = SPINS};

	for (unsigned round = 0; round < ROUNDS; round++) {
		avx_fill(&run.in, seed + round);
		avx_hold(&run);
		if (!avx_same(&run.in, &run.out)) {
			check_that(check, "what was interrupted is as it was", false);
			return;
		}
		run.word = SYSCALL_CALL | (uint64_t)SELF_INTERFACE << OP_INTERFACE_SHIFT |
		           (uint64_t)SELF_YIELD << OP_METHOD_SHIFT;
		avx_exchange(&run);
		run.in.st0 = run.out.st0; /* not looked at */
		if (!avx_initial(&run.out) && !avx_same(&run.in, &run.out)) {
			check_that(check, "what is found after a system call", false);
			return;
		}
	}
	check_that(check, "what was interrupted is as it was", true);
}

/* The kernel finds a page for each. */
static void check_first_touch(struct check *check, uint64_t seed)
{
	struct env *env = check->env;
	const struct charge_create_memory_params size = {.size = PAGES * PAGE};
	struct charge_create_memory_results memory = {0};
	struct avx_run run = {0};

	check_status(check, "memory", charge_create_memory(&env->ipc, env->account, &size, &memory),
	             OK);

	const struct space_map_params map = {.memory = memory.memory,
	                                     .account = env->account,
	                                     .address = FRESH,
	                                     .size = PAGES * PAGE,
	                                     .write = true};

	check_status(check, "a mapping", space_map(&env->ipc, env->space, &map), OK);
	for (unsigned i = 0; i < PAGES; i++) {
		avx_fill(&run.in, seed + i);
		run.touch = (volatile uint64_t *)(FRESH + (uint64_t)i * PAGE);
		avx_hold(&run);
		if (!avx_same(&run.in, &run.out)) {
			check_that(check, "a first touch", false);
			return;
		}
	}
	check_that(check, "a first touch changes no register", true);
	ipc_drop(&env->ipc, memory.memory);
}

int component_main(struct env *env)
{
	struct check check = {.env = env};
	struct self_time_results time = {0};

	log_line(env, "begins");
	if (!check_that(&check, "the processor has AVX", have_avx()) ||
	    self_time(&env->ipc, CAP_NULL, &time) != OK)
		return 2;
	check_first_touch(&check, time.now);
	check_paged(&check);
	check_preempted(&check, time.now);
	return check_result(&check);
}
