/* SPDX-License-Identifier: MIT */
/*
 * Copies into a file system, before a program uses it. Paths are relative to a directory; those on
 * the way are made. What is there already is EEXIST, but directories, which are filled up.
 */
#pragma once

#include "vfs.h"

enum { IMPORT_DEPTH_MAX = 64 };

/* What is in the directory `from`: files, directories and symbolic links. ELOOP: too deep. */
int import_tree(struct vfs *vfs, struct node *from, struct node *root, const char *path);
struct import_content {
	const void *bytes;
	size_t size;
	mode_t permissions;
};
int import_file(struct vfs *vfs, const struct import_content *content, struct node *root,
                const char *path);
