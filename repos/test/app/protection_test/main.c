/* SPDX-License-Identifier: MIT */
/*
 * Protection test: threads of another domain touch memory, without end, while what they
 * touch is taken away: once that has returned there is not one more touch. And what
 * a mapping does not allow is a fault of its own kind, whatever the page.
 */
#include "protection.h"

#include <base/log.h>
#include <kernel/client.h>
#include <string.h>

enum { PAGE = 4096, PAGES = 4, SLOTS = 16, TURNS = 2, LOOP = 0xfeeb /* a jump to itself */ };

/* Of the other domain. */
#define CODE     0x40000000ul
#define NOTES    0x40010000ul
#define TARGET   0x40020000ul
#define MESSAGES 0x40100000ul

/* Of our own. */
#define OWN 0x2000000000ul

struct test {
	struct check check;
	cap_t domain, context;
	cap_t code, notes;
	struct touched *touched; /* the notes as we see them */
	unsigned threads;
};

static struct env *env_of(const struct test *test)
{
	return test->check.env;
}

static cap_t create(struct test *test, uint64_t size)
{
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results results = {0};

	check_status(&test->check, "memory",
	             charge_create_memory(&env_of(test)->ipc, env_of(test)->account, &params,
	                                  &results),
	             OK);
	return results.memory;
}

static enum status map(struct test *test, cap_t space, struct space_map_params params)
{
	params.account = env_of(test)->account;
	if (params.size == 0)
		params.size = PAGE;
	return space_map(&env_of(test)->ipc, space, &params);
}

static void unmap(struct test *test, cap_t space, uint64_t address, uint64_t size)
{
	const struct space_unmap_params params = {.address = address, .size = size};

	check_status(&test->check, "unmapped", space_unmap(&env_of(test)->ipc, space, &params), OK);
}

/* A window of our own on memory. */
static volatile uint64_t *see(struct test *test, cap_t memory, unsigned page)
{
	const uint64_t address = OWN + page * (uint64_t)PAGE;

	check_status(
		&test->check, "seen here",
		map(test, env_of(test)->space,
	            (struct space_map_params){.memory = memory, .address = address, .write = true}),
		OK);
	return (volatile uint64_t *)address;
}

static enum status make_domain(struct test *test)
{
	struct env *env = env_of(test);
	const struct charge_create_domain_params params = {.slots = SLOTS};
	struct charge_create_domain_results made;
	enum status status = charge_create_domain(&env->ipc, env->account, &params, &made);

	if (status == OK)
		status = env_context(env, &test->context);
	if (status != OK)
		return status;
	test->domain = made.domain;
	test->code = create(test, PAGE);
	test->notes = create(test, PAGE);
	memcpy((void *)(uintptr_t)see(test, test->code, 0), toucher_begin,
	       (size_t)(toucher_end - toucher_begin));
	test->touched = (struct touched *)(uintptr_t)see(test, test->notes, 1);
	status = map(
		test, test->domain,
		(struct space_map_params){.memory = test->code, .address = CODE, .execute = true});
	return status == OK ? map(test, test->domain,
	                          (struct space_map_params){
					  .memory = test->notes, .address = NOTES, .write = true})
	                    : status;
}

/* ---- threads of the other domain ---- */

static void settle(struct test *test)
{
	for (unsigned i = 0; i < TURNS; i++)
		(void)self_yield(&env_of(test)->ipc, CAP_NULL); /* never fails */
}

static cap_t start(struct test *test, const char *entry, uint64_t target)
{
	struct env *env = env_of(test);
	const struct charge_create_thread_params params = {
		.domain = test->domain,
		.context = test->context,
		.entry = CODE + (uint64_t)(entry - toucher_begin),
		.argument = NOTES,
		.message_address = MESSAGES,
		.message_pages = 1,
	};
	struct charge_create_thread_results made = {0};

	*test->touched = (struct touched){.target = target};
	check_status(&test->check, "a thread",
	             charge_create_thread(&env->ipc, env->account, &params, &made), OK);
	check_status(&test->check, "runs", thread_start(&env->ipc, made.thread), OK);
	settle(test);
	return made.thread;
}

