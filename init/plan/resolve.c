/* SPDX-License-Identifier: MIT */
#include "resolve.h"

#include <string.h>

/* One request on its way through the rules. */
struct walk {
	const struct plan *plan;
	const struct plan_child *child; /* NULL: the request comes from the parent */
	struct resolve_request request;
	struct label full; /* the label with the child's own name in front */
	const struct resolve_chooser *chooser;
	const struct resolve_trace *trace;
	struct resolve_answer *answer;
};

/* Whether a target settled the request, or the next one is to be tried. */
enum settled { GO_ON, SETTLED };

static void trace(const struct walk *walk, const struct plan_rule *rule,
                  const struct plan_target *target, enum resolve_verdict verdict)
{
	const struct resolve_step step = {.rule = rule, .target = target, .verdict = verdict};

	if (walk->trace)
		walk->trace->step(walk->trace->self, &step);
}

static bool ends_with(const char *text, const char *tail)
{
	const size_t size = strlen(text), tail_size = strlen(tail);

	return size >= tail_size && !strcmp(text + size - tail_size, tail);
}

/* label_last and label_unscoped stand alone: beside them the others do not count. */
static bool label_matches(const struct plan_rule *rule, const char *label, const char *full)
{
	const char *const *const wanted = rule->constraints;

	if (wanted[CONSTRAINT_LAST])
		return label_equal(label_last(label), wanted[CONSTRAINT_LAST]);
	if (wanted[CONSTRAINT_UNSCOPED])
		return label_equal(full, wanted[CONSTRAINT_UNSCOPED]);
	if (wanted[CONSTRAINT_LABEL] && !label_equal(label, wanted[CONSTRAINT_LABEL]))
		return false;
	if (wanted[CONSTRAINT_PREFIX] &&
	    strncmp(label, wanted[CONSTRAINT_PREFIX], strlen(wanted[CONSTRAINT_PREFIX])))
		return false;
	return !wanted[CONSTRAINT_SUFFIX] || ends_with(label, wanted[CONSTRAINT_SUFFIX]);
}

static enum resolve_verdict rule_verdict(const struct walk *walk, const struct plan_rule *rule)
{
	if (rule->service && strcmp(rule->service, walk->request.service))
		return VERDICT_OTHER_SERVICE;
	if (!label_matches(rule, walk->request.label, walk->full.text))
		return VERDICT_OTHER_LABEL;
	return VERDICT_MATCHES;
}

/* The label as the server sees it. */
static bool rewrite(const struct walk *walk, const struct plan_target *target, struct label *out)
{
	const char *const *const by = target->rewrites;
	const bool named = *walk->request.label != '\0';
	struct label identity, resource, prefixed;

	if (by[REWRITE_LABEL])
		return label_set(out, by[REWRITE_LABEL]);
	/* Taken apart and joined again it would be the same. */
	if (walk->child && !by[REWRITE_IDENTITY] && !by[REWRITE_RESOURCE] && !by[REWRITE_PREFIX] &&
	    !ends_with(walk->full.text, " -> "))
		return label_set(out, walk->full.text);

	if (named)
		label_identity(&identity, &walk->full);
	else
		identity = walk->full;
	if (by[REWRITE_IDENTITY] && !label_set(&identity, by[REWRITE_IDENTITY]))
		return false;
	if (!label_set(&resource, named ? label_last(walk->full.text) : ""))
		return false;
	if (by[REWRITE_RESOURCE] && !label_set(&resource, by[REWRITE_RESOURCE]))
		return false;
	if (by[REWRITE_PREFIX]) {
		if (strlen(by[REWRITE_PREFIX]) + strlen(resource.text) >= LABEL_BYTES_MAX)
			return false;
		strcpy(prefixed.text, by[REWRITE_PREFIX]);
		strcat(prefixed.text, resource.text);
		resource = prefixed;
	}
	return label_join(out, identity.text, resource.text);
}

