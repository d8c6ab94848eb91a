/* SPDX-License-Identifier: MIT */
/*
 * Scarcity test: an account is given a little more each time, and all that a
 * component's start and life charge to it is made, in the same order, until
 * something is refused. Wherever the budget ends, the answer is the one that says so,
 * what was there works on, and destroying the account brings back everything.
 */
#include <base/log.h>
#include <base/status_name.h>
#include <kernel/client.h>
#include <test/check.h>

enum {
	PAGE = 4096,
	RAM_ENOUGH = 200 * PAGE,
	CAPS_ENOUGH = 40,
	ROUNDS_MAX = 100,
	SLOTS = 64,
	OTHERS_MAX = 16
};

/* Of the poor domain. */
#define DATA     0x40000000ul
#define FAR      0x80000000ul
#define MESSAGES 0x50000000ul
#define RING     0x60000000ul

struct poor {
	struct env *env;
	cap_t context; /* the test's own, to split from */
	cap_t account;
	cap_t domain, memory, signal, notification, endpoint;
	cap_t others[OTHERS_MAX];
	unsigned other_count;
	unsigned done; /* steps that have succeeded */
};

/* Kept until the account ends: an owner's drop would end what it owns. */
static enum status made(struct poor *poor, enum status status, cap_t cap)
{
	if (status == OK)
		poor->others[poor->other_count++] = cap;
	return status;
}

static enum status make_domain(struct poor *poor)
{
	const struct charge_create_domain_params params = {.slots = SLOTS};
	struct charge_create_domain_results results;
	const enum status status =
		charge_create_domain(&poor->env->ipc, poor->account, &params, &results);

	if (status == OK)
		poor->domain = results.domain;
	return status;
}

static enum status make_memory(struct poor *poor)
{
	const struct charge_create_memory_params params = {.size = 5 * PAGE};
	struct charge_create_memory_results results;
	const enum status status =
		charge_create_memory(&poor->env->ipc, poor->account, &params, &results);

	if (status == OK)
		poor->memory = results.memory;
	return status;
}

static enum status map_at(struct poor *poor, uint64_t address)
{
	const struct space_map_params params = {.memory = poor->memory,
	                                        .account = poor->account,
	                                        .address = address,
	                                        .size = 4 * PAGE,
	                                        .write = true};

	return space_map(&poor->env->ipc, poor->domain, &params);
}

static enum status map_near(struct poor *poor)
{
	return map_at(poor, DATA);
}

static enum status map_far(struct poor *poor)
{
	return map_at(poor, FAR - 2 * PAGE);
}

static enum status make_thread(struct poor *poor)
{
	const struct sched_context_split_params split = {.account = poor->account};
	struct sched_context_split_results context;
	struct charge_create_thread_results results = {0};
	enum status status = sched_context_split(&poor->env->ipc, poor->context, &split, &context);

	if (status != OK)
		return status;

	const struct charge_create_thread_params params = {
		.domain = poor->domain,
		.context = context.context,
		.message_address = MESSAGES,
		.message_pages = 3,
	};

	status = charge_create_thread(&poor->env->ipc, poor->account, &params, &results);
	(void)made(poor, OK, context.context);
	return made(poor, status, results.thread);
}

static enum status make_endpoint(struct poor *poor)
{
	const struct charge_create_endpoint_params params = {.reply_slots = 300};
	struct charge_create_endpoint_results results;
	const enum status status =
		charge_create_endpoint(&poor->env->ipc, poor->account, &params, &results);

	if (status == OK)
		poor->endpoint = results.endpoint;
	return status;
}

static enum status mint(struct poor *poor)
{
	const struct endpoint_mint_params params = {.account = poor->account, .interface0 = 1};
	struct endpoint_mint_results results = {0};

	return made(poor, endpoint_mint(&poor->env->ipc, poor->endpoint, &params, &results),
	            results.client);
}

static enum status make_notification(struct poor *poor)
{
	struct charge_create_notification_results results;
	const enum status status =
		charge_create_notification(&poor->env->ipc, poor->account, &results);

	if (status == OK)
		poor->notification = results.notification;
	return status;
}

static enum status facet(struct poor *poor)
{
	const struct notification_facet_params params = {.account = poor->account, .bits = 1};
	struct notification_facet_results results;
	const enum status status =
		notification_facet(&poor->env->ipc, poor->notification, &params, &results);

	if (status == OK)
		poor->signal = results.signal;
	return status;
}

static enum status make_ring(struct poor *poor)
{
	const struct charge_create_ring_params params = {
		.domain = poor->domain,
		.address = RING,
		.entries = 64,
		.buffers = 8,
		.completed = poor->signal,
	};
	struct charge_create_ring_results results = {0};

	return made(poor, charge_create_ring(&poor->env->ipc, poor->account, &params, &results),
	            results.ring);
}

static enum status clone(struct poor *poor)
{
	const struct read_only_clone_params params = {.account = poor->account};
	struct read_only_clone_results results = {0};

