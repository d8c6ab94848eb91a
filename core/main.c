/* SPDX-License-Identifier: MIT */
/*
 * Core's start: what the kernel left in its slots becomes an env like any
 * component's; then init is started and served.
 */
#include <base/status_name.h>
#include <kernel/client.h>

#include "core.h"
#include "platform/platform.h"

enum { REPLY_SLOTS = 8 };

_Noreturn void component_start(uint64_t argument, struct message_page *pages, uint64_t page_count);

static struct core the_core; /* the main thread's one core; passed along everywhere */

static void say(struct core *core, const char *text)
{
	console_print(core, text, __builtin_strlen(text));
}

void component_start(uint64_t argument, struct message_page *pages, uint64_t page_count)
{
	struct core *core = &the_core;

	(void)argument, (void)page_count;
	if (platform_init_env(core, pages) != OK)
		__builtin_trap(); /* nothing works without */
	if (entrypoint_init(&core->entrypoint, &core->env, REPLY_SLOTS) != OK ||
	    event_channel_init(core) != OK) {
		say(core, "core: can't set up its entrypoint\n");
		__builtin_trap();
	}
	event_channel_write("ready\n");

	const enum status status = core_start_init(core);

	if (status != OK) {
		say(core, "core: can't start init: ");
		say(core, status_name(status));
		say(core, "; is there a file 'init' in the boot archive, and enough RAM?\n");
		event_channel_write("finished FAIL init can't be started\n");
	}
	entrypoint_run(&core->entrypoint);
	__builtin_trap();
}
