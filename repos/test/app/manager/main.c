/* SPDX-License-Identifier: MIT */
/*
 * Manager: watches the state of the init whose child it is, and rewrites the policy of that init. When the
 * child it looks after has used nearly all of its RAM, or has asked for more in vain, it gets twice as much.
 * The policy it reports is, by a report_rom, what the init is configured with.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <base/rom.h>
#include <manager_config/types.h>
#include <reporter/reporter.h>
#include <state_report/types.h>
#include <string.h>

enum { POLICY_BYTES_MAX = 8192, NEARLY_PERCENT = 80, BYTES_PER_KIB = 1024 };

struct manager {
	struct env *env;
	struct entrypoint entrypoint;
	struct signal_handler changed;
	struct config config;
	struct rom config_rom, state;
	struct reporter policy;
	uint32_t ram_kib, version;
};

static bool stands_at(struct capnp_text text, uint32_t at, const char *mark)
{
	const size_t size = strlen(mark);

	return size <= text.size - at && memcmp(text.at + at, mark, size) == 0;
}

/* The template with a number in place of each mark; what does not fit is cut off, and then refused. */
static size_t fill_in(const struct manager *manager, char *to, size_t size)
{
	const struct capnp_text from = manager->config.policy;
	size_t used = 0;

	for (uint32_t i = 0; i < from.size && used + 1 < size;) {
		if (stands_at(from, i, "@RAM@")) {
			used += text_format(to + used, size - used, "%u", manager->ram_kib);
			i += 5;
		} else if (stands_at(from, i, "@VERSION@")) {
			used += text_format(to + used, size - used, "%u", manager->version);
			i += 9;
		} else {
			to[used++] = from.at[i++];
		}
	}
	return used;
}

static void give_more(struct manager *manager)
{
	char policy[POLICY_BYTES_MAX];

	if (manager->ram_kib * 2 > manager->config.ram_kib_max) {
		log_line(manager->env, "%s gets no more", manager->config.child.at);
		return;
	}
	manager->ram_kib *= 2;
	manager->version++;
	log_line(manager->env, "%s gets %u KiB", manager->config.child.at, manager->ram_kib);
	if (reporter_submit(manager->env, &manager->policy, policy,
	                    fill_in(manager, policy, sizeof(policy))) != OK)
		log_line(manager->env, "the policy could not be told");
}

static bool lacks(const struct manager *manager, const struct reported_child *child)
{
	struct reported_budget budget;
	struct reported_want wants;

	if (child->state != REPORTED_STATE_RUNNING ||
	    reported_budget_read(&child->budget, &budget) != OK ||
	    reported_want_read(&child->wants, &wants) != OK ||
	    budget.ram < (uint64_t)manager->ram_kib * BYTES_PER_KIB)
		return false; /* what it was given last is not there yet */
	return wants.ram > 0 ||
	       (budget.ram_used + budget.ram_donated) * 100 > budget.ram * NEARLY_PERCENT;
}

static void look(struct manager *manager)
{
	struct state_report report;
	struct reported_child child;

	if (state_report_decode(manager->state.at, (uint32_t)manager->state.size, &report) != OK ||
	    report.version != manager->version)
		return; /* of a policy that has been replaced meanwhile */
	for (uint32_t i = 0; reported_child_list_get(&report.children, i, &child) == OK; i++) {
		if (capnp_text_equal(manager->config.child, child.name.at) &&
		    lacks(manager, &child))
			give_more(manager);
	}
}

static void changed(struct signal_handler *handler)
{
	struct manager *manager =
		(struct manager *)((char *)handler - offsetof(struct manager, changed));

	if (rom_update(manager->env, &manager->state) == OK)
		look(manager);
}

int component_main(struct env *env)
{
	static struct manager manager = {
		.changed = {.run = changed}}; /* the one of this component */

	manager.env = env;
	if (rom_open(env, "config", &manager.config_rom) != OK ||
	    config_decode(manager.config_rom.at, (uint32_t)manager.config_rom.size,
	                  &manager.config) != OK ||
	    entrypoint_init(&manager.entrypoint, env, 1) != OK ||
	    entrypoint_add_signal(&manager.entrypoint, &manager.changed) != OK ||
	    reporter_open(env, "policy", POLICY_BYTES_MAX, &manager.policy) != OK ||
	    rom_open(env, "state", &manager.state) != OK ||
	    rom_on_change(env, &manager.state, manager.changed.signal) != OK)
		return 1;
	manager.ram_kib = manager.config.ram_kib;
	manager.version = 1;
	look(&manager);
	entrypoint_run(&manager.entrypoint);
	return 0;
}
