/* SPDX-License-Identifier: MIT */
/*
 * A plan out of foreign bytes. Generated readers keep inside the segment; here
 * counts are bounded, texts copied, and values that init relies on refused.
 */
#include "plan_message.h"

#include <plan/types.h>
#include <string.h>

static enum status copy_text(struct plan *plan, struct capnp_text from, const char **out)
{
	if (from.size > 0 && memchr(from.at, '\0', from.size))
		return ERR_BAD_ARG;
	*out = plan_copy(plan, from.at, from.size);
	return *out ? OK : ERR_OUT_OF_RAM;
}

static enum status copy_texts(struct plan *plan, const struct capnp_text_list *from, uint32_t most,
                              const char ***out)
{
	if (from->count > most)
		return ERR_BAD_ARG;
	const char **texts = plan_alloc(plan, from->count, sizeof(*texts));
	if (!texts)
		return ERR_OUT_OF_RAM;
	for (uint32_t i = 0; i < from->count; i++) {
		struct capnp_text text;
		enum status status = capnp_text_list_get(from, i, &text);
		if (status == OK)
			status = copy_text(plan, text, &texts[i]);
		if (status != OK)
			return status;
	}
	*out = texts;
	return OK;
}

static enum status copy_place(const struct place_ref *from, struct plan_place *out)
{
	struct place place;

	const enum status status = place_read(from, &place);
	if (status == OK)
		*out = (struct plan_place){.source = place.source, .line = place.line};
	return status;
}

static enum status copy_rewrites(struct plan *plan, const struct rewrite_list *from,
                                 struct plan_target *to)
{
	if (from->count > REWRITE_KINDS)
		return ERR_BAD_ARG;
	for (uint32_t i = 0; i < from->count; i++) {
		struct rewrite rewrite;
		enum status status = rewrite_list_get(from, i, &rewrite);
		if (status == OK && (unsigned)rewrite.kind >= REWRITE_KINDS)
			status = ERR_BAD_ARG;
		if (status == OK)
			status = copy_text(plan, rewrite.text, &to->rewrites[rewrite.kind]);
		if (status != OK)
			return status;
	}
	return OK;
}

static enum status copy_targets(struct plan *plan, const struct target_list *from, bool declared,
                                struct plan_target **out, uint32_t *out_count);

static enum status copy_target(struct plan *plan, const struct target *from, bool declared,
                               struct plan_target *to)
{
	if ((unsigned)from->kind >= TARGET_KINDS)
		return ERR_BAD_ARG;
	to->kind = (enum plan_target_kind)from->kind;
	if (declared && to->kind == TARGET_CHOOSE)
		return ERR_BAD_ARG;
	to->chunk_hash = from->chunk_hash;
	to->function = from->function;
	enum status status = copy_place(&from->place, &to->place);
	if (status == OK && to->kind == TARGET_CHILD)
		status = copy_text(plan, from->child, &to->child);
	if (status == OK)
		status = copy_rewrites(plan, &from->rewrites, to);
	if (status == OK && to->kind == TARGET_CHOOSE)
		status = copy_targets(plan, &from->declared, true, &to->declared,
		                      &to->declared_count);
	return status;
}

static enum status copy_targets(struct plan *plan, const struct target_list *from, bool declared,
                                struct plan_target **out, uint32_t *out_count)
{
	if (from->count > PLAN_TARGETS_MAX)
		return ERR_BAD_ARG;
	struct plan_target *targets = plan_alloc(plan, from->count, sizeof(*targets));
	if (!targets)
		return ERR_OUT_OF_RAM;
	for (uint32_t i = 0; i < from->count; i++) {
		struct target target;
		enum status status = target_list_get(from, i, &target);
		if (status == OK)
			status = copy_target(plan, &target, declared, &targets[i]);
		if (status != OK)
			return status;
	}
	*out = targets;
	*out_count = from->count;
	return OK;
}