static enum settled settle(const struct walk *walk, enum resolve_outcome outcome,
                           const struct plan_rule *rule, const struct plan_target *target)
{
	struct resolve_answer *answer = walk->answer;

	answer->outcome = outcome;
	answer->rule = rule;
	answer->target = target;
	if (resolve_granted(answer) && target && !rewrite(walk, target, &answer->label))
		answer->outcome = RESOLVE_LABEL_TOO_LONG;
	trace(walk, rule, target, resolve_granted(answer) ? VERDICT_TAKEN : VERDICT_REFUSED);
	return SETTLED;
}

static enum settled pass_on(const struct walk *walk, const struct plan_rule *rule,
                            const struct plan_target *target)
{
	trace(walk, rule, target, VERDICT_NOT_PROVIDED);
	return GO_ON;
}

static enum settled try_parent(const struct walk *walk, const struct plan_rule *rule,
                               const struct plan_target *target)
{
	if (!walk->child || !plan_parent_serves(walk->plan, walk->request.service))
		return pass_on(walk, rule, target);
	return settle(walk, RESOLVE_PARENT, rule, target);
}

static enum settled try_child(const struct walk *walk, const struct plan_rule *rule,
                              const struct plan_target *target)
{
	const uint32_t index = plan_child_find(walk->plan, target->child);

	if (index == PLAN_NO_CHILD ||
	    !plan_child_provides(&walk->plan->children[index], walk->request.service))
		return pass_on(walk, rule, target);
	walk->answer->child = index;
	return settle(walk, RESOLVE_CHILD, rule, target);
}

static enum settled try_any_child(const struct walk *walk, const struct plan_rule *rule,
                                  const struct plan_target *target)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < walk->plan->child_count; i++) {
		const struct plan_child *candidate = &walk->plan->children[i];
		if (candidate == walk->child ||
		    !plan_child_provides(candidate, walk->request.service))
			continue;
		walk->answer->child = i;
		found++;
	}
	if (found == 0)
		return pass_on(walk, rule, target);
	return settle(walk, found == 1 ? RESOLVE_CHILD : RESOLVE_AMBIGUOUS, rule, target);
}

/* Init provides one ROM. */
static enum settled try_init(const struct walk *walk, const struct plan_rule *rule,
                             const struct plan_target *target)
{
	if (strcmp(walk->request.service, "ROM") ||
	    strcmp(label_last(walk->request.label), PLAN_STATE_ROM))
		return pass_on(walk, rule, target);
	return settle(walk, RESOLVE_STATE, rule, target);
}

static enum settled try_simple(const struct walk *walk, const struct plan_rule *rule,
                               const struct plan_target *target)
{
	switch (target->kind) {
	case TARGET_PARENT: return try_parent(walk, rule, target);
	case TARGET_CHILD: return try_child(walk, rule, target);
	case TARGET_ANY_CHILD: return try_any_child(walk, rule, target);
	case TARGET_INIT: return try_init(walk, rule, target);
	case TARGET_DENY: return settle(walk, RESOLVE_DENIED, rule, target);
	case TARGET_CHOOSE: break;
	}
	return pass_on(walk, rule, target);
}

static enum settled try_choose(const struct walk *walk, const struct plan_rule *rule,
                               const struct plan_target *target)
{
	int choice = RESOLVE_CHOICE_FAILED;

	if (walk->chooser && walk->child)
		choice = walk->chooser->choose(walk->chooser->self, target, walk->child,
		                               &walk->request, walk->answer->error);
	else
		strcpy(walk->answer->error, "a function needs the policy's source to decide");
	if (choice == RESOLVE_CHOICE_NONE)
		return settle(walk, RESOLVE_NOT_CHOSEN, rule, target);
	if (choice < 0 || (uint32_t)choice >= target->declared_count)
		return settle(walk, RESOLVE_CHOOSE_FAILED, rule, target);
	return try_simple(walk, rule, &target->declared[choice]);
}

static enum settled try_rule(const struct walk *walk, const struct plan_rule *rule)
{
	for (uint32_t i = 0; i < rule->target_count; i++) {
		const struct plan_target *target = &rule->targets[i];
		const enum settled settled = target->kind == TARGET_CHOOSE
		                                     ? try_choose(walk, rule, target)
		                                     : try_simple(walk, rule, target);
		if (settled == SETTLED)
			return SETTLED;
	}
	/* a rule made for this very service decides, even if nobody of it can serve */
	return rule->service ? settle(walk, RESOLVE_NOT_SERVED, rule, NULL) : GO_ON;
}

