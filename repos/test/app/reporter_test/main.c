/* SPDX-License-Identifier: MIT */
/*
 * Reporter test: reports what it may, in time and too much at once, and is refused what it may not.
 */
#include <kernel/client.h>
#include <report_session/client.h>
#include <reporter/reporter.h>
#include <string.h>
#include <test/check.h>

enum { SIZE = 4096, TOO_LARGE = 8192 };

static void check_refusals(struct check *check)
{
	const struct session_request without_args = {.service = "Report", .label = "quiet"};
	struct reporter other;
	struct session session;

	check_status(check, "a second writer", reporter_open(check->env, "weather", SIZE, &other),
	             ERR_DENIED);
	check_status(check, "a report nobody reads",
	             reporter_open(check->env, "news", SIZE, &other), ERR_DENIED);
	check_status(check, "too large a report",
	             reporter_open(check->env, "quiet", TOO_LARGE, &other), ERR_BAD_ARG);
	check_status(check, "one of no size", reporter_open(check->env, "quiet", 0, &other),
	             ERR_BAD_ARG);
	check_status(check, "without arguments", session_open(check->env, &without_args, &session),
	             ERR_BAD_ARG);
}

int component_main(struct env *env)
{
	struct check check = {.env = env};
	const struct report_submit_params beyond = {.size = SIZE + 1};
	struct reporter reporter;
	struct charge_usage_results before, after;

	check_that(&check, "its log is there", true);
	check_status(&check, "usage", charge_usage(&env->ipc, env->account, &before), OK);
	check_status(&check, "open", reporter_open(env, "weather", SIZE, &reporter), OK);
	check_refusals(&check);
	check_status(&check, "beyond the end", reporter_submit(env, &reporter, "", SIZE + 1),
	             ERR_BAD_ARG);
	check_status(&check, "the server says so as well",
	             report_submit(&env->ipc, reporter.session.cap, &beyond), ERR_BAD_ARG);
	check_status(&check, "submit", reporter_submit(env, &reporter, "rain", strlen("rain")), OK);
	reporter_close(env, &reporter);
	check_status(&check, "a writer again", reporter_open(env, "weather", SIZE, &reporter), OK);
	check_status(&check, "submit", reporter_submit(env, &reporter, "sun", strlen("sun")), OK);
	reporter_close(env, &reporter);
	check_status(&check, "usage", charge_usage(&env->ipc, env->account, &after), OK);
	check_equal(&check, "all is back", after.ram_limit, before.ram_limit);
	return check_result(&check);
}
