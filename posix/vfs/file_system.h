/* SPDX-License-Identifier: MIT */
/*
 * The interface of a file system: what a plugin in posix/fs/ implements.
 *
 * A plugin knows nodes (files and directories) and single names. Paths, mounts, `.` and `..`,
 * descriptors, offsets and the rules that hold for every file system are the VFS's business,
 * checked before a plugin is called: the directory given is one, the name is 1 to NAME_MAX bytes
 * without a slash and neither `.` nor
 * `..`, offsets are not negative, and offset + size does not overflow.
 *
 * All functions return 0 (or a count) or a negated errno, as system calls do. A missing function is
 * a refusal: EROFS for those that change something, EINVAL for read.
 *
 * Life of a node: the plugin hands it out with a reference for the caller and must hand out the
 * same `struct node` as long as references exist. When the last is put, `release` is called, if
 * there is one: a removed file that was still open goes then. `destroy` comes when no references
 * are left.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct file_system;
struct wait_queue;

struct node {
	/* constant: set by the plugin when the node is made */
	struct file_system *file_system;
	uint64_t id; /* st_ino */
	mode_t mode; /* S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR, S_IFIFO or S_IFSOCK, and permission bits */
	bool stream; /* reads and writes have no position: ESPIPE for lseek and pread */
	/* who waits for it to be readable or writable; NULL: a read or write never is EAGAIN */
	struct wait_queue *waiters;

	/* by node_get and node_put only */
	unsigned references;
	uint32_t changes; /* how often it has become readable or writable */
	void *special;    /* of a FIFO that is open: its pipe */
};

struct directory_entry {
	uint64_t id;
	mode_t mode;
	char name[NAME_MAX + 1];
};

struct file_system_ops {
	/* The node `name` of a directory, or ENOENT. */
	int (*lookup)(struct node *directory, const char *name, struct node **out_node);
	/*
	 * A new, empty regular file or directory (by type in `mode`). `name` is known not to exist.
	 */
	int (*create)(struct node *directory, const char *name, mode_t mode,
	              struct node **out_node);
	/* A new symbolic link; as create. Missing: EPERM. */
	int (*link_symbolic)(struct node *directory, const char *name, const char *target,
	                     struct node **out_node);
	/* Where a symbolic link leads to. */
	const char *(*target)(struct node *link);
	/* Takes `node`, an empty directory or a file, out of its directory. */
	int (*remove)(struct node *directory, struct node *node);
	/*
	 * Moves `node` to `name` in `to`; `replaced`, if any, is there now and of a fitting kind.
	 */
	int (*rename)(struct node *node, struct node *to, const char *name, struct node *replaced);
	/*
	 * The directory a directory is in, with no reference; NULL for the root, and for a removed
	 * one.
	 */
	struct node *(*parent)(struct node *directory);
	/* The name of a directory in its parent. */
	const char *(*name)(struct node *directory);
	/*
	 * 1 and the first entry behind *cookie (0: from the start), which moves on; 0 at the end.
	 */
	int (*list)(struct node *directory, uint64_t *cookie, struct directory_entry *out_entry);

	ssize_t (*read)(struct node *node, void *buffer, size_t size, off_t offset);
	ssize_t (*write)(struct node *node, const void *buffer, size_t size, off_t offset);
	/*
	 * Which of POLLIN, POLLOUT, POLLHUP, POLLERR hold for who opened the node with `flags`.
	 * Missing: POLLIN and POLLOUT.
	 */
	int (*ready)(struct node *node, int flags);
	int (*truncate)(struct node *node, off_t size);
	int (*set_mode)(struct node *node, mode_t permissions);
	int (*set_times)(struct node *node, const struct timespec *modified);
	/* Fills in size, blocks and times; the rest is the VFS's. */
	void (*status)(struct node *node, struct stat *out_stat);

	void (*release)(struct node *node);
	void (*destroy)(struct file_system *file_system);
};

struct file_system {
	/* constant: set by the plugin */
	const struct file_system_ops *ops;
	struct node *root;

	/* set when mounted: st_dev */
	dev_t device;
};

static inline struct node *node_get(struct node *node)
{
	node->references++;
	return node;
}

/* Accepts NULL. */
static inline void node_put(struct node *node)
{
	if (node && --node->references == 0 && node->file_system->ops->release)
		node->file_system->ops->release(node);
}

static inline bool node_directory(const struct node *node)
{
	return S_ISDIR(node->mode);
}
