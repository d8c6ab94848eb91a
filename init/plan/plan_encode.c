/* SPDX-License-Identifier: MIT */
/*
 * A plan in the form that generated code writes to a message. The views live in
 * the plan's arena; a failed allocation is noted once and ends the encoding.
 */
#include "plan_message.h"

#include <plan/types.h>
#include <string.h>

struct encoding {
	struct plan *plan;
	bool out_of_ram;
};

static void *take(struct encoding *encoding, size_t count, size_t size)
{
	void *memory = plan_alloc(encoding->plan, count, size);

	if (!memory)
		encoding->out_of_ram = true;
	return memory;
}

/* NULL is the absent text. */
static struct capnp_text text_of(const char *text)
{
	return text ? capnp_text_of(text) : (struct capnp_text){0};
}

static struct place_ref place_of(struct encoding *encoding, struct plan_place from)
{
	struct place *place = take(encoding, 1, sizeof(*place));

	if (place)
		*place = (struct place){.source = from.source, .line = from.line};
	return (struct place_ref){.item = place};
}

static struct capnp_text_list texts_of(struct encoding *encoding, const char *const *from,
                                       uint32_t count)
{
	struct capnp_text *texts = take(encoding, count, sizeof(*texts));

	for (uint32_t i = 0; texts && i < count; i++)
		texts[i] = text_of(from[i]);
	return (struct capnp_text_list){.items = texts, .count = texts ? count : 0};
}

static struct rewrite_list rewrites_of(struct encoding *encoding, const struct plan_target *from)
{
	struct rewrite *rewrites = take(encoding, REWRITE_KINDS, sizeof(*rewrites));
	uint32_t count = 0;

	for (unsigned kind = 0; rewrites && kind < REWRITE_KINDS; kind++) {
		if (from->rewrites[kind])
			rewrites[count++] = (struct rewrite){.kind = (enum rewrite_kind)kind,
			                                     .text = text_of(from->rewrites[kind])};
	}
	return (struct rewrite_list){.items = rewrites, .count = count};
}

/* Recursion ends at the second level: what `choose` declares declares nothing. */
static struct target_list targets_of(struct encoding *encoding, const struct plan_target *from,
                                     uint32_t count)
{
	struct target *targets = take(encoding, count, sizeof(*targets));

	for (uint32_t i = 0; targets && i < count; i++) {
		targets[i] = (struct target){
			.kind = (enum target_kind)from[i].kind,
			.child = text_of(from[i].child),
			.rewrites = rewrites_of(encoding, &from[i]),
			.place = place_of(encoding, from[i].place),
			.chunk_hash = from[i].chunk_hash,
			.function = from[i].function,
			.declared = targets_of(encoding, from[i].declared, from[i].declared_count),
		};
	}
	return (struct target_list){.items = targets, .count = targets ? count : 0};
}

static struct constraint_list constraints_of(struct encoding *encoding,
                                             const struct plan_rule *from)
{
	struct constraint *constraints = take(encoding, CONSTRAINT_KINDS, sizeof(*constraints));
	uint32_t count = 0;

	for (unsigned kind = 0; constraints && kind < CONSTRAINT_KINDS; kind++) {
		if (from->constraints[kind])
			constraints[count++] =
				(struct constraint){.kind = (enum constraint_kind)kind,
			                            .text = text_of(from->constraints[kind])};
	}
	return (struct constraint_list){.items = constraints, .count = count};
}

static struct rule_list rules_of(struct encoding *encoding, const struct plan_rules *from)
{
	struct rule *rules = take(encoding, from->count, sizeof(*rules));

	for (uint32_t i = 0; rules && i < from->count; i++) {
		rules[i] = (struct rule){
			.service = text_of(from->items[i].service),
			.constraints = constraints_of(encoding, &from->items[i]),
			.targets = targets_of(encoding, from->items[i].targets,
		                              from->items[i].target_count),
			.place = place_of(encoding, from->items[i].place),
			.lost = (enum when_lost)from->items[i].lost,
		};
	}
	return (struct rule_list){.items = rules, .count = rules ? from->count : 0};
}

static struct restart_ref restart_of(struct encoding *encoding, const struct plan_restart *from)
{
	struct restart *restart = from->limit ? take(encoding, 1, sizeof(*restart)) : NULL;

	if (restart)
		*restart = (struct restart){.limit = (uint32_t)from->limit,
		                            .window_ns = from->window_ns,
		                            .backoff_ns = from->backoff_ns};
	return (struct restart_ref){.item = restart};
}

