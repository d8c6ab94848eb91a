/* SPDX-License-Identifier: MIT */
/*
 * Dynamic ROM: serves the ROMs of its configuration, whose contents change with
 * time, step by step. The last one stays.
 */
#include <base/log.h>
#include <base/rom.h>
#include <dynamic_rom_config/types.h>
#include <rom_module/rom_server.h>
#include <string.h>

enum { ROMS_MAX = 16, REPLY_SLOTS = 1, TABLE_SLOTS = 128 };
#define NS_PER_MS 1000000ul

struct dynamic_rom_state {
	struct timeout timeout;
	struct named_rom rom;
	struct dynamic_rom config;
	struct server *server;
	uint32_t next; /* step */
};

struct server {
	struct entrypoint entrypoint;
	struct rom_server service;
	struct dynamic_rom_state roms[ROMS_MAX];
};

/* Arms the timeout of the next step. */
static void wait_for_next(struct dynamic_rom_state *rom)
{
	struct entrypoint *entrypoint = &rom->server->entrypoint;
	struct step step;

	if (step_list_get(&rom->config.steps, rom->next, &step) == OK)
		entrypoint_arm(entrypoint, &rom->timeout,
		               entrypoint_now(entrypoint) + step.after_ms * NS_PER_MS);
}

static void change(struct timeout *timeout)
{
	struct dynamic_rom_state *rom =
		(struct dynamic_rom_state *)((char *)timeout -
	                                     offsetof(struct dynamic_rom_state, timeout));
	struct env *env = rom->server->entrypoint.env;
	struct step step;

	if (step_list_get(&rom->config.steps, rom->next, &step) != OK)
		return;
	rom->next++;
	if (rom_module_set(&rom->rom.module, step.content.at, step.content.size) != OK)
		log_line(env, "its budget is too small for step %u of %s", rom->next,
		         rom->config.name.at);
	wait_for_next(rom);
}

static enum status begin(struct server *server, struct env *env, const struct config *config)
{
	const uint32_t count = dynamic_rom_list_size(&config->roms);

	if (count > ROMS_MAX)
		return ERR_BAD_ARG;
	for (uint32_t i = 0; i < count; i++) {
		struct dynamic_rom_state *rom = &server->roms[i];
		const enum status status = dynamic_rom_list_get(&config->roms, i, &rom->config);

		if (status != OK)
			return status;
		rom->server = server;
		rom_server_add(&server->service, env, &rom->rom, rom->config.name);
		rom->timeout.run = change;
		change(&rom->timeout);
	}
	return OK;
}

int component_main(struct env *env)
{
	static struct server server; /* the one of this component */
	struct config config;
	struct rom rom;

	if (env_grow_table(env, TABLE_SLOTS) != OK || rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK ||
	    entrypoint_init(&server.entrypoint, env, REPLY_SLOTS) != OK ||
	    begin(&server, env, &config) != OK ||
	    rom_server_init(&server.service, &server.entrypoint) != OK)
		return 1;
	entrypoint_run(&server.entrypoint);
	return 0;
}
