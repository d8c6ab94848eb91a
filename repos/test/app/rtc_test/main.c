/* SPDX-License-Identifier: MIT */
/*
 * RTC test: the time of day goes on as the time since the boot does.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <rtc_session/client.h>
#include <test/check.h>

enum { PAUSE_SECONDS = 100 };
#define NS_PER_SECOND  1000000000ul
#define BEGIN_OF_A_RUN 1767225600 /* 2026-01-01 00:00:00 */

struct test {
	struct check check;
	struct entrypoint entrypoint;
	struct timeout pause;
};

static void paused(struct timeout *timeout)
{
	entrypoint_stop(
		&((struct test *)((char *)timeout - offsetof(struct test, pause)))->entrypoint);
}

int component_main(struct env *env)
{
	static struct test test = {.pause = {.run = paused}};
	const struct session_request request = {.service = "Rtc"};
	struct rtc_time_results first, second;
	struct session session;

	test.check.env = env;
	if (entrypoint_init(&test.entrypoint, env, 0) != OK ||
	    !check_status(&test.check, "a session", session_open(env, &request, &session), OK) ||
	    !check_status(&test.check, "the time", rtc_time(&env->ipc, session.cap, &first), OK))
		return 2;
	check_that(&test.check, "it is the beginning of the run",
	           first.seconds >= BEGIN_OF_A_RUN && first.seconds <= BEGIN_OF_A_RUN + 1);
	entrypoint_arm(&test.entrypoint, &test.pause, first.at + PAUSE_SECONDS * NS_PER_SECOND);
	entrypoint_run(&test.entrypoint);
	check_status(&test.check, "the time later", rtc_time(&env->ipc, session.cap, &second), OK);
	check_that(&test.check, "so much later, to a second",
	           second.seconds >= first.seconds + PAUSE_SECONDS &&
	                   second.seconds <= first.seconds + PAUSE_SECONDS + 1);
	check_that(&test.check, "and by the boot's clock",
	           second.at >= first.at + PAUSE_SECONDS * NS_PER_SECOND &&
	                   second.at < first.at + (PAUSE_SECONDS + 1) * NS_PER_SECOND);
	session_close(env, &session);
	return check_result(&test.check);
}
