/* SPDX-License-Identifier: MIT */
/*
 * IO_MEM: ranges of device memory, each held by one session at most. The
 * interrupt controllers are the kernel's; RAM it refuses itself.
 */
#include <io_mem_session/server.h>
#include <kernel/client.h>

#include "core.h"
#include "platform/platform.h"

struct io_mem_session {
	struct core_session session;
	uint64_t address, size;
	cap_t memory;
};

static const struct {
	uint64_t address, size;
} reserved[] = {{0xfee00000, 0x1000}, {0xfec00000, 0x1000}};

static bool overlap(uint64_t address, uint64_t size, uint64_t other, uint64_t other_size)
{
	return address < other + other_size && other < address + size;
}

static bool taken(const struct core *core, uint64_t address, uint64_t size)
{
	for (unsigned i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (overlap(address, size, reserved[i].address, reserved[i].size))
			return true;
	}
	for (const struct core_session *at = core->sessions; at; at = at->next) {
		const struct io_mem_session *other = (const struct io_mem_session *)at;

		if (at->service == &io_mem_service &&
		    overlap(address, size, other->address, other->size))
			return true;
	}
	return false;
}

static enum status dataspace(void *self, struct request *request,
                             struct io_mem_dataspace_results *results)
{
	(void)request;
	results->memory = ((struct io_mem_session *)self)->memory;
	return OK;
}

static const struct io_mem_server methods = {.dataspace = dataspace};

static enum status dispatch(struct served *served, struct request *request)
{
	return io_mem_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	struct io_mem_session *io = (struct io_mem_session *)session;
	struct io_mem_args args;
	enum status status = session_args(params, io_mem_args_decode, &args);

	(void)request;
	if (status != OK)
		return status;
	if (args.size == 0 || args.address + args.size < args.address)
		return ERR_BAD_ARG;
	if (taken(session->core, args.address, args.size))
		return ERR_DENIED;
	status = platform_device_memory(session->core, session->account, &args, &io->memory);
	if (status == OK) {
		io->address = args.address;
		io->size = args.size;
	}
	return status;
}

static void close(struct core_session *session)
{
	ipc_drop(&session->core->env.ipc, ((struct io_mem_session *)session)->memory);
}

static const uint32_t interfaces[] = {IO_MEM_INTERFACE, 0};

const struct core_service io_mem_service = {
	.name = "IO_MEM",
	.session_bytes = sizeof(struct io_mem_session),
	.objects = true,
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
	.close = close,
};
