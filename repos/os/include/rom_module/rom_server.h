/* SPDX-License-Identifier: MIT */
/*
 * ROM server: the service ROM for modules that have names, those of the last elements of labels.
 */
#pragma once

#include <rom_module/rom_module.h>

struct named_rom {
	struct rom_module module;
	struct capnp_text name;
	struct named_rom *next;
};

struct rom_server {
	struct session_server sessions;
	struct named_rom *roms;
};

/* A name is not copied. Sessions find what was added before. */
void rom_server_add(struct rom_server *server, struct env *env, struct named_rom *rom,
                    struct capnp_text name);
/* Announces the service. */
enum status rom_server_init(struct rom_server *server, struct entrypoint *entrypoint);
