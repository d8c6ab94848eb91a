/* SPDX-License-Identifier: MIT */
/*
 * The budget of a child: its account, and the limits that move between it and init's.
 */
#include <base/log.h>
#include <kernel/client.h>
#include <parent/types.h>

#include "child.h"
#include "init.h"

static struct ipc *ipc_of(const struct child *child)
{
	return &child->init->env->ipc;
}

enum status child_take(struct child *child, uint64_t ram, uint64_t caps)
{
	const struct account_refund_params params = {.ram = ram, .caps = caps};

	const enum status status = account_refund(ipc_of(child), child->account, &params);

	if (status == OK)
		spending_donated(&child->spending, ram, caps);
	return status;
}

void child_give(struct child *child, uint64_t ram, uint64_t caps)
{
	const struct charge_fund_params params = {
		.child = child->account, .ram = ram, .caps = caps};

	/* It was taken from there; a child that has ended gets nothing, init keeps it. */
	if ((!ram && !caps) || !cap_valid(child->account))
		return;
	(void)charge_fund(ipc_of(child), child->init->env->account, &params);
	spending_returned(&child->spending, ram, caps);
}

void child_short(struct child *child, uint64_t ram, uint64_t caps)
{
	enum { TOLD_MAX = 16 };
	char detail[64];

	if (child->short_told == TOLD_MAX || (child->short_ram == ram && child->short_caps == caps))
		return;
	child->short_told++;
	child->short_ram = ram;
	child->short_caps = caps;
	text_format(detail, sizeof(detail), "ram=%lu caps=%lu", ram, caps);
	init_report(child->init, "short", child->plan->name, detail);
}

enum { KEEP_FREE_RAM = 16384, KEEP_FREE_CAPS = 5 };

static uint64_t least(uint64_t left, uint64_t right)
{
	return left < right ? left : right;
}

static uint64_t above(uint64_t value, uint64_t base)
{
	return value > base ? value - base : 0;
}

/* What init may give beyond what its children have: all it has but the reserve. */
static struct plan_reserve spare(const struct init *init)
{
	const struct plan_reserve *reserve = &init->plan->reserve;
	struct charge_usage_results usage;

	if (charge_usage(&init->env->ipc, init->env->account, &usage) != OK)
		return (struct plan_reserve){0};
	return (struct plan_reserve){
		.ram = above(usage.ram_limit, usage.ram_used + reserve->ram),
		.caps = above(usage.caps_limit, usage.caps_used + reserve->caps),
	};
}

enum status child_grant(struct child *child, uint64_t ram, uint64_t caps)
{
	const struct charge_fund_params fund = {.child = child->account, .ram = ram, .caps = caps};
	const struct plan_reserve left = spare(child->init);

	if (ram > left.ram || caps > left.caps)
		return ERR_DENIED;

	const enum status status = charge_fund(ipc_of(child), child->init->env->account, &fund);

	if (status != OK)
		return status;
	child->granted_ram += ram;
	child->granted_caps += caps;
	return OK;
}

void child_shrink(struct child *child)
{
	const uint64_t ram = above(child->assigned_ram, child->plan->ram);
	const uint64_t caps = above(child->assigned_caps, child->plan->caps);
	struct charge_usage_results usage;

	if ((!ram && !caps) || !cap_valid(child->account) ||
	    charge_usage(ipc_of(child), child->account, &usage) != OK)
		return;

	const uint64_t free_ram = above(usage.ram_limit, usage.ram_used + KEEP_FREE_RAM);
	const uint64_t free_caps = above(usage.caps_limit, usage.caps_used + KEEP_FREE_CAPS);
	const uint64_t taken_ram = least(ram, free_ram & ~4095ul),
		       taken_caps = least(caps, free_caps);

	const struct account_refund_params params = {.ram = taken_ram, .caps = taken_caps};

	if (account_refund(ipc_of(child), child->account, &params) != OK)
		return;
	child->assigned_ram -= taken_ram;
	child->assigned_caps -= taken_caps;
}

static void lessen(uint64_t *assigned, uint64_t *granted, uint64_t amount)
{
	const uint64_t of_assigned = least(*assigned, amount);

	*assigned -= of_assigned;
	*granted -= amount - of_assigned;
}

enum status child_strip(struct child *child)
{
	struct charge_usage_results usage;
	enum status status = charge_usage(ipc_of(child), child->account, &usage);

	if (status != OK)
		return status;

	const struct account_refund_params params = {.ram = usage.ram_limit - usage.ram_used,
	                                             .caps = usage.caps_limit - usage.caps_used};

	status = account_refund(ipc_of(child), child->account, &params);
	if (status != OK)
		return status;
	lessen(&child->assigned_ram, &child->granted_ram, params.ram);
	lessen(&child->assigned_caps, &child->granted_caps, params.caps);
	return OK;
}

void child_grow(struct child *child)
{
	struct env *env = child->init->env;
	const uint64_t ram = above(child->plan->ram, child->assigned_ram);
	const uint64_t caps = above(child->plan->caps, child->assigned_caps);

	if ((!ram && !caps) || !cap_valid(child->account))
		return;

	const struct plan_reserve left = spare(child->init);
	const struct charge_fund_params fund = {
		.child = child->account,
		.ram = least(ram, left.ram),
		.caps = least(caps, left.caps),
	};

	if (charge_fund(&env->ipc, env->account, &fund) != OK)
		return;
	child->assigned_ram += fund.ram;
	child->assigned_caps += fund.caps;
	child->short_ram = child->short_caps = 0;
	(void)supervision_tell(child, NEWS_BUDGET);
}

enum status child_create_account(struct child *child)
{
	struct env *env = child->init->env;
	const struct charge_create_account_params params = {.ram = child->plan->ram,
	                                                    .caps = child->plan->caps};
	struct charge_create_account_results made;
	struct self_derive_results facet;
	enum status status = charge_create_account(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;
	child->account = made.account;
	child->assigned_ram = params.ram;
	child->assigned_caps = params.caps;

	const struct self_derive_params derive = {
		.cap = made.account.id, .interface = CHARGE_INTERFACE, .account = made.account};

	status = self_derive(&env->ipc, CAP_NULL, &derive, &facet);
	if (status == OK)
		child->charge = facet.derived;
	return status;
}
