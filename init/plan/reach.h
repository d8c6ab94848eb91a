/* SPDX-License-Identifier: MIT */
/*
 * Reach: who can come to a service or a child, and by which rule.
 *
 * What is told is what the plan cannot exclude: labels are not known, nor what a
 * function chooses, so each target counts that some request could get to. Who can
 * use a child that reaches the goal reaches it through that child.
 */
#pragma once

#include "plan.h"

/* A service, wherever it is served, or (service NULL) any service of a child. */
struct reach_goal {
	const char *service;
	uint32_t child;
};

struct reach {
	bool reaches;
	const struct plan_rule *rule; /* NULL: no rule is needed, it is an environment session */
	uint32_t through;             /* PLAN_NO_CHILD: directly */
};

/* One for each child of the plan. */
void plan_reach(const struct plan *plan, const struct reach_goal *goal, struct reach *out);
