/* SPDX-License-Identifier: MIT */
/*
 * ROM filter: serves ROMs whose contents are chosen by those of others.
 *
 * Each ROM that the configuration speaks of, to look at or to pass on, is opened once and watched.
 * When one has changed all of them are read anew and each choice is made again; readers hear of
 * it only if what they have is another one now.
 */
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <rom_filter_config/types.h>
#include <rom_module/rom_server.h>
#include <string.h>

enum { ROMS_MAX = 16, SOURCES_MAX = 16, REPLY_SLOTS = 1, TABLE_SLOTS = 256 };

/* A ROM of somebody else's. */
struct source {
	struct capnp_text label;
	struct rom rom;
};

struct filtered {
	struct named_rom rom;
	struct filtered_rom config;
};

struct filter {
	struct env *env;
	struct entrypoint entrypoint;
	struct signal_handler changed;
	struct rom_server service;
	struct source sources[SOURCES_MAX];
	struct filtered roms[ROMS_MAX];
	unsigned source_count, rom_count;
};

struct content {
	const void *at;
	size_t size;
};

static bool equal(struct capnp_text left, struct capnp_text right)
{
	return left.size == right.size && memcmp(left.at, right.at, left.size) == 0;
}

static struct source *find_source(struct filter *filter, struct capnp_text label)
{
	for (unsigned i = 0; i < filter->source_count; i++) {
		if (equal(filter->sources[i].label, label))
			return &filter->sources[i];
	}
	return NULL;
}

/* ---- the choice ---- */

static bool has_line(struct content content, struct capnp_text line)
{
	const char *text = content.at;

	for (size_t begin = 0, end; begin < content.size; begin = end + 1) {
		end = begin;
		while (end < content.size && text[end] != '\n')
			end++;
		if (end - begin == line.size && memcmp(text + begin, line.at, line.size) == 0)
			return true;
	}
	return false;
}

static struct content content_of(struct filter *filter, struct capnp_text label)
{
	const struct source *source = find_source(filter, label);

	return source ? (struct content){.at = source->rom.at, .size = source->rom.size}
	              : (struct content){0};
}

static struct content choose(struct filter *filter, const struct filtered_rom *config)
{
	struct choice at;

	for (uint32_t i = 0; choice_list_get(&config->choices, i, &at) == OK; i++) {
		if (at.input.size > 0 && !has_line(content_of(filter, at.input), at.line))
			continue;
		if (at.rom.size > 0)
			return content_of(filter, at.rom);
		return (struct content){.at = at.content.at, .size = at.content.size};
	}
	return (struct content){0};
}

static void renew(struct filter *filter, struct filtered *filtered)
{
	const struct content wanted = choose(filter, &filtered->config);
	struct content now;

	now.at = rom_module_content(&filtered->rom.module, &now.size);
	if (wanted.size == now.size &&
	    (wanted.size == 0 || memcmp(wanted.at, now.at, now.size) == 0))
		return;

	const enum status status = rom_module_set(&filtered->rom.module, wanted.at, wanted.size);

	if (status != OK)
		log_line(filter->env, "%s keeps its content: %s", filtered->config.name.at,
		         status_name(status));
}

static void change(struct signal_handler *handler)
{
	struct filter *filter =
		(struct filter *)((char *)handler - offsetof(struct filter, changed));

	for (unsigned i = 0; i < filter->source_count; i++) {
		struct source *source = &filter->sources[i];

		if (cap_valid(source->rom.session.cap) &&
		    rom_update(filter->env, &source->rom) != OK)
			log_line(filter->env, "%s can't be read, it is taken for empty",
			         source->label.at);
	}
	for (unsigned i = 0; i < filter->rom_count; i++)
		renew(filter, &filter->roms[i]);
}

/* ---- the start ---- */

static enum status add_source(struct filter *filter, struct capnp_text label)
{
	struct source *source = &filter->sources[filter->source_count];

	if (label.size == 0 || find_source(filter, label))
		return OK;
	if (filter->source_count == SOURCES_MAX)
		return ERR_BAD_ARG;
	source->label = label;
	filter->source_count++;

	enum status status = rom_open(filter->env, label.at, &source->rom);

	if (status == OK)
		status = rom_on_change(filter->env, &source->rom, filter->changed.signal);
	if (status != OK)
		log_line(filter->env, "%s is taken for empty: %s", label.at, status_name(status));
	return OK;
}

static enum status add_rom(struct filter *filter, const struct filtered_rom *config)
{
	struct filtered *filtered = &filter->roms[filter->rom_count];
	enum status status = OK;
	struct choice at;

	if (filter->rom_count == ROMS_MAX)
		return ERR_BAD_ARG;
	filter->rom_count++;
	filtered->config = *config;
	for (uint32_t i = 0; status == OK && i < choice_list_size(&config->choices); i++) {
		status = choice_list_get(&config->choices, i, &at);
		if (status == OK)
			status = add_source(filter, at.input);
		if (status == OK)
			status = add_source(filter, at.rom);
	}
	rom_server_add(&filter->service, filter->env, &filtered->rom, config->name);
	return status;
}

static enum status begin(struct filter *filter, const struct config *config)
{
	enum status status = entrypoint_add_signal(&filter->entrypoint, &filter->changed);

	for (uint32_t i = 0; status == OK && i < filtered_rom_list_size(&config->roms); i++) {
		struct filtered_rom rom;

		status = filtered_rom_list_get(&config->roms, i, &rom);
		if (status == OK)
			status = add_rom(filter, &rom);
	}
	if (status == OK)
		change(&filter->changed);
	return status;
}

int component_main(struct env *env)
{
	static struct filter filter = {.changed = {.run = change}}; /* the one of this component */
	struct config config;
	struct rom rom;

	filter.env = env;
	if (env_grow_table(env, TABLE_SLOTS) != OK || rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK ||
	    entrypoint_init(&filter.entrypoint, env, REPLY_SLOTS) != OK ||
	    begin(&filter, &config) != OK ||
	    rom_server_init(&filter.service, &filter.entrypoint) != OK) {
		log_line(env, "the configuration or the budget can't be used");
		return 1;
	}
	entrypoint_run(&filter.entrypoint);
	return 0;
}
