/* SPDX-License-Identifier: MIT */
/*
 * File_system sessions behind native.h. A call has a deadline: a server that does not answer breaks the
 * session, but does not hold up its client for ever.
 */
#include <base/env.h>
#include <file_system_session/client.h>
#include <native.h>

#include "component.h"

#define CALL_MAX_NS 10000000000ull

static void let_go(struct native_file_system *session)
{
	struct env *env = component_env();

	if (session->base)
		region_detach(&env->regions, session->base, session->size);
	ipc_drop(&env->ipc, (cap_t){.id = session->memory});
	session_close(env, &(struct session){.cap = {.id = session->session}, .id = session->id});
	*session = (struct native_file_system){0};
}

enum status native_file_system_open(const char *label, struct native_file_system *out_session)
{
	const struct session_request request = {.service = "File_system", .label = label};
	struct env *env = component_env();
	struct file_system_buffer_results buffer;
	struct session session;
	void *base;

	env_reserve_slots(env);
	enum status status = session_open(env, &request, &session);
	if (status != OK)
		return status;
	*out_session = (struct native_file_system){.session = session.cap.id, .id = session.id};
	status = file_system_buffer(&env->ipc, session.cap, &buffer);
	if (status != OK)
		goto fail;
	out_session->memory = buffer.memory.id;
	const struct region_attach attach = {
		.memory = buffer.memory, .size = buffer.size, .write = true};
	/* beyond the object, or not writable: refused by the kernel */
	status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		goto fail;
	out_session->base = base;
	out_session->size = buffer.size;
	out_session->writable = buffer.writeable;
	return OK;

fail:
	let_go(out_session);
	return status;
}

enum status native_file_system_submit(struct native_file_system *session, uint32_t count)
{
	const struct file_system_submit_params params = {.count = count};
	struct env *env = component_env();

	env->ipc.deadline = native_time_ns() + CALL_MAX_NS;
	const enum status status =
		file_system_submit(&env->ipc, (cap_t){.id = session->session}, &params);
	env->ipc.deadline = 0;
	return status;
}

void native_file_system_close(struct native_file_system *session)
{
	let_go(session);
}
