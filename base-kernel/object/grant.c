/* SPDX-License-Identifier: MIT */
#include "grant.h"

#include "memory/assert.h"
#include "sched/sched.h"

struct grants grants;

void grants_init(struct grant *table, uint32_t count)
{
	grants = (struct grants){.table = table, .count = count};
	for (uint32_t i = count - 1; i > 0; i--) {
		table[i].next = grants.free;
		grants.free = i;
	}
}

static void link_to_parent(uint32_t index)
{
	struct grant *grant = grant_at(index);
	struct grant *parent = grant_at(grant->parent);

	grant->prev = GRANT_NONE;
	grant->next = parent->child;
	if (grant->next)
		grant_at(grant->next)->prev = index;
	parent->child = index;
}

static void unlink_from_parent(uint32_t index)
{
	struct grant *grant = grant_at(index);

	if (grant->prev)
		grant_at(grant->prev)->next = grant->next;
	else if (grant->parent)
		grant_at(grant->parent)->child = grant->next;
	if (grant->next)
		grant_at(grant->next)->prev = grant->prev;
}

static void link_to_account(uint32_t index)
{
	struct grant *grant = grant_at(index);

	grant->account_prev = GRANT_NONE;
	grant->account_next = grant->account->grants;
	if (grant->account_next)
		grant_at(grant->account_next)->account_prev = index;
	grant->account->grants = index;
}

static void unlink_from_account(uint32_t index)
{
	struct grant *grant = grant_at(index);

	if (grant->account_prev)
		grant_at(grant->account_prev)->account_next = grant->account_next;
	else
		grant->account->grants = grant->account_next;
	if (grant->account_next)
		grant_at(grant->account_next)->account_prev = grant->account_prev;
	account_refund_cap(grant->account);
}

enum status grant_create(struct object *object, struct account *account, uint32_t parent,
                         const uint32_t *interfaces, uint32_t *out_grant)
{
	if (parent && grant_at(parent)->state != GRANT_LIVE)
		return ERR_GONE;
	if (parent && grant_at(parent)->depth + 1 >= GRANT_DEPTH_MAX)
		return ERR_BAD_ARG;
	if (grants.free == GRANT_NONE || !account_charge_cap(account))
		return ERR_OUT_OF_CAPS;

	const uint32_t index = grants.free;
	struct grant *grant = grant_at(index);
	const uint32_t epoch = grant->epoch;

	grants.free = grant->next;
	grants.used++;
	*grant = (struct grant){
		.object = object,
		.account = account,
		.epoch = epoch,
		.state = GRANT_LIVE,
		.depth = parent ? (uint8_t)(grant_at(parent)->depth + 1) : 0,
		.parent = parent,
	};
	for (unsigned i = 0; i < GRANT_INTERFACES_MAX; i++)
		grant->interfaces[i] = interfaces[i];
	if (parent)
		link_to_parent(index);
	link_to_account(index);
	*out_grant = index;
	return OK;
}

void grant_doom(uint32_t index)
{
	struct grant *grant = grant_at(index);

	if (grant->state != GRANT_LIVE || grant->doomed)
		return;
	grant->doomed = true;
	grant->doomed_prev = GRANT_NONE;
	grant->doomed_next = grants.doomed;
	if (grant->doomed_next)
		grant_at(grant->doomed_next)->doomed_prev = index;
	grants.doomed = index;
	sched_attention = true;
}

void grants_revoke_doomed(void)
{
	while (grants.doomed)
		grant_revoke(grants.doomed);
}

static void spare(uint32_t index)
{
	struct grant *grant = grant_at(index);

	if (!grant->doomed)
		return;
	if (grant->doomed_prev)
		grant_at(grant->doomed_prev)->doomed_next = grant->doomed_next;
	else
		grants.doomed = grant->doomed_next;
	if (grant->doomed_next)
		grant_at(grant->doomed_next)->doomed_prev = grant->doomed_prev;
	grant->doomed = false;
}

static void release(uint32_t index)
{
	struct grant *grant = grant_at(index);

	spare(index);
	unlink_from_parent(index);
	unlink_from_account(index);
	grants.used--;
	*grant = (struct grant){.epoch = grant->epoch, .state = GRANT_RETIRED};
	/* An epoch that would come round again could revive stale copies. */
	if (grant->epoch == UINT32_MAX)
		return;
	grant->state = GRANT_FREE;
	grant->next = grants.free;
	grants.free = index;
}

void grant_revoke(uint32_t index)
{
	struct grant *top = grant_at(index);
	struct object *object = top->object;
	const bool first = object->grant == index;
	uint32_t at = index;

	if (top->state != GRANT_LIVE)
		return;
	top->state = GRANT_DYING;
	for (;;) {
		struct grant *grant = grant_at(at);

		if (grant->child) { /* kill top-down, release bottom-up */
			at = grant->child;
			grant_at(at)->state = GRANT_DYING;
			continue;
		}

		const uint32_t parent = grant->parent;

		grant->epoch++;
		grant_sever(object, at);
		release(at);
		if (at == index)
			break;
		at = parent;
	}
	if (first) {
		object->grant = GRANT_NONE;
		object_destroy(object);
	}
}

void grant_narrow(uint32_t index, uint32_t interface)
{
	struct grant *grant = grant_at(index);
	const int position = grant_interface_position(grant, interface);

	assert(position >= 0);
	for (int i = 0; i < GRANT_INTERFACES_MAX; i++)
		grant->interfaces[i] =
			i + position < GRANT_INTERFACES_MAX ? grant->interfaces[i + position] : 0;
}

int grant_interface_position(const struct grant *grant, uint32_t interface)
{
	/*@
	  loop invariant 0 <= i <= GRANT_INTERFACES_MAX;
	  loop invariant \forall integer k; 0 <= k < i ==> grant->interfaces[k] != interface;
	  loop assigns i;
	  loop variant GRANT_INTERFACES_MAX - i;
	*/
	for (int i = 0; i < GRANT_INTERFACES_MAX && grant->interfaces[i]; i++) {
		if (grant->interfaces[i] == interface)
			return i;
	}
	return -1;
}

bool grants_consistent(void)
{
	uint32_t used = 0;

	for (uint32_t i = 1; i < grants.count; i++) {
		const struct grant *grant = grant_at(i);

		if (grant->state == GRANT_FREE || grant->state == GRANT_RETIRED)
			continue;
		used++;
		if (grant->parent && grant_at(grant->parent)->object != grant->object)
			return false;
		for (uint32_t c = grant->child; c; c = grant_at(c)->next) {
			if (grant_at(c)->parent != i)
				return false;
		}
	}
	return used == grants.used;
}