static enum status copy_constraints(struct plan *plan, const struct constraint_list *from,
                                    struct plan_rule *to)
{
	if (from->count > CONSTRAINT_KINDS)
		return ERR_BAD_ARG;
	for (uint32_t i = 0; i < from->count; i++) {
		struct constraint constraint;
		enum status status = constraint_list_get(from, i, &constraint);
		if (status == OK && (unsigned)constraint.kind >= CONSTRAINT_KINDS)
			status = ERR_BAD_ARG;
		if (status == OK)
			status =
				copy_text(plan, constraint.text, &to->constraints[constraint.kind]);
		if (status != OK)
			return status;
	}
	return OK;
}

static enum status copy_rule(struct plan *plan, const struct rule *from, struct plan_rule *to)
{
	enum status status = copy_place(&from->place, &to->place);

	if (status == OK && from->service.size > 0)
		status = copy_text(plan, from->service, &to->service);
	if (status == OK)
		status = copy_constraints(plan, &from->constraints, to);
	if (status == OK)
		status = copy_targets(plan, &from->targets, false, &to->targets, &to->target_count);
	if ((unsigned)from->lost >= LOST_KINDS)
		return ERR_BAD_ARG;
	to->lost = (enum plan_lost)from->lost;
	return status;
}

static enum status copy_rules(struct plan *plan, const struct rule_list *from,
                              struct plan_rules *to)
{
	if (from->count > PLAN_RULES_MAX)
		return ERR_BAD_ARG;
	struct plan_rule *rules = plan_alloc(plan, from->count, sizeof(*rules));
	if (!rules)
		return ERR_OUT_OF_RAM;
	for (uint32_t i = 0; i < from->count; i++) {
		struct rule rule;
		enum status status = rule_list_get(from, i, &rule);
		if (status == OK)
			status = copy_rule(plan, &rule, &rules[i]);
		if (status != OK)
			return status;
	}
	*to = (struct plan_rules){.items = rules, .count = from->count};
	return OK;
}

static enum status copy_config(struct plan *plan, const struct child_config *from,
                               struct plan_config *to)
{
	const char *text = NULL;
	enum status status;

	switch (from->which) {
	case CHILD_CONFIG_NONE: return OK;
	case CHILD_CONFIG_DATA:
		to->kind = CONFIG_DATA;
		to->size = from->data.size;
		to->data = plan_copy(plan, from->data.at, from->data.size);
		return to->data ? OK : ERR_OUT_OF_RAM;
	case CHILD_CONFIG_TEXT:
	case CHILD_CONFIG_ROM:
		to->kind = from->which == CHILD_CONFIG_TEXT ? CONFIG_TEXT : CONFIG_ROM;
		to->size = from->text.size;
		status = copy_text(plan, from->text, &text);
		to->data = text;
		return status;
	}
	return ERR_BAD_ARG;
}

static enum status copy_supervision(const struct child *from, struct plan_child *to)
{
	struct restart restart;
	struct heartbeat heartbeat;
	enum status status = restart_read(&from->restart, &restart);

	if (status == OK)
		status = heartbeat_read(&from->heartbeat, &heartbeat);
	if (status != OK)
		return status;
	if (restart.limit > PLAN_RESTARTS_MAX || heartbeat.missed > PLAN_MISSED_MAX)
		return ERR_BAD_ARG;
	to->restart = (struct plan_restart){.limit = restart.limit,
	                                    .window_ns = restart.window_ns,
	                                    .backoff_ns = restart.backoff_ns};
	to->heartbeat =
		(struct plan_heartbeat){.every_ns = heartbeat.every_ns, .missed = heartbeat.missed};
	return OK;
}

static enum status copy_affinity(const struct affinity_ref *from, struct plan_affinity *to)
{
	struct affinity affinity;
	const enum status status = affinity_read(from, &affinity);

	if (status == OK)
		*to = (struct plan_affinity){.x = affinity.x,
		                             .y = affinity.y,
		                             .width = affinity.width,
		                             .height = affinity.height};
	return status;
}

