/* SPDX-License-Identifier: MIT */
#include <kernel/client.h>
#include <string.h>
#include <test/actor.h>

/* Of an actor's domain; script.S knows them. */
#define CODE     0x400000ul
#define SCRIPT   0x500000ul
#define MESSAGES 0x600000ul

/* Of the director's: a place for each actor. */
#define HERE      0x2100000000ul
#define HERE_STEP 0x10000ul

enum {
	PAGE = 4096,
	PRIORITY_MAX = 255,
	ACTOR_RAM = 40 * PAGE,
	ACTOR_CAPS = 24,
	TURNS = 24, /* more than any test has threads that wake each other in a row */
};

_Static_assert(sizeof(struct actor_line) == 352, "script.S");
_Static_assert(sizeof(struct actor_script) <= 2 * PAGE, "two pages");

extern const char actor_code_begin[], actor_code_end[];

static enum status make_memory(struct env *env, cap_t account, uint64_t size, cap_t *out)
{
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results results;
	const enum status status = charge_create_memory(&env->ipc, account, &params, &results);

	if (status == OK)
		*out = results.memory;
	return status;
}

static enum status map(struct env *env, cap_t space, cap_t account, cap_t memory, uint64_t address,
                       uint64_t size, bool execute)
{
	const struct space_map_params params = {
		.memory = memory,
		.account = account,
		.address = address,
		.size = size,
		.write = !execute,
		.execute = execute,
	};

	return space_map(&env->ipc, space, &params);
}

/* The priority of the director's own context: the highest that can be split off. */
static enum status find_priority(struct theatre *theatre, struct env *env)
{
	struct sched_context_split_params params = {.account = env->account,
	                                            .priority = PRIORITY_MAX};
	struct sched_context_split_results results;
	enum status status;

	while ((status = sched_context_split(&env->ipc, theatre->context, &params, &results)) ==
	       ERR_BAD_ARG)
		params.priority--;
	if (status != OK)
		return status;
	ipc_drop(&env->ipc, results.context);
	theatre->priority = params.priority;
	return OK;
}

enum status theatre_init(struct theatre *theatre, struct env *env)
{
	const struct space_unmap_params unmap = {.address = HERE, .size = PAGE};
	enum status status;

	*theatre = (struct theatre){.check = {.env = env}};
	status = env_context(env, &theatre->context);
	if (status == OK)
		status = find_priority(theatre, env);
	if (status == OK)
		status = make_memory(env, env->account, PAGE, &theatre->code);
	if (status == OK)
		status = map(env, env->space, env->account, theatre->code, HERE, PAGE, false);
	if (status != OK)
		return status;
	memcpy((void *)HERE, actor_code_begin, (size_t)(actor_code_end - actor_code_begin));
	return space_unmap(&env->ipc, env->space, &unmap);
}

void theatre_fini(struct theatre *theatre)
{
	struct ipc *ipc = &theatre->check.env->ipc;

	ipc_drop(ipc, theatre->code);
	ipc_drop(ipc, theatre->context);
}

/* ---- the life of an actor ---- */

static enum status make_account(struct actor *actor, struct env *env)
{
	const struct charge_create_account_params params = {.ram = ACTOR_RAM, .caps = ACTOR_CAPS};
	struct charge_create_account_results account;
	enum status status = charge_create_account(&env->ipc, env->account, &params, &account);

	if (status == OK)
		actor->account = account.account;
	return status;
}

static enum status make_domain(struct actor *actor, struct env *env)
{
	const struct charge_create_domain_params params = {.slots = ACTOR_SLOTS};
	const uint64_t here = HERE + ++actor->theatre->actors * HERE_STEP;
	const uint64_t size = 2 * PAGE;
	struct charge_create_domain_results made;
	enum status status = charge_create_domain(&env->ipc, actor->account, &params, &made);

	if (status != OK)
		return status;
	actor->domain = made.domain;
	status = make_memory(env, actor->account, size, &actor->memory);
	if (status == OK)
		status = map(env, env->space, actor->account, actor->memory, here, size, false);
	if (status == OK)
		status =
			map(env, actor->domain, actor->account, actor->memory, SCRIPT, size, false);
	if (status == OK)
		status = map(env, actor->domain, actor->account, actor->theatre->code, CODE, PAGE,
		             true);
	if (status == OK)
		actor->script = (struct actor_script *)here;
	return status;
}

static enum status make_thread(struct actor *actor, struct env *env)
{
	const struct sched_context_split_params split = {.account = actor->account,
	                                                 .priority = actor->theatre->priority};
	struct sched_context_split_results context;
	struct charge_create_thread_results made;
	enum status status =
		sched_context_split(&env->ipc, actor->theatre->context, &split, &context);

	if (status != OK)
		return status;
	actor->context = context.context;

	const struct charge_create_thread_params params = {
		.domain = actor->domain,
		.context = actor->context,
		.entry = CODE,
		.message_address = MESSAGES,
		.message_pages = ACTOR_PAGES,
	};

	status = charge_create_thread(&env->ipc, actor->account, &params, &made);
	if (status == OK)
		actor->thread = made.thread;
	return status;
}

enum status actor_init(struct actor *actor, struct theatre *theatre)
{
	struct env *env = theatre->check.env;
	enum status status;

	*actor = (struct actor){.theatre = theatre};
	status = make_account(actor, env);
	if (status == OK)
		status = make_domain(actor, env);
	if (status == OK)
		status = make_thread(actor, env);
	if (status != OK)
		check_status(&theatre->check, "an actor", status, OK);
	return status;
}

void actor_kill(struct actor *actor)
{
	struct theatre *theatre = actor->theatre;

	actor->script = NULL;
	if (account_destroy(&theatre->check.env->ipc, actor->account) != OK)
		check_that(&theatre->check, "an actor's account ends", false);
}

void actor_fini(struct actor *actor)
{
	struct ipc *ipc = &actor->theatre->check.env->ipc;

	if (actor->script)
		actor_kill(actor);
	ipc_drop(ipc, actor->thread);
	ipc_drop(ipc, actor->context);
	ipc_drop(ipc, actor->memory);
	ipc_drop(ipc, actor->domain);
	ipc_drop(ipc, actor->account);
}

cap_t actor_give(struct actor *actor, cap_t cap)
{
	struct theatre *theatre = actor->theatre;
	const struct domain_install_params params = {.slot = ++actor->installed, .cap = cap};
	const enum status status = domain_install(&theatre->check.env->ipc, actor->domain, &params);

	if (status != OK)
		check_status(&theatre->check, "a capability is given", status, OK);
	return cap_make(actor->installed, 1);
}

void actor_start(struct actor *actor)
{
	struct theatre *theatre = actor->theatre;

	if (thread_start(&theatre->check.env->ipc, actor->thread) != OK)
		check_that(&theatre->check, "an actor starts", false);
	theatre_settle(theatre);
}

void theatre_settle(struct theatre *theatre)
{
	for (unsigned i = 0; i < TURNS; i++)
		(void)self_yield(&theatre->check.env->ipc, CAP_NULL); /* never fails */
}

void theatre_go_on(struct theatre *theatre, const struct actor *actor)
{
	const struct memory_object_futex_wake_params params = {.offset = ACTOR_GATE, .count = 1};
	struct memory_object_futex_wake_results results;

	if (memory_object_futex_wake(&theatre->check.env->ipc, actor->memory, &params, &results) !=
	            OK ||
	    results.woken != 1)
		check_that(&theatre->check, "an actor goes on", false);
	theatre_settle(theatre);
}
