/* SPDX-License-Identifier: MIT */
/*
 * Steady: an honest client that opens, uses and closes sessions all the time, whatever happens
 * beside it. Its own usage at the end has to be that of the beginning; what it has waited for each
 * step at most it says, for the scenario to judge. Where instructions are counted, a tick is one.
 */
#include <base/env.h>
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <kernel/client.h>
#include <log_session/client.h>
#include <rom_session/client.h>
#include <steady_config/types.h>

enum { REPORT_EVERY = 100 };

struct worst {
	uint64_t open, call; /* ticks */
	uint64_t wake;       /* ns */
};

static void worsen(uint64_t *worst, uint64_t since)
{
	const uint64_t ticks = __builtin_ia32_rdtsc() - since;

	if (ticks > *worst)
		*worst = ticks;
}

static enum status use_sibling(struct env *env, struct worst *worst)
{
	const struct session_request request = {.service = "ROM", .label = "shared"};
	struct rom_dataspace_results results;
	struct session session;
	uint64_t start = __builtin_ia32_rdtsc();
	enum status status = session_open(env, &request, &session);

	if (status != OK)
		return status;
	worsen(&worst->open, start);
	start = __builtin_ia32_rdtsc();
	status = rom_dataspace(&env->ipc, session.cap, &results);
	worsen(&worst->call, start);
	if (status == OK)
		ipc_drop(&env->ipc, results.memory);
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

static uint64_t now_of(const struct self_time_results *time)
{
	const uint64_t ticks = __builtin_ia32_rdtsc() - time->tick_start;

	return (uint64_t)((unsigned __int128)ticks * time->ns_per_tick >> 32);
}

static void pause(struct env *env, uint32_t us, struct worst *worst)
{
	struct self_time_results time = {0};
	struct request request;
	enum ipc_event event;
	uint64_t bits;

	/* Self's methods need nothing that could be missing; nobody can wake us but the clock. */
	(void)self_time(&env->ipc, CAP_NULL, &time);
	const uint64_t end = time.now + us * 1000ul;

	(void)ipc_reply_wait(&env->ipc, CAP_NULL, NULL, OK, end, &event, &request, &bits);

	const uint64_t late = now_of(&time) - end;

	if (late > worst->wake)
		worst->wake = late;
}

static bool same_usage(struct env *env, const struct charge_usage_results *before)
{
	struct charge_usage_results now;

	return charge_usage(&env->ipc, env->account, &now) == OK &&
	       now.ram_used == before->ram_used && now.ram_limit == before->ram_limit &&
	       now.caps_used == before->caps_used && now.caps_limit == before->caps_limit;
}

static enum status work(struct env *env, const struct config *config, struct worst *worst)
{
	for (uint32_t i = 1; i <= config->cycles; i++) {
		enum status status = use_sibling(env, worst);

		if (status == OK)
			status = use_log(env, i);
		if (status != OK)
			return status;
		pause(env, config->pause_us, worst);
	}
	return OK;
}

int component_main(struct env *env)
{
	struct worst first = {0}, worst = {0};
	struct charge_usage_results before;
	struct config config;
	struct rom rom;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK)
		return 1;
	log_line(env, "%u cycles of honest work", config.cycles);

	enum status status = use_sibling(env, &first);

	if (status == OK)
		status = charge_usage(&env->ipc, env->account, &before);
	if (status == OK)
		status = work(env, &config, &worst);
	if (status != OK) {
		log_line(env, "FAILED: %s", status_name(status));
		return 1;
	}
	if (!same_usage(env, &before)) {
		log_line(env, "FAILED: the usage is another than at the beginning");
		return 1;
	}
	log_line(env, "at most %lu ticks for a session, %lu for a call, %lu ns late after a pause",
	         worst.open, worst.call, worst.wake);
	log_line(env, "all cycles done, usage unchanged");
	return 0;
}
