/* SPDX-License-Identifier: MIT */
#include "diff.h"

#include <string.h>

const char *const diff_field_names[DIFF_FIELDS] = {
	"version", "binary", "priority", "config's source", "heartbeat",   "ram",
	"caps",    "config", "provides", "route",           "supervision", "affinity",
};

static bool same_text(const char *left, const char *right)
{
	return left == right || (left && right && !strcmp(left, right));
}

static bool same_texts(const char *const *left, const char *const *right, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (!same_text(left[i], right[i]))
			return false;
	}
	return true;
}

static bool same_target(const struct plan_target *left, const struct plan_target *right)
{
	if (left->kind != right->kind || !same_text(left->child, right->child) ||
	    !same_texts(left->rewrites, right->rewrites, REWRITE_KINDS) ||
	    left->chunk_hash != right->chunk_hash || left->function != right->function ||
	    left->declared_count != right->declared_count)
		return false;
	for (uint32_t i = 0; i < left->declared_count; i++) {
		/* what is declared declares nothing: this goes one level deep */
		if (!same_target(&left->declared[i], &right->declared[i]))
			return false;
	}
	return true;
}

static bool same_rule(const struct plan_rule *left, const struct plan_rule *right)
{
	if (!same_text(left->service, right->service) || left->lost != right->lost ||
	    !same_texts(left->constraints, right->constraints, CONSTRAINT_KINDS) ||
	    left->target_count != right->target_count)
		return false;
	for (uint32_t i = 0; i < left->target_count; i++) {
		if (!same_target(&left->targets[i], &right->targets[i]))
			return false;
	}
	return true;
}

bool diff_rules_equal(const struct plan_rules *left, const struct plan_rules *right)
{
	if (left->count != right->count)
		return false;
	for (uint32_t i = 0; i < left->count; i++) {
		if (!same_rule(&left->items[i], &right->items[i]))
			return false;
	}
	return true;
}

static bool is_inline(const struct plan_config *config)
{
	return config->kind == CONFIG_DATA || config->kind == CONFIG_TEXT;
}

static unsigned diff_config(const struct plan_config *left, const struct plan_config *right)
{
	if (is_inline(left) != is_inline(right))
		return DIFF_CONFIG_SOURCE;
	if (is_inline(left))
		return left->size == right->size && !memcmp(left->data, right->data, left->size)
		               ? 0
		               : DIFF_CONFIG;
	return left->kind == right->kind && same_text(left->data, right->data) ? 0
	                                                                       : DIFF_CONFIG_SOURCE;
}

static bool same_supervision(const struct plan_child *old, const struct plan_child *new)
{
	return old->restart.limit == new->restart.limit &&
	       old->restart.window_ns == new->restart.window_ns &&
	       old->restart.backoff_ns == new->restart.backoff_ns &&
	       old->heartbeat.every_ns == new->heartbeat.every_ns &&
	       old->heartbeat.missed == new->heartbeat.missed &&
	       old->exit_propagate == new->exit_propagate && old->may_fault == new->may_fault;
}

static bool same_affinity(const struct plan_affinity *old, const struct plan_affinity *new)
{
	return old->x == new->x && old->y == new->y && old->width == new->width &&
	       old->height == new->height;
}

unsigned diff_child(const struct plan *before, const struct plan_child *old,
                    const struct plan *after, const struct plan_child *new)
{
	unsigned fields = diff_config(&old->config, &new->config);

	if (old->version != new->version)
		fields |= DIFF_VERSION;
	if (!same_text(old->binary, new->binary))
		fields |= DIFF_BINARY;
	if (old->priority != new->priority)
		fields |= DIFF_PRIORITY;
	if (!old->heartbeat.every_ns != !new->heartbeat.every_ns)
		fields |= DIFF_HEARTBEAT;
	if (old->ram != new->ram)
		fields |= DIFF_RAM;
	if (old->caps != new->caps)
		fields |= DIFF_CAPS;
	if (old->provides_count != new->provides_count ||
	    !same_texts(old->provides, new->provides, old->provides_count))
		fields |= DIFF_PROVIDES;
	if (!diff_rules_equal(plan_child_rules(before, old), plan_child_rules(after, new)))
		fields |= DIFF_ROUTE;
	if (!same_supervision(old, new))
		fields |= DIFF_SUPERVISION;
	if (!same_affinity(&old->affinity, &new->affinity))
		fields |= DIFF_AFFINITY;
	return fields;
}
