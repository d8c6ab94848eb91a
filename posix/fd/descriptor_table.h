/* SPDX-License-Identifier: MIT */
/*
 * Descriptors: small numbers for open files.
 *
 * An open file is what open(2) makes: a node, a position, the status flags. Descriptors made by dup
 * share it; it ends with the last of them. Whether a descriptor survives exec is the descriptor's
 * own affair.
 */
#pragma once

#include <vfs/file_system.h>

enum { DESCRIPTORS_MAX = 256 };

struct epoll_item;

struct open_file {
	struct node *node; /* referenced */
	off_t position;    /* of a directory: how far it has been listed */
	int flags;         /* O_ACCMODE, O_PATH: constant. O_APPEND, O_NONBLOCK: F_SETFL */
	unsigned references;
	struct epoll_item *watchers; /* who wants to hear of it */
};

struct descriptor {
	struct open_file *file; /* NULL: free */
	bool close_on_exec;
};

struct descriptor_table {
	struct descriptor slots[DESCRIPTORS_MAX];
	int end; /* from here on none has ever been open */
};

/* An open file for `node`, whose reference is taken over on success; ENOMEM. */
int open_file_create(struct node *node, int flags, struct open_file **out_file);
struct open_file *open_file_get(struct open_file *file);
void open_file_put(struct open_file *file);
bool open_file_readable(const struct open_file *file);
bool open_file_writable(const struct open_file *file);

/* The lowest free descriptor not below `from` takes over a reference to `file`; EMFILE. */
int descriptor_add(struct descriptor_table *table, int from, struct open_file *file,
                   bool close_on_exec);
/*
 * Descriptor `number` now stands for `file`; what it stood for before is closed. EBADF out of
 * range.
 */
int descriptor_replace(struct descriptor_table *table, int number, struct open_file *file,
                       bool close_on_exec);
/* The descriptor, or NULL if it is not open. */
struct descriptor *descriptor_find(struct descriptor_table *table, int number);
int descriptor_close(struct descriptor_table *table, int number);
void descriptor_close_all(struct descriptor_table *table);
