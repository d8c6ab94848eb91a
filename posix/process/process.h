/* SPDX-License-Identifier: MIT */
/*
 * The process: all state of the program that POSIX knows of.
 *
 * One component is one process with one thread. Every system call gets it as its argument; only the
 * entry from musl, which cannot pass one, keeps a pointer (syscall/dispatch.c).
 */
#pragma once

#include <fd/descriptor_table.h>
#include <process/signals.h>
#include <vfs/vfs.h>

enum { PROCESS_ID = 1 };

struct process {
	struct vfs vfs;
	struct descriptor_table descriptors;
	struct node *directory; /* the current one, referenced */
	mode_t umask;
	struct signals signals;
};

/* An empty name space, no descriptors, the root as current directory; 0 or a negated errno. */
int process_init(struct process *process);
/* Closes all files, ends all file systems. */
void process_fini(struct process *process);
