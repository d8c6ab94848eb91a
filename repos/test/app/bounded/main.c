/* SPDX-License-Identifier: MIT */
/*
 * Bounded: makes what is long to end, and ends it; and has rings do much at once (rings.c). How long the kernel keeps interrupts off
 * meanwhile is for `make latency` to say.
 */
#include <base/log.h>
#include <kernel/client.h>
#include <test/check.h>

#include "rings.h"

enum {
	PAGE = 4096,
	SLOTS = 64,
	TABLE_FIRST = 1024,
	TABLE = 16384,
	FIRST_SLOT = 16,
	COPIES = 10000,
	MAPPINGS = 1000,
	THREADS = 100,
	MEMORY_BYTES = 64 << 20,
};

#define MESSAGES      0x700000000ul
#define MESSAGES_STEP 0x10000ul
#define MAPPED        0x1000000000ul
#define MAPPED_STEP   0x40000ul
#define HERE          0x3000000000ul

struct victim {
	cap_t account, domain;
	cap_t threads[THREADS];
};

static struct check check;

static struct ipc *ipc(void)
{
	return &check.env->ipc;
}

static struct charge_usage_results usage(void)
{
	struct charge_usage_results results = {0};

	check_status(&check, "usage", charge_usage(ipc(), check.env->account, &results), OK);
	return results;
}

static cap_t make_memory(uint64_t size)
{
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results results = {0};

	check_status(&check, "memory",
	             charge_create_memory(ipc(), check.env->account, &params, &results), OK);
	return results.memory;
}

static enum status map_here(cap_t memory, uint64_t size)
{
	const struct space_map_params map = {.memory = memory,
	                                     .account = check.env->account,
	                                     .address = HERE,
	                                     .size = size,
	                                     .write = true};

	return space_map(ipc(), check.env->space, &map);
}

static void unmap_here(uint64_t size)
{
	const struct space_unmap_params unmap = {.address = HERE, .size = size};

	check_status(&check, "unmapped", space_unmap(ipc(), check.env->space, &unmap), OK);
}

static void touch_here(uint64_t size)
{
	for (uint64_t at = HERE; at < HERE + size; at += PAGE)
		*(volatile char *)at = 1;
}

/* ---- a domain with much in it ---- */

static void make_domain(struct victim *victim)
{
	const struct charge_create_account_params limits = {.ram = 8 << 20, .caps = 2 * THREADS};
	struct charge_create_domain_params first = {.slots = TABLE_FIRST + 1};
	const struct space_grow_table_params grow = {.slots = TABLE};
	struct charge_create_account_results account = {0};
	struct charge_create_domain_results domain = {0};

	check_status(&check, "an account",
	             charge_create_account(ipc(), check.env->account, &limits, &account), OK);
	check_status(&check, "too many slots at once",
	             charge_create_domain(ipc(), account.account, &first, &domain), ERR_BAD_ARG);
	first.slots--;
	check_status(&check, "a domain",
	             charge_create_domain(ipc(), account.account, &first, &domain), OK);
	check_status(&check, "its table grows", space_grow_table(ipc(), domain.domain, &grow), OK);
	*victim = (struct victim){.account = account.account, .domain = domain.domain};
}

/* Half of them run, and fault at once. */
static unsigned fill_threads(struct victim *victim, cap_t context)
{
	unsigned made = 0;

	for (unsigned i = 0; i < THREADS; i++) {
		const struct charge_create_thread_params params = {
			.domain = victim->domain,
			.context = context,
			.entry = PAGE,
			.message_address = MESSAGES + i * MESSAGES_STEP,
			.message_pages = 2,
		};
		struct charge_create_thread_results results = {0};

		if (charge_create_thread(ipc(), victim->account, &params, &results) == OK)
			made++;
		victim->threads[i] = results.thread;
		if (i % 2 && thread_start(ipc(), results.thread) != OK)
			check_that(&check, "it starts", false);
	}
	return made;
}

static unsigned fill_table(const struct victim *victim, cap_t cap)
{
	struct domain_install_params params = {.slot = FIRST_SLOT, .cap = cap};
	unsigned made = 0;

	for (; params.slot < FIRST_SLOT + COPIES; params.slot++)
		made += domain_install(ipc(), victim->domain, &params) == OK;
	return made;
}

static unsigned fill_space(const struct victim *victim, cap_t memory)
{
	struct space_map_params map = {
		.memory = memory, .account = victim->account, .address = MAPPED, .size = PAGE};
	unsigned made = 0;

	for (; map.address < MAPPED + MAPPINGS * MAPPED_STEP; map.address += MAPPED_STEP)
		made += space_map(ipc(), victim->domain, &map) == OK;
	return made;
}

static void check_domain(cap_t context)
{
	const struct charge_usage_results before = usage();
	const cap_t memory = make_memory(PAGE);
	struct victim victim;

	check_status(&check, "mapped", map_here(memory, PAGE), OK);
	touch_here(PAGE);
	make_domain(&victim);
	check_equal(&check, "threads", fill_threads(&victim, context), THREADS);
	check_equal(&check, "capabilities", fill_table(&victim, memory), COPIES);
	check_equal(&check, "mappings", fill_space(&victim, memory), MAPPINGS);
	check_status(&check, "all of it ends", account_destroy(ipc(), victim.account), OK);
	for (unsigned i = 0; i < THREADS; i++)
		ipc_drop(ipc(), victim.threads[i]);
	ipc_drop(ipc(), victim.domain);
	ipc_drop(ipc(), victim.account);
	unmap_here(PAGE);
	ipc_drop(ipc(), memory);

	const struct charge_usage_results after = usage();

	check_equal(&check, "RAM, as before", after.ram_limit, before.ram_limit);
	check_equal(&check, "capabilities, as before", after.caps_used, before.caps_used);
}

/* ---- much memory ---- */

static void check_memory(void)
{
	const cap_t memory = make_memory(MEMORY_BYTES);
	const struct self_derive_params params = {.cap = memory.id,
	                                          .interface = MEMORY_OBJECT_INTERFACE,
	                                          .account = check.env->account};
	struct self_derive_results lent = {0};

	check_status(&check, "a grant of it", self_derive(ipc(), CAP_NULL, &params, &lent), OK);
	check_status(&check, "mapped through it", map_here(lent.derived, MEMORY_BYTES), OK);
	touch_here(MEMORY_BYTES);
	check_status(&check, "its place is taken", map_here(memory, PAGE), ERR_BAD_ARG);

	const struct self_revoke_params revoke = {.cap = lent.derived.id};

	check_status(&check, "revoked", self_revoke(ipc(), CAP_NULL, &revoke), OK);
	check_status(&check, "its place is free", map_here(memory, PAGE), OK);
	check_that(&check, "what was written stays", *(volatile char *)HERE == 1);
	unmap_here(PAGE);
	ipc_drop(ipc(), lent.derived);
	ipc_drop(ipc(), memory);
}

int component_main(struct env *env)
{
	cap_t context;

	check.env = env;
	log_line(env, "begins");
	if (env_grow_table(env, THREADS + 2 * SLOTS) != OK || env_context(env, &context) != OK)
		return 2;
	check_domain(context);
	check_memory();
	check_rings(&check);
	ipc_drop(&env->ipc, context);
	return check_result(&check);
}
