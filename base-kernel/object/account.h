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
	uint64_t ram_limit;
	uint64_t ram_used; /* never above the limit */
	uint32_t caps_limit;
	uint32_t caps_used;
	uint32_t grants; /* first grant charged here */
	uint32_t depth;  /* of the root: 0 */
	struct heap heap;
};

/* The first account: lies in static memory and has no parent. */
void account_init_root(struct account *account, uint64_t ram, uint32_t caps);
void account_init(struct account *account, struct account *parent);
/* Destroys all that is charged to it, children first, then gives its limits back. */
void account_fini(struct account *account);

bool account_charge_ram(struct account *account, uint64_t bytes);
void account_refund_ram(struct account *account, uint64_t bytes);
bool account_charge_cap(struct account *account);
void account_refund_cap(struct account *account);

/* ERR_BAD_ARG: not its child; ERR_OUT_OF_RAM, ERR_OUT_OF_CAPS: more than is free. */
enum status account_fund(struct account *parent, struct account *child, uint64_t ram,
                         uint64_t caps);
enum status account_refund(struct account *account, uint64_t ram, uint64_t caps);

/* Recomputes what is used by walking objects, grants and heap. */
bool account_consistent(const struct account *account);
