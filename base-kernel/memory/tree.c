/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <stddef.h>

#include "assert.h"

static uint64_t level_of(const struct tree_node *node)
{
	return node ? node->level : 0;
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

static struct tree_node *insert(struct tree_node *root, struct tree_node *node)
{
	if (!root)
		return node;
	assert(node->key != root->key);
	if (node->key < root->key)
		root->left = insert(root->left, node);
	else
		root->right = insert(root->right, node);
	return split(skew(root));
}

void tree_insert(struct tree *tree, struct tree_node *node)
{
	node->left = node->right = NULL;
	node->level = 1;
	tree->root = insert(tree->root, node);
}

/* After a removal below: at most one level down, two skews at the right, two splits. */
static struct tree_node *rebalance(struct tree_node *root)
{
	const uint64_t left = level_of(root->left), right = level_of(root->right);
	const uint64_t wanted = (left < right ? left : right) + 1;

	if (root->level <= wanted)
		return root;
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
	return root;
}

/* Takes the least node out; the rest is the result. */
static struct tree_node *remove_least(struct tree_node *root, struct tree_node **out_least)
{
	if (!root->left) {
		*out_least = root;
		return root->right;
	}
	root->left = remove_least(root->left, out_least);
	return rebalance(root);
}

static struct tree_node *remove(struct tree_node *root, const struct tree_node *node)
{
	assert(root);
	if (node->key < root->key) {
		root->left = remove(root->left, node);
	} else if (node->key > root->key) {
		root->right = remove(root->right, node);
	} else if (!root->right) {
		return root->left; /* by the levels: a leaf, or NULL */
	} else {
		struct tree_node *next;
		struct tree_node *rest = remove_least(root->right, &next);

		next->left = root->left;
		next->right = rest;
		next->level = root->level;
		root = next;
	}
	return rebalance(root);
}

void tree_remove(struct tree *tree, struct tree_node *node)
{
	tree->root = remove(tree->root, node);
}

struct tree_node *tree_at_most(const struct tree *tree, uint64_t key)
{
	struct tree_node *found = NULL;

	for (struct tree_node *at = tree->root; at;) {
		if (at->key <= key)
			found = at;
		at = at->key <= key ? at->right : at->left;
	}
	return found;
}

struct tree_node *tree_at_least(const struct tree *tree, uint64_t key)
{
	struct tree_node *found = NULL;

	for (struct tree_node *at = tree->root; at;) {
		if (at->key >= key)
			found = at;
		at = at->key >= key ? at->left : at->right;
	}
	return found;
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
	if ((left && left->key >= node->key) || (right && right->key <= node->key))
		return false;
	return node_consistent(left) && node_consistent(right);
}

bool tree_consistent(const struct tree *tree)
{
	return node_consistent(tree->root);
}
