/* SPDX-License-Identifier: MIT */
/*
 * inherited: files that the spawner has open, and directories of its own that it lets this process
 * see. All that is done to them is asked of it (process/spawner.h); here is only who waits.
 *
 * A node stands for a number of the spawner's, one node each, and gives the number back when it is
 * released. A read or write that can't be done yet waits as for any other file: the spawner's news
 * (family_hear) wake all that may have changed.
 */
#pragma once

#include <process/thread.h>
#include <vfs/file_system.h>

struct inherited_node;

struct inherited {
	struct inherited_node *nodes;
	struct wait_queue waiters;
	struct file_system files; /* of open files: they are in no tree */
};

/* The node of the spawner's open file; ENOMEM, EBADF. */
int inherited_open(struct inherited *inherited, uint32_t file, struct node **out_node);
/* The tree below the spawner's directory. */
int inherited_file_system_create(struct inherited *inherited, uint32_t directory,
                                 struct file_system **out_file_system);
struct process;
/* What was not ready may be. */
void inherited_changed(struct process *process);
