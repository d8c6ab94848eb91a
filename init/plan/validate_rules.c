/* SPDX-License-Identifier: MIT */
#include "label.h"
#include "validation.h"

#include <stdio.h>
#include <string.h>

enum { OWNER_TEXT_MAX = 2 * PLAN_NAME_MAX + 64 };

/* A list of rules and whose it is. */
struct owner {
	const struct plan_child *child; /* NULL: default route or exports */
	const struct plan_rules *rules;
	const char *name;
	bool exports;
};

/* One rule under examination; `title` begins each message about it. */
struct subject {
	const struct validation *validation;
	const struct owner *owner;
	const struct plan_rule *rule;
	uint32_t index;
	char title[OWNER_TEXT_MAX];
};

static void subject_init(struct subject *subject, const struct validation *validation,
                         const struct owner *owner, uint32_t index)
{
	const struct plan_rule *rule = &owner->rules->items[index];
	const char *component = owner->child ? "component " : "";
	const char *quote = owner->child ? "'" : "";

	*subject = (struct subject){
		.validation = validation, .owner = owner, .rule = rule, .index = index};
	if (rule->service)
		snprintf(subject->title, OWNER_TEXT_MAX, "%s%s%.63s%s: service '%.63s'", component,
		         quote, owner->name, quote, rule->service);
	else
		snprintf(subject->title, OWNER_TEXT_MAX, "%s%s%.63s%s: any_service", component,
		         quote, owner->name, quote);
}

/* Of the services a child provides, or of all: what the wanted one may have meant. */
static const char *nearest_service(const struct plan *plan, const struct plan_child *only,
                                   struct suggestion *suggestion)
{
	for (uint32_t i = 0; i < plan->child_count; i++) {
		const struct plan_child *child = &plan->children[i];
		if (only && child != only)
			continue;
		for (uint32_t k = 0; k < child->provides_count; k++)
			suggestion_offer(suggestion, child->provides[k]);
	}
	return suggestion_text(suggestion);
}

static void unknown_child(const struct subject *subject, const struct plan_target *target)
{
	const struct plan *plan = subject->validation->plan;
	struct suggestion suggestion;

	suggestion_init(&suggestion, target->child);
	for (uint32_t i = 0; i < plan->child_count; i++)
		suggestion_offer(&suggestion, plan->children[i].name);
	for (uint32_t i = 0; i < plan->alias_count; i++)
		suggestion_offer(&suggestion, plan->aliases[i].name);
	validation_error(subject->validation, target->place, NULL, "%s: no child '%s'%s",
	                 subject->title, target->child, suggestion_text(&suggestion));
}

static void not_provided(const struct subject *subject, const struct plan_target *target,
                         const struct plan_child *child)
{
	const struct plan *plan = subject->validation->plan;
	const char *service = subject->rule->service;
	struct suggestion suggestion;
	uint32_t other;

	suggestion_init(&suggestion, service);
	const char *nearest = nearest_service(plan, child, &suggestion);
	if (!*nearest && plan_providers(plan, service, NULL, &other) > 0)
		validation_error(subject->validation, target->place, NULL,
		                 "%s: child '%s' does not provide it ('%s' does)", subject->title,
		                 child->name, plan->children[other].name);
	else
		validation_error(subject->validation, target->place, NULL,
		                 "%s: child '%s' does not provide it%s", subject->title,
		                 child->name, nearest);
}

static void check_child_target(const struct subject *subject, const struct plan_target *target)
{
	const struct plan *plan = subject->validation->plan;
	const uint32_t index = plan_child_find(plan, target->child);

	if (index == PLAN_NO_CHILD) {
		unknown_child(subject, target);
		return;
	}
	const struct plan_child *child = &plan->children[index];
	if (!subject->rule->service && child->provides_count == 0)
		validation_error(subject->validation, target->place, NULL,
		                 "%s: child '%s' provides no service at all", subject->title,
		                 child->name);
	else if (subject->rule->service && !plan_child_provides(child, subject->rule->service))
		not_provided(subject, target, child);
}

