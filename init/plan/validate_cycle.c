/* SPDX-License-Identifier: MIT */
/*
 * Cycles: children of which each waits for a service of the next.
 *
 * A child that asks for a session before it announces its own services would
 * never come up if the way leads back to it. Only certain edges count: the
 * first target of a rule made for one service. A later target, a function or a
 * rule for all services may lead elsewhere.
 */
#include "validation.h"

#include <stdio.h>
#include <string.h>

enum { CYCLE_TEXT_MAX = 200 };

enum visit { NOT_SEEN, ON_PATH, DONE };

struct search {
	const struct validation *validation;
	enum visit visit[PLAN_CHILDREN_MAX];
	uint32_t path[PLAN_CHILDREN_MAX];
	const struct plan_rule *taken[PLAN_CHILDREN_MAX]; /* by which rule the path goes on */
	uint32_t depth;
};

/* The child that the rule surely leads to, or PLAN_NO_CHILD. */
static uint32_t certain_server(const struct plan *plan, const struct plan_child *from,
                               const struct plan_rule *rule)
{
	uint32_t index = PLAN_NO_CHILD;

	if (!rule->service || rule->target_count == 0)
		return PLAN_NO_CHILD;
	const struct plan_target *target = &rule->targets[0];
	if (target->kind == TARGET_CHILD)
		index = plan_child_find(plan, target->child);
	else if (target->kind == TARGET_ANY_CHILD &&
	         plan_providers(plan, rule->service, from, &index) != 1)
		return PLAN_NO_CHILD;
	if (index == PLAN_NO_CHILD || !plan_child_provides(&plan->children[index], rule->service))
		return PLAN_NO_CHILD;
	return index;
}

/* "a -(LOG)-> b -(Block)-> a" for the part of the path that begins at `first`. */
static void report(const struct search *search, uint32_t first)
{
	const struct validation *validation = search->validation;
	const struct plan *plan = validation->plan;
	const struct plan_rule *last = search->taken[search->depth - 1];
	const char *name = plan->children[search->path[first]].name;
	char text[CYCLE_TEXT_MAX];
	size_t used = 0;

	if (first + 1 == search->depth) {
		validation_error(validation, last->place, NULL,
		                 "component '%s': routes '%s' to itself", name, last->service);
		return;
	}
	for (uint32_t i = first; i < search->depth && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s -(%s)-> ",
		                         plan->children[search->path[i]].name,
		                         search->taken[i]->service);
	validation_error(validation, last->place, NULL, "children wait for each other: %s%s", text,
	                 name);
}

/* Recursion is as deep as the path is long: at most PLAN_CHILDREN_MAX. */
static void visit(struct search *search, uint32_t index)
{
	const struct plan *plan = search->validation->plan;
	const struct plan_child *child = &plan->children[index];
	const struct plan_rules *rules = plan_child_rules(plan, child);
	const uint32_t depth = search->depth++;

	search->visit[index] = ON_PATH;
	search->path[depth] = index;
	for (uint32_t i = 0; i < rules->count; i++) {
		const uint32_t next = certain_server(plan, child, &rules->items[i]);
		if (next == PLAN_NO_CHILD || search->visit[next] == DONE)
			continue;
		search->taken[depth] = &rules->items[i];
		if (search->visit[next] == NOT_SEEN) {
			visit(search, next);
			continue;
		}
		for (uint32_t first = 0; first <= depth; first++) {
			if (search->path[first] == next)
				report(search, first);
		}
	}
	search->visit[index] = DONE;
	search->depth = depth;
}

void validate_cycles(const struct validation *validation)
{
	struct search search = {.validation = validation};

	for (uint32_t i = 0; i < validation->plan->child_count; i++) {
		if (search.visit[i] == NOT_SEEN)
			visit(&search, i);
	}
}