/* It has faulted like this, and not otherwise; that is its end. */
static void expect_fault(struct test *test, const char *what, cap_t thread,
                         struct domain_next_fault_results wanted)
{
	struct domain_next_fault_results fault = {0};

	settle(test);
	check_status(&test->check, what,
	             domain_next_fault(&env_of(test)->ipc, test->domain, &fault), OK);
	check_that(&test->check, "of the right kind", fault.kind == wanted.kind);
	check_that(&test->check, "by the right access",
	           fault.write == wanted.write && fault.execute == wanted.execute);
	check_equal(&test->check, "at", fault.address, wanted.address);
	ipc_drop(&env_of(test)->ipc, thread);
}

static void expect_running(struct test *test, const char *what)
{
	struct domain_next_fault_results fault = {0};

	check_that(&test->check, what,
	           domain_next_fault(&env_of(test)->ipc, test->domain, &fault) == OK &&
	                   fault.kind == FAULT_KIND_NONE);
}

/* ---- taking away ---- */

enum way { REVOKE, UNMAP, DROP_OBJECT, WAYS };

static void check_taken(struct test *test, enum way way, const char *entry)
{
	static const char *const names[WAYS] = {"revoked", "unmapped", "destroyed"};
	struct env *env = env_of(test);
	const cap_t memory = create(test, PAGE);
	const struct self_derive_params derive = {
		.cap = memory.id, .interface = MEMORY_OBJECT_INTERFACE, .account = env->account};
	struct self_derive_results facet = {0};
	uint64_t before;
	cap_t thread;

	check_status(&test->check, "a facet", self_derive(&env->ipc, CAP_NULL, &derive, &facet),
	             OK);
	check_status(&test->check, "mapped through it",
	             map(test, test->domain,
	                 (struct space_map_params){
				 .memory = facet.derived, .address = TARGET, .write = true}),
	             OK);
	thread = start(test, entry, TARGET);
	before = test->touched->count;
	settle(test);
	check_that(&test->check, "it touches on and on", test->touched->count > before);
	expect_running(test, "and does not fault");
	if (way == REVOKE)
		check_status(&test->check, "revoked",
		             self_revoke(&env->ipc, CAP_NULL,
		                         &(struct self_revoke_params){.cap = facet.derived.id}),
		             OK);
	else if (way == UNMAP)
		unmap(test, test->domain, TARGET, PAGE);
	else
		ipc_drop(&env->ipc, memory);
	before = test->touched->count;
	expect_fault(test, names[way], thread,
	             (struct domain_next_fault_results){.kind = FAULT_KIND_PAGE_NOT_PRESENT,
	                                                .write = entry == toucher_writes,
	                                                .address = TARGET});
	/* It may have been interrupted between a touch and its count. */
	check_that(&test->check, "no touch since it was taken", test->touched->count - before <= 1);
	ipc_drop(&env->ipc, facet.derived);
	if (way != DROP_OBJECT)
		ipc_drop(&env->ipc, memory);
}

/* ---- rights ---- */

