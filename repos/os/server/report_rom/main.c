/* SPDX-License-Identifier: MIT */
/*
 * Report ROM: reports become ROMs. Two services on one entrypoint: what one session submits is copied to a
 * ROM module, and the sessions of the other read that.
 */
#include <base/log.h>
#include <base/rom.h>
#include <kernel/client.h>
#include <report_rom_config/types.h>
#include <report_session/server.h>
#include <rom_module/rom_server.h>

enum { ROMS_MAX = 32, REPLY_SLOTS = 1, TABLE_SLOTS = 256 };

struct reported {
	struct named_rom rom;
	struct reported_rom config;
	bool has_writer;
};

struct server {
	struct entrypoint entrypoint;
	struct session_server reports;
	struct rom_server roms;
	struct reported items[ROMS_MAX];
	unsigned count;
};

struct writer {
	struct server_session session;
	struct reported *reported;
	cap_t buffer;
	const void *at;
	size_t size;
};

static struct env *env_of(const struct writer *writer)
{
	return writer->session.server->entrypoint->env;
}

/* ---- Report ---- */

static enum status memory(void *self, struct request *request,
                          struct report_memory_results *results)
{
	(void)request;
	results->memory = ((const struct writer *)self)->buffer;
	return OK;
}

/* The writer may change its buffer meanwhile: then its report is as torn as it has made it. */
static enum status submit(void *self, struct request *request,
                          const struct report_submit_params *params)
{
	struct writer *writer = self;

	(void)request;
	if (params->size > writer->size)
		return ERR_BAD_ARG;
	/* The readers' copies are the server's to pay; what it lacks now it may have later. */
	return rom_module_set(&writer->reported->rom.module, writer->at, params->size) == OK
	               ? OK
	               : ERR_NOT_NOW;
}

static enum status attach_buffer(struct writer *writer)
{
	struct env *env = env_of(writer);
	const cap_t account = writer->session.account;
	const struct charge_create_memory_params params = {.size = writer->size};
	struct charge_create_memory_results made;
	void *base;
	enum status status = charge_create_memory(&env->ipc, account, &params, &made);

	if (status != OK)
		return status;
	writer->buffer = made.memory;

	const struct region_attach attach = {
		.memory = made.memory, .account = account, .size = writer->size};

	status = region_attach(&env->regions, &attach, &base);
	if (status == OK)
		writer->at = base;
	else
		ipc_drop(&env->ipc, made.memory);
	return status;
}

static enum status open_report(struct server_session *session, struct request *request,
                               const struct root_create_params *params)
{
	struct server *server = session->server->context;
	struct writer *writer = (struct writer *)session;
	struct reported *found = NULL;
	struct report_args args;

	(void)request;
	for (unsigned i = 0; i < server->count && !found; i++) {
		if (capnp_text_equal(server->items[i].config.report, session->label))
			found = &server->items[i];
	}
	if (!found || found->has_writer)
		return ERR_DENIED;
	if (params->args.size == 0 ||
	    report_args_decode(params->args.at, params->args.size, &args) != OK || args.size == 0 ||
	    args.size > found->config.size_max)
		return ERR_BAD_ARG;
	writer->reported = found;
	writer->size = args.size;

	const enum status status = attach_buffer(writer);

	found->has_writer = status == OK;
	return status;
}

static void close_report(struct server_session *session)
{
	struct writer *writer = (struct writer *)session;

	region_detach(&env_of(writer)->regions, (void *)(uintptr_t)writer->at, writer->size);
	ipc_drop(&env_of(writer)->ipc, writer->buffer);
	writer->reported->has_writer = false;
}

static enum status dispatch_report(struct served *served, struct request *request)
{
	static const struct report_server methods = {.memory = memory, .submit = submit};

	return report_dispatch(&methods, served, request);
}

static const uint32_t report_interfaces[] = {REPORT_INTERFACE, 0};

static const struct session_service report_service = {
	.name = "Report",
	.session_bytes = sizeof(struct writer),
	.dispatch = dispatch_report,
	.interfaces = report_interfaces,
	.open = open_report,
	.close = close_report,
};

/* ---- the start ---- */

static enum status begin(struct server *server, struct env *env, const struct config *config)
{
	server->count = reported_rom_list_size(&config->roms);
	if (server->count > ROMS_MAX)
		return ERR_BAD_ARG;
	for (unsigned i = 0; i < server->count; i++) {
		struct reported *reported = &server->items[i];
		enum status status = reported_rom_list_get(&config->roms, i, &reported->config);

		rom_server_add(&server->roms, env, &reported->rom, reported->config.name);
		if (status == OK && reported->config.content.size > 0)
			status = rom_module_set(&reported->rom.module, reported->config.content.at,
			                        reported->config.content.size);
		if (status != OK)
			return status;
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
	    session_server_init(&server.reports, &server.entrypoint, &report_service, &server) !=
	            OK ||
	    rom_server_init(&server.roms, &server.entrypoint) != OK) {
		log_line(env, "the configuration or the budget can't be used");
		return 1;
	}
	entrypoint_run(&server.entrypoint);
	return 0;
}
