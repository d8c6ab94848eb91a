/* SPDX-License-Identifier: MIT */
#include "configuration.h"

#include <base/rom.h>
#include <log_filter_config/types.h>

static enum status apply(const void *message, size_t size, struct configuration *out_configuration)
{
	struct configuration result = {0};
	struct config config;
	enum status status = config_decode(message, (uint32_t)size, &config);

	if (status != OK)
		return status;
	result.summary = config.summary;
	for (uint32_t i = 0; i < config.drop.count && status == OK; i++) {
		struct capnp_text text;

		status = capnp_text_list_get(&config.drop, i, &text);
		if (status == OK)
			status = filter_add(&result.filter, text.at, text.size);
	}
	if (status == OK)
		*out_configuration = result;
	return status;
}

enum status configuration_read(struct env *env, struct configuration *out_configuration)
{
	struct rom rom;
	enum status status = rom_open(env, "config", &rom);

	if (status == ERR_DENIED) {
		*out_configuration = (struct configuration){0};
		return OK;
	}
	if (status != OK)
		return status;
	status = apply(rom.at, rom.size, out_configuration);
	rom_close(env, &rom);
	return status;
}
