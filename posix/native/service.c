/* SPDX-License-Identifier: MIT */
/*
 * The service thread: serves the component's endpoint for child processes and takes in what the
 * kernel and the spawner signal. It is none of the program's threads, waits at the endpoint without
 * the lock, and holds it for each request. Capabilities that come with requests have a part of the
 * table that is the thread's own, since the kernel fills it while the lock is another's.
 */
#include <fs/terminal.h>
#include <kernel/client.h>
#include <process/family.h>
#include <syscall/calls.h>

#include <native_process.h>

#include "component.h"
#include "service.h"

enum { STACK_SIZE = 24 * 1024, SLOT_COUNT = 16, FS_WORDS = 16 };

/* One component, one service. */
static struct service service;

/* Stands in for musl's thread descriptor: this thread is none of the program's. */
static uintptr_t descriptor[FS_WORDS];

struct service *service_of_component(void)
{
	return &service;
}

static struct native_child *find(uint64_t badge)
{
	for (struct native_child *child = service.children; child; child = child->next)
		if (child->badge == badge && child->child)
			return child;
	return NULL;
}

/* The last answer has gone, with what it took along, or it could not be sent: the slot is free. */
static void drop_moved(void)
{
	ipc_drop(&component_env()->ipc, service.moved);
	service.moved = CAP_NULL;
}

static uint64_t serve(struct ipc_service *base)
{
	struct request *request = &base->request;
	const unsigned count = request->message.cap_count;
	cap_t caps[MESSAGE_CAPS_MAX];

	for (unsigned i = 0; i < count; i++)
		caps[i] = request->message.caps[i];
	native_lock(service.self);
	drop_moved();
	struct native_child *child = find(request->badge);
	const enum status status = child ? child_dispatch(child, request) : ERR_GONE;
	native_unlock(service.self);
	for (unsigned i = 0; i < count; i++)
		ipc_drop(&service.ipc, caps[i]);
	if (status != OK)
		request->message.form = 0;
	else if (cap_valid(service.moved))
		request->message.cap_moves = 1;
	return ipc_reply(status);
}

static void look_after_terminals(void)
{
	service.deadline_ns = 0;
	terminals_changed(calls_process());
}

static void notified(uint64_t bits)
{
	native_lock(service.self);
	drop_moved();
	if (bits & SERVICE_FAULT)
		children_check_faults(&service);
	if (bits & SERVICE_NEWS)
		family_hear(calls_process());
	if (bits & SERVICE_CLEAN)
		children_clean(&service);
	if (bits & SERVICE_TERMINAL)
		look_after_terminals();
	native_unlock(service.self);
}

static void run(void *argument)
{
	struct ipc_service loop = {
		.ipc = &service.ipc,
		.endpoint = service.endpoint,
		.deadline = &service.deadline_ns,
		.serve = serve,
		.request.reply_segment = ipc_reply_segment(&service.ipc),
	};
	uint64_t end = IPC_NO_REPLY;

	(void)argument;
	descriptor[0] = (uintptr_t)descriptor;
	__asm__ volatile("wrfsbase %0" : : "r"(descriptor) : "memory");
	native_lock(service.self); /* waits for its creator to be done */
	native_unlock(service.self);
	for (;;) {
		const enum ipc_event event = ipc_serve(&loop, end);

		end = IPC_NO_REPLY;
		if (event == IPC_NOTIFICATION)
			notified(loop.request.badge);
		if (event == IPC_TIMEOUT)
			notified(SERVICE_TERMINAL);
		if (event != IPC_FAILED)
			continue;
		/* the answer could not be sent as it was: the caller gets its status alone */
		loop.request.message.form = 0;
		end = ipc_reply((enum status)(loop.request.word & 0xff));
	}
}

enum status service_facet(uint64_t bits, cap_t *out_signal)
{
	struct env *env = component_env();
	const struct notification_facet_params params = {.account = env->account, .bits = bits};
	struct notification_facet_results results;

	const enum status status =
		notification_facet(&env->ipc, service.notification, &params, &results);
	if (status == OK)
		*out_signal = results.signal;
	return status;
}

static enum status make_endpoint(void)
{
	struct env *env = component_env();
	const struct charge_create_endpoint_params params = {.reply_slots = 1};
	struct charge_create_endpoint_results endpoint;
	struct charge_create_notification_results notification;
	uint32_t first;

	enum status status = env_grow_table(env, 2 * ENV_TABLE_SLOTS);
	if (status == OK)
		status = slots_take(&env->slots, SLOT_COUNT, &first);
	if (status != OK)
		return status;
	slots_init(&service.slots, first, first + SLOT_COUNT);
	status = charge_create_endpoint(&env->ipc, env->account, &params, &endpoint);
	if (status != OK)
		return status;
	service.endpoint = endpoint.endpoint;
	status = charge_create_notification(&env->ipc, env->account, &notification);
	if (status != OK)
		return status;
	service.notification = notification.notification;
	status = service_facet(SERVICE_FAULT, &service.faulted);
	if (status == OK)
		status = service_facet(SERVICE_CLEAN, &service.clean);
	if (status == OK)
		status = service_facet(SERVICE_NEWS, &service.news);
	return status;
}

/* Memory of its own, of which only what is used is ever touched. */
static enum status make_stack(uint8_t **out_stack)
{
	struct env *env = component_env();
	const struct charge_create_memory_params params = {.size = STACK_SIZE};
	struct charge_create_memory_results made;
	void *base;

	enum status status = charge_create_memory(&env->ipc, env->account, &params, &made);
	if (status != OK)
		return status;
	const struct region_attach attach = {
		.memory = made.memory, .size = STACK_SIZE, .write = true};
	status = region_attach(&env->regions, &attach, &base);
	if (status == OK)
		*out_stack = base;
	else
		ipc_drop(&env->ipc, made.memory);
	return status;
}

static enum status make_thread(void)
{
	struct env *env = component_env();
	uint8_t *stack;

	enum status status = make_stack(&stack);
	if (status != OK)
		return status;
	status = threads_create_service(stack + STACK_SIZE, run, NULL, &service.self,
	                                &service.thread);
	if (status != OK)
		return status;
	status = ipc_init(&service.ipc, threads_pages(service.self), &service.slots);
	if (status != OK)
		return status;
	const struct notification_bind_params bind = {.thread = service.thread};
	status = notification_bind(&env->ipc, service.notification, &bind);
	return status == OK ? threads_start_service(service.thread) : status;
}

/* What fails here leaves what has been made: a later try makes the rest. */
enum status native_service_start(void)
{
	enum status status = OK;

	if (service.started)
		return OK;
	if (!cap_valid(service.context))
		status = threads_context(&service.context);
	if (status == OK && !cap_valid(service.news))
		status = make_endpoint();
	if (status == OK)
		status = make_thread();
	if (status != OK)
		return status;
	service.started = true;
	return native_spawned() ? spawner_listen(service.news) : OK;
}