static enum settled try_rules(const struct walk *walk, const struct plan_rules *rules)
{
	for (uint32_t i = 0; i < rules->count; i++) {
		const struct plan_rule *rule = &rules->items[i];
		const enum resolve_verdict verdict = rule_verdict(walk, rule);
		trace(walk, rule, NULL, verdict);
		if (verdict == VERDICT_MATCHES && try_rule(walk, rule) == SETTLED)
			return SETTLED;
	}
	return GO_ON;
}

/* Requests that are answered by what the plan says of the child itself. */
static enum settled try_config(struct walk *walk)
{
	const struct plan_config *config = &walk->child->config;

	if (strcmp(walk->request.service, "ROM") || strcmp(walk->request.label, "config"))
		return GO_ON;
	switch (config->kind) {
	case CONFIG_NONE: return GO_ON;
	case CONFIG_ROM:
		walk->request.label = config->data;
		walk->request.environment = true;
		return GO_ON;
	case CONFIG_DATA:
	case CONFIG_TEXT: walk->answer->outcome = RESOLVE_CONFIG; return SETTLED;
	}
	return GO_ON;
}

/* Its long texts are valid only for outcomes that have them. */
static void clear(struct resolve_answer *answer)
{
	answer->outcome = RESOLVE_NO_RULE;
	answer->child = 0;
	answer->rule = NULL;
	answer->target = NULL;
	answer->label.text[0] = answer->error[0] = '\0';
}

void resolve(const struct plan *plan, const struct resolve_request *request,
             const struct resolve_chooser *chooser, const struct resolve_trace *trace_to,
             struct resolve_answer *out_answer)
{
	struct walk walk = {
		.plan = plan,
		.child = &plan->children[request->child],
		.request = *request,
		.chooser = chooser,
		.trace = trace_to,
		.answer = out_answer,
	};

	clear(out_answer);
	if (try_config(&walk) == SETTLED)
		return;
	if (!label_join(&walk.full, walk.child->name, walk.request.label)) {
		out_answer->outcome = RESOLVE_LABEL_TOO_LONG;
		return;
	}
	if (try_rules(&walk, plan_child_rules(plan, walk.child)) == SETTLED)
		return;
	if (walk.request.environment) {
		out_answer->outcome = RESOLVE_PARENT;
		out_answer->label = walk.full;
	}
}

void resolve_export(const struct plan *plan, const struct resolve_request *request,
                    const struct resolve_trace *trace_to, struct resolve_answer *out_answer)
{
	struct walk walk = {
		.plan = plan,
		.request = *request,
		.trace = trace_to,
		.answer = out_answer,
	};

	clear(out_answer);
	if (!label_set(&walk.full, request->label)) {
		out_answer->outcome = RESOLVE_LABEL_TOO_LONG;
		return;
	}
	(void)try_rules(&walk, &plan->exports); /* unsettled: no rule */
}

const char *resolve_outcome_text(enum resolve_outcome outcome)
{
	switch (outcome) {
	case RESOLVE_CHILD: return "served by a child";
	case RESOLVE_PARENT: return "served by the parent";
	case RESOLVE_CONFIG: return "served by init: the child's own configuration";
	case RESOLVE_STATE: return "served by init: its state report";
	case RESOLVE_NO_RULE: return "denied: no rule matches";
	case RESOLVE_NOT_SERVED: return "denied: no target of the rule provides the service";
	case RESOLVE_DENIED: return "denied by the rule";
	case RESOLVE_AMBIGUOUS: return "denied: several children provide the service";
	case RESOLVE_NOT_CHOSEN: return "denied by the rule's function";
	case RESOLVE_CHOOSE_FAILED: return "denied: the rule's function failed";
	case RESOLVE_LABEL_TOO_LONG: return "denied: the label is too long";
	}
	return "denied";
}
