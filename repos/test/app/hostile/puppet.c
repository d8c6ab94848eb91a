/* SPDX-License-Identifier: MIT */
/*
 * Puppets: further threads of the attacker's own domain, which attack and are attacked: they
 * are stopped, started, dropped and called at any moment.
 */
#include <kernel/client.h>

#include "attacks.h"

#define PUPPET_MESSAGES 0x7800000ul
#define PUPPET_STEP     0x10000ul

enum { STACK_BYTES = 16384, PAGES = 2 };

static struct puppet { /* their stacks have to stay */
	struct attacker attacker;
	cap_t thread;
	_Alignas(16) unsigned char stack[STACK_BYTES];
} puppets[PUPPETS_MAX];

static _Noreturn void run(void *argument)
{
	struct attacker *attacker = argument;

	for (;;) {
		switch (random_below(&attacker->random, 10)) {
		case 0: attack_reply(attacker); break;
		case 1: attack_page(attacker); break;
		case 2: attack_wild(attacker); break;
		case 3:
		case 4: server_call(attacker); break;
		case 5: server_attack(attacker); break;
		case 6: rings_rewrite(attacker); break;
		case 7: attack_wake(attacker); break;
		default: attack_method(attacker); break;
		}
	}
}

static enum status create(struct puppet *puppet, struct env *env, cap_t context, unsigned number)
{
	const struct charge_create_thread_params params = {
		.domain = env->space,
		.context = context,
		.entry = (uintptr_t)run,
		.stack = (uintptr_t)puppet->stack + STACK_BYTES - 8,
		.argument = (uintptr_t)&puppet->attacker,
		.message_address = PUPPET_MESSAGES + number * PUPPET_STEP,
		.message_pages = PAGES,
	};
	struct charge_create_thread_results made;
	const enum status status = charge_create_thread(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;
	puppet->thread = made.thread;
	shot_allow_start(made.thread);
	return thread_start(&env->ipc, made.thread);
}

static void share(struct attacker *attacker, cap_t thread)
{
	const uint64_t id = thread.id;
	struct shot shot;

	(void)shot_call(attacker, CAP_NULL, SELF_INTERFACE, SELF_COPY, &id, 1, NULL, 0, &shot);
}

void puppets_revive(struct attacker *attacker, cap_t context)
{
	struct env *env = attacker->env;

	for (unsigned i = 0; i < PUPPETS_MAX; i++) {
		struct puppet *puppet = &puppets[i];

		ipc_drop(&env->ipc, puppet->thread);
		puppet->thread = CAP_NULL;
		puppet->attacker = *attacker;
		puppet->attacker.random.state = random_next(&attacker->random) | 1;
		puppet->attacker.pages = (struct message_page *)(PUPPET_MESSAGES + i * PUPPET_STEP);
		puppet->attacker.page_count = PAGES;
		puppet->attacker.expendable = true;
		if (create(puppet, env, context, i) == OK)
			share(attacker, puppet->thread);
	}
}
