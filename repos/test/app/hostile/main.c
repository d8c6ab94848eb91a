/* SPDX-License-Identifier: MIT */
/*
 * Hostile: tries everything its capabilities allow, and all that they don't.
 *
 * It proves nothing by itself. That the kernel, core and init go on is seen by those beside it
 * (runs/hostile.lua), and that only its own budget was spent by the closing account check.
 */
#include <base/child.h>
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <cpu_session/words.h>
#include <hostile_config/types.h>
#include <kernel/client.h>
#include <log_session/words.h>
#include <parent/words.h>

#include "arguments.h"
#include "attacks.h"
#include "coverage.h"

enum { PURGE_EVERY = 600, REALM_EVERY = 400, REVIVE_EVERY = 300, FULL = 300, TELL_EVERY = 500000 };

static struct hoard hoard; /* of all threads */

static void attack(struct attacker *attacker, bool serve)
{
	const uint32_t kind = random_below(&attacker->random, 100);

	if (kind < (serve ? 30u : 10u))
		server_attack(attacker);
	else if (kind < 55)
		attack_method(attacker);
	else if (kind < 70)
		attack_wild(attacker);
	else if (kind < 75)
		attack_page(attacker);
	else if (kind < 82)
		sessions_open(attacker);
	else if (kind < 85)
		attack_files(attacker);
	else if (kind < 95)
		attack_ring(attacker);
	else
		attack_reply(attacker);
}

static void purge(struct attacker *attacker)
{
	attack_purge(attacker);
	if (random_one_in(&attacker->random, 2))
		sessions_close(attacker);
}

static void tell_progress(struct attacker *attacker)
{
	log_line(attacker->env, "%lu calls so far", *attacker->total);
}

static void run(struct attacker *attacker, struct realms *realms, const struct config *config)
{
	uint64_t told = 0;

	for (uint64_t turn = 1; *attacker->total < config->calls; turn++) {
		if (*attacker->total / TELL_EVERY > told) {
			told = *attacker->total / TELL_EVERY;
			tell_progress(attacker);
		}
		if (turn % PURGE_EVERY == 0 || attacker->hoard->used > FULL)
			purge(attacker);
		if (turn % REALM_EVERY == 0)
			realms_found(realms, attacker);
		if (turn % REVIVE_EVERY == 0)
			puppets_revive(attacker, realms->context);
		attack(attacker, config->serve);
	}
}

static enum status begin(struct attacker *attacker, struct realms *realms, bool serve)
{
	struct env *env = attacker->env;
	const struct session_request log = {.service = "LOG", .label = "attack"};
	struct session session;
	enum status status = env_context(env, &realms->context);

	if (status == OK)
		status = session_open(env, &log, &session);
	if (status != OK)
		return status;
	attacker->own_ids = session.id;
	hoard_add_own(&hoard, env->parent, OBJECT_KIND_COMPONENT, PARENT_INTERFACE);
	hoard_add_own(&hoard, env->account, OBJECT_KIND_ACCOUNT, CHARGE_INTERFACE);
	hoard_add_own(&hoard, env->space, OBJECT_KIND_DOMAIN, SPACE_INTERFACE);
	hoard_add_own(&hoard, session.cap, OBJECT_KIND_COMPONENT, LOG_INTERFACE);
	hoard_add_own(&hoard, realms->context, OBJECT_KIND_SCHED_CONTEXT, SCHED_CONTEXT_INTERFACE);
	status = server_open(attacker, serve);
	if (status == OK)
		status = files_open(attacker);
	if (status == OK)
		status = rings_open(attacker);

	const struct space_grow_table_params grow = {.slots = HOARD_END};

	/* The framework keeps to the slots it knows: the further ones are the hoard's. */
	if (status == OK)
		status = env_grow_table(env, HOARD_FIRST);
	return status == OK ? space_grow_table(&env->ipc, env->space, &grow) : status;
}

int component_main(struct env *env)
{
	static struct realms realms;
	uint64_t total = 0;
	struct config config;
	struct rom rom;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK)
		return 1;

	struct attacker attacker = {
		.env = env,
		.hoard = &hoard,
		.random = {.state = config.seed | 1ul << 63},
		.pages = env->ipc.pages,
		.page_count = CHILD_MESSAGE_PAGES,
		.total = &total,
	};

	catalogue_init();
	arguments_init();
	log_line(env, "seed %lu, %u calls", config.seed, config.calls);

	const enum status status = begin(&attacker, &realms, config.serve);

	if (status != OK) {
		log_line(env, "can't begin: %s", status_name(status));
		return 1;
	}
	run(&attacker, &realms, &config);

	/* Room for a last line, through a session that nobody has had hold of. */
	attack_purge(&attacker);
	sessions_close_ever(&attacker);
	env->log = CAP_NULL;

	coverage_tell(env);
	/* Who leaves before, by whatever door, does not say this. */
	log_line(env, "%lu calls made; of the main thread's %lu, %lu were accepted", total,
	         attacker.fired, attacker.answered);
	return 0;
}
