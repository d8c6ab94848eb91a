/* SPDX-License-Identifier: MIT */
/*
 * Pager test: a component makes a domain with nothing in it but a thread, and
 * resolves its page faults: code when it is fetched, zeroed pages when they are
 * touched, and a page that is shared until it is written (copy-on-write at user level).
 */
#include <base/log.h>
#include <kernel/client.h>
#include <kernel/server.h>
#include <string.h>
#include <test/check.h>

enum { PAGE = 4096, SLOTS = 16 };

/* Of the paged domain. */
#define CODE    0x40000000ul
#define WORDS   0x50000000ul
#define ZEROS   0x60000000ul
#define SHARED  0x60001000ul
#define REFUSED 0x60002000ul

/* Of our own: where the pages are seen here. */
#define OWN 0x2000000000ul

enum { PATTERN = 4711 };

/* Finds ZEROS in rdi. What it computes it leaves there; the other registers must outlive the faults. */
extern const char program_begin[], program_end[];
asm(".pushsection .rodata\n"
    "program_begin:\n"
    "	mov $0x1111, %eax\n"
    "	mov $0x2222, %esi\n"
    "	mov $0x3333, %r8d\n"
    "	mov $0x4444, %r15d\n"
    "	mov (%rdi), %rbx\n" /* a page of zeros */
    "	mov %rbx, 8(%rdi)\n"
    "	mov 0x1000(%rdi), %rcx\n" /* the shared page is read */
    "	inc %rcx\n"
    "	mov %rcx, 0x1000(%rdi)\n" /* and written */
    "	mov %rcx, 16(%rdi)\n"
    "	add %rsi, %rax\n"
    "	add %r8, %rax\n"
    "	add %r15, %rax\n"
    "	mov %rax, 24(%rdi)\n"
    "	mov %rax, 0x2000(%rdi)\n" /* refused: it ends here */
    "program_end:\n"
    ".popsection");

struct pager {
	struct check check;
	cap_t domain, thread, endpoint;
	cap_t code, zeros, shared, copy;
	unsigned fetches, fills, reads, copies, refusals;
};

static cap_t create(struct pager *pager)
{
	struct env *env = pager->check.env;
	const struct charge_create_memory_params params = {.size = PAGE};
	struct charge_create_memory_results results = {0};

	check_status(&pager->check, "memory",
	             charge_create_memory(&env->ipc, env->account, &params, &results), OK);
	return results.memory;
}

static enum status map(struct pager *pager, cap_t space, cap_t memory, uint64_t address, bool write,
                       bool execute)
{
	struct env *env = pager->check.env;
	const struct space_map_params params = {
		.memory = memory,
		.account = env->account,
		.address = address,
		.size = PAGE,
		.write = write,
		.execute = execute,
	};

	return space_map(&env->ipc, space, &params);
}

static void *map_here(struct pager *pager, cap_t memory, unsigned index)
{
	const uint64_t address = OWN + index * (uint64_t)PAGE;

	check_status(&pager->check, "a mapping here",
	             map(pager, pager->check.env->space, memory, address, true, false), OK);
	return (void *)address;
}

/* ---- the pager ---- */

static enum status copy_shared(struct pager *pager)
{
	struct env *env = pager->check.env;
	const struct space_unmap_params params = {.address = SHARED, .size = PAGE};

	pager->copies++;
	pager->copy = create(pager);
	memcpy(map_here(pager, pager->copy, 3), (const void *)(OWN + 2ul * PAGE), PAGE);

	const enum status status = space_unmap(&env->ipc, pager->domain, &params);

	return status == OK ? map(pager, pager->domain, pager->copy, SHARED, true, false) : status;
}

static enum status fault(void *self, struct request *request,
                         const struct pager_fault_params *params)
{
	struct pager *pager = self;
	const uint64_t page = params->address & ~(uint64_t)(PAGE - 1);

	(void)request;
	if (page == CODE && params->execute) {
		pager->fetches++;
		return map(pager, pager->domain, pager->code, CODE, false, true);
	}
	if (page == ZEROS) {
		pager->fills++;
		return map(pager, pager->domain, pager->zeros, ZEROS, true, false);
	}
	if (page == SHARED && !params->write) {
		pager->reads++;
		return map(pager, pager->domain, pager->shared, SHARED, false, false);
	}
	if (page == SHARED)
		return copy_shared(pager);
	pager->refusals++;
	return ERR_DENIED;
}

static const struct pager_server methods = {.fault = fault};

/* Serves until it has refused something. */
static enum status serve(struct pager *pager)
{
	struct ipc *ipc = &pager->check.env->ipc;
	struct request request;
	enum ipc_event event;
	uint64_t bits;
	enum status status =
		ipc_reply_wait(ipc, pager->endpoint, NULL, OK, 0, &event, &request, &bits);

