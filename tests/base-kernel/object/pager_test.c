/* SPDX-License-Identifier: MIT */
/*
 * The pair's server is the pager of the client's domain.
 */
#include "object/pager.h"

#include <kernel/words.h>
#include <string.h>

#include "boot/core_start.h"
#include "machine_fake.h"
#include "pair.h"
#include "sched/sched.h"
#include "suites.h"

#define ADDRESS 0x12345000ul

static struct pair pair;
static const struct fault_record fault = {
	.kind = FAULT_KIND_PAGE_NOT_PRESENT, .write = true, .address = ADDRESS};
static struct registers before;

static void set_pager(cap_t cap)
{
	const struct domain_set_pager_params params = {.pager = cap};
	const cap_t domain = world_cap(pair.client_domain, pair.client_domain->object.grant, 0);

	world_prepare_call(pair.client, domain, DOMAIN_INTERFACE, DOMAIN_SET_PAGER, 0);
	pair.client->registers.rsi |= 1; /* one capability */
	domain_set_pager_params_pack(&params, pair.client->registers.words,
	                             (cap_t *)(void *)pair.client->pages[0]->caps);
	(void)world_syscall(pair.client);
}

static void setup(void)
{
	world_init();
	pair_init(&pair);
	pair_start(&pair);
	pair.facet = world_derive(pair.server_account, pair.endpoint->object.grant, PAGER_INTERFACE,
	                          PAIR_BADGE);
	set_pager(world_cap(pair.client_domain, pair.facet, 0));
	ck_assert_int_eq(world_answer(pair.client), OK);
}

/* As the trap does. */
static void enter_fault(struct thread *thread)
{
	if (!pager_ask(thread, &fault))
		thread_fault(thread, fault);
	sched_leave_kernel();
}

static struct thread *fault_of(struct thread *thread)
{
	for (unsigned i = 0; i < IPC_WORDS_MAX; i++)
		thread->registers.words[i] = 0x100 + i;
	thread->registers.rip = 0x400123;
	thread->full_frame = true;
	before = thread->registers;
	return machine_fake_run(enter_fault, thread);
}

static void expect_untouched(const struct thread *thread)
{
	ck_assert_mem_eq(&thread->registers, &before, sizeof(before));
	ck_assert(thread->full_frame);
}

START_TEST(only_a_pager_can_be_one)
{
	set_pager(pair.client_cap);
	ck_assert_int_eq(world_answer(pair.client), ERR_BAD_CAP);
	set_pager(world_cap(pair.client_domain, pair.client_domain->object.grant, 0));
	ck_assert_int_eq(world_answer(pair.client), ERR_BAD_CAP);
	set_pager(CAP_NULL);
	ck_assert_int_eq(world_answer(pair.client), OK);
	ck_assert_ptr_null(fault_of(pair.client));
	ck_assert_int_eq(pair.client->state, THREAD_FAULTED);
}
END_TEST

START_TEST(the_pager_learns_what_has_happened)
{
	struct pager_fault_params params;
	cap_t caps[IPC_CAPS_MAX];

	ck_assert_ptr_eq(fault_of(pair.client), pair.server);
	ck_assert_ptr_eq(pair.server->context, pair.client_context);
	ck_assert_uint_eq(pair.server->registers.rdi, PAIR_BADGE);
	ck_assert_uint_eq(pair.server->registers.rax >> OP_INTERFACE_SHIFT, PAGER_INTERFACE);
	pager_fault_params_unpack(pair.server->registers.words, caps, &params);
	ck_assert_uint_eq(params.address, ADDRESS);
	ck_assert_uint_eq(params.ip, 0x400123);
	ck_assert_uint_eq(params.thread, pair.client->id);
	ck_assert(params.write && !params.execute);
}
END_TEST

START_TEST(after_ok_the_thread_goes_on_with_its_own_registers)
{
	(void)fault_of(pair.client);
	ck_assert_ptr_eq(pair_reply(&pair, OK), pair.client);
	expect_untouched(pair.client);
	ck_assert_int_eq(pair.client->fault.kind, FAULT_KIND_NONE);
	ck_assert_uint_eq(pair.client->rare, 0);
}
END_TEST

START_TEST(a_thread_that_waits_for_its_pager_is_not_for_the_fast_path)
{
	(void)fault_of(pair.client);
	ck_assert_uint_ne(pair.client->rare, 0);
}
END_TEST

START_TEST(after_an_error_the_thread_is_faulted)
{
	(void)fault_of(pair.client);
	ck_assert_ptr_null(pair_reply(&pair, ERR_DENIED));
	ck_assert_int_eq(pair.client->state, THREAD_FAULTED);
	ck_assert_uint_eq(pair.client->fault.address, ADDRESS);
	expect_untouched(pair.client);
	ck_assert_ptr_eq(pair.server->context, pair.server_context);
}
END_TEST

START_TEST(an_answer_with_a_page_or_capabilities_is_an_error)
{
	(void)fault_of(pair.client);
	memset(pair.client->pages[0], 0xee, 64);
	world_prepare_reply(pair.server, pair.endpoint_cap, OK, 0);
	pair.server->registers.rax |= OP_PAGED;
	pair.server->pages[0]->size = 8;
	(void)world_syscall(pair.server);
	ck_assert_int_eq(pair.client->state, THREAD_FAULTED);
	ck_assert_uint_eq(*(uint8_t *)pair.client->pages[0], 0xee);
}
END_TEST

