/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <base/elf.h>
#include <base/log.h>
#include <kernel/client.h>
#include <rom_session/client.h>
#include <stdlib.h>
#include <string.h>

#include "child/child.h"
#include "plan/diagnostics.h"
#include "plan/plan_message.h"
#include "plan/validate.h"

/* Sources are copied: a policy needs them as long as it lives. */
struct rom_copy {
	char *at;
	size_t size;
};

static enum status attach_and_copy(struct env *env, cap_t rom, struct rom_copy *out)
{
	struct rom_dataspace_results space;
	void *base;
	enum status status = rom_dataspace(&env->ipc, rom, &space);

	if (status != OK)
		return status;
	out->size = space.size;
	out->at = calloc(1, space.size + 8);
	if (!out->at)
		return ERR_OUT_OF_RAM;
	if (space.size == 0)
		return OK;

	const struct region_attach attach = {.memory = space.memory, .size = space.size};

	status = region_attach(&env->regions, &attach, &base);
	if (status == OK) {
		memcpy(out->at, base, space.size);
		region_detach(&env->regions, base, space.size);
	} else {
		free(out->at);
		out->at = NULL;
	}
	ipc_drop(&env->ipc, space.memory);
	return status;
}

static enum status open_rom(struct env *env, const char *label, struct session *out_rom)
{
	const struct session_request request = {.service = "ROM", .label = label};

	return session_open(env, &request, out_rom);
}

static enum status read_rom(struct env *env, const char *label, struct rom_copy *out)
{
	struct session rom;
	enum status status = open_rom(env, label, &rom);

	if (status != OK)
		return status;
	status = attach_and_copy(env, rom.cap, out);
	session_close(env, &rom);
	return status;
}

/* One that stays open, since it may change. */
static enum status read_kept(struct init *init, struct session *rom, const char *label,
                             struct rom_copy *out)
{
	const struct rom_watch_params watch = {.changed = init->reconfigured.signal};
	enum status status = OK;

	if (!cap_valid(rom->cap)) {
		status = open_rom(init->env, label, rom);
		/* One that can't be watched does not change. */
		if (status == OK)
			(void)rom_watch(&init->env->ipc, rom->cap, &watch);
	}
	return status == OK ? attach_and_copy(init->env, rom->cap, out) : status;
}

/* ---- what the sandbox asks for: included files, and schemas of binaries ---- */

struct files {
	struct env *env;
	struct rom_copy include; /* the last one */
	struct rom_copy schema;  /* the last one */
};

static enum status include(void *self, const char *path, struct policy_source *out)
{
	struct files *files = self;
	struct rom_copy copy;
	const enum status status = read_rom(files->env, path, &copy);

	if (status != OK)
		return status;
	free(files->include.at);
	files->include = copy;
	*out = (struct policy_source){.text = copy.at, .size = copy.size};
	return OK;
}

static enum policy_schema schema(void *self, const char *binary, const void **out, size_t *out_size)
{
	struct files *files = self;
	struct rom_copy copy;
	const void *section;
	size_t size;

	if (read_rom(files->env, binary, &copy) != OK)
		return SCHEMA_NO_BINARY;
	if (elf_section(copy.at, copy.size, ".capos.schema", &section, &size) != OK) {
		free(copy.at);
		return SCHEMA_NONE;
	}
	memmove(copy.at, section, size);
	free(files->schema.at);
	files->schema = copy;
	*out = copy.at;
	*out_size = size;
	return SCHEMA_FOUND;
}

/* ---- evaluation and validation ---- */

static void print(struct env *env, const struct diagnostics *diagnostics)
{
	char line[DIAGNOSTIC_BYTES_MAX + 128];

	for (uint32_t i = 0; i < diagnostics->count; i++) {
		diagnostic_format(&diagnostics->items[i], line, sizeof(line));
		log_line(env, "%s", line);
	}
	if (diagnostics->dropped)
		log_line(env, "and %u more", diagnostics->dropped);
}

