/* SPDX-License-Identifier: MIT */
#include "account.h"

#include "grant.h"
#include "memory/assert.h"

void account_init_root(struct account *account, uint64_t ram, uint32_t caps)
{
	*account = (struct account){.ram_limit = ram, .caps_limit = caps};
	account->object = (struct object){.type = OBJECT_ACCOUNT, .account = account};
	list_init(&account->children);
	list_init(&account->charged);
}

enum status account_init(struct account *account, struct account *parent, uint64_t ram,
                         uint64_t caps)
{
	account->parent = parent;
	account->depth = parent->depth + 1;
	list_init(&account->children);
	list_init(&account->charged);

	const enum status status = account_fund(parent, account, ram, caps);

	if (status == OK)
		list_append(&parent->children, &account->sibling);
	return status;
}

bool account_fini(struct account *account)
{
	struct account *at = account;
	const struct grant *grant;
	struct list_node *first;

	/*
	 * Down to a leaf, in a loop: accounts nest deeper than the kernel's stack. Each is closed before
	 * its children go, so that it gets no more of them.
	 */
	while ((first = list_first(&at->children))) {
		at = list_entry(first, struct account, sibling);
		grant = grant_at(at->object.grant);
		/* Nothing goes through it but what is derived. */
		if ((grant->state == GRANT_LIVE || grant->child) && !grant_close(at->object.grant))
			return false;
	}
	if (at != account) {
		object_destroy(&at->object);
		return false;
	}
	if ((first = list_first(&account->charged))) {
		object_destroy(list_entry(first, struct object, charged));
		return false;
	}
	if (account->grants) {
		grant_revoke(account->grants);
		return false;
	}
	assert(account->ram_used == 0 && account->caps_used == 0);
	list_remove(&account->sibling);
	account->parent->ram_limit += account->ram_limit;
	account->parent->caps_limit += account->caps_limit;
	return true;
}

bool account_charge_ram(struct account *account, uint64_t bytes)
{
	if (bytes > account->ram_limit - account->ram_used)
		return false;
	account->ram_used += bytes;
	if (account->ram_peak < account->ram_used)
		account->ram_peak = account->ram_used;
	return true;
}

void account_refund_ram(struct account *account, uint64_t bytes)
{
	assert(bytes <= account->ram_used);
	account->ram_used -= bytes;
}

bool account_charge_cap(struct account *account)
{
	if (account->caps_used == account->caps_limit)
		return false;
	account->caps_used++;
	if (account->caps_peak < account->caps_used)
		account->caps_peak = account->caps_used;
	return true;
}

void account_refund_cap(struct account *account)
{
	assert(account->caps_used > 0);
	account->caps_used--;
}

/*@
  requires account_pair(from, to);
  assigns from->ram_limit, from->caps_limit, to->ram_limit, to->caps_limit;
  ensures account_pair(from, to);
  ensures \result == OK ? account_limits_moved{Pre, Post}(from, to, ram, caps) :
    account_limits_moved{Pre, Post}(from, to, 0, 0);
*/
static enum status move_limits(struct account *from, struct account *to, uint64_t ram,
                               uint64_t caps)
{
	if (ram > from->ram_limit - from->ram_used)
		return ERR_OUT_OF_RAM;
	if (caps > from->caps_limit - from->caps_used)
		return ERR_OUT_OF_CAPS;

	from->ram_limit -= ram;
	from->caps_limit -= (uint32_t)caps;
	to->ram_limit += ram;
	to->caps_limit += (uint32_t)caps;
	return OK;
}

enum status account_fund(struct account *parent, struct account *child, uint64_t ram, uint64_t caps)
{
	if (child->parent != parent)
		return ERR_BAD_ARG;
	return move_limits(parent, child, ram, caps);
}

enum status account_refund(struct account *account, uint64_t ram, uint64_t caps)
{
	if (!account->parent)
		return ERR_BAD_ARG;
	return move_limits(account, account->parent, ram, caps);
}

bool account_consistent(const struct account *account)
{
	uint64_t ram = account->heap.bytes;
	uint32_t caps = 0;

	if (account->ram_used > account->ram_limit || account->caps_used > account->caps_limit)
		return false;
	list_for_each (node, &account->charged) {
		const struct object *object = list_entry(node, struct object, charged);

		if (object->account != account)
			return false;
		ram += object_extra_bytes(object);
	}
	for (uint32_t i = account->grants; i; i = grant_at(i)->account_next) {
		if (grant_at(i)->account != account || ++caps > account->caps_used)
			return false;
	}
	return ram == account->ram_used && caps == account->caps_used &&
	       heap_consistent(&account->heap);
}