START_TEST(a_busy_pager_is_waited_for)
{
	struct thread *other =
		world_thread(pair.client_account, pair.client_domain, pair.client_context);

	(void)fault_of(pair.client);
	thread_stop(pair.server);
	thread_start(other);
	ck_assert_ptr_eq(world_schedule(), other);
	ck_assert_ptr_null(fault_of(other));
	ck_assert_int_eq(other->call.state, CALL_QUEUED);
	thread_start(pair.server);
	(void)world_schedule();
	(void)pair_reply(&pair, OK);
	ck_assert_int_eq(other->call.state, CALL_SERVED);
	(void)world_schedule();
}
END_TEST

START_TEST(the_end_of_the_pager_leaves_the_thread_faulted)
{
	(void)fault_of(pair.client);
	world_destroy(&pair.server->object);
	ck_assert_int_eq(pair.client->state, THREAD_FAULTED);
	expect_untouched(pair.client);
}
END_TEST

START_TEST(a_dead_pager_is_not_asked)
{
	world_revoke(pair.facet);
	ck_assert_ptr_null(fault_of(pair.client));
	ck_assert_int_eq(pair.client->state, THREAD_FAULTED);
}
END_TEST

START_TEST(a_revoked_pager_ends_the_queued_call)
{
	thread_stop(pair.server);
	(void)fault_of(pair.client);
	ck_assert_int_eq(pair.client->call.state, CALL_QUEUED);
	world_revoke(pair.facet);
	ck_assert_int_eq(pair.client->state, THREAD_FAULTED);
}
END_TEST

START_TEST(a_thread_stopped_at_its_pager_keeps_its_registers)
{
	(void)fault_of(pair.client);
	thread_stop(pair.client);
	expect_untouched(pair.client);
	ck_assert_int_eq(pair.client->state, THREAD_STOPPED);
	ck_assert_uint_eq(pair.client->rare, 0);
	(void)pair_reply(&pair, OK); /* finds nobody */
	ck_assert_int_eq(pair.client->state, THREAD_STOPPED);
}
END_TEST

START_TEST(a_pager_never_handles_its_own_faults)
{
	pair.server_domain->pager = pair.client_domain->pager;
	(void)fault_of(pair.client);
	ck_assert_ptr_null(fault_of(pair.server));
	ck_assert_int_eq(pair.server->state, THREAD_FAULTED);
	ck_assert_int_eq(pair.client->state,
	                 THREAD_CALLING); /* the pager can be resumed or killed */
	world_destroy(&pair.server->object);
	ck_assert_int_eq(pair.client->state, THREAD_FAULTED);
}
END_TEST

START_TEST(a_server_that_the_pager_calls_is_not_helped_by_it_either)
{
	struct domain *domain = world_domain(pair.client_account);
	struct endpoint *endpoint = world_endpoint(pair.client_account, 0);
	struct thread *helper = world_thread(pair.client_account, domain, pair.client_context);
	const uint32_t facet =
		world_derive(pair.client_account, endpoint->object.grant, PAIR_INTERFACE, 0);

	domain->pager = pair.client_domain->pager;
	thread_stop(pair.client);
	thread_start(helper);
	ck_assert_ptr_eq(world_schedule(), helper);
	world_prepare_receive(helper, world_owner(domain, &endpoint->object));
	ck_assert_ptr_null(world_syscall(helper));
	thread_start(pair.client);
	ck_assert_ptr_eq(world_schedule(), pair.client);
	ck_assert_ptr_eq(fault_of(pair.client), pair.server);
	world_prepare_call(pair.server, world_cap(pair.server_domain, facet, 0), PAIR_INTERFACE, 0,
	                   0);
	ck_assert_ptr_eq(world_syscall(pair.server), helper);
	ck_assert_ptr_null(fault_of(helper));
	ck_assert_int_eq(helper->state, THREAD_FAULTED);
}
END_TEST

Suite *pager_suite(void)
{
	Suite *suite = suite_create("pager");
	TCase *tests = tcase_create("pager");

	tcase_add_checked_fixture(tests, setup, world_fini);
	tcase_add_test(tests, only_a_pager_can_be_one);
	tcase_add_test(tests, the_pager_learns_what_has_happened);
	tcase_add_test(tests, after_ok_the_thread_goes_on_with_its_own_registers);
	tcase_add_test(tests, a_thread_that_waits_for_its_pager_is_not_for_the_fast_path);
	tcase_add_test(tests, after_an_error_the_thread_is_faulted);
	tcase_add_test(tests, an_answer_with_a_page_or_capabilities_is_an_error);
	tcase_add_test(tests, a_busy_pager_is_waited_for);
	tcase_add_test(tests, the_end_of_the_pager_leaves_the_thread_faulted);
	tcase_add_test(tests, a_dead_pager_is_not_asked);
	tcase_add_test(tests, a_revoked_pager_ends_the_queued_call);
	tcase_add_test(tests, a_thread_stopped_at_its_pager_keeps_its_registers);
	tcase_add_test(tests, a_pager_never_handles_its_own_faults);
	tcase_add_test(tests, a_server_that_the_pager_calls_is_not_helped_by_it_either);
	suite_add_tcase(suite, tests);
	return suite;
}