static void ambiguous(const struct subject *subject, const struct plan_target *target,
                      const char *service)
{
	const struct plan *plan = subject->validation->plan;
	const char *names[2] = {NULL, NULL};

	for (uint32_t i = 0; i < plan->child_count && !names[1]; i++) {
		if (&plan->children[i] != subject->owner->child &&
		    plan_child_provides(&plan->children[i], service))
			names[names[0] ? 1 : 0] = plan->children[i].name;
	}
	validation_error(subject->validation, target->place, NULL,
	                 "%s: any_child is ambiguous, '%s' and '%s' provide '%s'", subject->title,
	                 names[0], names[1], service);
}

/* Whether an earlier rule of the list always decides about the service. */
static bool decided_before(const struct subject *subject, const char *service)
{
	for (uint32_t i = 0; i < subject->index; i++) {
		const struct plan_rule *rule = &subject->owner->rules->items[i];
		bool constrained = false;
		for (unsigned kind = 0; kind < CONSTRAINT_KINDS; kind++)
			constrained = constrained || rule->constraints[kind];
		if (!constrained && rule->service && !strcmp(rule->service, service))
			return true;
	}
	return false;
}

static void check_any_service_any_child(const struct subject *subject,
                                        const struct plan_target *target)
{
	const struct plan *plan = subject->validation->plan;
	uint32_t last;

	for (uint32_t i = 0; i < plan->child_count; i++) {
		for (uint32_t k = 0; k < plan->children[i].provides_count; k++) {
			const char *service = plan->children[i].provides[k];
			/* once for each service: at its last provider */
			if (plan_providers(plan, service, subject->owner->child, &last) > 1 &&
			    last == i && !decided_before(subject, service))
				ambiguous(subject, target, service);
		}
	}
}

static void check_any_child(const struct subject *subject, const struct plan_target *target)
{
	const struct plan *plan = subject->validation->plan;
	const char *service = subject->rule->service;
	struct suggestion suggestion;
	uint32_t last;

	if (!service) {
		check_any_service_any_child(subject, target);
		return;
	}
	const uint32_t providers = plan_providers(plan, service, subject->owner->child, &last);
	if (providers > 1)
		ambiguous(subject, target, service);
	if (providers > 0)
		return;
	suggestion_init(&suggestion, service);
	validation_error(subject->validation, target->place, NULL,
	                 "%s: no other child provides it%s", subject->title,
	                 nearest_service(plan, NULL, &suggestion));
}

static void check_parent(const struct subject *subject, const struct plan_target *target)
{
	const struct validation *validation = subject->validation;
	const struct plan *plan = validation->plan;
	const char *const *services = validation->options->parent_services;
	const char *service = subject->rule->service;
	struct suggestion suggestion;

	if (!service)
		return;
	suggestion_init(&suggestion, service);
	if (!plan_parent_serves(plan, service)) {
		for (uint32_t i = 0; i < plan->parent_provides_count; i++)
			suggestion_offer(&suggestion, plan->parent_provides[i]);
		validation_error(validation, target->place, NULL,
		                 "%s: parent_provides does not list it%s", subject->title,
		                 suggestion_text(&suggestion));
		return;
	}
	if (!services)
		return;
	for (; *services; services++) {
		if (!strcmp(*services, service))
			return;
		suggestion_offer(&suggestion, *services);
	}
	validation_error(validation, target->place, NULL, "%s: the parent does not provide it%s",
	                 subject->title, suggestion_text(&suggestion));
}

static void check_init(const struct subject *subject, const struct plan_target *target)
{
	const char *service = subject->rule->service;

	if (service && strcmp(service, "ROM"))
		validation_error(subject->validation, target->place, NULL,
		                 "%s: init itself provides the ROM \"" PLAN_STATE_ROM
		                 "\" and nothing else",
		                 subject->title);
}

