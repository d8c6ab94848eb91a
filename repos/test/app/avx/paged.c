/* SPDX-License-Identifier: MIT */
/*
 * The program of avx.S in a domain of its own: it holds a pattern while it waits for its pager, which
 * is this component and holds another; then it calls, with a pattern still in its registers.
 */
#include <kernel/client.h>
#include <kernel/server.h>
#include <string.h>
#include <test/check.h>

#include "avx.h"

enum { PAGE = 4096, SLOTS = 16, ENDPOINT_SLOT = 3, INTERFACE = 0xa4 };

/* Of the program's domain. */
#define CODE     0x40000000ul
#define RUNS     0x40100000ul
#define MESSAGES 0x40200000ul
#define PAGED    0x40300000ul

/* Of our own. */
#define OWN_CODE 0x2200000000ul
#define OWN_RUNS 0x2200010000ul

struct paged {
	struct check *check;
	cap_t domain, endpoint, page;
	struct avx_run *runs; /* shared with the program: hold, exchange */
};

static cap_t create(struct paged *paged, uint64_t size)
{
	struct env *env = paged->check->env;
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results results = {0};

	check_status(paged->check, "memory",
	             charge_create_memory(&env->ipc, env->account, &params, &results), OK);
	return results.memory;
}

static void map(struct paged *paged, cap_t space, cap_t memory, uint64_t address, uint64_t size,
                bool execute)
{
	struct env *env = paged->check->env;
	const struct space_map_params params = {
		.memory = memory,
		.account = env->account,
		.address = address,
		.size = size,
		.write = !execute,
		.execute = execute,
	};

	check_status(paged->check, "a mapping", space_map(&env->ipc, space, &params), OK);
}

/* The endpoint is the domain's pager, and what the program calls in the end. */
static void make_endpoint(struct paged *paged, cap_t *out_client)
{
	struct env *env = paged->check->env;
	const struct charge_create_endpoint_params params = {0};
	struct endpoint_mint_params mint = {.account = env->account, .interface0 = PAGER_INTERFACE};
	struct charge_create_endpoint_results made = {0};
	struct endpoint_mint_results minted = {0};
	struct domain_set_pager_params set;

	check_status(paged->check, "an endpoint",
	             charge_create_endpoint(&env->ipc, env->account, &params, &made), OK);
	paged->endpoint = made.endpoint;
	check_status(paged->check, "a facet for the kernel",
	             endpoint_mint(&env->ipc, made.endpoint, &mint, &minted), OK);
	set.pager = minted.client;
	check_status(paged->check, "the pager", domain_set_pager(&env->ipc, paged->domain, &set),
	             OK);
	mint.interface0 = INTERFACE;
	check_status(paged->check, "a facet for the program",
	             endpoint_mint(&env->ipc, made.endpoint, &mint, &minted), OK);
	*out_client = minted.client;
}

static void make_program(struct paged *paged)
{
	struct env *env = paged->check->env;
	const cap_t code = create(paged, PAGE), runs = create(paged, 2ul * PAGE);
	const struct charge_create_domain_params domain = {.slots = SLOTS};
	struct charge_create_domain_results made = {0};
	cap_t client;

	check_status(paged->check, "a domain",
	             charge_create_domain(&env->ipc, env->account, &domain, &made), OK);
	paged->domain = made.domain;
	paged->page = create(paged, PAGE);
	map(paged, env->space, code, OWN_CODE, PAGE, false);
	map(paged, env->space, runs, OWN_RUNS, 2ul * PAGE, false);
	map(paged, paged->domain, code, CODE, PAGE, true);
	map(paged, paged->domain, runs, RUNS, 2ul * PAGE, false);
	memcpy((void *)OWN_CODE, avx_program_begin, (size_t)(avx_program_end - avx_program_begin));
	paged->runs = (struct avx_run *)OWN_RUNS;
	make_endpoint(paged, &client);

	const struct domain_install_params install = {.slot = ENDPOINT_SLOT, .cap = client};

	check_status(paged->check, "what it calls",
	             domain_install(&env->ipc, paged->domain, &install), OK);
}

static void start_program(struct paged *paged)
{
	struct env *env = paged->check->env;
	struct charge_create_thread_params params = {
		.domain = paged->domain,
		.entry = CODE,
		.argument = RUNS,
		.message_address = MESSAGES,
		.message_pages = 1,
	};
	struct charge_create_thread_results thread = {0};

	check_status(paged->check, "a context", env_context(env, &params.context), OK);
	check_status(paged->check, "a thread",
	             charge_create_thread(&env->ipc, env->account, &params, &thread), OK);
	check_status(paged->check, "its start", thread_start(&env->ipc, thread.thread), OK);
}

/* Waits at the endpoint, after the answer OK or without one, with a pattern in the registers. */
static struct avx_run wait(struct paged *paged, uint64_t seed, bool answer)
{
	struct avx_run run = {
		.word = SYSCALL_REPLY_WAIT | (answer ? 0 : OP_NO_REPLY),
		.target = paged->endpoint.id,
		.window = 1ul << WINDOW_RECEIVE_PAGE_SHIFT,
	};

	avx_fill(&run.in, seed);
	avx_exchange(&run);
	return run;
}

void check_paged(struct check *check)
{
	struct paged paged = {.check = check};
	struct avx_run seen;

	make_program(&paged);
	avx_fill(&paged.runs[0].in, 1);
	avx_fill(&paged.runs[1].in, 2);
	paged.runs[0].touch = (volatile uint64_t *)PAGED;
	paged.runs[1].word = SYSCALL_CALL | (uint64_t)INTERFACE << OP_INTERFACE_SHIFT;
	paged.runs[1].target = cap_make(ENDPOINT_SLOT, 1).id;
	start_program(&paged);

	seen = wait(&paged, 3, false);
	check_equal(check, "it faults", seen.answer >> OP_INTERFACE_SHIFT, PAGER_INTERFACE);
	check_that(check, "its pager sees nothing of its registers", avx_initial(&seen.out));
	map(&paged, paged.domain, paged.page, PAGED, PAGE, false);
	seen = wait(&paged, 4, true);
	check_that(check, "it finds its registers behind the fault",
	           avx_same(&paged.runs[0].in, &paged.runs[0].out));
	check_equal(check, "it calls", seen.answer >> OP_INTERFACE_SHIFT, INTERFACE);
	check_that(check, "its server sees nothing of its registers", avx_initial(&seen.out));
	seen.word = SYSCALL_REPLY_WAIT | OP_NO_WAIT;
	avx_exchange(&seen);
	for (unsigned i = 0; i < 3; i++)
		(void)self_yield(&check->env->ipc, CAP_NULL); /* it runs to its end */
	check_that(check, "it sees nothing of its server's", avx_initial(&paged.runs[1].out));
}
