/* SPDX-License-Identifier: MIT */
/*
 * Terminal sessions behind native.h. A call has a deadline, as with a file server.
 */
#include <kernel/client.h>
#include <string.h>
#include <terminal_session/client.h>

#include <native_process.h>

#include "component.h"
#include "service.h"

#define CALL_MAX_NS 10000000000ull

enum { PART_MAX = 1024 };

/* Begins a call that ends in time. */
static struct ipc *with_deadline(void)
{
	struct ipc *ipc = &component_env()->ipc;

	ipc->deadline = native_time_ns() + CALL_MAX_NS;
	return ipc;
}

static enum status done(enum status status)
{
	component_env()->ipc.deadline = 0;
	return status;
}

static enum status make_facets(struct service *service)
{
	enum status status = OK;

	if (!cap_valid(service->terminal))
		status = service_facet(SERVICE_TERMINAL, &service->terminal);
	if (status == OK && !cap_valid(service->deadline))
		status = service_facet(SERVICE_DEADLINE, &service->deadline);
	return status;
}

enum status native_terminal_open(const char *label, struct native_terminal *out_terminal)
{
	const struct session_request request = {.service = "Terminal", .label = label};
	struct env *env = component_env();
	struct session session;

	enum status status = native_service_start();
	if (status == OK)
		status = make_facets(service_of_component());
	if (status != OK)
		return status;
	env_reserve_slots(env);
	status = session_open(env, &request, &session);
	if (status != OK)
		return status;
	*out_terminal = (struct native_terminal){.session = session.cap.id, .id = session.id};
	const struct terminal_listen_params listen = {.changed = service_of_component()->terminal};
	status = done(terminal_listen(with_deadline(), session.cap, &listen));
	if (status != OK)
		native_terminal_close(out_terminal);
	return status;
}

enum status native_terminal_read(struct native_terminal *terminal, void *buffer, size_t size,
                                 size_t *out_size)
{
	const struct terminal_read_params params = {
		.size = (uint32_t)(size < PART_MAX ? size : PART_MAX)};
	struct terminal_read_results results;

	const enum status status = done(terminal_read(
		with_deadline(), (cap_t){.id = terminal->session}, &params, &results));
	if (status != OK)
		return status;
	if (results.data.size > size)
		return ERR_BAD_ARG;
	if (results.data.size)
		memcpy(buffer, results.data.at, results.data.size);
	*out_size = results.data.size;
	return OK;
}

enum status native_terminal_write(struct native_terminal *terminal, const void *bytes, size_t size,
                                  size_t *out_taken)
{
	const struct terminal_write_params params = {
		.data = {.at = bytes, .size = (uint32_t)(size < PART_MAX ? size : PART_MAX)}};
	struct terminal_write_results results;

	const enum status status = done(terminal_write(
		with_deadline(), (cap_t){.id = terminal->session}, &params, &results));
	if (status == OK)
		*out_taken = results.taken;
	return status;
}

void native_terminal_close(struct native_terminal *terminal)
{
	session_close(component_env(),
	              &(struct session){.cap = {.id = terminal->session}, .id = terminal->id});
}

void native_service_wake_at(uint64_t time_ns)
{
	struct service *service = service_of_component();
	const struct signal_signal_params params = {0};

	if (service->deadline_ns && service->deadline_ns <= time_ns)
		return;
	service->deadline_ns = time_ns;
	(void)signal_signal(&component_env()->ipc, service->deadline, &params); /* our own */
}
