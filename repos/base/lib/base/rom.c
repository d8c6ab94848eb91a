/* SPDX-License-Identifier: MIT */
#include <base/env.h>
#include <base/rom.h>
#include <rom_session/client.h>

static enum status attach(struct env *env, struct rom *rom)
{
	struct rom_dataspace_results space;
	void *base;
	enum status status = rom_dataspace(&env->ipc, rom->session.cap, &space);

	if (status != OK)
		return status;
	rom->memory = space.memory;
	rom->size = space.size;
	if (space.size == 0)
		return OK;

	const struct region_attach attach = {.memory = space.memory, .size = space.size};

	status = region_attach(&env->regions, &attach, &base);
	if (status == OK)
		rom->at = base;
	return status;
}

enum status rom_open(struct env *env, const char *label, struct rom *out_rom)
{
	const struct session_request request = {.service = "ROM", .label = label};
	struct rom rom = {0};
	enum status status = session_open(env, &request, &rom.session);

	if (status != OK)
		return status;
	status = attach(env, &rom);
	if (status != OK) {
		rom_close(env, &rom);
		return status;
	}
	*out_rom = rom;
	return OK;
}

static void detach(struct env *env, struct rom *rom)
{
	if (rom->at)
		region_detach(&env->regions, (void *)(uintptr_t)rom->at, rom->size);
	ipc_drop(&env->ipc, rom->memory);
	*rom = (struct rom){.session = rom->session};
}

enum status rom_on_change(struct env *env, struct rom *rom, cap_t changed)
{
	const struct rom_watch_params params = {.changed = changed};

	return rom_watch(&env->ipc, rom->session.cap, &params);
}

enum status rom_update(struct env *env, struct rom *rom)
{
	detach(env, rom); /* first: with its answer the server may let go of what it gave before */
	return attach(env, rom);
}

void rom_close(struct env *env, struct rom *rom)
{
	detach(env, rom);
	session_close(env, &rom->session);
	*rom = (struct rom){0};
}