static void check_rewrites(const struct subject *subject, const struct plan_target *target)
{
	const bool parts = target->rewrites[REWRITE_IDENTITY] ||
	                   target->rewrites[REWRITE_RESOURCE] || target->rewrites[REWRITE_PREFIX];
	const bool whole = target->rewrites[REWRITE_LABEL];

	if ((parts || whole) && (target->kind == TARGET_DENY || target->kind == TARGET_CHOOSE ||
	                         target->kind == TARGET_INIT))
		validation_error(subject->validation, target->place, NULL,
		                 "%s: %s cannot rewrite the label", subject->title,
		                 plan_target_names[target->kind]);
	else if (parts && whole)
		validation_error(
			subject->validation, target->place, NULL,
			"%s: label rewrites the whole, so identity, resource and prefix cannot "
			"stand beside it",
			subject->title);
	for (unsigned kind = 0; kind < REWRITE_KINDS; kind++) {
		if (target->rewrites[kind] && strlen(target->rewrites[kind]) >= LABEL_BYTES_MAX)
			validation_error(subject->validation, target->place, NULL,
			                 "%s: %s is too long", subject->title,
			                 plan_rewrite_names[kind]);
	}
}

static void check_simple_target(const struct subject *subject, const struct plan_target *target)
{
	check_rewrites(subject, target);
	if (subject->owner->exports && target->kind != TARGET_CHILD &&
	    target->kind != TARGET_INIT) {
		validation_error(subject->validation, target->place, NULL,
		                 "%s: %s cannot serve an export", subject->title,
		                 plan_target_names[target->kind]);
		return;
	}
	switch (target->kind) {
	case TARGET_PARENT: check_parent(subject, target); return;
	case TARGET_CHILD: check_child_target(subject, target); return;
	case TARGET_ANY_CHILD: check_any_child(subject, target); return;
	case TARGET_INIT: check_init(subject, target); return;
	case TARGET_DENY: return;
	case TARGET_CHOOSE: return;
	}
}

static void check_target(const struct subject *subject, const struct plan_target *target)
{
	check_simple_target(subject, target);
	if (target->kind != TARGET_CHOOSE || subject->owner->exports)
		return;
	if (!subject->validation->options->functions)
		validation_error(
			subject->validation, target->place, NULL,
			"%s: a binary plan has no functions, so choose cannot decide there",
			subject->title);
	if (target->declared_count == 0)
		validation_error(subject->validation, target->place, NULL,
		                 "%s: choose declares no targets", subject->title);
	for (uint32_t i = 0; i < target->declared_count; i++)
		check_simple_target(subject, &target->declared[i]);
}

static void check_targets(const struct subject *subject)
{
	const struct plan_rule *rule = subject->rule;

	if (rule->target_count == 0 && !rule->incomplete)
		validation_error(subject->validation, rule->place, NULL,
		                 "%s: no target, e.g. parent, child \"x\" or deny", subject->title);
	for (uint32_t i = 0; i < rule->target_count; i++) {
		check_target(subject, &rule->targets[i]);
		if (i > 0 && rule->targets[i - 1].kind == TARGET_DENY)
			validation_warning(subject->validation, rule->targets[i].place, NULL,
			                   "%s: what stands behind deny is never tried",
			                   subject->title);
	}
}

static void check_constraints(const struct subject *subject)
{
	const struct plan_rule *rule = subject->rule;
	unsigned given = 0;

	for (unsigned kind = 0; kind < CONSTRAINT_KINDS; kind++) {
		if (!rule->constraints[kind])
			continue;
		given++;
		if (strlen(rule->constraints[kind]) >= LABEL_BYTES_MAX)
			validation_error(subject->validation, rule->place,
			                 plan_constraint_names[kind], "%s: %s is too long to match",
			                 subject->title, plan_constraint_names[kind]);
	}
	for (unsigned kind = CONSTRAINT_LAST; kind <= CONSTRAINT_UNSCOPED; kind++) {
		if (rule->constraints[kind] && given > 1) {
			validation_warning(subject->validation, rule->place,
			                   plan_constraint_names[kind],
			                   "%s: beside %s no other constraint counts",
			                   subject->title, plan_constraint_names[kind]);
			return;
		}
	}
}

static bool same(const char *left, const char *right)
{
	return left && right && !strcmp(left, right);
}