	while (status == OK) {
		const enum status answer = pager_dispatch(&methods, pager, &request);

		if (pager->refusals) {
			/* The answer, and then a little time for the faulted thread to be told. */
			struct self_time_results time;

			status = self_time(ipc, CAP_NULL, &time);
			if (status == OK)
				status = ipc_reply_wait(ipc, pager->endpoint, &request.message,
				                        answer, time.now + 1000 * 1000, &event,
				                        &request, &bits);
			return status;
		}
		status = ipc_reply_wait(ipc, pager->endpoint, &request.message, answer, 0, &event,
		                        &request, &bits);
	}
	return status;
}

/* ---- the paged domain ---- */

static enum status make_domain(struct pager *pager)
{
	struct env *env = pager->check.env;
	const struct charge_create_domain_params domain = {.slots = SLOTS};
	struct charge_create_domain_results made;
	struct charge_create_thread_params thread = {
		.entry = CODE, .argument = ZEROS, .message_address = WORDS, .message_pages = 1};
	struct charge_create_thread_results started;
	enum status status = charge_create_domain(&env->ipc, env->account, &domain, &made);

	if (status == OK)
		status = env_context(env, &thread.context);
	if (status != OK)
		return status;
	thread.domain = pager->domain = made.domain;
	status = charge_create_thread(&env->ipc, env->account, &thread, &started);
	if (status == OK)
		pager->thread = started.thread;
	return status;
}

static enum status become_pager(struct pager *pager)
{
	struct env *env = pager->check.env;
	const struct charge_create_endpoint_params params = {0};
	struct charge_create_endpoint_results made;
	struct endpoint_mint_params mint = {.account = env->account, .interface0 = PAGER_INTERFACE};
	struct endpoint_mint_results minted;
	struct domain_set_pager_params set;
	enum status status = charge_create_endpoint(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;
	pager->endpoint = made.endpoint;
	status = endpoint_mint(&env->ipc, pager->endpoint, &mint, &minted);
	if (status != OK)
		return status;
	set.pager = minted.client;
	return domain_set_pager(&env->ipc, pager->domain, &set);
}

static void check_end(struct pager *pager)
{
	struct check *check = &pager->check;
	struct thread_state_results state = {0};
	struct domain_next_fault_results fault_record = {0};

	check_status(check, "the thread's state",
	             thread_state(&check->env->ipc, pager->thread, &state), OK);
	check_that(check, "it is faulted", state.faulted);
	check_status(check, "why",
	             domain_next_fault(&check->env->ipc, pager->domain, &fault_record), OK);
	check_equal(check, "at the refused address", fault_record.address, REFUSED);
	check_that(check, "as a write to nothing",
	           fault_record.write && fault_record.kind == FAULT_KIND_PAGE_NOT_PRESENT);
}

/* It tries its instruction again, and is refused again. */
static void check_resumed(struct pager *pager)
{
	struct check *check = &pager->check;
	struct ipc *ipc = &check->env->ipc;

	check_status(check, "a faulted thread resumed", thread_resume(ipc, pager->thread), OK);
	check_status(check, "its fault", serve(pager), OK);
	check_equal(check, "refusals", pager->refusals, 2);
	check_end(pager);
}

int component_main(struct env *env)
{
	struct pager pager = {.check = {.env = env}};
	struct check *check = &pager.check;

	log_line(env, "begins");
	pager.code = create(&pager);
	pager.zeros = create(&pager);
	pager.shared = create(&pager);
	memcpy(map_here(&pager, pager.code, 0), program_begin,
	       (size_t)(program_end - program_begin));

	const volatile uint64_t *const zeros = map_here(&pager, pager.zeros, 1);
	volatile uint64_t *const shared = map_here(&pager, pager.shared, 2);

	shared[0] = PATTERN;
	if (!check_status(check, "an empty domain", make_domain(&pager), OK) ||
	    !check_status(check, "its pager", become_pager(&pager), OK) ||
	    !check_status(check, "a thread resumed that has not faulted",
	                  thread_resume(&env->ipc, pager.thread), ERR_NOT_NOW) ||
	    !check_status(check, "its thread's start", thread_start(&env->ipc, pager.thread), OK))
		return 2;
	check_status(check, "faults", serve(&pager), OK);
	check_equal(check, "pages of code", pager.fetches, 1);
	check_equal(check, "pages of zeros", pager.fills, 1);
	check_equal(check, "pages shared", pager.reads, 1);
	check_equal(check, "pages copied", pager.copies, 1);
	check_equal(check, "what it found in fresh memory", zeros[1], 0);
	check_equal(check, "what it made of the shared page", zeros[2], PATTERN + 1);
	check_equal(check, "the shared page here", shared[0], PATTERN);
	check_equal(check, "registers across all faults", zeros[3],
	            0x1111 + 0x2222 + 0x3333 + 0x4444);
	check_end(&pager);
	check_resumed(&pager);
	return check_result(check);
}
