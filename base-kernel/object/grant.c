/* SPDX-License-Identifier: MIT */
#include "grant.h"

#include "memory/assert.h"

struct grants grants;

void grants_init(struct grant *table, uint32_t count)
{
	grants = (struct grants){.table = table, .count = count};
	list_init(&table[GRANT_NONE].uses); /* of the kernel's own mappings */
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

/*@
  requires grants_valid && grants_sound;
  requires index == GRANT_NONE || index < grants.count && grant_usable(&grants.table[index]);
  assigns \nothing;
  ensures \result ==> \forall integer a; grant_above(a, index) ==> grants.table[a].state == GRANT_LIVE;
*/
static bool live_to_the_top(uint32_t index)
{
	/*@
	  loop invariant i == GRANT_NONE || i < grants.count && grant_usable(&grants.table[i]);
	  loop invariant \forall integer a; grant_above(a, index) ==>
	    grants.table[a].state == GRANT_LIVE || grant_above(a, i);
	  loop assigns i;
	  loop variant i == GRANT_NONE ? 0 : 1 + grants.table[i].depth;
	*/
	for (uint32_t i = index; i; i = grant_at(i)->parent) {
		if (grant_at(i)->state != GRANT_LIVE)
			return false;
	}
	return true;
}

enum status grant_create(struct object *object, struct account *account, uint32_t parent,
                         const uint32_t *interfaces, uint32_t *out_grant)
{
	if (!live_to_the_top(parent))
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
	list_init(&grant->uses);
	if (parent)
		link_to_parent(index);
	link_to_account(index);
	*out_grant = index;
	return OK;
}

void grant_kill(uint32_t index)
{
	struct grant *grant = grant_at(index);

	if (grant->state != GRANT_LIVE)
		return;
	grant->state = GRANT_DYING;
	grant->epoch++;
}

void grant_release(uint32_t index)
{
	struct grant *grant = grant_at(index);

	list_remove(&grant->doomed);
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

/*@
  requires grants_valid && index < grants.count;
  assigns \nothing;
  ensures \result == grants.table[index].child;
*/
static uint32_t child_of(uint32_t index)
{
	return grant_at(index)->child;
}

/*@
  requires grants_valid && grants_sound && 0 < index < grants.count && grant_usable(&grants.table[index]);
  requires grants.table[index].child != GRANT_NONE;
  assigns grants.table[1 .. grants.count - 1].state, grants.table[1 .. grants.count - 1].epoch;
  ensures \result == grants.table[index].child;
  ensures 0 < \result < grants.count && grant_usable(&grants.table[\result]);
  ensures grants_valid && grants_sound && grants_later{Pre, Post};
  ensures grants.table[index].depth < grants.table[\result].depth < GRANT_DEPTH_MAX;
  ensures grants.table[\result].state != GRANT_LIVE;
  ensures \forall integer i; 0 < i < grants.count && \old(grants.table[i].state) != GRANT_LIVE ==>
    grants.table[i].state == \old(grants.table[i].state);
*/
static uint32_t kill_child(uint32_t index)
{
	const uint32_t child = child_of(index);

	grant_kill(child);
	return child;
}

bool grant_close(uint32_t index)
{
	uint32_t at = index;

	grant_kill(at);
	/*@
	  loop invariant 0 < at < grants.count && grant_usable(&grants.table[at]);
	  loop invariant grants_valid && grants_sound;
	  loop invariant grants.table[index].state != GRANT_LIVE && grants.table[at].state != GRANT_LIVE;
	  loop assigns at, grants.table[1 .. grants.count - 1].state, grants.table[1 .. grants.count - 1].epoch;
	  loop variant GRANT_DEPTH_MAX - grants.table[at].depth;
	*/
	while (child_of(at)) /* kill top-down, release bottom-up */
		at = kill_child(at);
	if (!grant_sever(at))
		return false;
	if (at == index)
		return true;
	grant_release(at);
	return false;
}

bool grant_revoke(uint32_t index)
{
	struct object *object = grant_at(index)->object;

	if (object->grant == index)
		return object_destroy(object);
	if (!grant_close(index))
		return false;
	grant_release(index);
	return true;
}

uint32_t grant_next(uint32_t index)
{
	if (grant_at(index)->child)
		return grant_at(index)->child;
	while (index && !grant_at(index)->next)
		index = grant_at(index)->parent;
	return grant_at(index)->next;
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
