/* SPDX-License-Identifier: MIT */
/*
 * Account: a limit of RAM and capabilities, and all that was paid from it.
 *
 * Accounts form a tree. Limits move between an account and its parent and are
 * never created, copied or lent, so the sum over all accounts is constant.
 * Every kernel object, grant and mapping is charged to exactly one account;
 * destroying the account destroys them, its children first, and gives the
 * limits back to the parent.
 */
#pragma once

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "memory/heap.h"
#include "object.h"

enum { ACCOUNT_DEPTH_MAX = 64 };

struct account {
	struct object object; /* charged to the parent; the root account to itself */
	struct account *parent;
	struct list_node sibling;
	struct list_node children;
	struct list_node charged; /* objects, see struct object */
	uint64_t ram_limit, ram_used,
		ram_peak; /* used: never above the limit; peak: the most ever */
	uint32_t caps_limit, caps_used, caps_peak;
	uint32_t grants; /* first grant charged here */
	uint32_t depth;  /* of the root: 0 */
	struct heap heap;
};

/*@
  predicate account_valid{L}(struct account *a) =
    \valid(a) && a->ram_used <= a->ram_limit && a->caps_used <= a->caps_limit &&
    a->ram_used <= a->ram_peak && a->caps_used <= a->caps_peak;
*/

/* The first account: lies in static memory and has no parent. */
void account_init_root(struct account *account, uint64_t ram, uint32_t caps);
/* With limits of the parent's. ERR_OUT_OF_RAM, ERR_OUT_OF_CAPS: more than it has free. */
enum status account_init(struct account *account, struct account *parent, uint64_t ram,
                         uint64_t caps);
/* One step: destroys what is charged to it, children first; at last (true) gives its limits back. */
bool account_fini(struct account *account);

/*@
  requires account_valid(account);
  assigns account->ram_used, account->ram_peak;
  ensures account_valid(account);
  ensures account->ram_peak == \max(\old(account->ram_peak), account->ram_used);
  ensures \result <==> \old(account->ram_used) + bytes <= account->ram_limit;
  ensures account->ram_used == \old(account->ram_used) + (\result ? bytes : 0);
*/
bool account_charge_ram(struct account *account, uint64_t bytes);
/*@
  requires account_valid(account) && bytes <= account->ram_used;
  assigns account->ram_used;
  ensures account_valid(account);
  ensures account->ram_used == \old(account->ram_used) - bytes;
*/
void account_refund_ram(struct account *account, uint64_t bytes);
/*@
  requires account_valid(account);
  assigns account->caps_used, account->caps_peak;
  ensures account_valid(account);
  ensures account->caps_peak == \max(\old(account->caps_peak), account->caps_used);
  ensures \result <==> \old(account->caps_used) < account->caps_limit;
  ensures account->caps_used == \old(account->caps_used) + (\result ? 1 : 0);
*/
bool account_charge_cap(struct account *account);
/*@
  requires account_valid(account) && 0 < account->caps_used;
  assigns account->caps_used;
  ensures account_valid(account);
  ensures account->caps_used == \old(account->caps_used) - 1;
*/
void account_refund_cap(struct account *account);

/*@
  // What one account loses the other has gained.
  predicate account_limits_moved{L1, L2}(struct account *a, struct account *b, integer ram, integer caps) =
    \at(a->ram_limit, L2) == \at(a->ram_limit, L1) - ram &&
    \at(b->ram_limit, L2) == \at(b->ram_limit, L1) + ram &&
    \at(a->caps_limit, L2) == \at(a->caps_limit, L1) - caps &&
    \at(b->caps_limit, L2) == \at(b->caps_limit, L1) + caps;

  // Limits of all accounts together never exceed what the machine had at boot.
  predicate account_pair{L}(struct account *a, struct account *b) =
    account_valid(a) && account_valid(b) && \separated(a, b) &&
    a->ram_limit + b->ram_limit <= UINT64_MAX && a->caps_limit + b->caps_limit <= UINT32_MAX;
*/

/* ERR_BAD_ARG: not its child; ERR_OUT_OF_RAM, ERR_OUT_OF_CAPS: more than is free. */
/*@
  requires account_pair(parent, child);
  assigns parent->ram_limit, parent->caps_limit, child->ram_limit, child->caps_limit;
  ensures account_pair(parent, child);
  ensures \result == OK ? account_limits_moved{Pre, Post}(parent, child, ram, caps) :
    account_limits_moved{Pre, Post}(parent, child, 0, 0);
*/
enum status account_fund(struct account *parent, struct account *child, uint64_t ram,
                         uint64_t caps);
/*@
  requires account->parent == \null ? account_valid(account) : account_pair(account, account->parent);
  assigns account->ram_limit, account->caps_limit, account->parent->ram_limit,
    account->parent->caps_limit;
  ensures account->parent == \null ? account_valid(account) : account_pair(account, account->parent);
  ensures \result == OK ? account_limits_moved{Pre, Post}(account, account->parent, ram, caps) :
    account->ram_limit == \old(account->ram_limit) && account->caps_limit == \old(account->caps_limit);
*/
enum status account_refund(struct account *account, uint64_t ram, uint64_t caps);

/* Recomputes what is used by walking objects, grants and heap. */
bool account_consistent(const struct account *account);
