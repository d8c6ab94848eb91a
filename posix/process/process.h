/* SPDX-License-Identifier: MIT */
/*
 * The process: all state of the program that POSIX knows of.
 *
 * One component is one process. Every system call gets it as its argument; only the entry from musl,
 * which cannot pass one, keeps a pointer (syscall/dispatch.c). All of it is under native_lock.
 */
#pragma once

#include <fd/descriptor_table.h>
#include <memory/areas.h>
#include <process/signals.h>
#include <process/thread.h>
#include <process/timers.h>
#include <vfs/vfs.h>

enum { PROCESS_ID = 1 };

struct process {
	struct vfs vfs;
	struct descriptor_table descriptors;
	struct node *directory; /* the current one, referenced */
	mode_t umask;
	struct areas areas;
	struct thread main;
	struct thread *threads; /* all of them */
	int thread_ids;         /* given out */
	struct wait_queue futexes;
	struct signals signals;
	struct timers timers;
};

/* An empty name space, no descriptors, the root as current directory; 0 or a negated errno. */
int process_init(struct process *process);
/* Closes all files, ends all file systems. */
void process_fini(struct process *process);
