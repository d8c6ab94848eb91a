/* SPDX-License-Identifier: MIT */
/*
 * State watcher: reads an init's ROM "state", again whenever it has changed, and writes a line for each
 * child whose state has changed since. It exits when it has seen what its configuration wants to be seen.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <base/rom.h>
#include <state_report/types.h>
#include <state_watcher_config/types.h>
#include <string.h>
#include <test/check.h>

enum { CHILDREN_MAX = 16 };

#define NS_PER_MS 1000000ul

static const char *const state_names[] = {"starting", "running",    "stuck",  "exited", "faulted",
                                          "failed",   "restarting", "parked", "removed"};

struct watcher {
	struct check check;
	struct entrypoint entrypoint;
	struct signal_handler changed;
	struct config config;
	struct rom config_rom, state;
	enum reported_state known[CHILDREN_MAX];
	uint64_t last; /* the time of the report before */
};

static void tell(struct watcher *watcher, uint32_t index, const struct reported_child *child)
{
	const char *name = state_names[child->state];
	struct reported_budget budget = {0};

	if (watcher->known[index] == child->state)
		return;
	watcher->known[index] = child->state;
	log_line(watcher->check.env, "%s is %s%s%s", child->name.at, name,
	         child->reason.size ? ": " : "", child->reason.size ? child->reason.at : "");
	check_status(&watcher->check, "budget", reported_budget_read(&child->budget, &budget), OK);
	check_that(&watcher->check, "peak", budget.ram_peak >= budget.ram_used);
	if (capnp_text_equal(watcher->config.child, child->name.at) &&
	    capnp_text_equal(watcher->config.state, name))
		entrypoint_stop(&watcher->entrypoint);
}

static void look(struct watcher *watcher)
{
	const struct rom *rom = &watcher->state;
	struct state_report report;
	struct reported_child child;

	check_status(&watcher->check, "report",
	             state_report_decode(rom->at, (uint32_t)rom->size, &report), OK);
	if (watcher->last)
		check_that(&watcher->check, "not sooner than the delay",
		           report.time >= watcher->last + watcher->config.delay_ms * NS_PER_MS);
	watcher->last = report.time;
	for (uint32_t i = 0;
	     i < CHILDREN_MAX && reported_child_list_get(&report.children, i, &child) == OK; i++)
		tell(watcher, i, &child);
}

static void changed(struct signal_handler *handler)
{
	struct watcher *watcher =
		(struct watcher *)((char *)handler - offsetof(struct watcher, changed));

	check_status(&watcher->check, "update", rom_update(watcher->check.env, &watcher->state),
	             OK);
	look(watcher);
}

int component_main(struct env *env)
{
	static struct watcher watcher = {
		.changed = {.run = changed}}; /* the one of this component */

	watcher.check.env = env;
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		watcher.known[i] = REPORTED_STATE_REMOVED;
	if (rom_open(env, "config", &watcher.config_rom) != OK ||
	    config_decode(watcher.config_rom.at, (uint32_t)watcher.config_rom.size,
	                  &watcher.config) != OK ||
	    entrypoint_init(&watcher.entrypoint, env, 1) != OK ||
	    entrypoint_add_signal(&watcher.entrypoint, &watcher.changed) != OK)
		return 2;
	if (rom_open(env, watcher.config.rom.at, &watcher.state) != OK) {
		log_line(env, "there is no report for it");
		return 3;
	}
	check_status(&watcher.check, "watch",
	             rom_on_change(env, &watcher.state, watcher.changed.signal), OK);
	look(&watcher);
	entrypoint_run(&watcher.entrypoint);
	return check_result(&watcher.check);
}
