/* SPDX-License-Identifier: MIT */
/*
 * Child processes as components: this component is their parent.
 *
 * A child has an account below this one's, filled with what it needs to start; what it needs more it
 * asks for, and gets as long as this component has it. One capability is all that it knows: its
 * Parent, its PD, its CPU session (the scheduling context is shared), and the process that spawned it.
 * It gets the same configuration. Any other session is passed on to this component's own parent, as
 * if it were one of this component's, and paid by the child.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include <base/elf.h>
#include <base/log.h>
#include <base/rom.h>
#include <kernel/client.h>
#include <parent/words.h>
#include <process/family.h>
#include <spawner/words.h>

#include <native_process.h>

#include "component.h"
#include "service.h"
#include "shared_memory.h"

/* Beside what its image takes: page tables, heap, threads. */
enum { START_RAM = 192 * 1024, START_CAPS = 48, NAME_PART = 31 };

enum status child_dispatch(struct native_child *child, struct request *request)
{
	if (request->interface == PROCESS_PARENT_INTERFACE)
		return child_questions_dispatch(child, request);
	return child_parent_dispatch(child, request);
}

/* ---- its birth ------------------------------------------------------------------------------ */

/* Pages its image takes: what it writes to, and its stack. */
static uint64_t image_ram(const struct elf_image *elf)
{
	uint64_t ram = (elf->stack_size ? elf->stack_size : CHILD_STACK_DEFAULT) + NATIVE_PAGE_SIZE;

	for (unsigned i = 0; i < elf->segment_count; i++)
		if (elf->segments[i].write)
			ram += elf->segments[i].memory_size + 2 * NATIVE_PAGE_SIZE;
	return ram;
}

static enum status create_account(struct native_child *child, uint64_t ram, uint32_t caps)
{
	struct env *env = component_env();
	const struct charge_create_account_params params = {.ram = ram, .caps = caps};
	struct charge_create_account_results made;
	struct self_derive_results facet;
	enum status status;

	env_reserve_slots(env);
	do
		status = charge_create_account(&env->ipc, env->account, &params, &made);
	while (component_more(status, ram, caps));
	if (status != OK)
		return status;
	child->account = made.account;

	const struct self_derive_params derive = {
		.cap = made.account.id, .interface = CHARGE_INTERFACE, .account = made.account};
	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		child->charge = facet.derived;
	return status;
}

static enum status create_domain(struct native_child *child)
{
	struct env *env = component_env();
	const struct charge_create_domain_params params = {.slots = CHILD_TABLE_SLOTS};
	struct charge_create_domain_results made;
	struct self_derive_results facet;

	env_reserve_slots(env);
	enum status status = charge_create_domain(&env->ipc, child->charge, &params, &made);
	if (status != OK)
		return status;
	child->domain = made.domain;
	const struct self_derive_params derive = {
		.cap = made.domain.id, .interface = SPACE_INTERFACE, .account = child->charge};
	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		child->space = facet.derived;
	const struct domain_watch_params watch = {.faulted = service_of_component()->faulted};
	return status == OK ? domain_watch(&env->ipc, child->domain, &watch) : status;
}

static enum status create_client(struct native_child *child)
{
	struct env *env = component_env();
	struct service *service = service_of_component();
	const struct endpoint_mint_params params = {
		.account = child->charge,
		.badge = child->badge,
		.interface0 = PROCESS_PARENT_INTERFACE,
		.interface1 = PARENT_INTERFACE,
	};
	struct endpoint_mint_results results;

	env_reserve_slots(env);
	const enum status status = endpoint_mint(&env->ipc, service->endpoint, &params, &results);
	if (status == OK)
		child->client = results.client;
	return status;
}

/* Memory of the child's with this content. */
static enum status create_copy(struct native_child *child, const void *content, size_t size,
                               cap_t *out_memory)
{
	struct env *env = component_env();
	const size_t rounded = (size + NATIVE_PAGE_SIZE - 1) & ~(size_t)(NATIVE_PAGE_SIZE - 1);
	const struct charge_create_memory_params params = {.size = rounded};
	struct charge_create_memory_results made;
	void *base;

	env_reserve_slots(env);
	enum status status = charge_create_memory(&env->ipc, child->charge, &params, &made);
	if (status != OK)
		return status;
	*out_memory = made.memory;
	const struct region_attach attach = {.memory = made.memory, .size = rounded, .write = true};
	status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	memcpy(base, content, size);
	region_detach(&env->regions, base, rounded);
	return OK;
}

static enum status start(struct native_child *child, const struct native_spawn *spawn)
{
	struct env *env = component_env();
	const struct rom *rom = component_rom(spawn->image);

	/* mapped it stays: the grant is an owner's, so it goes with the account alone */
	enum status status =
		rom ? OK : create_copy(child, spawn->image, spawn->image_size, &child->copy);
	child->binary = rom ? rom->memory : child->copy;
	const struct child_start start = {
		.domain = child->domain,
		.account = child->charge,
		.context = service_of_component()->context,
		.binary = child->binary,
		.binary_size = spawn->image_size,
		.parent = child->client,
	};
	env_reserve_slots(env);
	if (status == OK)
		status = child_start(env, &start, &child->image);
	return status;
}

