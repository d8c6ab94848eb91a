/* SPDX-License-Identifier: MIT */
/*
 * Steady: an honest client that opens, uses and closes sessions all the time, whatever happens
 * beside it. Its own usage at the end has to be that of the beginning.
 */
#include <base/env.h>
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <bench_session/client.h>
#include <kernel/client.h>
#include <log_session/client.h>
#include <steady_config/types.h>

enum { REPORT_EVERY = 100 };

static enum status use_sibling(struct env *env)
{
	const struct session_request request = {.service = "Bench"};
	struct session session;
	enum status status = session_open(env, &request, &session);

	if (status != OK)
		return status;
	status = bench_null(&env->ipc, session.cap);
	session_close(env, &session);
	return status;
}

static enum status use_log(struct env *env, uint32_t number)
{
	const struct session_request request = {.service = "LOG", .label = "cycle"};
	struct session session;
	enum status status = session_open(env, &request, &session);

	if (status != OK)
		return status;
	if (number % REPORT_EVERY == 0) {
		const struct log_write_params params = {.text = capnp_text_of("still served\n")};

		status = log_write(&env->ipc, session.cap, &params);
	}
	session_close(env, &session);
	return status;
}

static void pause(struct env *env, uint32_t us)
{
	struct self_time_results time = {0};
	struct request request;
	enum ipc_event event;
	uint64_t bits;

	/* Self's methods need nothing that could be missing; nobody can wake us but the clock. */
	(void)self_time(&env->ipc, CAP_NULL, &time);
	(void)ipc_reply_wait(&env->ipc, CAP_NULL, NULL, OK, time.now + us * 1000ul, &event,
	                     &request, &bits);
}

static bool same_usage(struct env *env, const struct charge_usage_results *before)
{
	struct charge_usage_results now;

	return charge_usage(&env->ipc, env->account, &now) == OK &&
	       now.ram_used == before->ram_used && now.ram_limit == before->ram_limit &&
	       now.caps_used == before->caps_used && now.caps_limit == before->caps_limit;
}

static enum status work(struct env *env, const struct config *config)
{
	for (uint32_t i = 1; i <= config->cycles; i++) {
		enum status status = use_sibling(env);

		if (status == OK)
			status = use_log(env, i);
		if (status != OK)
			return status;
		pause(env, config->pause_us);
	}
	return OK;
}

int component_main(struct env *env)
{
	struct charge_usage_results before;
	struct config config;
	struct rom rom;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK)
		return 1;
	log_line(env, "%u cycles of honest work", config.cycles);

	enum status status = use_sibling(env);

	if (status == OK)
		status = charge_usage(&env->ipc, env->account, &before);
	if (status == OK)
		status = work(env, &config);
	if (status != OK) {
		log_line(env, "FAILED: %s", status_name(status));
		return 1;
	}
	if (!same_usage(env, &before)) {
		log_line(env, "FAILED: the usage is another than at the beginning");
		return 1;
	}
	log_line(env, "all cycles done, usage unchanged");
	return 0;
}
