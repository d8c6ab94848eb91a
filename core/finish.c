/* SPDX-License-Identifier: MIT */
/*
 * The closing account check: init is destroyed, then everything has to be back
 * where it was before init.
 */
#include <abi/event.h>
#include <base/log.h>
#include <kernel/client.h>
#include <string.h>

#include "core.h"
#include "platform/platform.h"

/* One line for each component that is still there. */
static void report_accounts(struct core *core)
{
	for (struct core_session *session = core->sessions; session; session = session->next) {
		const cap_t account = pd_session_account(session);
		struct charge_usage_results usage;
		char line[EVENT_LINE_MAX];

		if (!cap_valid(account) || charge_usage(&core->env.ipc, account, &usage) != OK)
			continue;
		text_format(line, sizeof(line), "account %s|ram=%lu/%lu caps=%lu/%lu\n",
		            session->label, usage.ram_used, usage.ram_limit, usage.caps_used,
		            usage.caps_limit);
		event_channel_write(line);
	}
}

static void destroy_init(struct core *core)
{
	const cap_t account = core->init_account;

	(void)account_destroy(&core->env.ipc, account); /* core owns it */
	while (core->sessions)
		core_close(core->sessions);
	entrypoint_unserve(&core->entrypoint, &core->parent);
	child_image_fini(&core->env, &core->init_image);
	platform_rom_fini(core);
	ipc_drop(&core->env.ipc, account);
	entrypoint_trim(&core->entrypoint);
	heap_trim(&core->env.heap);
}

/* NULL: all is back. */
static const char *check(struct core *core, char *text, size_t size)
{
	/* A table that has grown stays so: that is no loss. */
	const uint64_t table = (core->env.slots.count - core->slots_before) * CAP_SLOT_BYTES;
	const uint64_t ram_before = core->ram_before + table;
	struct charge_usage_results usage;
	struct platform_audit_results audit;

	if (charge_usage(&core->env.ipc, core->env.account, &usage) != OK ||
	    platform_audit(&core->env.ipc, core->platform, &audit) != OK)
		return "the accounts can't be read";
	text_format(
		text, size,
		"account core|ram=%lu caps=%lu before: ram=%lu caps=%lu mismatches=%lu accounts=%lu objects=%lu\n",
		usage.ram_used, usage.caps_used, ram_before, core->caps_before,
		audit.mismatches, audit.accounts, audit.objects);
	event_channel_write(text);
	if (audit.mismatches > 0)
		return "an account does not add up";
	if (usage.ram_used != ram_before)
		return "RAM is missing";
	if (usage.caps_used != core->caps_before)
		return "capabilities are missing";
	return NULL;
}

static _Noreturn void end_machine(struct core *core, uint8_t value)
{
	cap_t ports;

	if (platform_io_ports(core, core->env.account, DEBUG_EXIT_PORT, 4, &ports) == OK) {
		const struct io_ports_write_params params = {
			.port = DEBUG_EXIT_PORT, .width = 1, .value = value};

		(void)io_ports_write(&core->env.ipc, ports, &params); /* the machine ends here */
	}
	__builtin_trap();
}

void core_finish(struct core *core)
{
	char text[EVENT_LINE_MAX];
	const char *problem;

	report_accounts(core);
	destroy_init(core);
	problem = check(core, text, sizeof(text));
	if (problem)
		text_format(text, sizeof(text), "finished FAIL %s\n", problem);
	else
		text_format(text, sizeof(text), "finished PASS\n");
	event_channel_write(text);
	end_machine(core, problem ? DEBUG_EXIT_FAIL : DEBUG_EXIT_PASS);
}
