/* SPDX-License-Identifier: MIT */
#include "rom_config.h"

#include <kernel/client.h>
#include <rom_session/server.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_signal.h"

struct content {
	cap_t memory, facet;
	uint64_t size;
};

struct rom_config {
	struct served served;
	struct entrypoint *entrypoint;
	cap_t account, changed;
	struct content given, next;
	bool newer; /* `next` is there */
};

static struct env *env_of(const struct rom_config *rom)
{
	return rom->entrypoint->env;
}

static void drop_content(const struct rom_config *rom, struct content *content)
{
	ipc_drop(&env_of(rom)->ipc, content->facet);
	ipc_drop(&env_of(rom)->ipc, content->memory);
	*content = (struct content){0};
}

static enum status dataspace(void *self, struct request *request,
                             struct rom_dataspace_results *results)
{
	struct rom_config *rom = self;

	(void)request;
	if (rom->newer) {
		drop_content(rom, &rom->given);
		rom->given = rom->next;
		rom->next = (struct content){0};
		rom->newer = false;
	}
	results->memory = rom->given.facet;
	results->size = rom->given.size;
	return OK;
}

static enum status watch(void *self, struct request *request, const struct rom_watch_params *params)
{
	struct rom_config *rom = self;

	if (!kernel_signal(env_of(rom), params->changed))
		return ERR_BAD_ARG;
	ipc_drop(&env_of(rom)->ipc, rom->changed);
	rom->changed = request_take(request, params->changed);
	if (rom->newer)
		kernel_signal_send(env_of(rom), rom->changed);
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

static enum status fill(struct rom_config *rom, struct content *content, const void *data)
{
	struct env *env = env_of(rom);
	const struct region_attach attach = {.memory = content->memory,
	                                     .account = rom->account,
	                                     .size = content->size,
	                                     .write = true};
	const struct self_derive_params derive = {.cap = content->memory.id,
	                                          .interface = READ_ONLY_INTERFACE,
	                                          .account = rom->account};
	struct self_derive_results facet;
	void *base;
	enum status status = region_attach(&env->regions, &attach, &base);

	if (status != OK)
		return status;
	memcpy(base, data, content->size);
	region_detach(&env->regions, base, content->size);
	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		content->facet = facet.derived;
	return status;
}

static enum status create_content(struct rom_config *rom, const struct plan_config *config,
                                  struct content *out_content)
{
	const struct charge_create_memory_params params = {.size = config->size};
	struct content content = {.size = config->size};
	struct charge_create_memory_results made;
	enum status status = OK;

	if (config->size > 0) {
		status = charge_create_memory(&env_of(rom)->ipc, rom->account, &params, &made);
		if (status != OK)
			return status;
		content.memory = made.memory;
		status = fill(rom, &content, config->data);
	}
	if (status == OK)
		*out_content = content;
	else
		drop_content(rom, &content);
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
	rom->account = account;

	enum status status = create_content(rom, config, &rom->given);

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
	entrypoint_unserve(rom->entrypoint, &rom->served);
	ipc_drop(&env_of(rom)->ipc, rom->changed);
	drop_content(rom, &rom->next);
	drop_content(rom, &rom->given);
	free(rom);
}

enum status rom_config_update(struct rom_config *rom, const struct plan_config *config)
{
	struct content content;

	drop_content(rom, &rom->next);
	rom->newer = false;

	const enum status status = create_content(rom, config, &content);

	if (status != OK)
		return insufficient(status);
	rom->next = content;
	rom->newer = true;
	kernel_signal_send(env_of(rom), rom->changed);
	return OK;
}

cap_t rom_config_cap(const struct rom_config *rom)
{
	return rom->served.cap;
}

cap_t rom_config_session(struct rom_config *rom)
{
	const struct self_copy_params params = {.cap = rom->served.cap.id};
	struct self_copy_results results = {0};

	/* A free slot is all it takes; without one the client is refused. */
	if (self_copy(&env_of(rom)->ipc, CAP_NULL, &params, &results) != OK)
		return CAP_NULL;
	return results.copy;
}
