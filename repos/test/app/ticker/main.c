/* SPDX-License-Identifier: MIT */
/*
 * Ticker: a quiet component that keeps working while others don't. It has a
 * periodic alarm, adds up what it does at an Echo session if it is given one,
 * and exits after the configured number of ticks.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <echo_session/client.h>
#include <ticker_config/types.h>
#include <timer_session/client.h>

#define NS_PER_MS 1000000ul

struct ticker {
	struct entrypoint entrypoint;
	struct signal_handler alarm;
	struct config config;
	struct session timer, echo;
	uint32_t ticks;
	enum status echo_status; /* of the last call */
};

static void call_echo(struct ticker *ticker)
{
	struct env *env = ticker->entrypoint.env;
	const struct echo_add_params params = {.value = 1};
	struct echo_add_results results;
	enum status status;

	if (!cap_valid(ticker->echo.cap) || ticker->echo_status != OK)
		return;
	status = echo_add(&env->ipc, ticker->echo.cap, &params, &results);
	if (status != OK)
		log_line(env, "its server says: %s", status_name(status));
	ticker->echo_status = status;
}

static void tick(struct signal_handler *handler)
{
	struct ticker *ticker = (struct ticker *)((char *)handler - offsetof(struct ticker, alarm));

	call_echo(ticker);
	if (++ticker->ticks == ticker->config.ticks)
		entrypoint_stop(&ticker->entrypoint);
}

static enum status start(struct ticker *ticker, struct env *env)
{
	const struct session_request timer = {.service = "Timer"}, echo = {.service = "Echo"};
	enum status status = entrypoint_init(&ticker->entrypoint, env, 1);

	if (status == OK)
		status = entrypoint_add_signal(&ticker->entrypoint, &ticker->alarm);
	if (status == OK)
		status = session_open(env, &timer, &ticker->timer);
	if (status != OK)
		return status;
	/* A ticker without an Echo session is one, too. */
	if (session_open(env, &echo, &ticker->echo) != OK)
		ticker->echo.cap = CAP_NULL;

	const uint64_t period = ticker->config.period_ms * NS_PER_MS;
	const struct timer_watch_params watch = {.alarm = ticker->alarm.signal};
	const struct timer_trigger_params trigger = {
		.at = entrypoint_now(&ticker->entrypoint) + period, .period = period};

	status = timer_watch(&env->ipc, ticker->timer.cap, &watch);
	if (status == OK)
		status = timer_trigger(&env->ipc, ticker->timer.cap, &trigger);
	return status;
}

int component_main(struct env *env)
{
	static struct ticker ticker = {.alarm = {.run = tick}}; /* the one of this component */
	struct rom rom;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &ticker.config) != OK ||
	    start(&ticker, env) != OK)
		return 2;
	entrypoint_run(&ticker.entrypoint);
	log_line(env, "has ticked %u times", ticker.ticks);
	return 0;
}
