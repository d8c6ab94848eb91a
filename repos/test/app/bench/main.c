/* SPDX-License-Identifier: MIT */
/*
 * Bench: counts the instructions of what its configuration names.
 */
#include <base/env.h>
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <bench_config/types.h>
#include <kernel/client.h>

#include "suite.h"

static void sleep_ms(struct env *env, uint32_t ms)
{
	struct self_time_results time = {0};
	struct request request;
	enum ipc_event event;
	uint64_t bits;

	/* Self's methods need nothing that could be missing; nobody can wake us but the clock. */
	(void)self_time(&env->ipc, CAP_NULL, &time);
	(void)ipc_reply_wait(&env->ipc, CAP_NULL, NULL, OK, time.now + ms * 1000000ul, &event,
	                     &request, &bits);
}

static enum status run(struct env *env, const struct config *config)
{
	switch (config->suite) {
	case SUITE_KERNEL: return kernel_suite(env);
	case SUITE_MEMORY: return memory_suite(env);
	case SUITE_IPC: return ipc_suite(env);
	case SUITE_SESSION:
		return session_suite(env, config->id.size ? config->id.at : "session.cycle");
	case SUITE_SESSIONS: return sessions_suite(env, config->count);
	case SUITE_CLOCK: return clock_suite(env);
	case SUITE_IRQ: return irq_suite(env);
	case SUITE_CHILD: return child_suite(env);
	}
	return ERR_UNSUPPORTED;
}

int component_main(struct env *env)
{
	struct config config;
	struct rom rom;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK)
		return 1;

	if (config.delay_ms)
		sleep_ms(env, config.delay_ms);

	const enum status status = run(env, &config);

	if (status != OK)
		log_line(env, "FAILED: %s", status_name(status));
	return status == OK ? 0 : 1;
}
