/* SPDX-License-Identifier: MIT */
/*
 * The walk along a path, up to and including its last name, which need not exist.
 */
#pragma once

#include "vfs.h"

struct walk {
	struct node *directory; /* the last name's directory, referenced */
	struct node *node; /* what the last name stands for, referenced; NULL when there is none */
	int access;        /* the most it may be opened for: O_RDWR, but behind some links */
	bool slash;        /* the path asks for a directory by a trailing slash */
	char name[NAME_MAX + 1]; /* the last name; "." for the root */
};

/* What is done about a symbolic link that is the last name; those before are followed in any case. */
enum walk_last { WALK_FOLLOW, WALK_STAY };

/*
 * ENOENT: also when a name before the last does not exist; ELOOP after WALK_LINKS_MAX links. ENOTDIR,
 * ENAMETOOLONG likewise.
 */
enum { WALK_LINKS_MAX = 40 };
int walk_path(struct vfs *vfs, struct node *start, const char *path, enum walk_last last,
              struct walk *walk);
void walk_end(struct walk *walk);

/* Is the last name one that stands for a place rather than being an entry's? */
bool walk_dots(const struct walk *walk);

/*
 * The next name of *path, which moves behind it: its length, ENAMETOOLONG, or 0 at the end, where
 * `name` stays as it is.
 */
int walk_name(const char **path, char name[NAME_MAX + 1]);

/*
 * The mount point whose directory is `node`, or NULL; the one called `name` in `directory`, or
 * NULL.
 */
struct mount_point *mount_point_of(struct vfs *vfs, const struct node *node);
struct mount_point *mount_point_in(struct vfs *vfs, const struct node *directory, const char *name);
