/* SPDX-License-Identifier: MIT */
/*
 * IO_PORT: ranges of ports, each held by one session at most. The two serial
 * ports and the port that ends the machine belong to kernel and core.
 */
#include <abi/event.h>
#include <io_port_session/server.h>
#include <kernel/client.h>

#include "core.h"
#include "platform/platform.h"

struct io_port_session {
	struct core_session session;
	uint32_t base, count;
	cap_t ports;
};

static const struct {
	uint32_t base, count;
} reserved[] = {{EVENT_PORT, 8}, {CONSOLE_PORT, 8}, {DEBUG_EXIT_PORT, 4}, {0x20, 2}, {0xa0, 2},
                {0x40, 4},       {0x61, 1}};

static bool overlap(uint32_t base, uint32_t count, uint32_t other_base, uint32_t other_count)
{
	return base < other_base + other_count && other_base < base + count;
}

static bool taken(const struct core *core, uint32_t base, uint32_t count)
{
	for (unsigned i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (overlap(base, count, reserved[i].base, reserved[i].count))
			return true;
	}
	for (const struct core_session *at = core->sessions; at; at = at->next) {
		const struct io_port_session *other = (const struct io_port_session *)at;

		if (at->service == &io_port_service &&
		    overlap(base, count, other->base, other->count))
			return true;
	}
	return false;
}

static enum status ports(void *self, struct request *request, struct io_port_ports_results *results)
{
	(void)request;
	results->ports = ((struct io_port_session *)self)->ports;
	return OK;
}

static const struct io_port_server methods = {.ports = ports};

static enum status dispatch(struct served *served, struct request *request)
{
	return io_port_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	struct io_port_session *io = (struct io_port_session *)session;
	struct io_port_args args;
	enum status status = session_args(params, io_port_args_decode, &args);

	(void)request;
	if (status != OK)
		return status;
	if (args.count == 0 || args.base + (uint64_t)args.count > 0x10000)
		return ERR_BAD_ARG;
	if (taken(session->core, args.base, args.count))
		return ERR_DENIED;
	status = platform_io_ports(session->core, session->account, args.base, args.count,
	                           &io->ports);
	if (status == OK) {
		io->base = args.base;
		io->count = args.count;
	}
	return status;
}

static void close(struct core_session *session)
{
	ipc_drop(&session->core->env.ipc, ((struct io_port_session *)session)->ports);
}

static const uint32_t interfaces[] = {IO_PORT_INTERFACE, 0};

const struct core_service io_port_service = {
	.name = "IO_PORT",
	.session_bytes = sizeof(struct io_port_session),
	.objects = true,
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
