/* SPDX-License-Identifier: MIT */
#include "rom_config.h"

#include <kernel/client.h>
#include <rom_session/server.h>
#include <stdlib.h>
#include <string.h>

struct rom_config {
	struct served served;
	struct entrypoint *entrypoint;
	cap_t memory, facet;
	uint64_t size;
};

static enum status dataspace(void *self, struct request *request,
                             struct rom_dataspace_results *results)
{
	const struct rom_config *rom = self;

	(void)request;
	results->memory = rom->facet;
	results->size = rom->size;
	return OK;
}

/* It never changes: a new configuration comes with a new plan. */
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

static enum status insufficient(enum status status)
{
	if (status == ERR_OUT_OF_RAM)
		return ERR_INSUFFICIENT_RAM;
	return status == ERR_OUT_OF_CAPS ? ERR_INSUFFICIENT_CAPS : status;
}

static enum status create_memory(struct rom_config *rom, cap_t account,
                                 const struct plan_config *config)
{
	struct env *env = rom->entrypoint->env;
	const struct charge_create_memory_params params = {.size = config->size};
	struct charge_create_memory_results made;
	struct self_derive_results facet;
	void *base;

	rom->size = config->size;
	if (config->size == 0)
		return OK;

	enum status status = charge_create_memory(&env->ipc, account, &params, &made);

	if (status != OK)
		return status;
	rom->memory = made.memory;

	const struct region_attach attach = {
		.memory = made.memory, .account = account, .size = config->size, .write = true};
	const struct self_derive_params derive = {
		.cap = made.memory.id, .interface = READ_ONLY_INTERFACE, .account = account};

	status = region_attach(&env->regions, &attach, &base);
	if (status != OK)
		return status;
	memcpy(base, config->data, config->size);
	region_detach(&env->regions, base, config->size);
	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		rom->facet = facet.derived;
	return status;
}

enum status rom_config_create(struct entrypoint *entrypoint, cap_t account,
                              const struct plan_config *config, struct rom_config **out_rom)
{
	static const uint32_t interfaces[] = {ROM_INTERFACE, 0};
	struct rom_config *rom = calloc(1, sizeof(*rom));

	if (!rom)
		return ERR_NOT_NOW;
	rom->entrypoint = entrypoint;

	enum status status = create_memory(rom, account, config);

	if (status == OK)
		status = entrypoint_serve(entrypoint, &rom->served, dispatch, interfaces, account);
	if (status != OK) {
		rom_config_destroy(rom);
		return insufficient(status);
	}
	*out_rom = rom;
	return OK;
}

void rom_config_destroy(struct rom_config *rom)
{
	struct ipc *ipc = &rom->entrypoint->env->ipc;

	entrypoint_unserve(rom->entrypoint, &rom->served);
	ipc_drop(ipc, rom->facet);
	ipc_drop(ipc, rom->memory);
	free(rom);
}

cap_t rom_config_session(struct rom_config *rom)
{
	const struct self_copy_params params = {.cap = rom->served.cap.id};
	struct self_copy_results results = {0};

	/* A free slot is all it takes; without one the client is refused. */
	if (self_copy(&rom->entrypoint->env->ipc, CAP_NULL, &params, &results) != OK)
		return CAP_NULL;
	return results.copy;
}
