/* SPDX-License-Identifier: MIT */
#include <rom_module/rom_server.h>

void rom_server_add(struct rom_server *server, struct env *env, struct named_rom *rom,
                    struct capnp_text name)
{
	rom->module.env = env;
	rom->name = name;
	rom->next = server->roms;
	server->roms = rom;
}

static enum status open(struct server_session *session, struct request *request,
                        const struct root_create_params *params)
{
	const struct rom_server *server = session->server->context;
	const char *name = rom_module_name(session->label);

	(void)request, (void)params;
	for (struct named_rom *rom = server->roms; rom; rom = rom->next) {
		if (capnp_text_equal(rom->name, name)) {
			rom_module_open(session, &rom->module);
			return OK;
		}
	}
	return ERR_DENIED;
}

enum status rom_server_init(struct rom_server *server, struct entrypoint *entrypoint)
{
	static const struct session_service service = {
		.name = "ROM",
		.session_bytes = sizeof(struct rom_module_session),
		.dispatch = rom_module_dispatch,
		.interfaces = rom_module_interfaces,
		.open = open,
		.close = rom_module_close,
	};

	return session_server_init(&server->sessions, entrypoint, &service, server);
}
