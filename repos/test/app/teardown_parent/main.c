/* SPDX-License-Identifier: MIT */
/*
 * Teardown parent: starts a child, lets it run for a while, kills it; a thousand
 * times. The moment is drawn anew for each: after so many of its requests, in
 * the middle of the next one, or at some instant in between. After each round the
 * parent's own account has to be as after the first ones, to the byte; in the end
 * the account of the server, too.
 */
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <echo_session/client.h>
#include <kernel/client.h>
#include <teardown_parent_config/types.h>
#include <test/check.h>

#include "victim.h"

/* The first rounds find their room: tables grow, regions get their page tables. */
enum { WARM_UP_ROUNDS = 50, REQUESTS_MAX = 24, REQUESTS_ALWAYS = 1 };
#define LIFE_MAX_NS 1500000ul

struct teardown {
	struct check check;
	struct entrypoint entrypoint;
	struct timeout death, next;
	struct victim victim;
	struct session echo;
	uint64_t random;
	uint32_t round, rounds;
	uint32_t by_request, by_time; /* how they have died */
	uint32_t started, refused;
	uint64_t ram_step; /* see config.capnp */
	uint32_t caps_step;
	struct charge_usage_results before;
	struct echo_usage_results server_before;
};

/* The same numbers each time. */
static uint64_t draw(struct teardown *teardown, uint64_t below)
{
	teardown->random = teardown->random * 6364136223846793005ul + 1442695040888963407ul;
	return (teardown->random >> 33) % below;
}

static struct charge_usage_results own_usage(struct teardown *teardown)
{
	struct env *env = teardown->check.env;
	struct charge_usage_results usage = {0};

	teardown->check.failed += charge_usage(&env->ipc, env->account, &usage) != OK;
	return usage;
}

static struct echo_usage_results server_usage(struct teardown *teardown)
{
	struct echo_usage_results usage = {0};

	teardown->check.failed +=
		echo_usage(&teardown->check.env->ipc, teardown->echo.cap, &usage) != OK;
	return usage;
}

/* ---- a round ---- */

static bool scarce(const struct teardown *teardown)
{
	return teardown->ram_step || teardown->caps_step;
}

/* What a child may be refused with, if it has less than it needs; PD denies what its account can't pay. */
static bool says_scarce(enum status status)
{
	return status == ERR_DENIED || status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS ||
	       status == ERR_INSUFFICIENT_RAM || status == ERR_INSUFFICIENT_CAPS;
}

static void begin_round(struct teardown *teardown)
{
	teardown->victim = (struct victim){
		.requests_left = REQUESTS_ALWAYS + (uint32_t)draw(teardown, REQUESTS_MAX),
		.ended = teardown->victim.ended,
		.ram = teardown->ram_step ? teardown->round * teardown->ram_step : VICTIM_RAM,
		.caps = teardown->caps_step ? teardown->round * teardown->caps_step : VICTIM_CAPS,
	};

	const enum status status =
		victim_start(&teardown->victim, &teardown->entrypoint, "teardown_child");

	if (status == OK)
		teardown->started++;
	else if (scarce(teardown) && says_scarce(status))
		teardown->refused++;
	else
		log_line(teardown->check.env, "FAILED to start number %u: %s", teardown->round,
		         status_name(status));
	entrypoint_arm(&teardown->entrypoint, &teardown->death,
	               entrypoint_now(&teardown->entrypoint) + draw(teardown, LIFE_MAX_NS));
}

static void end_round(struct teardown *teardown)
{
	victim_kill(&teardown->victim);
	entrypoint_disarm(&teardown->entrypoint, &teardown->death);
	entrypoint_arm(&teardown->entrypoint, &teardown->next, 1);
}

/* In its own request: the answer finds nobody. */
static void victim_ended(struct victim *victim)
{
	struct teardown *teardown =
		(struct teardown *)((char *)victim - offsetof(struct teardown, victim));

	teardown->by_request++;
	end_round(teardown);
}

static void death(struct timeout *timeout)
{
	struct teardown *teardown =
		(struct teardown *)((char *)timeout - offsetof(struct teardown, death));

	teardown->by_time++;
	end_round(teardown);
}

static void compare(struct teardown *teardown)
{
	const struct charge_usage_results *before = &teardown->before, now = own_usage(teardown);

	if (teardown->round <= WARM_UP_ROUNDS) {
		teardown->before = now;
		teardown->server_before = server_usage(teardown);
		return;
	}
	if (now.ram_used == before->ram_used && now.ram_limit == before->ram_limit &&
	    now.caps_used == before->caps_used && now.caps_limit == before->caps_limit)
		return;
	log_line(teardown->check.env,
	         "FAILED in round %u: RAM %lu of %lu, was %lu of %lu; capabilities %lu of "
	         "%lu, were %lu of %lu",
	         teardown->round, now.ram_used, now.ram_limit, before->ram_used, before->ram_limit,
	         now.caps_used, now.caps_limit, before->caps_used, before->caps_limit);
	teardown->check.failed++;
	teardown->before = now;
}

static void next(struct timeout *timeout)
{
	struct teardown *teardown =
		(struct teardown *)((char *)timeout - offsetof(struct teardown, next));

	if (teardown->round > 0)
		compare(teardown);
	if (teardown->round == teardown->rounds) {
		entrypoint_stop(&teardown->entrypoint);
		return;
	}
	teardown->round++;
	begin_round(teardown);
}

/* ---- all of them ---- */

static enum status start(struct teardown *teardown, struct env *env)
{
	const struct session_request echo = {.service = "Echo"};
	struct config config;
	struct rom rom;
	enum status status = rom_open(env, "config", &rom);

	if (status == OK)
		status = config_decode(rom.at, (uint32_t)rom.size, &config);
	if (status == OK)
		status = session_open(env, &echo, &teardown->echo);
	if (status == OK)
		status = entrypoint_init(&teardown->entrypoint, env, 1);
	if (status != OK)
		return status;
	teardown->rounds = config.rounds;
	teardown->ram_step = config.ram_step;
	teardown->caps_step = config.caps_step;
	entrypoint_arm(&teardown->entrypoint, &teardown->next, 1);
	return OK;
}

int component_main(struct env *env)
{
	static struct teardown teardown = {/* the one of this component */
	                                   .death = {.run = death},
	                                   .next = {.run = next},
	                                   .victim = {.ended = victim_ended}};
	struct check *check = &teardown.check;

	check->env = env;
	log_line(env, "begins");
	if (!check_status(check, "getting ready", start(&teardown, env), OK))
		return 2;
	entrypoint_run(&teardown.entrypoint);

	const struct echo_usage_results server = server_usage(&teardown);

	check_equal(check, "children started, or refused for lack of budget",
	            teardown.started + teardown.refused, teardown.rounds);
	check_that(check, "some had too little",
	           (teardown.refused > WARM_UP_ROUNDS / 10) == scarce(&teardown));
	check_that(check, "some were killed in a request",
	           teardown.by_request > teardown.rounds / 10);
	check_that(check, "some were killed in between", teardown.by_time > teardown.rounds / 10);
	check_equal(check, "RAM the server uses", server.ram, teardown.server_before.ram);
	check_equal(check, "capabilities the server uses", server.caps,
	            teardown.server_before.caps);
	log_line(env, "killed %u in a request, %u in between", teardown.by_request,
	         teardown.by_time);
	return check_result(check);
}
