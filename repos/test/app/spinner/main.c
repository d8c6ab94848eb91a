/* SPDX-License-Identifier: MIT */
/*
 * Spinner: keeps the processor busy for a while without ever waiting, then says so. Who is
 * less urgent comes after it.
 */
#include <base/env.h>
#include <base/log.h>
#include <base/rom.h>
#include <kernel/client.h>
#include <spinner_config/types.h>

#define NS_PER_MS 1000000ul

static uint64_t now(struct env *env)
{
	struct self_time_results time = {0};

	/* Self's methods need nothing that could be missing. */
	(void)self_time(&env->ipc, CAP_NULL, &time);
	return time.now;
}

int component_main(struct env *env)
{
	struct config config;
	struct rom rom;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK)
		return 2;

	const uint64_t end = now(env) + config.ms * NS_PER_MS;

	while (now(env) < end)
		;
	log_line(env, "has been busy for %u ms", config.ms);
	return 0;
}
