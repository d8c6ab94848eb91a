/* SPDX-License-Identifier: MIT */
/*
 * Timer test: alarms of several sessions come in the order of their times, not
 * of their making, and not too early; one that was disarmed or whose session
 * was closed does not come at all.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <kernel/client.h>
#include <test/check.h>
#include <timer_session/client.h>

enum { ALARMS = 6, LATE_MS = 30, PERIODS = 5 };
#define NS_PER_MS 1000000ul

struct test;

struct alarm {
	struct signal_handler handler;
	struct test *test;
	struct session timer;
	uint64_t due, came; /* ns since boot; 0: not yet */
	uint32_t count, place;
};

struct test {
	struct check check;
	struct entrypoint entrypoint;
	struct alarm alarms[ALARMS];
	uint32_t arrived;
};

/* In this order they are set; LATE ends the test. */
enum { THIRD, FIRST, SECOND, DISARMED, PERIODIC, LATE };

static struct ipc *ipc_of(struct test *test)
{
	return &test->check.env->ipc;
}

static enum status trigger(struct alarm *alarm, uint64_t at, uint64_t period)
{
	const struct timer_trigger_params params = {.at = at, .period = period};

	return timer_trigger(ipc_of(alarm->test), alarm->timer.cap, &params);
}

static enum status watch(struct alarm *alarm, cap_t signal)
{
	const struct timer_watch_params params = {.alarm = signal};

	return timer_watch(ipc_of(alarm->test), alarm->timer.cap, &params);
}

static void came(struct signal_handler *handler)
{
	struct alarm *alarm = (struct alarm *)((char *)handler - offsetof(struct alarm, handler));
	struct test *test = alarm->test;

	alarm->count++;
	if (alarm->came == 0) {
		alarm->came = entrypoint_now(&test->entrypoint);
		alarm->place = ++test->arrived;
	}
	if (alarm == &test->alarms[LATE])
		entrypoint_stop(&test->entrypoint);
}

static enum status open_alarm(struct test *test, struct alarm *alarm)
{
	const struct session_request request = {.service = "Timer"};
	enum status status = session_open(test->check.env, &request, &alarm->timer);

	alarm->test = test;
	alarm->handler.run = came;
	if (status == OK)
		status = entrypoint_add_signal(&test->entrypoint, &alarm->handler);
	if (status == OK)
		status = watch(alarm, alarm->handler.signal);
	return status;
}

static void check_refusals(struct test *test)
{
	struct check *check = &test->check;
	struct alarm *alarm = &test->alarms[FIRST];

	check_status(check, "watching with what is no signal", watch(alarm, check->env->parent),
	             ERR_BAD_ARG);
	check_status(check, "watching with nothing", watch(alarm, CAP_NULL), ERR_BAD_ARG);
	check_status(check, "a period that would eat the machine", trigger(alarm, 1, 1),
	             ERR_BAD_ARG);
	check_status(check, "disarming what is not armed", trigger(alarm, 0, 0), OK);
}

static void check_clock(struct test *test)
{
	struct check *check = &test->check;
	struct timer_now_results first, second;
	const cap_t timer = test->alarms[FIRST].timer.cap;
	const uint64_t own = entrypoint_now(&test->entrypoint);
	const bool told = timer_now(ipc_of(test), timer, &first) == OK &&
	                  timer_now(ipc_of(test), timer, &second) == OK;

	check_that(check, "the time goes on, and is the kernel's",
	           told && own <= first.now && first.now < second.now &&
	                   second.now - own < NS_PER_MS);
}

static void set_alarms(struct test *test)
{
	static const uint8_t ms[ALARMS] = {[THIRD] = 9,    [FIRST] = 3,     [SECOND] = 6,
	                                   [DISARMED] = 7, [PERIODIC] = 12, [LATE] = LATE_MS};
	const uint64_t now = entrypoint_now(&test->entrypoint);
	bool set = true;

	for (unsigned i = 0; i < ALARMS; i++) {
		struct alarm *alarm = &test->alarms[i];

		alarm->due = now + ms[i] * NS_PER_MS;
		set &= trigger(alarm, alarm->due, i == PERIODIC ? NS_PER_MS : 0) == OK;
	}
	check_that(&test->check, "all are set", set);
	check_status(&test->check, "one is disarmed", trigger(&test->alarms[DISARMED], 0, 0), OK);
}

static void check_arrivals(struct test *test)
{
	struct check *check = &test->check;
	const struct alarm *alarms = test->alarms;
	bool early = false;

	for (unsigned i = 0; i < ALARMS; i++)
		early |= alarms[i].came != 0 && alarms[i].came < alarms[i].due;
	check_that(check, "none came early", !early);
	check_equal(check, "place of the one set second, due first", alarms[FIRST].place, 1);
	check_equal(check, "place of the one set third, due second", alarms[SECOND].place, 2);
	check_equal(check, "place of the one set first, due third", alarms[THIRD].place, 3);
	check_equal(check, "times the first one came", alarms[FIRST].count, 1);
	check_equal(check, "times the disarmed one came", alarms[DISARMED].count, 0);
	check_that(check, "the periodic one came again and again",
	           alarms[PERIODIC].count > PERIODS && alarms[PERIODIC].count <= LATE_MS - 12 + 1);
}

/* The periodic alarm goes on while it is waited for; once closed it must not. */
static void check_close(struct test *test)
{
	struct alarm *periodic = &test->alarms[PERIODIC], *late = &test->alarms[LATE];

	session_close(test->check.env, &periodic->timer);
	periodic->count = 0;
	test->entrypoint.done = false;
	check_status(&test->check, "one more alarm",
	             trigger(late, entrypoint_now(&test->entrypoint) + 5 * NS_PER_MS, 0), OK);
	entrypoint_run(&test->entrypoint);
	/* One may have been on its way. */
	check_that(&test->check, "a closed session's alarm does not come", periodic->count <= 1);
}

/* The time at which it would come again is beyond what a number holds: it does not come at once. */
static void check_endless(struct test *test)
{
	struct alarm *late = &test->alarms[LATE];

	late->count = 0;
	test->entrypoint.done = false;
	check_status(&test->check, "a period that never ends", trigger(late, 1, UINT64_MAX), OK);
	entrypoint_run(&test->entrypoint);
	check_equal(&test->check, "times its alarm came", late->count, 1);
}

int component_main(struct env *env)
{
	static struct test test; /* the one of this component */

	test.check.env = env;
	log_line(env, "begins");
	if (entrypoint_init(&test.entrypoint, env, 1) != OK)
		return 2;
	for (unsigned i = 0; i < ALARMS; i++) {
		if (open_alarm(&test, &test.alarms[i]) != OK)
			return 2;
	}
	check_refusals(&test);
	check_clock(&test);
	set_alarms(&test);
	entrypoint_run(&test.entrypoint);
	check_arrivals(&test);
	check_close(&test);
	check_endless(&test);
	return check_result(&test.check);
}