static enum status copy_child(struct plan *plan, const struct child *from, struct plan_child *to)
{
	if (from->ram == PLAN_UNKNOWN || from->caps == PLAN_UNKNOWN)
		return ERR_BAD_ARG;
	to->ram = from->ram;
	to->caps = from->caps;
	to->priority = from->priority;
	to->version = from->version;
	to->own_route = from->own_route;
	to->may_fault = from->may_fault;
	to->exit_propagate = from->exit_propagate;
	to->provides_count = from->provides.count;

	enum status status = copy_text(plan, from->name, &to->name);
	if (status == OK)
		status = copy_text(plan, from->binary, &to->binary);
	if (status == OK)
		status = copy_texts(plan, &from->provides, PLAN_PROVIDES_MAX, &to->provides);
	if (status == OK)
		status = copy_config(plan, &from->config, &to->config);
	if (status == OK)
		status = copy_rules(plan, &from->route, &to->route);
	if (status == OK)
		status = copy_place(&from->place, &to->place);
	if (status == OK)
		status = copy_supervision(from, to);
	if (status == OK)
		status = copy_affinity(&from->affinity, &to->affinity);
	return status;
}

static enum status copy_children(struct plan *plan, const struct child_list *from)
{
	if (from->count > PLAN_CHILDREN_MAX)
		return ERR_BAD_ARG;
	plan->children = plan_alloc(plan, from->count, sizeof(*plan->children));
	if (!plan->children)
		return ERR_OUT_OF_RAM;
	for (uint32_t i = 0; i < from->count; i++) {
		struct child child;
		enum status status = child_list_get(from, i, &child);
		if (status == OK)
			status = copy_child(plan, &child, &plan->children[i]);
		if (status != OK)
			return status;
	}
	plan->child_count = from->count;
	return OK;
}

static enum status copy_plan(struct plan *plan, const struct binary_plan *from)
{
	struct affinity_space space;
	enum status status = affinity_space_read(&from->affinity_space, &space);

	if (status != OK || from->reserve_ram == PLAN_UNKNOWN)
		return ERR_BAD_ARG;
	plan->affinity_space =
		(struct plan_affinity_space){.width = space.width, .height = space.height};
	plan->reserve = (struct plan_reserve){.ram = from->reserve_ram, .caps = from->reserve_caps};

	plan->version = from->version;
	plan->parent_limited = from->parent_limited;
	plan->report = (struct plan_report){.delay_ns = from->report_delay_ns,
	                                    .sample_ns = from->report_sample_ns};
	if (from->report_sample_ns && from->report_sample_ns < PLAN_PERIOD_MIN_NS)
		return ERR_BAD_ARG;
	if (from->policy.size > 0)
		status = copy_text(plan, from->policy, &plan->policy_rom);
	if (status == OK)
		status = copy_texts(plan, &from->sources, PLAN_SOURCES_MAX, &plan->sources);
	plan->source_count = status == OK ? from->sources.count : 0;
	if (status == OK)
		status = copy_children(plan, &from->children);
	if (status == OK)
		status = copy_rules(plan, &from->default_route, &plan->default_route);
	if (status == OK)
		status = copy_rules(plan, &from->exports, &plan->exports);
	if (status == OK)
		status = copy_texts(plan, &from->parent_provides, PLAN_PROVIDES_MAX,
		                    &plan->parent_provides);
	plan->parent_provides_count = status == OK ? from->parent_provides.count : 0;
	return status;
}

enum status plan_decode(const void *segment, uint32_t size, struct plan **out_plan)
{
	struct binary_plan message;

	enum status status = binary_plan_decode(segment, size, &message);
	if (status != OK)
		return status;
	struct plan *plan = plan_create();
	if (!plan)
		return ERR_OUT_OF_RAM;
	status = copy_plan(plan, &message);
	if (status != OK) {
		plan_destroy(plan);
		return status;
	}
	*out_plan = plan;
	return OK;
}
