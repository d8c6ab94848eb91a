/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <check.h>
#include <kernel/words.h>
#include <string.h>

#include "boot/core_start.h"
#include "boot/machine.h"
#include "machine_fake.h"
#include "memory/frame.h"
#include "object/mapping.h"
#include "sched/sched.h"
#include "sched/timeout.h"
#include "syscall/syscall.h"

/* Check notes each assertion, also one that holds: too dear for worlds made by the thousand. */
#define must(condition) ((condition) ? (void)0 : ck_abort_msg("%s", #condition))

static struct frame frame_table[MACHINE_PAGES];
static struct grant grant_table[WORLD_GRANTS];

void world_init_sized(uint32_t pages, uint32_t grant_count)
{
	machine_fake_reset();
	memset(frame_table, 0, pages * sizeof(*frame_table));
	memset(grant_table, 0, grant_count * sizeof(*grant_table));
	frames_init(frame_table, pages);
	frames_add(0, pages * (uint64_t)PAGE_SIZE);
	grants_init(grant_table, grant_count);
	machine.ram_total = frames.total_pages << PAGE_SHIFT;
	sched_init();
	account_init_root(&root_account, machine.ram_total, grant_count - 1);
}

void world_init(void)
{
	world_init_sized(MACHINE_PAGES, WORLD_GRANTS);
}

void world_check(void)
{
	struct platform_audit_results audit;

	machine_audit(&audit);
	must(audit.mismatches == 0);
}

void world_fini(void)
{
	struct list_node *first;

	world_check();
	while ((first = list_first(&root_account.charged)))
		world_destroy(list_entry(first, struct object, charged));
	world_finish();
	world_check();
	must(frames.free_pages == frames.total_pages);
	must(grants.used == 0);
	must(root_account.ram_limit == machine.ram_total);
	must(root_account.caps_limit == grants.count - 1);
	must(!timeout_any());
}

/* ---- objects ---- */

/* Enough for tests that look at types only; system calls take the real interfaces from here too. */
static const uint32_t interfaces[OBJECT_TYPES][GRANT_INTERFACES_MAX] = {
	[OBJECT_ACCOUNT] = {ACCOUNT_INTERFACE, CHARGE_INTERFACE},
	[OBJECT_DOMAIN] = {DOMAIN_INTERFACE, SPACE_INTERFACE},
	[OBJECT_THREAD] = {THREAD_INTERFACE},
	[OBJECT_SCHED_CONTEXT] = {SCHED_CONTEXT_INTERFACE},
	[OBJECT_ENDPOINT] = {ENDPOINT_INTERFACE, CLIENT_INTERFACE},
	[OBJECT_NOTIFICATION] = {NOTIFICATION_INTERFACE, SIGNAL_INTERFACE},
	[OBJECT_MEMORY] = {MEMORY_OBJECT_INTERFACE, READ_ONLY_INTERFACE},
	[OBJECT_RING] = {RING_INTERFACE},
	[OBJECT_IRQ] = {IRQ_INTERFACE},
};

void *world_object(struct account *account, enum object_type type)
{
	struct object *object = heap_alloc(account, object_size(type));
	uint32_t grant;

	must(object != NULL);
	must(grant_create(object, account, GRANT_NONE, interfaces[type], &grant) == OK);
	object_init(object, type, account);
	object->grant = grant;
	return object;
}

struct account *world_account(struct account *parent, uint64_t ram, uint32_t caps)
{
	struct account *account = world_object(parent, OBJECT_ACCOUNT);

	must(account_init(account, parent, ram, caps) == OK);
	return account;
}

struct domain *world_domain(struct account *account)
{
	struct domain *domain = world_object(account, OBJECT_DOMAIN);

	must(domain_init(domain, WORLD_SLOTS) == OK);
	return domain;
}

struct sched_context *world_context(struct account *account, uint8_t priority)
{
	struct sched_context *context = world_object(account, OBJECT_SCHED_CONTEXT);

	sched_context_init(context, priority);
	return context;
}

struct thread *world_thread(struct account *account, struct domain *domain,
                            struct sched_context *home)
{
	const struct thread_request request = {
		.domain = domain,
		.home = home,
		.entry = USER_ADDRESS_MIN,
		.message_address = WORLD_MESSAGE_ADDRESS +
	                           domain->thread_ids * IPC_PAGES_MAX * (vaddr_t)PAGE_SIZE,
		.message_pages = WORLD_MESSAGE_PAGES,
	};
	struct thread *thread = world_object(account, OBJECT_THREAD);

