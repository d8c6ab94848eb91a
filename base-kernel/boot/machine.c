/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <kernel/words.h>

#include "core_start.h"
#include "memory/frame.h"
#include "object/grant.h"

struct machine machine;

bool machine_has_ram(paddr_t address, uint64_t size)
{
	for (unsigned i = 0; i < machine.ram_count; i++) {
		if (address < machine.ram[i].end && machine.ram[i].start < address + size)
			return true;
	}
	return false;
}

static const struct account *next_account(const struct account *account)
{
	const struct list_node *child = list_first(&account->children);

	if (child)
		return list_entry(child, struct account, sibling);
	while (account->parent) {
		if (account->sibling.next != &account->parent->children)
			return list_entry(account->sibling.next, struct account, sibling);
		account = account->parent;
	}
	return NULL;
}

void machine_audit(struct platform_audit_results *out_results)
{
	struct platform_audit_results results = {
		.ram_total = machine.ram_total,
		.ram_free = frames.free_pages << PAGE_SHIFT,
		.grants = grants.used,
	};

	for (const struct account *at = &root_account; at; at = next_account(at)) {
		results.accounts++;
		list_for_each (node, &at->charged)
			results.objects++;
		if (!account_consistent(at))
			results.mismatches++;
	}
	if (!grants_consistent() || !frames_consistent())
		results.mismatches++;
	*out_results = results;
}