	return made(poor, read_only_clone(&poor->env->ipc, poor->memory, &params, &results),
	            results.memory);
}

static enum status grow(struct poor *poor)
{
	const struct space_grow_table_params params = {.slots = 1000};

	return space_grow_table(&poor->env->ipc, poor->domain, &params);
}

static enum status make_account(struct poor *poor)
{
	const struct charge_create_account_params params = {.ram = 1};
	struct charge_create_account_results results = {0};

	return made(poor, charge_create_account(&poor->env->ipc, poor->account, &params, &results),
	            results.account);
}

static const struct step {
	const char *name;
	enum status (*run)(struct poor *poor);
} steps[] = {
	{"a domain", make_domain},    {"memory", make_memory},
	{"a mapping", map_near},      {"one across two tables", map_far},
	{"a thread", make_thread},    {"an endpoint", make_endpoint},
	{"a facet of it", mint},      {"a notification", make_notification},
	{"a signal", facet},          {"a ring", make_ring},
	{"a clone", clone},           {"a larger table", grow},
	{"an account", make_account},
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

static void forget(struct poor *poor)
{
	struct ipc *ipc = &poor->env->ipc;

	for (unsigned i = 0; i < poor->other_count; i++)
		ipc_drop(ipc, poor->others[i]);
	ipc_drop(ipc, poor->signal);
	ipc_drop(ipc, poor->notification);
	ipc_drop(ipc, poor->endpoint);
	ipc_drop(ipc, poor->memory);
	ipc_drop(ipc, poor->domain);
	ipc_drop(ipc, poor->account);
}

/* All steps, as far as they go. */
static enum status live(struct poor *poor, uint64_t ram, uint32_t caps)
{
	struct ipc *ipc = &poor->env->ipc;
	const struct charge_create_account_params params = {.ram = ram, .caps = caps};
	struct charge_create_account_results account;
	enum status status = charge_create_account(ipc, poor->env->account, &params, &account);

	if (status != OK)
		return status;
	poor->account = account.account;
	while (status == OK && poor->done < STEPS) {
		status = steps[poor->done].run(poor);
		if (status == OK)
			poor->done++;
	}
	return status;
}

static struct charge_usage_results usage(struct env *env, cap_t account)
{
	struct charge_usage_results results = {0};

	(void)charge_usage(&env->ipc, account, &results); /* compared, or shown to be wrong */
	return results;
}

static bool equal(const struct charge_usage_results *a, const struct charge_usage_results *b)
{
	return a->ram_used == b->ram_used && a->ram_limit == b->ram_limit &&
	       a->caps_used == b->caps_used && a->caps_limit == b->caps_limit;
}

/* One budget; how many steps it was good for. Says only what is wrong. */
static unsigned round_with(struct check *check, cap_t context, uint64_t ram, uint32_t caps,
                           enum status refusal)
{
	struct env *env = check->env;
	struct poor poor = {.env = env, .context = context};
	const struct charge_usage_results before = usage(env, env->account);
	const enum status status = live(&poor, ram, caps);
	const struct charge_usage_results poors = usage(env, poor.account);

	if (status != (poor.done == STEPS ? OK : refusal))
		check_status(check, poor.done < STEPS ? steps[poor.done].name : "all", status,
		             refusal);
	if (poors.ram_used > ram || poors.caps_used > caps)
		check_that(check, "no more is used than there is", false);
	if (account_destroy(&env->ipc, poor.account) != OK)
		check_that(check, "the account ends", false);
	forget(&poor);

	const struct charge_usage_results after = usage(env, env->account);

	if (!equal(&before, &after))
		check_equal(check, "RAM in use afterwards", after.ram_used, before.ram_used);
	return poor.done;
}

/* With a page or a capability more each time, until it is enough: every step has to be refused once. */
static void check_budgets(struct check *check, cap_t context, bool by_caps)
{
	unsigned rounds = 0, furthest = 0, ends = 0;

	while (furthest < STEPS && rounds < ROUNDS_MAX) {
		const unsigned done =
			by_caps ? round_with(check, context, RAM_ENOUGH, rounds, ERR_OUT_OF_CAPS)
				: round_with(check, context, (uint64_t)rounds * PAGE, CAPS_ENOUGH,
		                             ERR_OUT_OF_RAM);

		if (done < furthest)
			check_that(check, "more budget goes further", false);
		ends += done > furthest;
		furthest = done;
		rounds++;
	}
	check_equal(check, by_caps ? "steps, by capabilities" : "steps, by pages", furthest, STEPS);
	check_that(check, "refused at most of them", ends > STEPS / 2);
	log_line(check->env, "%u budgets", rounds);
}

int component_main(struct env *env)
{
	struct check check = {.env = env};
	cap_t context;

	log_line(env, "begins");
	if (env_context(env, &context) != OK)
		return 2;
	(void)round_with(&check, context, RAM_ENOUGH, CAPS_ENOUGH,
	                 OK); /* the heap finds its size */
	check_budgets(&check, context, false);
	check_budgets(&check, context, true);
	return check_result(&check);
}
