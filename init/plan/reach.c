/* SPDX-License-Identifier: MIT */
#include "reach.h"

#include <string.h>

/* What a rule is looked through for: a goal, or (via) any service of that child. */
struct search {
	const struct plan *plan;
	uint32_t child; /* who asks */
	struct reach_goal goal;
};

static bool serves_any(const struct plan_child *child, const char *rule_service)
{
	return rule_service ? plan_child_provides(child, rule_service) : child->provides_count > 0;
}

/* Whether a request by this rule can come to that child in a way that counts. */
static bool child_counts(const struct search *search, const struct plan_rule *rule, uint32_t child)
{
	const struct plan_child *server = &search->plan->children[child];

	if (child == search->child)
		return false;
	if (search->goal.service)
		return plan_child_provides(server, search->goal.service);
	return child == search->goal.child && serves_any(server, rule->service);
}

static bool target_counts(const struct search *search, const struct plan_rule *rule,
                          const struct plan_target *target)
{
	uint32_t child;

	switch (target->kind) {
	case TARGET_PARENT:
		return search->goal.service &&
		       plan_parent_serves(search->plan, search->goal.service);
	case TARGET_CHILD:
		child = plan_child_find(search->plan, target->child);
		return child != PLAN_NO_CHILD && child_counts(search, rule, child);
	case TARGET_ANY_CHILD:
		for (child = 0; child < search->plan->child_count; child++) {
			if (child_counts(search, rule, child))
				return true;
		}
		return false;
	case TARGET_CHOOSE:
		for (uint32_t i = 0; i < target->declared_count; i++) {
			if (target_counts(search, rule, &target->declared[i]))
				return true;
		}
		return false;
	case TARGET_INIT: return search->goal.service && !strcmp(search->goal.service, "ROM");
	case TARGET_DENY: break;
	}
	return false;
}

static bool rule_counts(const struct search *search, const struct plan_rule *rule)
{
	const char *wanted = search->goal.service;

	if (wanted && rule->service && strcmp(wanted, rule->service))
		return false;
	for (uint32_t i = 0; i < rule->target_count; i++) {
		if (rule->targets[i].kind == TARGET_DENY)
			return false;
		if (target_counts(search, rule, &rule->targets[i]))
			return true;
	}
	return false;
}

static bool constrained(const struct plan_rule *rule)
{
	for (unsigned kind = 0; kind < CONSTRAINT_KINDS; kind++) {
		if (rule->constraints[kind])
			return true;
	}
	return false;
}

/* A rule for this very service and any label, or one that denies: what stands behind is not asked. */
static bool decides(const struct search *search, const struct plan_rule *rule)
{
	if (!search->goal.service || constrained(rule))
		return false;
	if (rule->service)
		return !strcmp(rule->service, search->goal.service);
	for (uint32_t i = 0; i < rule->target_count; i++) {
		if (rule->targets[i].kind == TARGET_DENY)
			return true;
	}
	return false;
}

/* Those that go to the parent where no rule matches. */
static bool environment(const char *service)
{
	return service && (!strcmp(service, "PD") || !strcmp(service, "CPU") ||
	                   !strcmp(service, "LOG") || !strcmp(service, "ROM"));
}

static bool reaches(const struct search *search, const struct plan_rule **out_rule)
{
	const struct plan_child *child = &search->plan->children[search->child];
	const struct plan_rules *rules = plan_child_rules(search->plan, child);

	*out_rule = NULL;
	for (uint32_t i = 0; i < rules->count; i++) {
		*out_rule = &rules->items[i];
		if (rule_counts(search, &rules->items[i]))
			return true;
		if (decides(search, &rules->items[i]))
			return false;
	}
	*out_rule = NULL;
	return environment(search->goal.service);
}

static bool reach_through(const struct plan *plan, struct reach *out)
{
	bool more = false;

	for (uint32_t child = 0; child < plan->child_count; child++) {
		for (uint32_t via = 0; via < plan->child_count && !out[child].reaches; via++) {
			const struct search search = {
				.plan = plan, .child = child, .goal = {.child = via}};

			if (!out[via].reaches || !reaches(&search, &out[child].rule))
				continue;
			out[child].reaches = more = true;
			out[child].through = via;
		}
	}
	return more;
}

void plan_reach(const struct plan *plan, const struct reach_goal *goal, struct reach *out)
{
	for (uint32_t child = 0; child < plan->child_count; child++) {
		const struct search search = {.plan = plan, .child = child, .goal = *goal};

		out[child].through = PLAN_NO_CHILD;
		out[child].reaches = reaches(&search, &out[child].rule);
	}
	while (reach_through(plan, out))
		;
}
