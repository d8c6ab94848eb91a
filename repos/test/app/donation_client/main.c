/* SPDX-License-Identifier: MIT */
/*
 * Donation client: opens Echo sessions with too little, with more than it has,
 * and by the retry rules; after each refusal and each close its own account has
 * to be as it was.
 */
#include <base/log.h>
#include <echo_session/client.h>
#include <kernel/client.h>
#include <parent/client.h>
#include <test/check.h>

enum { PLENTY_RAM = 65536, PLENTY_CAPS = 24, HOARD_MAX = 64 };

struct hoard {
	cap_t caps[HOARD_MAX];
	unsigned count;
};

static struct charge_usage_results usage(struct check *check)
{
	struct charge_usage_results results = {0};

	check->failed += charge_usage(&check->env->ipc, check->env->account, &results) != OK;
	return results;
}

static void check_unchanged(struct check *check, const char *when,
                            struct charge_usage_results before)
{
	const struct charge_usage_results now = usage(check);
	char line[120];

	text_format(line, sizeof(line), "%s: RAM %lu of %lu, capabilities %lu of %lu", when,
	            now.ram_used, now.ram_limit, now.caps_used, now.caps_limit);
	check_that(check, line,
	           now.ram_used == before.ram_used && now.ram_limit == before.ram_limit &&
	                   now.caps_used == before.caps_used &&
	                   now.caps_limit == before.caps_limit);
}

/* ---- one request, without any retry ---- */

static void check_refused(struct check *check, const char *what, uint64_t ram, uint32_t caps,
                          enum status wanted)
{
	const struct charge_usage_results before = usage(check);
	const struct parent_session_params params = {.service = capnp_text_of("Echo"),
	                                             .label = capnp_text_of(what),
	                                             .ram = ram,
	                                             .caps = caps};
	struct parent_session_results results;
	const enum status status =
		parent_session(&check->env->ipc, check->env->parent, &params, &results);

	check_status(check, what, status, wanted);
	check_unchanged(check, "  the refusal left all as it was", before);
}

static void check_refusals(struct check *check)
{
	const struct charge_usage_results have = usage(check);

	check_refused(check, "nothing offered", 0, 0, ERR_INSUFFICIENT_RAM);
	check_refused(check, "too little RAM offered", 12288, PLENTY_CAPS, ERR_INSUFFICIENT_RAM);
	check_refused(check, "too few capabilities offered", PLENTY_RAM, 6, ERR_INSUFFICIENT_CAPS);
	check_refused(check, "more RAM offered than there is", have.ram_limit, PLENTY_CAPS,
	              ERR_OUT_OF_RAM);
	check_refused(check, "more capabilities offered than there are", PLENTY_RAM,
	              (uint32_t)have.caps_limit, ERR_OUT_OF_CAPS);
}

/* ---- with the retry rules ---- */

static void check_session(struct check *check, const char *label)
{
	const struct session_request request = {.service = "Echo", .label = label};
	const struct echo_add_params params = {.value = 7};
	struct echo_add_results results = {0};
	struct session session;

	if (!check_status(check, label, session_open(check->env, &request, &session), OK))
		return;
	check_status(check, "  calling it",
	             echo_add(&check->env->ipc, session.cap, &params, &results), OK);
	check_equal(check, "  its answer", results.sum, 7);
	session_close(check->env, &session);
}

static void take_capabilities(struct check *check, struct hoard *hoard)
{
	struct charge_create_notification_results made;

	while (hoard->count < HOARD_MAX &&
	       charge_create_notification(&check->env->ipc, check->env->account, &made) == OK)
		hoard->caps[hoard->count++] = made.notification;
}

static void take_memory(struct check *check, struct hoard *hoard)
{
	struct charge_create_memory_results made;

	for (uint64_t size = 1ul << 20; size >= 4096; size /= 2) {
		const struct charge_create_memory_params params = {.size = size};

		while (hoard->count < HOARD_MAX &&
		       charge_create_memory(&check->env->ipc, check->env->account, &params,
		                            &made) == OK)
			hoard->caps[hoard->count++] = made.memory;
	}
}

/* What the parent has added is the client's from then on; all else is as it was. */
static void check_at_limit(struct check *check, const char *label,
                           void (*take)(struct check *check, struct hoard *hoard))
{
	const struct charge_usage_results before = usage(check);
	struct hoard hoard = {0};
	struct charge_usage_results full, after;

	take(check, &hoard);
	full = usage(check);
	log_line(check->env, "%lu bytes and %lu capabilities left", full.ram_limit - full.ram_used,
	         full.caps_limit - full.caps_used);
	check_session(check, label);
	after = usage(check);
	check_that(check, "  the parent has added to the budget",
	           after.ram_limit > full.ram_limit || after.caps_limit > full.caps_limit);
	while (hoard.count > 0)
		ipc_drop(&check->env->ipc, hoard.caps[--hoard.count]);
	check_unchanged(check, "  and nothing else has changed",
	                (struct charge_usage_results){.ram_limit = after.ram_limit,
	                                              .ram_used = before.ram_used,
	                                              .caps_limit = after.caps_limit,
	                                              .caps_used = before.caps_used});
}

/* A larger donation for an open session: at a sibling, whose server is told, and at the parent's own. */
static void check_upgrade(struct check *check, const char *service)
{
	enum { MORE_RAM = 8192, MORE_CAPS = 2 };
	const struct charge_usage_results before = usage(check);
	const struct session_request request = {.service = service, .label = "upgraded"};
	struct session session;

	if (!check_status(check, service, session_open(check->env, &request, &session), OK))
		return;

	const struct charge_usage_results open = usage(check);
	struct parent_upgrade_params params = {
		.id = session.id, .ram = MORE_RAM, .caps = MORE_CAPS};

	check_status(check, "  an upgrade",
	             parent_upgrade(&check->env->ipc, check->env->parent, &params), OK);
	check_equal(check, "  has cost RAM", open.ram_limit - usage(check).ram_limit, MORE_RAM);
	check_equal(check, "  and capabilities", open.caps_limit - usage(check).caps_limit,
	            MORE_CAPS);
	params.ram = open.ram_limit;
	check_status(check, "  one beyond the own budget",
	             parent_upgrade(&check->env->ipc, check->env->parent, &params), ERR_OUT_OF_RAM);
	session_close(check->env, &session);
	check_unchanged(check, "  all is back", before);
}

static void check_request(struct check *check)
{
	const struct parent_request_params params = {.ram = 1ul << 40};
	const struct charge_usage_results before = usage(check);

	check_status(check, "asking the parent for a terabyte",
	             parent_request(&check->env->ipc, check->env->parent, &params), ERR_DENIED);
	check_unchanged(check, "  the refusal left all as it was", before);
}

int component_main(struct env *env)
{
	struct check check = {.env = env};

	log_line(env, "begins");

	const struct charge_usage_results before = usage(&check);

	check_refusals(&check);
	check_session(&check, "by the rules");
	check_unchanged(&check, "  all is back", before);
	check_upgrade(&check, "Echo");
	check_upgrade(&check, "Timer");
	check_at_limit(&check, "without RAM", take_memory);
	check_at_limit(&check, "without capabilities", take_capabilities);
	check_request(&check);
	return check_result(&check);
}