static bool suffixed(const char *text, const char *suffix)
{
	const size_t size = strlen(text), suffix_size = strlen(suffix);

	return size >= suffix_size && !strcmp(text + size - suffix_size, suffix);
}

/* Whether every label that the later rule matches is matched by the earlier one, too. */
static bool labels_cover(const struct plan_rule *earlier, const struct plan_rule *later)
{
	const char *const *wide = earlier->constraints;
	const char *const *narrow = later->constraints;

	if (wide[CONSTRAINT_LAST])
		return same(wide[CONSTRAINT_LAST], narrow[CONSTRAINT_LAST]);
	if (wide[CONSTRAINT_UNSCOPED])
		return !narrow[CONSTRAINT_LAST] &&
		       same(wide[CONSTRAINT_UNSCOPED], narrow[CONSTRAINT_UNSCOPED]);
	if (!wide[CONSTRAINT_LABEL] && !wide[CONSTRAINT_PREFIX] && !wide[CONSTRAINT_SUFFIX])
		return true;
	if (narrow[CONSTRAINT_LAST] || narrow[CONSTRAINT_UNSCOPED])
		return false;

	const char *label = narrow[CONSTRAINT_LABEL];
	const char *prefix = label ? label : narrow[CONSTRAINT_PREFIX];
	const char *suffix = label ? label : narrow[CONSTRAINT_SUFFIX];
	if (wide[CONSTRAINT_LABEL] && !same(wide[CONSTRAINT_LABEL], label))
		return false;
	if (wide[CONSTRAINT_PREFIX] &&
	    !(prefix && !strncmp(prefix, wide[CONSTRAINT_PREFIX], strlen(wide[CONSTRAINT_PREFIX]))))
		return false;
	return !wide[CONSTRAINT_SUFFIX] || (suffix && suffixed(suffix, wide[CONSTRAINT_SUFFIX]));
}

/* A rule for all services decides only if it denies; else it may fall through. */
static bool services_cover(const struct plan_rule *earlier, const struct plan_rule *later)
{
	if (earlier->service)
		return same(earlier->service, later->service);
	for (uint32_t i = 0; i < earlier->target_count; i++) {
		if (earlier->targets[i].kind == TARGET_DENY)
			return true;
	}
	return false;
}

static void check_reachable(const struct subject *subject)
{
	for (uint32_t i = 0; i < subject->index; i++) {
		const struct plan_rule *earlier = &subject->owner->rules->items[i];
		if (!services_cover(earlier, subject->rule) ||
		    !labels_cover(earlier, subject->rule))
			continue;
		validation_warning(subject->validation, subject->rule->place, NULL,
		                   "%s: never reached, the rule at %s:%u decides before",
		                   subject->title,
		                   plan_file(subject->validation->plan, earlier->place),
		                   earlier->place.line);
		return;
	}
}

static void check_list(const struct validation *validation, const struct owner *owner)
{
	for (uint32_t i = 0; i < owner->rules->count; i++) {
		struct subject subject;

		subject_init(&subject, validation, owner, i);
		if (subject.rule->service && !plan_name_valid(subject.rule->service))
			validation_error(validation, subject.rule->place, NULL,
			                 "%s: no name of a service", subject.title);
		if (!subject.rule->service && owner->exports)
			validation_error(validation, subject.rule->place, NULL,
			                 "%s: exports name each service", subject.title);
		check_constraints(&subject);
		check_targets(&subject);
		check_reachable(&subject);
	}
}

void validate_rules(const struct validation *validation)
{
	const struct plan *plan = validation->plan;

	for (uint32_t i = 0; i < plan->child_count; i++) {
		const struct plan_child *child = &plan->children[i];
		check_list(validation, &(struct owner){.child = child,
		                                       .rules = &child->route,
		                                       .name = child->name});
	}
	check_list(validation,
	           &(struct owner){.rules = &plan->default_route, .name = "default_route"});
	check_list(validation,
	           &(struct owner){.rules = &plan->exports, .name = "exports", .exports = true});
}