static void check_rights(struct test *test)
{
	const cap_t memory = create(test, PAGES * PAGE);
	volatile uint64_t *const words = see(test, memory, 2);
	struct space_map_params params = {
		.memory = memory, .address = TARGET, .write = true, .execute = true};

	words[0] = LOOP;
	check_status(&test->check, "writable and executable", map(test, test->domain, params),
	             ERR_BAD_ARG);
	params.execute = false;
	check_status(&test->check, "writable", map(test, test->domain, params), OK);
	expect_fault(test, "run", start(test, toucher_runs, TARGET),
	             (struct domain_next_fault_results){.kind = FAULT_KIND_PAGE_PROTECTION,
	                                                .execute = true,
	                                                .address = TARGET});
	unmap(test, test->domain, TARGET, PAGE);

	params.write = false;
	check_status(&test->check, "read-only", map(test, test->domain, params), OK);
	expect_fault(test, "written", start(test, toucher_writes, TARGET),
	             (struct domain_next_fault_results){
			     .kind = FAULT_KIND_PAGE_PROTECTION, .write = true, .address = TARGET});
	expect_fault(test, "run", start(test, toucher_runs, TARGET),
	             (struct domain_next_fault_results){.kind = FAULT_KIND_PAGE_PROTECTION,
	                                                .execute = true,
	                                                .address = TARGET});
	unmap(test, test->domain, TARGET, PAGE);

	params.execute = true;
	check_status(&test->check, "executable", map(test, test->domain, params), OK);
	expect_fault(test, "written", start(test, toucher_writes, TARGET),
	             (struct domain_next_fault_results){
			     .kind = FAULT_KIND_PAGE_PROTECTION, .write = true, .address = TARGET});

	const cap_t thread = start(test, toucher_runs, TARGET);

	expect_running(test, "what is executable runs");
	ipc_drop(&env_of(test)->ipc, thread);
	unmap(test, test->domain, TARGET, PAGE);
	unmap(test, env_of(test)->space, OWN + 2ul * PAGE, PAGE);
	ipc_drop(&env_of(test)->ipc, memory);
}

/* The two pages in the middle of four. */
static void check_part(struct test *test)
{
	const cap_t memory = create(test, PAGES * PAGE);
	volatile uint64_t *const words = (volatile uint64_t *)(OWN + 2ul * PAGE);
	cap_t thread;

	check_status(&test->check, "all of it here",
	             map(test, env_of(test)->space,
	                 (struct space_map_params){.memory = memory,
	                                           .address = OWN + 2ul * PAGE,
	                                           .size = PAGES * PAGE,
	                                           .write = true}),
	             OK);
	for (unsigned i = 0; i < PAGES; i++)
		words[i * PAGE / 8] = 100 + i;
	check_status(&test->check, "a part of it there",
	             map(test, test->domain,
	                 (struct space_map_params){.memory = memory,
	                                           .address = TARGET,
	                                           .offset = PAGE,
	                                           .size = 2ul * PAGE}),
	             OK);
	for (unsigned i = 0; i < 2; i++) {
		thread = start(test, toucher_reads, TARGET + i * (uint64_t)PAGE);
		check_equal(&test->check, "a page of the part", test->touched->value, 101 + i);
		ipc_drop(&env_of(test)->ipc, thread);
	}
	expect_fault(test, "the page behind", start(test, toucher_reads, TARGET + 2ul * PAGE),
	             (struct domain_next_fault_results){.kind = FAULT_KIND_PAGE_NOT_PRESENT,
	                                                .address = TARGET + 2ul * PAGE});
	expect_fault(test, "the page before", start(test, toucher_reads, TARGET - 8),
	             (struct domain_next_fault_results){.kind = FAULT_KIND_PAGE_NOT_PRESENT,
	                                                .address = TARGET - 8});
	ipc_drop(&env_of(test)->ipc, memory);
}

static void check_contiguous(struct test *test)
{
	struct env *env = env_of(test);
	const struct charge_create_memory_params params = {.size = PAGE, .contiguous = true};
	struct charge_create_memory_results results;

	check_status(&test->check, "contiguous memory, without the right to devices",
	             charge_create_memory(&env->ipc, env->account, &params, &results), ERR_DENIED);
}

int component_main(struct env *env)
{
	struct test test = {.check = {.env = env}};

	log_line(env, "begins");
	if (!check_status(&test.check, "another domain", make_domain(&test), OK))
		return 2;
	for (enum way way = REVOKE; way < WAYS; way++) {
		check_taken(&test, way, toucher_reads);
		check_taken(&test, way, toucher_writes);
	}
	check_rights(&test);
	check_part(&test);
	check_contiguous(&test);
	check_lock(&test.check);
	return check_result(&test.check);
}
