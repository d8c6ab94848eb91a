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
#include <sys/statfs.h>
#include <sys/types.h>

struct file_system;
struct wait_queue;

struct node {
	/* constant: set by the plugin when the node is made */
	struct file_system *file_system;
	uint64_t id; /* st_ino */
	mode_t mode; /* S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR, S_IFIFO or S_IFSOCK, and permission bits */
	bool stream;       /* reads and writes have no position: ESPIPE for lseek and pread */
	bool elsewhere;    /* another process's: a FIFO's pipe is there */
	bool terminal;     /* job control applies to it */
	bool own_position; /* it is an open file of that process, which keeps its position */
	/* who waits for it to be readable or writable; NULL: a read or write never is EAGAIN */
	struct wait_queue *waiters;

	/* the VFS's: its place in the mount table */
	uint8_t point;         /* the mount point that it is, plus one; 0: none */
	uint8_t points_inside; /* how many mount points are names in it */

	/* by node_get and node_put only */
	unsigned references;
	uint32_t changes; /* how often it has become readable or writable */
	bool watched;     /* a child process wants to hear of its next change */
	void *special;    /* of a FIFO that is open: its pipe */
};

struct directory_entry {
	uint64_t id;
	mode_t mode;
	char name[NAME_MAX + 1];
};

/* What a rename is about. */
struct file_move {
	struct node *from;
	const char *from_name;
	struct node *node;
	struct node *to;
	const char *to_name;
	struct node *replaced; /* what is there now and of a fitting kind, or NULL */
};

struct file_system_ops {
	const char *type; /* for humans, in the list of mounts */

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
	/* Another name for a file. Missing: EPERM. */
	int (*link)(struct node *directory, const char *name, struct node *node);
	/*
	 * What a symbolic link stands for that no path tells, referenced, and the most it may be opened
	 * for (O_RDONLY, O_WRONLY, O_RDWR). Missing: its target tells.
	 */
	int (*follow)(struct node *link, struct node **out_node, int *out_access);
	/* Takes the name of an empty directory or a file out of its directory. */
	int (*remove)(struct node *directory, const char *name, struct node *node);
	int (*rename)(const struct file_move *move);
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

	/* Those with a position of their own are read and written there at offset -1. */
	ssize_t (*read)(struct node *node, void *buffer, size_t size, off_t offset);
	ssize_t (*write)(struct node *node, const void *buffer, size_t size, off_t offset);
	/*
	 * Which of POLLIN, POLLOUT, POLLHUP, POLLERR hold for who opened the node with `flags`.
	 * Missing: POLLIN and POLLOUT.
	 */
	int (*ready)(struct node *node, int flags);
	/* ioctl, with `size` bytes of argument both ways. Missing: ENOTTY. */
	int (*control)(struct node *node, unsigned long request, void *argument, size_t size);
	/* Where all of its content lies as long as it is referenced. Missing, or NULL: in pieces. */
	const void *(*content)(struct node *node, size_t *out_size);
	/* lseek where another process keeps the position. */
	off_t (*reposition)(struct node *node, off_t offset, int whence);
	int (*truncate)(struct node *node, off_t size);
	/*
	 * The first offset from `offset` on, before the end, that is in a hole or in none. Missing: all
	 * is data up to the end.
	 */
	int (*seek)(struct node *node, off_t offset, bool hole, off_t *out_offset);
	/* Sees to it that writing there needs no more memory, or makes a hole. Missing: EOPNOTSUPP. */
	int (*allocate)(struct node *node, off_t offset, off_t size, bool hole);
	int (*set_mode)(struct node *node, mode_t permissions);
	int (*set_owner)(struct node *node, uid_t owner, gid_t group); /* -1: as it is */
	/* The times of access and modification; tv_nsec may be UTIME_OMIT. */
	int (*set_times)(struct node *node, const struct timespec times[2]);
	/* Fills in size, blocks, links, owners and times; the rest is the VFS's. */
	void (*status)(struct node *node, struct stat *out_stat);
	/* Fills in blocks and files, in units of f_bsize, which is set. Missing: there are none. */
	void (*capacity)(struct file_system *file_system, struct statfs *out_capacity);

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
