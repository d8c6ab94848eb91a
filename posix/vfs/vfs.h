/* SPDX-License-Identifier: MIT */
/*
 * VFS: one tree of names out of several file systems.
 *
 * The root and everything named on the way to a mount is a *mount point*: a pinned directory node
 * (the root of the file system mounted there; else the directory of that name in the file system
 * above; else one of the VFS's own, empty and unchangeable). A mount point is found before what its
 * directory holds, cannot be removed or renamed, and is what `..` leads to from the root of what is
 * mounted there. `..` of the root is the root: there is no way out of the tree. The mount table is
 * fixed once the program runs.
 *
 * A place in the tree is simply a referenced node. Paths are walked here, name by name; plugins see
 * single names only (file_system.h). Symbolic links are followed here, too: what they lead to is a path
 * in this tree like any other, so that none leads out of it.
 *
 * All functions return 0 or a negated errno. A `start` is the directory that relative paths begin
 * at.
 */
#pragma once

#include <stddef.h>

#include "file_system.h"

enum { MOUNT_POINTS_MAX = 64 }; /* numbers of a byte in struct node */

struct mount_point {
	struct node *node;               /* referenced */
	struct file_system *file_system; /* mounted here, owned; or NULL */
	size_t parent;                   /* index; the root is its own */
	char name[NAME_MAX + 1];
};

struct vfs {
	struct mount_point points[MOUNT_POINTS_MAX]; /* [0] is the root */
	size_t point_count;
	struct file_system bare; /* owner of the VFS's own directories */
	dev_t devices;           /* st_dev numbers given out */
};

/* An empty tree. vfs_fini ends all file systems; no node may be referenced any more. */
int vfs_init(struct vfs *vfs);
void vfs_fini(struct vfs *vfs);

/*
 * Mounts at an absolute path without `.` and `..`, parents first (EBUSY when something is there or
 * below). The file system is taken over on success.
 */
int vfs_mount(struct vfs *vfs, const char *at, struct file_system *file_system);

/* Mounts instead of what is mounted there (or NULL), which is the caller's then. Nothing is below. */
struct file_system *vfs_exchange(struct vfs *vfs, struct mount_point *point,
                                 struct file_system *file_system);

/* The node a path leads to, referenced; `stay`: a symbolic link itself, if that is the last name. */
int vfs_find(struct vfs *vfs, struct node *start, const char *path, bool stay,
             struct node **out_node);
/* A symbolic link. */
int vfs_link_symbolic(struct vfs *vfs, struct node *start, const char *path, const char *target);
/* Likewise, by the rules of open(2): makes, truncates or refuses as `flags` say. */
int vfs_open(struct vfs *vfs, struct node *start, const char *path, int flags, mode_t mode,
             struct node **out_node);
/* Makes what `mode` says: a directory, a FIFO, a file; EEXIST. */
int vfs_make(struct vfs *vfs, struct node *start, const char *path, mode_t mode);
/* unlink, or rmdir when `directory`. */
int vfs_remove(struct vfs *vfs, struct node *start, const char *path, bool directory);
/* Another name for a file; `follow`: for what a symbolic link leads to, rather than the link. */
int vfs_link(struct vfs *vfs, struct node *from_start, const char *from, struct node *to_start,
             const char *to, bool follow);
/* `exclusive`: EEXIST rather than replace. */
int vfs_rename(struct vfs *vfs, struct node *from_start, const char *from, struct node *to_start,
               const char *to, bool exclusive);

/* The absolute path of a directory or a mount point; ENOENT when it was removed, ERANGE when `size` is too small. */
int vfs_path(struct vfs *vfs, struct node *directory, char *buffer, size_t size);
/* The directory above; referenced. The root's is the root. */
struct node *vfs_parent(struct vfs *vfs, struct node *directory);
/* 1 and the next entry, mount points included, or 0 at the end. `.` and `..` are not listed. */
int vfs_list(struct vfs *vfs, struct node *directory, uint64_t *cookie,
             struct directory_entry *out_entry);
void vfs_status(const struct node *node, struct stat *out_stat);
/* Of the node's file system. */
void vfs_capacity(const struct node *node, struct statfs *out_capacity);
/* May it be written to? Decides between EROFS and success. */
bool vfs_writable(const struct node *node);
