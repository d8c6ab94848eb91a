/* SPDX-License-Identifier: MIT */
/*
 * ROM: the files of the boot archive, by the last element of the label. Their content never changes, so
 * nobody is ever signalled; and a file is one object, whose copies outlive the sessions, as copies of the
 * content would.
 */
#include <kernel/client.h>
#include <rom_session/server.h>

#include "core.h"
#include "platform/platform.h"

struct rom_session {
	struct core_session session;
	cap_t memory;
	uint64_t size;
};

enum status rom_session_memory(struct core_session *session, cap_t *out_memory, uint64_t *out_size)
{
	struct rom_session *rom = (struct rom_session *)session;

	*out_memory = rom->memory;
	*out_size = rom->size;
	return OK;
}

static enum status dataspace(void *self, struct request *request,
                             struct rom_dataspace_results *results)
{
	const struct rom_session *rom = self;

	(void)request;
	results->memory = rom->memory;
	results->size = rom->size;
	return OK;
}

static enum status watch(void *self, struct request *request, const struct rom_watch_params *params)
{
	(void)self, (void)request, (void)params;
	return OK;
}

static const struct rom_server methods = {.dataspace = dataspace, .watch = watch};

static enum status dispatch(struct served *served, struct request *request)
{
	return rom_dispatch(&methods, served, request);
}

static enum status open(struct core_session *session, struct request *request,
                        const struct session_params *params)
{
	struct rom_session *rom = (struct rom_session *)session;
	const enum status status =
		platform_rom(session->core, session_label_last(session->label), &rom->memory,
	                     &rom->size);

	(void)request, (void)params;
	return status;
}

static const uint32_t interfaces[] = {ROM_INTERFACE, 0};

const struct core_service rom_service = {
	.name = "ROM",
	.session_bytes = sizeof(struct rom_session),
	.dispatch = dispatch,
	.interfaces = interfaces,
	.open = open,
};
