/* SPDX-License-Identifier: MIT */
/*
 * Policy bench: what a large policy takes. First by itself, with init's own code: evaluated and
 * validated, and compared with another one, child by child. Then by an init that has it from here as a ROM, until that
 * init, which is more urgent, has nothing to do any more: with another comment each time, so that it is evaluated
 * and found to be the same for each child; and as it was, to the byte.
 */
#include <base/log.h>
#include <base/rom.h>
#include <bench/samples.h>
#include <libc/libc.h>
#include <lua/policy.h>
#include <plan/diff.h>
#include <rom_module/rom_module.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_SLOTS = 1024, ROUNDS = 5, REPLY_SLOTS = 1 };

/* The init has begun what it has to begin, and all of that waits. */
#define SETTLED_NS 500000000ul

struct bench {
	struct env *env;
	struct rom old, new;
	struct entrypoint entrypoint;
	struct session_server sessions;
	struct rom_module policy;
	struct timeout again, settled;
	struct samples applied, reapplied;
	uint64_t begin;
	bool measuring;
};

/* ---- by itself ---- */

static struct policy *evaluate(struct bench *bench, const char *file, const struct rom *rom)
{
	const struct policy_source source = {.file = file, .text = rom->at, .size = rom->size};
	const struct policy_options options = {
		.validate = {.ram = 1ul << 30, .caps = 100000, .functions = true}};
	struct diagnostics diagnostics = {0};
	struct policy *policy = NULL;

	if (policy_evaluate(&source, &options, &diagnostics, &policy) != OK)
		log_line(bench->env, "FAILED: %s: %s", file,
		         diagnostics.count ? diagnostics.items[0].text : "no memory");
	diagnostics_fini(&diagnostics);
	return policy;
}

static unsigned differences(const struct plan *old, const struct plan *new)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < new->child_count; i++) {
		const uint32_t past = plan_child_find(old, new->children[i].name);

		count += past == PLAN_NO_CHILD ||
		         diff_child(old, &old->children[past], new, &new->children[i]) != 0;
	}
	return count;
}

static bool measure_alone(struct bench *bench)
{
	struct policy *old = evaluate(bench, "old", &bench->old);
	struct samples samples = {0};
	unsigned changed = 0;

	for (unsigned i = 0; old && i < ROUNDS; i++) {
		const uint64_t begin = sample_begin();
		struct policy *new = evaluate(bench, "new", &bench->new);

		if (!new)
			return false;
		changed = differences(policy_plan(old), policy_plan(new));
		samples_add(&samples, sample_end(begin));
		policy_destroy(new);
	}
	if (!old)
		return false;
	policy_destroy(old);
	log_line(bench->env, "%u children differ", changed);
	samples_report(&samples, bench->env, "policy.evaluate100", 1);
	return true;
}

/* ---- by an init ---- */

/* The init has it and has gone to sleep again: else this would not run. */
static void settled(struct timeout *timeout)
{
	struct bench *bench = (struct bench *)((char *)timeout - offsetof(struct bench, settled));
	struct samples *samples =
		bench->applied.count < ROUNDS ? &bench->applied : &bench->reapplied;

	bench->measuring = false;
	samples_add(samples, sample_end(bench->begin));
	if (samples->count == ROUNDS)
		samples_report(samples, bench->env,
		               samples == &bench->applied ? "policy.apply100" : "policy.reapply100",
		               1);
	if (bench->reapplied.count < ROUNDS)
		entrypoint_arm(&bench->entrypoint, &bench->again, 1);
	else
		entrypoint_stop(&bench->entrypoint);
}

/* The last character is that of a comment. */
static void again(struct timeout *timeout)
{
	struct bench *bench = (struct bench *)((char *)timeout - offsetof(struct bench, again));
	const char mark = (char)('a' + bench->applied.count);
	struct rom_version *version;
	void *at;

	if (rom_module_prepare(&bench->policy, bench->old.size + 1, &version, &at) != OK) {
		log_line(bench->env, "FAILED: the budget is too small");
		return;
	}
	memcpy(at, bench->old.at, bench->old.size);
	((char *)at)[bench->old.size] = mark;
	bench->measuring = true;
	bench->begin = sample_begin();
	rom_module_publish(&bench->policy, version);
}

static enum status dispatch(struct served *served, struct request *request)
{
	struct bench *bench = ((struct server_session *)served)->server->context;

	entrypoint_arm(&bench->entrypoint, bench->measuring ? &bench->settled : &bench->again,
	               entrypoint_now(&bench->entrypoint) + (bench->measuring ? 1 : SETTLED_NS));
	return rom_module_dispatch(served, request);
}

static enum status open(struct server_session *session, struct request *request,
                        const struct root_create_params *params)
{
	struct bench *bench = session->server->context;

	(void)request, (void)params;
	rom_module_open(session, &bench->policy);
	return OK;
}

static const struct session_service service = {
	.name = "ROM",
	.session_bytes = sizeof(struct rom_module_session),
	.dispatch = dispatch,
	.interfaces = rom_module_interfaces,
	.open = open,
	.close = rom_module_close,
};

static int run(struct env *env)
{
	static struct bench bench = {.again = {.run = again},
	                             .settled = {.run = settled}}; /* the one of this component */

	bench.env = env;
	bench.policy.env = env;
	if (rom_open(env, "old", &bench.old) != OK || rom_open(env, "new", &bench.new) != OK ||
	    !measure_alone(&bench) || entrypoint_init(&bench.entrypoint, env, REPLY_SLOTS) != OK ||
	    rom_module_set(&bench.policy, bench.old.at, bench.old.size) != OK ||
	    session_server_init(&bench.sessions, &bench.entrypoint, &service, &bench) != OK)
		return 1;
	entrypoint_run(&bench.entrypoint);
	return 0;
}

int component_main(struct env *env)
{
	if (env_grow_table(env, TABLE_SLOTS) != OK)
		return 2;
	return libc_run(env, run);
}