	must(thread_init(thread, &request) == OK);
	return thread;
}

struct endpoint *world_endpoint(struct account *account, uint16_t reply_slots)
{
	struct endpoint *endpoint = world_object(account, OBJECT_ENDPOINT);

	must(endpoint_init(endpoint, reply_slots, false) == OK);
	return endpoint;
}

struct notification *world_notification(struct account *account)
{
	struct notification *notification = world_object(account, OBJECT_NOTIFICATION);

	notification_init(notification);
	return notification;
}

struct memory_object *world_memory(struct account *account, uint64_t size)
{
	struct memory_object *memory = world_object(account, OBJECT_MEMORY);

	must(memory_object_init(memory, size) == OK);
	return memory;
}

cap_t world_cap(struct domain *domain, uint32_t grant, uint32_t flags)
{
	uint32_t slot = 1;

	while (!cap_table_free(&domain->caps, slot))
		slot++;
	must(slot < domain->caps.slots);
	return cap_table_insert(&domain->caps, slot, grant, flags);
}

cap_t world_owner(struct domain *domain, const struct object *object)
{
	return world_cap(domain, object->grant, CAP_OWNER);
}

uint32_t world_derive(struct account *account, uint32_t parent, uint32_t interface, uint64_t badge)
{
	const uint32_t chain[GRANT_INTERFACES_MAX] = {interface};
	uint32_t grant;

	must(grant_create(grant_at(parent)->object, account, parent, chain, &grant) == OK);
	grant_at(grant)->badge = badge;
	return grant;
}

/* ---- running ---- */

void world_limit(uint32_t grant, uint16_t max)
{
	grant_at(grant)->in_flight_max = max;
	grant_at(grant)->limiter = grant;
}

void world_revoke(uint32_t grant)
{
	while (!grant_revoke(grant))
		;
}

void world_destroy(struct object *object)
{
	while (!object_destroy(object))
		;
}

enum status world_unmap(struct domain *domain, vaddr_t address, uint64_t size)
{
	enum status status;
	bool over;

	do {
		over = true;
		status = mapping_remove_range(domain, address, size, &over);
	} while (status == OK && !over);
	return status;
}

void world_finish(void)
{
	(void)world_schedule();
}

static void leave_kernel(struct thread *unused)
{
	(void)unused;
	sched_leave_kernel();
}

static void enter_syscall(struct thread *thread)
{
	syscall_general(thread);
}

struct thread *world_schedule(void)
{
	return machine_fake_run(leave_kernel, NULL);
}

struct thread *world_syscall(struct thread *thread)
{
	must(sched_current() == thread);
	return machine_fake_run(enter_syscall, thread);
}

struct thread *world_pass_time(uint64_t ns)
{
	machine_fake_pass_time(ns);
	timeout_expire();
	return world_schedule();
}

static void prepare(struct thread *thread, uint64_t word, cap_t target)
{
	thread->registers.rax = word;
	thread->registers.rdi = target.id;
	thread->registers.rsi =
		1ull << WINDOW_RECEIVE_PAGE_SHIFT; /* page 0 to send, page 1 to receive */
	thread->registers.rdx = 0;
}

void world_prepare_call(struct thread *thread, cap_t target, uint32_t interface, uint16_t method,
                        unsigned words)
{
	prepare(thread,
	        SYSCALL_CALL | (uint64_t)interface << OP_INTERFACE_SHIFT |
	                (uint64_t)method << OP_METHOD_SHIFT | (uint64_t)words << OP_WORDS_SHIFT,
	        target);
}

void world_prepare_receive(struct thread *thread, cap_t endpoint)
{
	prepare(thread, SYSCALL_REPLY_WAIT | OP_NO_REPLY, endpoint);
}

void world_prepare_reply(struct thread *thread, cap_t endpoint, enum status status, unsigned words)
{
	prepare(thread,
	        SYSCALL_REPLY_WAIT | (uint64_t)status << OP_METHOD_SHIFT |
	                (uint64_t)words << OP_WORDS_SHIFT,
	        endpoint);
}

enum status world_answer(const struct thread *thread)
{
	return (enum status)(thread->registers.rax & 0xff);
}