/* What there would be without the children: theirs is given anew. */
static struct validate_options budget(const struct init *init)
{
	struct validate_options options = {.functions = true};
	struct charge_usage_results usage;

	if (charge_usage(&init->env->ipc, init->env->account, &usage) != OK)
		return options;
	options.ram = usage.ram_limit - usage.ram_used;
	options.caps = usage.caps_limit - usage.caps_used;
	for (const struct child *child = init->all; child; child = child->next) {
		options.ram += child->assigned_ram;
		options.caps += child->assigned_caps;
	}
	return options;
}

static enum status evaluate(struct init *init, const char *file, const struct rom_copy *source,
                            struct configuration *out)
{
	struct files files = {.env = init->env};
	const struct policy_host host = {.self = &files, .include = include, .schema = schema};
	const struct policy_options options = {.host = &host, .validate = budget(init)};
	const struct policy_source policy = {
		.file = file, .text = source->at, .size = source->size};
	struct diagnostics diagnostics = {0};

	/* The same text is the same plan: it is told what it was told the last time. */
	if (init->now.policy && policy_from(init->now.policy, &policy))
		return OK;

	const enum status status = policy_evaluate(&policy, &options, &diagnostics, &out->policy);

	print(init->env, &diagnostics);
	diagnostics_fini(&diagnostics);
	free(files.include.at);
	free(files.schema.at);
	if (status == OK)
		out->plan = policy_plan(out->policy);
	return status;
}

static enum status validate(struct init *init, const struct plan *plan)
{
	struct validate_options options = budget(init);
	struct diagnostics diagnostics = {0};

	options.functions = false;
	plan_validate(plan, &options, &diagnostics);
	diagnostics_sort(&diagnostics);
	print(init->env, &diagnostics);

	const enum status status = diagnostics.errors ? ERR_BAD_ARG : OK;

	diagnostics_fini(&diagnostics);
	return status;
}

/* A message begins with its root pointer, whose first four bytes are zero; no source text does. */
static bool binary_form(const struct rom_copy *config)
{
	static const char zeros[4];

	return config->size >= 8 && memcmp(config->at, zeros, sizeof(zeros)) == 0;
}

/* The plan names the ROM with the policy's source; which one stays the same for init's life. */
static enum status evaluate_named(struct init *init, const char *rom, struct configuration *out)
{
	struct rom_copy source = {0};
	char file[PLAN_NAME_MAX + 1];

	text_format(file, sizeof(file), "%s", rom);

	enum status status = read_kept(init, &init->policy_rom, file, &source);

	if (status == OK)
		status = evaluate(init, file, &source, out);
	else
		log_line(init->env, "config: error: the ROM \"%s\" with the policy can't be had",
		         file);
	free(source.at);
	return status;
}

static enum status decode(struct init *init, const struct rom_copy *config,
                          struct configuration *out)
{
	struct plan *plan;
	enum status status = plan_decode(config->at, (uint32_t)config->size, &plan);

	if (status != OK) {
		log_line(init->env, "config: error: this is no plan of this version of init");
		return status;
	}
	if (plan->policy_rom) {
		status = evaluate_named(init, plan->policy_rom, out);
		plan_destroy(plan);
		return status;
	}
	status = validate(init, plan);
	if (status == OK)
		out->plan = plan;
	else
		plan_destroy(plan);
	return status;
}

enum status config_load(struct init *init, struct configuration *out)
{
	struct rom_copy config = {0};
	enum status status = read_kept(init, &init->config_rom, "config", &config);

	*out = (struct configuration){0};
	if (status != OK)
		log_line(init->env,
		         "config: error: init has no ROM \"config\"; its parent's policy gives it "
		         "one by `config = policy { ... }`");
	else if (binary_form(&config))
		status = decode(init, &config, out);
	else
		status = evaluate(init, "config", &config, out);
	free(config.at);
	return status;
}

void config_destroy(struct configuration *configuration)
{
	if (configuration->policy)
		policy_destroy(configuration->policy); /* the plan is its */
	else
		plan_destroy(configuration->plan);
	*configuration = (struct configuration){0};
}
