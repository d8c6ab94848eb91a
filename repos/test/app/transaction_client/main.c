/* SPDX-License-Identifier: MIT */
/*
 * Transaction client: asks for each session with a donation of nothing, and of a little more each
 * time, until it is opened. So every step of the transaction that is paid from the donation (at each parent
 * on the way, at the server, for the answer) is the one that fails. Each refusal says which of the two
 * was too small, and leaves the client's account as it was; so does the close.
 */
#include <base/log.h>
#include <base/rom.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <test/check.h>
#include <transaction_client_config/types.h>

enum { PLENTY_RAM = 65536, PLENTY_CAPS = 32, RAM_STEP = 256 };

/* Which of the two grows. */
struct sweep {
	const struct wish *wish;
	uint64_t ram_step;
	uint32_t caps_step;
	enum status refusal;
};

static struct charge_usage_results usage(struct check *check)
{
	struct charge_usage_results results = {0};

	check->failed += charge_usage(&check->env->ipc, check->env->account, &results) != OK;
	return results;
}

static bool unchanged(struct check *check, const struct charge_usage_results *before)
{
	const struct charge_usage_results now = usage(check);

	return now.ram_used == before->ram_used && now.ram_limit == before->ram_limit &&
	       now.caps_used == before->caps_used && now.caps_limit == before->caps_limit;
}

static void sweep(struct check *check, const struct sweep *sweep)
{
	const struct charge_usage_results before = usage(check);
	struct parent_session_params params = {
		.service = sweep->wish->service,
		.label = sweep->wish->label,
		.ram = sweep->ram_step ? 0 : PLENTY_RAM,
		.caps = sweep->caps_step ? 0 : PLENTY_CAPS,
		.argument = sweep->wish->own ? check->env->account : CAP_NULL,
	};
	struct parent_session_results results;
	bool clear = true, whole = true;
	unsigned refusals = 0;
	char line[160];
	enum status status;

	for (;;) {
		status = parent_session(&check->env->ipc, check->env->parent, &params, &results);
		if (status == OK || params.ram > PLENTY_RAM || params.caps > PLENTY_CAPS)
			break;
		refusals++;
		clear = clear && status == sweep->refusal;
		whole = whole && unchanged(check, &before);
		params.ram += sweep->ram_step;
		params.caps += sweep->caps_step;
	}
	text_format(line, sizeof(line), "%s \"%s\" is open for %lu bytes and %u capabilities",
	            sweep->wish->service.at, sweep->wish->label.at, params.ram, params.caps);
	if (!check_status(check, line, status, OK))
		return;
	/* What the client owns takes no capability of the donation. */
	check_that(check, "  some donations were too small",
	           refusals > 0 || (sweep->wish->own && sweep->caps_step));
	check_that(check, "  each refusal said what was", clear);
	check_that(check, "  and left all as it was", whole);

	const struct session session = {.cap = results.session, .id = results.id};

	session_close(check->env, &session);
	check_that(check, "  and so did the close", unchanged(check, &before));
}

int component_main(struct env *env)
{
	struct check check = {.env = env};
	struct config config;
	struct wish wish;
	struct rom rom;

	if (rom_open(env, "config", &rom) != OK ||
	    config_decode(rom.at, (uint32_t)rom.size, &config) != OK)
		return 2;
	log_line(env, "asks for less than it takes"); /* its own LOG session is open from now on */
	for (uint32_t i = 0; i < wish_list_size(&config.wishes); i++) {
		if (wish_list_get(&config.wishes, i, &wish) != OK)
			return 2;
		sweep(&check, &(struct sweep){.wish = &wish,
		                              .ram_step = RAM_STEP,
		                              .refusal = ERR_INSUFFICIENT_RAM});
		sweep(&check, &(struct sweep){.wish = &wish,
		                              .caps_step = 1,
		                              .refusal = ERR_INSUFFICIENT_CAPS});
	}
	return check_result(&check);
}
