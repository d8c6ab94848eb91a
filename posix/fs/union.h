/* SPDX-License-Identifier: MIT */
/*
 * What a union is made of; the file itself tells how it works.
 */
#pragma once

#include <vfs/file_system.h>

enum layer_marks {
	LAYER_READ_ONLY = 1,
	LAYER_NO_EXECUTE = 2, /* its files have no x bits */
};

struct union_layer {
	struct node *base;         /* a directory; a reference is taken */
	struct file_system *owned; /* ended with the union; or NULL */
	unsigned marks;
};

/* A union of one layer so far. ENOMEM. */
int union_file_system_create(const struct union_layer *layer, struct file_system **out_file_system);
/* One more, in front of those there are or behind. ENOSPC; EBUSY: it is in use. */
int union_add(struct file_system *file_system, const struct union_layer *layer, bool before);
/* The end of one whose layers' file systems live on. */
void union_dissolve(struct file_system *file_system);
bool union_file_system(const struct file_system *file_system);