static struct heartbeat_ref heartbeat_of(struct encoding *encoding,
                                         const struct plan_heartbeat *from)
{
	struct heartbeat *heartbeat = from->every_ns ? take(encoding, 1, sizeof(*heartbeat)) : NULL;

	if (heartbeat)
		*heartbeat = (struct heartbeat){.every_ns = from->every_ns,
		                                .missed = (uint32_t)from->missed};
	return (struct heartbeat_ref){.item = heartbeat};
}

static struct affinity_ref affinity_of(struct encoding *encoding, const struct plan_affinity *from)
{
	struct affinity *affinity = from->width ? take(encoding, 1, sizeof(*affinity)) : NULL;

	if (affinity)
		*affinity = (struct affinity){.x = (uint32_t)from->x,
		                              .y = (uint32_t)from->y,
		                              .width = (uint32_t)from->width,
		                              .height = (uint32_t)from->height};
	return (struct affinity_ref){.item = affinity};
}

static struct affinity_space_ref space_of(struct encoding *encoding,
                                          const struct plan_affinity_space *from)
{
	struct affinity_space *space = from->width ? take(encoding, 1, sizeof(*space)) : NULL;

	if (space)
		*space = (struct affinity_space){.width = (uint32_t)from->width,
		                                 .height = (uint32_t)from->height};
	return (struct affinity_space_ref){.item = space};
}

static struct child_config config_of(const struct plan_config *from)
{
	switch (from->kind) {
	case CONFIG_NONE: break;
	case CONFIG_DATA:
		return (struct child_config){
			.which = CHILD_CONFIG_DATA,
			.data = {.at = from->data, .size = (uint32_t)from->size},
		};
	case CONFIG_TEXT:
		return (struct child_config){.which = CHILD_CONFIG_TEXT,
		                             .text = text_of(from->data)};
	case CONFIG_ROM:
		return (struct child_config){.which = CHILD_CONFIG_ROM, .rom = text_of(from->data)};
	}
	return (struct child_config){.which = CHILD_CONFIG_NONE};
}

static struct child_list children_of(struct encoding *encoding)
{
	const struct plan *plan = encoding->plan;
	struct child *children = take(encoding, plan->child_count, sizeof(*children));

	for (uint32_t i = 0; children && i < plan->child_count; i++) {
		const struct plan_child *from = &plan->children[i];
		children[i] = (struct child){
			.name = text_of(from->name),
			.binary = text_of(from->binary),
			.ram = from->ram,
			.caps = from->caps,
			.priority = from->priority,
			.version = from->version,
			.provides = texts_of(encoding, from->provides, from->provides_count),
			.config = config_of(&from->config),
			.own_route = from->own_route,
			.route = rules_of(encoding, &from->route),
			.may_fault = from->may_fault,
			.exit_propagate = from->exit_propagate,
			.place = place_of(encoding, from->place),
			.restart = restart_of(encoding, &from->restart),
			.heartbeat = heartbeat_of(encoding, &from->heartbeat),
			.affinity = affinity_of(encoding, &from->affinity),
		};
	}
	return (struct child_list){.items = children, .count = children ? plan->child_count : 0};
}

enum status plan_encode(struct plan *plan, const void **out_segment, uint32_t *out_size)
{
	struct encoding encoding = {.plan = plan};
	const struct binary_plan message = {
		.version = plan->version,
		.policy = text_of(plan->policy_rom),
		.sources = texts_of(&encoding, plan->sources, plan->source_count),
		.children = children_of(&encoding),
		.default_route = rules_of(&encoding, &plan->default_route),
		.exports = rules_of(&encoding, &plan->exports),
		.report_delay_ns = plan->report.delay_ns,
		.report_sample_ns = plan->report.sample_ns,
		.affinity_space = space_of(&encoding, &plan->affinity_space),
		.reserve_ram = plan->reserve.ram,
		.reserve_caps = (uint32_t)plan->reserve.caps,
		.parent_limited = plan->parent_limited,
		.parent_provides =
			texts_of(&encoding, plan->parent_provides, plan->parent_provides_count),
	};

	for (uint32_t capacity = 4096; capacity <= PLAN_MESSAGE_BYTES_MAX; capacity *= 4) {
		void *segment = take(&encoding, 1, capacity);
		if (encoding.out_of_ram)
			return ERR_OUT_OF_RAM;
		const enum status status =
			binary_plan_encode(&message, segment, capacity, out_size);
		if (status == OK)
			*out_segment = segment;
		if (status != ERR_INSUFFICIENT_RAM)
			return status;
	}
	return ERR_BAD_ARG;
}
