/* SPDX-License-Identifier: MIT */
/*
 * Budget test: fills its budget with memory, gives some of it back when its parent wants
 * that, and exits when it has been given more than it had at first.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <test/check.h>

enum { PIECES_MAX = 32, PIECE_BYTES = 16384, LEFT_BYTES = 32768 };

struct holder {
	struct check check;
	struct entrypoint entrypoint;
	struct signal_handler yield, budget;
	cap_t pieces[PIECES_MAX];
	unsigned count;
	uint64_t limit; /* at first */
};

static struct charge_usage_results usage_of(struct holder *holder)
{
	struct env *env = holder->check.env;
	struct charge_usage_results usage = {0};

	check_status(&holder->check, "usage", charge_usage(&env->ipc, env->account, &usage), OK);
	return usage;
}

static void fill(struct holder *holder)
{
	struct env *env = holder->check.env;
	const struct charge_create_memory_params params = {.size = PIECE_BYTES};
	struct charge_create_memory_results made;
	struct charge_usage_results usage = usage_of(holder);

	while (holder->count < PIECES_MAX &&
	       usage.ram_limit - usage.ram_used > PIECE_BYTES + LEFT_BYTES &&
	       charge_create_memory(&env->ipc, env->account, &params, &made) == OK) {
		holder->pieces[holder->count++] = made.memory;
		usage = usage_of(holder);
	}
}

/* Frees what is wanted, and says so. */
static void give_back(struct signal_handler *handler)
{
	struct holder *holder = (struct holder *)((char *)handler - offsetof(struct holder, yield));
	struct env *env = holder->check.env;
	struct parent_wanted_results wanted;
	struct charge_usage_results before = usage_of(holder), after;

	check_status(&holder->check, "wanted", parent_wanted(&env->ipc, env->parent, &wanted), OK);
	for (uint64_t given = 0; given < wanted.ram + PIECE_BYTES && holder->count > 0;
	     given += PIECE_BYTES)
		ipc_drop(&env->ipc, holder->pieces[--holder->count]);
	check_status(&holder->check, "yielded", parent_yielded(&env->ipc, env->parent), OK);
	after = usage_of(holder);
	check_equal(&holder->check, "what was wanted is taken, neither more nor less",
	            before.ram_limit - after.ram_limit, wanted.ram);
	check_status(&holder->check, "wanted", parent_wanted(&env->ipc, env->parent, &wanted), OK);
	check_equal(&holder->check, "then nothing is wanted", wanted.ram + wanted.caps, 0);
	log_line(env, "gives back %lu bytes", before.ram_limit - after.ram_limit);
}

static void more(struct signal_handler *handler)
{
	struct holder *holder =
		(struct holder *)((char *)handler - offsetof(struct holder, budget));
	const struct charge_usage_results usage = usage_of(holder);

	check_that(&holder->check, "has more than at first", usage.ram_limit > holder->limit);
	log_line(holder->check.env, "has more: %lu bytes", usage.ram_limit);
	entrypoint_stop(&holder->entrypoint);
}

static enum status watch(struct holder *holder, enum news news, struct signal_handler *handler)
{
	struct env *env = holder->check.env;
	enum status status = entrypoint_add_signal(&holder->entrypoint, handler);
	const struct parent_watch_params params = {.news = news, .signal = handler->signal};

	return status == OK ? parent_watch(&env->ipc, env->parent, &params) : status;
}

int component_main(struct env *env)
{
	static struct holder holder = {.yield = {.run = give_back},
	                               .budget = {.run = more}}; /* the one of this component */
	const struct parent_watch_params own = {.news = NEWS_YIELD, .signal = {0}};

	holder.check.env = env;
	if (entrypoint_init(&holder.entrypoint, env, 1) != OK ||
	    watch(&holder, NEWS_YIELD, &holder.yield) != OK ||
	    watch(&holder, NEWS_BUDGET, &holder.budget) != OK)
		return 2;
	check_status(&holder.check, "no signal", parent_watch(&env->ipc, env->parent, &own),
	             ERR_BAD_ARG);
	holder.limit = usage_of(&holder).ram_limit;
	fill(&holder);
	entrypoint_run(&holder.entrypoint);
	return check_result(&holder.check);
}
