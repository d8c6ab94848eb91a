/* SPDX-License-Identifier: MIT */
/*
 * Revoke cost: the instructions of a revoke do not depend on how many copies are outstanding, nor
 * in how many domains they are.
 */
#include <base/log.h>
#include <bench/samples.h>
#include <kernel/client.h>
#include <test/check.h>

enum { DOMAINS = 16, SLOT_FIRST = 16, SLOTS_EACH = 1024, PAGE = 4096 };

/* Each has room for all copies that it will ever get: those of a dead grant keep their slots. */
static const uint32_t slots[DOMAINS] = {16384, 4096, 4096, 4096};

static struct {
	cap_t domain;
	uint32_t next; /* free slot */
} places[DOMAINS];

static struct check check;

static struct ipc *ipc(void)
{
	return &check.env->ipc;
}

static void make_places(void)
{
	const struct charge_create_domain_params params = {.slots = SLOTS_EACH};

	for (unsigned i = 0; i < DOMAINS; i++) {
		const struct space_grow_table_params grow = {.slots = slots[i]};
		struct charge_create_domain_results results = {0};

		check_status(&check, "a domain",
		             charge_create_domain(ipc(), check.env->account, &params, &results),
		             OK);
		check_status(&check, "its table", space_grow_table(ipc(), results.domain, &grow),
		             OK);
		places[i].domain = results.domain;
		places[i].next = SLOT_FIRST;
	}
}

static void copy(cap_t cap, unsigned copies, unsigned domains)
{
	for (unsigned i = 0; i < copies; i++) {
		const struct domain_install_params params = {.slot = places[i % domains].next++,
		                                             .cap = cap};

		if (domain_install(ipc(), places[i % domains].domain, &params) != OK)
			check_that(&check, "a copy", false);
	}
}

static uint64_t cost(cap_t memory, unsigned copies, unsigned domains)
{
	const struct self_derive_params derive = {
		.cap = memory.id, .interface = READ_ONLY_INTERFACE, .account = check.env->account};
	struct self_derive_results lent = {0};
	struct read_only_info_results info;

	check_status(&check, "a grant", self_derive(ipc(), CAP_NULL, &derive, &lent), OK);
	copy(lent.derived, copies, domains);

	const struct self_revoke_params revoke = {.cap = lent.derived.id};
	const uint64_t begin = sample_begin();
	const enum status status = self_revoke(ipc(), CAP_NULL, &revoke);
	const uint64_t ticks = sample_end(begin);

	check_status(&check, "revoked", status, OK);
	check_status(&check, "is dead", read_only_info(ipc(), lent.derived, &info), ERR_GONE);
	ipc_drop(ipc(), lent.derived);
	return ticks;
}

static void measure(cap_t memory)
{
	static const unsigned copies[] = {1, 100, 10000}, domains[] = {1, 4, 16};
	uint64_t least = UINT64_MAX, most = 0;

	for (unsigned c = 0; c < 3; c++) {
		uint64_t ticks[3];

		for (unsigned d = 0; d < 3; d++) {
			ticks[d] = cost(memory, copies[c], domains[d]);
			least = ticks[d] < least ? ticks[d] : least;
			most = ticks[d] > most ? ticks[d] : most;
		}
		log_line(check.env, "%u copies: in 1 domain %u, in 4 %u, in 16 %u instructions",
		         copies[c], (unsigned)ticks[0], (unsigned)ticks[1], (unsigned)ticks[2]);
	}
	log_line(check.env, "bench revoke.copies %u instructions", (unsigned)most);
	check_that(&check, "the cost is the same, within a tenth", most * 10 <= least * 11);
}

int component_main(struct env *env)
{
	const struct charge_create_memory_params params = {.size = PAGE};
	struct charge_create_memory_results memory = {0};

	check.env = env;
	make_places();
	check_status(&check, "memory", charge_create_memory(ipc(), env->account, &params, &memory),
	             OK);
	(void)cost(memory.memory, 1, 1); /* all is in place from here on */
	measure(memory.memory);
	return check_result(&check);
}
