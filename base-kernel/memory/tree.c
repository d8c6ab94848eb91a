/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <stddef.h>

#include "assert.h"

enum { TREE_DEPTH_MAX = 64 }; /* twice the logarithm of more nodes than there is room for */

static uint64_t level_of(const struct tree_node *node)
{
	return node ? node->level : 0;
}

static bool before(const struct tree_node *a, const struct tree_node *b)
{
	return a->key < b->key || (a->key == b->key && a < b);
}

/* A left child of the same level becomes the root of the two. */
static struct tree_node *skew(struct tree_node *root)
{
	struct tree_node *left = root->left;

	if (level_of(left) != root->level)
		return root;
	root->left = left->right;
	left->right = root;
	return left;
}

/* Of three in a row to the right the middle one rises. */
static struct tree_node *split(struct tree_node *root)
{
	struct tree_node *right = root->right;

	if (!right || level_of(right->right) != root->level)
		return root;
	root->right = right->left;
	right->left = root;
	right->level++;
	return right;
}

void tree_insert(struct tree *tree, struct tree_node *node)
{
	struct tree_node **path[TREE_DEPTH_MAX], **link = &tree->root;
	unsigned depth = 0;

	while (*link) {
		assert(depth < TREE_DEPTH_MAX);
		path[depth++] = link;
		link = before(node, *link) ? &(*link)->left : &(*link)->right;
	}
	node->left = node->right = NULL;
	node->level = 1;
	*link = node;
	while (depth > 0) {
		struct tree_node *root = *(link = path[--depth]);
		const uint64_t level = root->level;

		root = *link = split(skew(root));
		/* Two of one level may be the end of three in a row; what fits under a higher one changes nothing above. */
		if (root->level == level && depth > 0 && (*path[depth - 1])->level > level)
			return;
	}
}

/* After a removal below: at most one level down, two skews at the right, two splits. False: it fits. */
static bool rebalance(struct tree_node **link)
{
	struct tree_node *root = *link;
	const uint64_t left = level_of(root->left), right = level_of(root->right);
	const uint64_t wanted = (left < right ? left : right) + 1;

	if (root->level <= wanted)
		return false;
	root->level = wanted;
	if (right > wanted)
		root->right->level = wanted;
	root = skew(root);
	if (root->right) {
		root->right = skew(root->right);
		if (root->right->right)
			root->right->right = skew(root->right->right);
	}
	root = split(root);
	if (root->right)
		root->right = split(root->right);
	*link = root;
	return true;
}

void tree_remove(struct tree *tree, struct tree_node *node)
{
	struct tree_node **path[TREE_DEPTH_MAX], **link = &tree->root;
	unsigned depth = 0;

	while (*link != node) {
		assert(*link && depth < TREE_DEPTH_MAX);
		path[depth++] = link;
		link = before(node, *link) ? &(*link)->left : &(*link)->right;
	}
	if (!node->right) {
		*link = node->left; /* by the levels: a leaf, or NULL */
	} else {                    /* the next one takes its place */
		const unsigned top = depth;
		struct tree_node *next;

		path[depth++] = link;
		for (link = &node->right; (*link)->left; link = &(*link)->left)
			path[depth++] = link;
		assert(depth < TREE_DEPTH_MAX);
		next = *link;
		*link = next->right;
		next->left = node->left;
		next->right = node->right;
		next->level = node->level;
		*path[top] = next;
		if (depth > top + 1)
			path[top + 1] = &next->right;
	}
	while (depth > 0 && rebalance(path[depth - 1]))
		depth--;
}

struct tree_node *tree_at_most(const struct tree *tree, uint64_t key)
{
	struct tree_node *found = NULL;

	for (struct tree_node *at = tree->root; at;) {
		if (at->key <= key) {
			found = at;
			at = at->right;
		} else {
			at = at->left;
		}
	}
	return found;
}
