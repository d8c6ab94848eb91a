/* SPDX-License-Identifier: MIT */
/*
 * A bad server: it answers its parent, its clients and the attacker's other threads with anything
 * but what they asked for, late, twice, or never.
 */
#include <base/log.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <root/words.h>

#include "attacks.h"
#include "coverage.h"

enum { REPLY_SLOTS = 4 };

static cap_t endpoint, root, pager; /* of the one server; in slots that are not attacked */

enum status server_open(struct attacker *attacker, bool announced)
{
	struct env *env = attacker->env;
	const struct charge_create_endpoint_params params = {.reply_slots = REPLY_SLOTS};
	const struct endpoint_mint_params mint = {.account = env->account,
	                                          .interface0 = ROOT_INTERFACE};
	const struct endpoint_mint_params mint_pager = {.account = env->account,
	                                                .interface0 = PAGER_INTERFACE};
	struct charge_create_endpoint_results made;
	struct endpoint_mint_results client, pager_client;
	enum status status = charge_create_endpoint(&env->ipc, env->account, &params, &made);

	if (status == OK)
		status = endpoint_mint(&env->ipc, made.endpoint, &mint, &client);
	if (status == OK)
		status = endpoint_mint(&env->ipc, made.endpoint, &mint_pager, &pager_client);
	if (status != OK)
		return status;
	endpoint = made.endpoint;
	root = client.client;
	pager = pager_client.client;
	hoard_add_own(attacker->hoard, endpoint, OBJECT_KIND_ENDPOINT, ENDPOINT_INTERFACE);
	hoard_add_own(attacker->hoard, pager, OBJECT_KIND_COMPONENT, PAGER_INTERFACE);
	hoard_add_own(attacker->hoard, root, OBJECT_KIND_COMPONENT, ROOT_INTERFACE);

	const struct parent_announce_params announce = {.service = capnp_text_of("Trap"),
	                                                .root = root};

	if (!announced)
		return OK;
	status = parent_announce(&env->ipc, env->parent, &announce);
	coverage_note(PARENT_INTERFACE, PARENT_ANNOUNCE, status);
	return status;
}

cap_t server_pager(void)
{
	return pager;
}

static uint64_t some_answer(struct random *random)
{
	uint64_t word = SYSCALL_REPLY_WAIT | random_below(random, 9) << OP_WORDS_SHIFT;

	if (random_one_in(random, 3))
		word |= OP_PAGED;
	if (random_one_in(random, 8))
		word |= OP_NO_REPLY;
	if (random_one_in(random, 2))
		word |= (uint64_t)random_below(random, 16)
		        << OP_METHOD_SHIFT; /* a status, or beyond */
	return word;
}

static void keep(struct attacker *attacker)
{
	const uint64_t slot = random_below(&attacker->random, REPLY_SLOTS + 2);
	struct shot shot;

	(void)shot_call(attacker, endpoint, ENDPOINT_INTERFACE,
	                random_one_in(&attacker->random, 3) ? ENDPOINT_DROP : ENDPOINT_KEEP, &slot,
	                1, NULL, 0, &shot);
}

void server_call(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	struct shot shot = {
		.word = SYSCALL_CALL | random_below(random, 9) << OP_WORDS_SHIFT |
	                (random_one_in(random, 3) ? OP_PAGED : 0) |
	                (uint64_t)random_below(random, 4) << OP_METHOD_SHIFT |
	                (uint64_t)ROOT_INTERFACE << OP_INTERFACE_SHIFT,
		.target = root,
		.window = random_below(random, 4) |
	                  (random_next(random) & 0xff) << WINDOW_MOVE_SHIFT |
	                  2ul << WINDOW_OPEN_SHIFT |
	                  (uint64_t)hoard_window(attacker->hoard, random, 2) << WINDOW_FIRST_SHIFT,
	};

	attacker->pages[0].size = random_below(random, 256);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		attacker->pages[0].caps[i] = hoard_pick(attacker->hoard, random).id;
	(void)shot_fire(attacker, &shot);
}

void server_attack(struct attacker *attacker)
{
	struct random *random = &attacker->random;
	struct shot shot = {
		.word = some_answer(random),
		.target = endpoint,
		.window = random_below(random, 4) |
	                  (random_next(random) & 0xff) << WINDOW_MOVE_SHIFT |
	                  4ul << WINDOW_OPEN_SHIFT |
	                  (uint64_t)hoard_window(attacker->hoard, random, 4) << WINDOW_FIRST_SHIFT,
	};

	if (random_one_in(random, 4)) {
		keep(attacker);
		shot.window |= (uint64_t)random_below(random, REPLY_SLOTS + 2)
		               << WINDOW_REPLY_SLOT_SHIFT;
	}
	attacker->pages[0].size =
		random_one_in(random, 8) ? (uint32_t)random_any(random) : random_below(random, 64);
	for (unsigned i = 0; i < 8; i++)
		attacker->pages[0].segment[i] = random_any(random);
	for (unsigned i = 0; i < IPC_WORDS_MAX; i++)
		shot.words[i] = random_any(random);
	for (unsigned i = 0; i < IPC_CAPS_MAX; i++)
		attacker->pages[0].caps[i] = hoard_pick(attacker->hoard, random).id;
	(void)shot_fire(attacker, &shot);
}
