/* SPDX-License-Identifier: MIT */
#include "reconfigure.h"

#include <base/log.h>
#include <stdlib.h>
#include <string.h>

#include "child/child.h"
#include "config.h"
#include "plan/diff.h"
#include "route/exported.h"

/* A child of the new plan, and how it differs from the one there is. */
struct change {
	struct child *child;
	unsigned fields;
	bool fresh;
};

static struct child *find(const struct init *init, const char *name)
{
	for (struct child *child = init->all; child; child = child->next) {
		if (child->state != CHILD_REMOVED && strcmp(child->name, name) == 0)
			return child;
	}
	return NULL;
}

static void forget(struct change *changes, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (changes[i].fresh)
			free(changes[i].child);
	}
	free(changes);
}

/* The half that may fail. */
static struct change *prepare(const struct init *init, const struct plan *next)
{
	struct change *changes = calloc(next->child_count + 1, sizeof(*changes));

	for (uint32_t i = 0; changes && i < next->child_count; i++) {
		const struct plan_child *plan = &next->children[i];
		struct change *change = &changes[i];

		change->child = find(init, plan->name);
		change->fresh = !change->child;
		if (change->fresh)
			change->child = calloc(1, sizeof(*change->child));
		else
			change->fields = diff_child(init->plan, change->child->plan, next, plan);
		if (!change->child) {
			forget(changes, i);
			return NULL;
		}
	}
	return changes;
}

/* Behind the others: what is told of them comes in the plan's order. */
static void append(struct init *init, struct child *child)
{
	struct child **place = &init->all;

	while (*place)
		place = &(*place)->next;
	*place = child;
}

static bool planned(const struct change *changes, uint32_t count, const struct child *child)
{
	for (uint32_t i = 0; i < count; i++) {
		if (changes[i].child == child)
			return true;
	}
	return false;
}

static void take_over(struct init *init, struct change *changes, struct child **children)
{
	const struct plan *plan = init->plan;

	for (uint32_t i = 0; i < plan->child_count; i++) {
		struct child *child = changes[i].child;

		if (changes[i].fresh) {
			child_init(child, init, &plan->children[i]);
			append(init, child);
		}
		child->plan = &plan->children[i];
		child->index = i;
		children[i] = child;
	}
}

static void remove_others(struct init *init, const struct change *changes)
{
	struct child *next;

	for (struct child *child = init->all; child; child = next) {
		next = child->next;
		if (child->state != CHILD_REMOVED &&
		    !planned(changes, init->plan->child_count, child))
			child_remove(child);
	}
}

static void name_fields(unsigned fields, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < DIFF_FIELDS; i++) {
		if ((fields & DIFF_RESTARTS) >> i & 1)
			used += text_format(text + used, size - used, "%s%s", used ? ", " : "new ",
			                    diff_field_names[i]);
	}
}

static void renew_changed(const struct change *change)
{
	char reason[SUPERVISION_REASON_MAX];

	name_fields(change->fields, reason, sizeof(reason));
	if (change->fields & DIFF_RESTARTS)
		child_renew(change->child, reason);
	else if (child_alive(change->child) && !routed_replan(change->child))
		child_renew(change->child, "new route");
}

static void apply(struct init *init, const struct change *changes)
{
	const uint32_t count = init->plan->child_count;

	/* First: a session at a server that goes may be had anew elsewhere. */
	for (uint32_t i = 0; i < count; i++) {
		if (!changes[i].fresh)
			renew_changed(&changes[i]);
	}
	remove_others(init, changes);
	for (struct child *child = init->all; child; child = child->next) {
		child_shrink(child);
		if (child->assigned_ram > child->plan->ram ||
		    child->assigned_caps > child->plan->caps)
			(void)supervision_tell(child, CHILD_NEWS_YIELD);
	}
	reconfigure_budgets(init);
	for (uint32_t i = 0; i < count; i++) {
		if (changes[i].fresh)
			supervision_again(changes[i].child);
		else if (changes[i].fields & DIFF_CONFIG && child_alive(changes[i].child))
			routed_new_config(changes[i].child);
	}
}

static void tell(struct init *init)
{
	char detail[32];

	text_format(detail, sizeof(detail), "version=%u", init->plan->version);
	init_report(init, "configured", "", detail);
}

enum status reconfigure(struct init *init, const struct configuration *next)
{
	struct child **children = calloc(next->plan->child_count + 1, sizeof(struct child *));
	struct change *changes = prepare(init, next->plan);
	struct configuration past = init->now;

	if (!children || !changes) {
		if (changes)
			forget(changes, next->plan->child_count);
		free(children);
		return ERR_OUT_OF_RAM;
	}
	init->now = *next;
	init->plan = next->plan;
	if (next->policy)
		init->chooser = policy_chooser(next->policy);
	take_over(init, changes, children);
	free(init->children);
	init->children = children;
	apply(init, changes);
	free(changes);
	config_destroy(&past);
	tell(init);
	return exported_announce(init);
}

void reconfigure_changed(struct signal_handler *handler)
{
	struct init *init = (struct init *)((char *)handler - offsetof(struct init, reconfigured));
	struct configuration next;
	enum status status = config_load(init, &next);

	if (status == OK && !next.plan) {
		tell(init);
		return;
	}
	if (status == OK) {
		status = reconfigure(init, &next);
		if (status == ERR_OUT_OF_RAM)
			config_destroy(&next);
	}
	if (status == OK)
		return;
	log_line(init->env, "the new policy is not applied; the old one stays in force");
	init_report(init, "refused", "", "the old policy stays in force");
}

void reconfigure_budgets(struct init *init)
{
	for (uint32_t i = 0; i < init->plan->child_count; i++)
		child_grow(init->children[i]);
	supervision_begin_all(init);
}
