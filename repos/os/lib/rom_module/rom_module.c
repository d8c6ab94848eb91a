/* SPDX-License-Identifier: MIT */
#include <kernel/client.h>
#include <rom_module/rom_module.h>
#include <rom_session/server.h>
#include <string.h>

struct rom_version {
	cap_t memory, facet;
	void *at;
	size_t size;
	unsigned users; /* sessions; and the module, for the current one */
};

/* ---- versions ---- */

static void put(struct rom_module *module, struct rom_version *version)
{
	struct ipc *ipc = &module->env->ipc;

	if (!version || --version->users > 0)
		return;
	if (version->at)
		region_detach(&module->env->regions, version->at, version->size);
	ipc_drop(ipc, version->facet);
	ipc_drop(ipc, version->memory);
	heap_free(&module->env->heap, version);
}

static enum status fill(struct rom_module *module, struct rom_version *version)
{
	struct env *env = module->env;
	const struct charge_create_memory_params params = {.size = version->size};
	struct charge_create_memory_results made;
	struct self_derive_results facet;
	enum status status = charge_create_memory(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;
	version->memory = made.memory;

	const struct region_attach attach = {
		.memory = made.memory, .size = version->size, .write = true};
	const struct self_derive_params derive = {
		.cap = made.memory.id, .interface = READ_ONLY_INTERFACE, .account = env->account};

	status = region_attach(&env->regions, &attach, &version->at);
	if (status != OK)
		return status;
	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		version->facet = facet.derived;
	return status;
}

enum status rom_module_prepare(struct rom_module *module, size_t size,
                               struct rom_version **out_version, void **out_at)
{
	struct rom_version *version = heap_alloc(&module->env->heap, sizeof(*version));
	enum status status = OK;

	if (!version)
		return ERR_OUT_OF_RAM;
	*version = (struct rom_version){.size = size, .users = 1};
	if (size > 0)
		status = fill(module, version);
	if (status != OK) {
		put(module, version);
		return status;
	}
	*out_version = version;
	*out_at = version->at;
	return OK;
}

void rom_module_discard(struct rom_module *module, struct rom_version *version)
{
	put(module, version);
}

void rom_module_publish(struct rom_module *module, struct rom_version *version)
{
	const struct signal_signal_params params = {0};

	put(module, module->current);
	module->current = version;
	/* A client that has gone needs no signal. */
	for (struct rom_module_session *at = module->sessions; at; at = at->next)
		if (cap_valid(at->changed))
			(void)signal_signal(&module->env->ipc, at->changed, &params);
}

enum status rom_module_set(struct rom_module *module, const void *data, size_t size)
{
	struct rom_version *version;
	void *at;
	const enum status status = rom_module_prepare(module, size, &version, &at);

	if (status != OK)
		return status;
	if (size > 0)
		memcpy(at, data, size);
	rom_module_publish(module, version);
	return OK;
}

void rom_module_fini(struct rom_module *module)
{
	put(module, module->current);
	module->current = NULL;
}

const void *rom_module_content(const struct rom_module *module, size_t *out_size)
{
	*out_size = module->current ? module->current->size : 0;
	return module->current ? module->current->at : NULL;
}

/* ---- the ROM interface ---- */

static enum status dataspace(void *self, struct request *request,
                             struct rom_dataspace_results *results)
{
	struct rom_module_session *rom = self;
	struct rom_module *module = rom->module;

	(void)request;
	if (rom->given != module->current) {
		put(module, rom->given);
		rom->given = module->current;
		rom->given->users++;
	}
	rom->asked = true;
	if (!rom->given)
		return OK;
	results->memory = rom->given->facet;
	results->size = rom->given->size;
	return OK;
}

static enum status watch(void *self, struct request *request, const struct rom_watch_params *params)
{
	struct rom_module_session *rom = self;
	struct env *env = rom->module->env;
	const struct signal_signal_params nothing = {0};

	if (!ipc_notification(&env->ipc, params->changed))
		return ERR_BAD_ARG;
	ipc_drop(&env->ipc, rom->changed);
	rom->changed = request_take(request, params->changed);
	if (rom->asked && rom->given != rom->module->current)
		(void)signal_signal(&env->ipc, rom->changed, &nothing);
	return OK;
}

static const struct rom_server methods = {.dataspace = dataspace, .watch = watch};

enum status rom_module_dispatch(struct served *served, struct request *request)
{
	return rom_dispatch(&methods, served, request);
}

const uint32_t rom_module_interfaces[] = {ROM_INTERFACE, 0};

/* ---- sessions ---- */

void rom_module_open(struct server_session *session, struct rom_module *module)
{
	struct rom_module_session *rom = (struct rom_module_session *)session;

	rom->module = module;
	rom->next = module->sessions;
	module->sessions = rom;
}

void rom_module_close(struct server_session *session)
{
	struct rom_module_session *rom = (struct rom_module_session *)session;

	for (struct rom_module_session **place = &rom->module->sessions; *place;
	     place = &(*place)->next) {
		if (*place == rom) {
			*place = rom->next;
			break;
		}
	}
	ipc_drop(&rom->module->env->ipc, rom->changed);
	put(rom->module, rom->given);
}

const char *rom_module_name(const char *label)
{
	const char *name = label;

	for (const char *at = label; *at; at++) {
		if (at[0] == ' ' && at[1] == '-' && at[2] == '>' && at[3] == ' ')
			name = at + 4;
	}
	return name;
}