static void name_child(struct native_child *child, const char *path)
{
	const char *slash = strrchr(path, '/');

	strncpy(child->name, slash ? slash + 1 : path, NAME_PART);
}

/* Everything of the child that is the kernel's. */
static void end_component(struct native_child *child)
{
	struct env *env = component_env();
	const cap_t caps[] = {child->news,  child->client, child->space, child->domain,
	                      child->birth, child->copy,   child->charge};

	if (cap_valid(child->account))
		(void)account_destroy(&env->ipc, child->account); /* ours: it can't be refused */
	child_image_fini(env, &child->image);
	for (unsigned i = 0; i < sizeof caps / sizeof *caps; i++)
		ipc_drop(&env->ipc, caps[i]);
	for (unsigned i = 0; i < child->memory_count; i++) {
		ipc_drop(&env->ipc, child->memories[i]);
		shared_memory_put(child->shared[i]);
	}
	native_heap_free(child->memories);
	native_heap_free(child->shared);
	child->memory_count = 0;
	ipc_drop(&env->ipc, child->account);
	child->account = CAP_NULL;
}

static void forget(struct service *service, struct native_child *child)
{
	struct native_child **at = &service->children;

	while (*at != child)
		at = &(*at)->next;
	*at = child->next;
	native_heap_free(child);
}

enum status child_create(const struct native_spawn *spawn, uint64_t ram, uint32_t caps,
                         struct native_child **out_child)
{
	struct service *service = service_of_component();

	enum status status = native_service_start();
	if (status != OK)
		return status;
	struct native_child *child = native_heap_alloc(sizeof *child);
	if (!child)
		return ERR_OUT_OF_RAM;
	*child = (struct native_child){.next = service->children,
	                               .child = spawn->child,
	                               .badge = ++service->badges,
	                               .birth_size = spawn->birth_size};
	name_child(child, spawn->name);
	service->children = child;
	status = create_account(child, ram + spawn->birth_size + START_RAM, caps + START_CAPS);
	if (status == OK)
		status = create_domain(child);
	if (status == OK)
		status = create_client(child);
	if (status == OK)
		status = create_copy(child, spawn->birth, spawn->birth_size, &child->birth);
	if (status == OK)
		*out_child = child;
	else
		child_abandon(child);
	return status;
}

void child_abandon(struct native_child *child)
{
	end_component(child);
	forget(service_of_component(), child);
}

enum status native_child_create(const struct native_spawn *spawn, struct native_child **out_child)
{
	struct native_child *child;
	struct elf_image elf;

	enum status status = elf_read(spawn->image, spawn->image_size, &elf);
	if (status != OK)
		return status;
	const uint64_t image = component_rom(spawn->image) ? 0 : spawn->image_size;
	status = child_create(spawn, image_ram(&elf) + image, 0, &child);
	if (status != OK)
		return status;
	status = start(child, spawn);
	if (status == OK)
		*out_child = child;
	else
		child_abandon(child);
	return status;
}

/* ---- its end -------------------------------------------------------------------------------- */

void native_child_destroy(struct native_child *child)
{
	struct service *service = service_of_component();
	const struct signal_signal_params bits = {0};

	end_component(child);
	child->child = NULL;
	if (child->busy || child->sessions)
		(void)signal_signal(&component_env()->ipc, service->clean,
		                    &bits); /* our own notification */
	else
		forget(service, child);
}

void children_clean(struct service *service)
{
	struct native_child *child = service->children;

	while (child) {
		if (child->child) {
			child = child->next;
			continue;
		}
		while (child->sessions) {
			struct child_session *session = child->sessions;
			child->sessions = session->next;
			child_close_session(child, session);
		}
		forget(service, child);
		child = service->children; /* the lock was given up: begin again */
	}
}

void native_child_wake(struct native_child *child)
{
	const struct signal_signal_params bits = {0};

	if (cap_valid(child->news))
		(void)signal_signal(&component_env()->ipc, child->news, &bits); /* or it has gone */
}

static int signal_of(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_KIND_NONE: return 0;
	case FAULT_KIND_PAGE_NOT_PRESENT:
	case FAULT_KIND_PAGE_PROTECTION:
	case FAULT_KIND_GENERAL_PROTECTION: return SIGSEGV;
	case FAULT_KIND_DIVIDE:
	case FAULT_KIND_FLOATING_POINT: return SIGFPE;
	case FAULT_KIND_INVALID_OPCODE: return SIGILL;
	case FAULT_KIND_BREAKPOINT: return SIGTRAP;
	case FAULT_KIND_ALIGNMENT:
	case FAULT_KIND_STACK:
	case FAULT_KIND_OTHER: return SIGBUS;
	}
	return SIGBUS;
}

void children_check_faults(struct service *service)
{
	struct env *env = component_env();
	struct domain_next_fault_results fault;

	for (struct native_child *child = service->children, *next; child; child = next) {
		next = child->next;
		if (!child->child || domain_next_fault(&env->ipc, child->domain, &fault) != OK ||
		    fault.kind == FAULT_KIND_NONE)
			continue;
		log_line(env, "%s: fault at address %lx, instruction %lx", child->name,
		         fault.address, fault.ip);
		family_ended(child->child, signal_of(fault.kind), false);
	}
}
