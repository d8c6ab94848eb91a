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

/* One child on the path: how far its rules have been followed. */
struct step {
	uint32_t child;
	uint32_t rules; /* looked at so far; the last of them leads to the next step */
};

struct search {
	const struct validation *validation;
	enum visit visit[PLAN_CHILDREN_MAX];
	struct step path[PLAN_CHILDREN_MAX];
	uint32_t depth;
};

static const struct plan_rules *rules_of(const struct search *search, uint32_t child)
{
	const struct plan *plan = search->validation->plan;

	return plan_child_rules(plan, &plan->children[child]);
}

/* The rule by which the path goes on from there. */
static const struct plan_rule *taken(const struct search *search, uint32_t depth)
{
	const struct step *step = &search->path[depth];

	return &rules_of(search, step->child)->items[step->rules - 1];
}

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
	const struct plan_rule *last = taken(search, search->depth - 1);
	const char *name = plan->children[search->path[first].child].name;
	char text[CYCLE_TEXT_MAX];
	size_t used = 0;

	if (first + 1 == search->depth) {
		validation_error(validation, last->place, NULL,
		                 "component '%s': routes '%s' to itself", name, last->service);
		return;
	}
	for (uint32_t i = first; i < search->depth && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s -(%s)-> ",
		                         plan->children[search->path[i].child].name,
		                         taken(search, i)->service);
	validation_error(validation, last->place, NULL, "children wait for each other: %s%s", text,
	                 name);
}

static void enter(struct search *search, uint32_t child)
{
	search->visit[child] = ON_PATH;
	search->path[search->depth++] = (struct step){.child = child};
}

static void report_cycle(const struct search *search, uint32_t child)
{
	for (uint32_t first = 0; first < search->depth; first++) {
		if (search->path[first].child == child)
			report(search, first);
	}
}

/* Depth first; the path is as long as there are children at most. */
static void visit(struct search *search, uint32_t from)
{
	const struct plan *plan = search->validation->plan;

	enter(search, from);
	while (search->depth > 0) {
		struct step *step = &search->path[search->depth - 1];
		const struct plan_rules *rules = rules_of(search, step->child);

		if (step->rules == rules->count) {
			search->visit[step->child] = DONE;
			search->depth--;
			continue;
		}

		const uint32_t next = certain_server(plan, &plan->children[step->child],
		                                     &rules->items[step->rules++]);

		if (next == PLAN_NO_CHILD || search->visit[next] == DONE)
			continue;
		if (search->visit[next] == NOT_SEEN)
			enter(search, next);
		else
			report_cycle(search, next);
	}
}

void validate_cycles(const struct validation *validation)
{
	struct search search = {.validation = validation};

	for (uint32_t i = 0; i < validation->plan->child_count; i++) {
		if (search.visit[i] == NOT_SEEN)
			visit(&search, i);
	}
}
