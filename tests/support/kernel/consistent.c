/* SPDX-License-Identifier: MIT */
#include "consistent.h"

#include <string.h>

static uint64_t level_of(const struct tree_node *node)
{
	return node ? node->level : 0;
}

static bool before(const struct tree_node *a, const struct tree_node *b)
{
	return a->key < b->key || (a->key == b->key && a < b);
}

static bool node_consistent(const struct tree_node *node)
{
	if (!node)
		return true;

	const struct tree_node *left = node->left, *right = node->right;
	const uint64_t right_level = level_of(right);

	if (node->level != level_of(left) + 1 ||
	    (right_level != node->level && right_level + 1 != node->level))
		return false;
	if (right && level_of(right->right) == node->level)
		return false;
	if ((left && !before(left, node)) || (right && !before(node, right)))
		return false;
	return node_consistent(left) && node_consistent(right);
}

bool tree_consistent(const struct tree *tree)
{
	return node_consistent(tree->root);
}

bool cap_table_consistent(const struct cap_table *table)
{
	uint32_t used = 0;

	for (uint32_t slot = 0; slot < table->slots; slot++) {
		const struct cap_entry *entry = &table->entries[slot];

		if (slot < table->copied &&
		    memcmp(entry, &table->larger[slot], sizeof(*entry)) != 0)
			return false;
		if (!entry->object)
			continue;
		used++;
		if (slot == 0 || entry->grant == GRANT_NONE || entry->grant >= grants.count)
			return false;
	}
	return used == table->used;
}
