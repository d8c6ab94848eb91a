/* SPDX-License-Identifier: MIT */
/* What a policy says of a child that ends unasked, or does not answer; and of reports about all of them. */
#include "compile.h"
#include "node.h"

#include <plan/duration.h>
#include <stdio.h>

/* What is taken where the policy does not say. */
#define RESTART_WINDOW_NS  10000000000u
#define RESTART_BACKOFF_NS 100000000u
#define HEARTBEAT_EVERY_NS 1000000000u
enum { RESTART_LIMIT = 5, HEARTBEAT_MISSED = 3 };

static void read_limit(struct compile *compile, const struct spot *spot, const char *name,
                       void *into)
{
	compile_read_count(compile, spot, name, &((struct plan_restart *)into)->limit);
}

static void read_window(struct compile *compile, const struct spot *spot, const char *name,
                        void *into)
{
	compile_read_duration(compile, spot, name, &((struct plan_restart *)into)->window_ns);
}

static void read_backoff(struct compile *compile, const struct spot *spot, const char *name,
                         void *into)
{
	compile_read_duration(compile, spot, name, &((struct plan_restart *)into)->backoff_ns);
}

static const struct field restart_fields[] = {
	{"limit", read_limit}, {"window", read_window}, {"backoff", read_backoff}, {NULL, NULL}};

void compile_read_restart(struct compile *compile, const struct spot *spot, const char *name,
                          void *into)
{
	struct plan_child *child = into;

	if (!lua_istable(compile->L, -1)) {
		compile_error(compile, spot, name,
		              "restart is %s, wanted { limit =, window =, backoff = }",
		              node_describe(compile->L, -1));
		return;
	}
	child->restart = (struct plan_restart){.limit = RESTART_LIMIT,
	                                       .window_ns = RESTART_WINDOW_NS,
	                                       .backoff_ns = RESTART_BACKOFF_NS};
	compile_fields(compile, spot, -1, restart_fields, NULL, false, &child->restart);
}

static void read_every(struct compile *compile, const struct spot *spot, const char *name,
                       void *into)
{
	compile_read_duration(compile, spot, name, &((struct plan_heartbeat *)into)->every_ns);
}

static void read_missed(struct compile *compile, const struct spot *spot, const char *name,
                        void *into)
{
	compile_read_count(compile, spot, name, &((struct plan_heartbeat *)into)->missed);
}

static const struct field heartbeat_fields[] = {
	{"every", read_every}, {"missed", read_missed}, {NULL, NULL}};

/* heartbeat = "1s" is short for heartbeat = { every = "1s" }. */
void compile_read_heartbeat(struct compile *compile, const struct spot *spot, const char *name,
                            void *into)
{
	struct plan_child *child = into;
	struct plan_heartbeat *heartbeat = &child->heartbeat;

	*heartbeat =
		(struct plan_heartbeat){.every_ns = HEARTBEAT_EVERY_NS, .missed = HEARTBEAT_MISSED};
	if (lua_istable(compile->L, -1))
		compile_fields(compile, spot, -1, heartbeat_fields, NULL, false, heartbeat);
	else
		compile_read_duration(compile, spot, name, &heartbeat->every_ns);
}

static void read_delay(struct compile *compile, const struct spot *spot, const char *name,
                       void *into)
{
	compile_read_duration(compile, spot, name, &((struct plan_report *)into)->delay_ns);
}

static void read_sample(struct compile *compile, const struct spot *spot, const char *name,
                        void *into)
{
	compile_read_duration(compile, spot, name, &((struct plan_report *)into)->sample_ns);
}

static const struct field report_fields[] = {
	{"delay", read_delay}, {"sample", read_sample}, {NULL, NULL}};

void compile_read_report(struct compile *compile, const struct spot *outer, const char *name,
                         void *into)
{
	struct plan *plan = into;
	struct spot spot = *outer;
	char text[DURATION_TEXT_MAX];

	snprintf(spot.title, sizeof(spot.title), "report");
	if (!lua_istable(compile->L, -1))
		compile_error(compile, outer, name, "report is %s, wanted { delay =, sample = }",
		              node_describe(compile->L, -1));
	else
		compile_fields(compile, &spot, -1, report_fields, NULL, false, &plan->report);
	if (plan->report.sample_ns && plan->report.sample_ns < PLAN_PERIOD_MIN_NS)
		compile_error(compile, &spot, "sample",
		              "a sample each %s is too much, wanted 1ms or more",
		              duration_format(plan->report.sample_ns, text));
}
