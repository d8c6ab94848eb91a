/* SPDX-License-Identifier: MIT */
/*
 * Config watcher: writes its configuration, a text, to the log, and again whenever
 * it has changed.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <base/rom.h>

struct watcher {
	struct entrypoint entrypoint;
	struct signal_handler changed;
	struct rom config;
};

static void tell(const struct watcher *watcher)
{
	enum { TEXT_MAX = 64 };
	char text[TEXT_MAX] = "";

	for (size_t i = 0; i < watcher->config.size && i + 1 < TEXT_MAX; i++)
		text[i] = ((const char *)watcher->config.at)[i];
	log_line(watcher->entrypoint.env, "%s", text);
}

static void changed(struct signal_handler *handler)
{
	struct watcher *watcher =
		(struct watcher *)((char *)handler - offsetof(struct watcher, changed));

	if (rom_update(watcher->entrypoint.env, &watcher->config) == OK)
		tell(watcher);
}

int component_main(struct env *env)
{
	static struct watcher watcher = {
		.changed = {.run = changed}}; /* the one of this component */

	if (entrypoint_init(&watcher.entrypoint, env, 1) != OK ||
	    entrypoint_add_signal(&watcher.entrypoint, &watcher.changed) != OK ||
	    rom_open(env, "config", &watcher.config) != OK ||
	    rom_on_change(env, &watcher.config, watcher.changed.signal) != OK)
		return 1;
	tell(&watcher);
	entrypoint_run(&watcher.entrypoint);
	return 0;
}
