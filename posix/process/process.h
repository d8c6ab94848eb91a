/* SPDX-License-Identifier: MIT */
/*
 * The process: all state of the program that POSIX knows of.
 *
 * One component is one process. Every system call gets it as its argument; only the entry from musl,
 * which cannot pass one, keeps a pointer (syscall/dispatch.c). All of it is under native_lock.
 */
#pragma once

#include <fd/descriptor_table.h>
#include <fs/inherited.h>
#include <memory/areas.h>
#include <process/family.h>
#include <process/signals.h>
#include <process/thread.h>
#include <process/timers.h>
#include <vfs/vfs.h>

enum { PROCESS_ID = 1 /* of one that no other has spawned */ };

struct vfork;

/* A mount whose files exist in one process alone; its children are shown them. */
struct kept_mount {
	uint32_t mount;    /* which of the configuration's */
	struct node *root; /* referenced */
};

struct process {
	pid_t id;
	pid_t parent; /* 0: no process */
	pid_t group;
	pid_t session;
	struct vfs vfs;
	struct kept_mount kept[MOUNT_POINTS_MAX];
	uint32_t kept_count;
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
	struct family family;
	struct inherited inherited;
	struct vfork *vfork;    /* a child runs in this address space; NULL: none does */
	struct wait_queue gate; /* who must not go on: a vfork's siblings, all when it is over */
	bool stopped;           /* by a signal: it makes no calls */
	bool over;              /* the program has ended; its children are served still */
	int status;             /* as wait tells, once over */
};

/* *process is zeroed. An empty name space, no descriptors, the root as current directory; 0 or a negated errno. */
int process_init(struct process *process);
/* Closes all files, ends all file systems and children. */
void process_fini(struct process *process);

/*
 * The program has ended, with a status as wait tells it: that is said, and the component exits with
 * its last child. For who is no thread of the program; may return.
 */
void process_over(struct process *process, int status);
/* Likewise for a thread of the program, which holds the lock. */
_Noreturn void process_end(struct process *process, struct thread *self, int status);
/* The component's exit, once there is nothing left to do. */
_Noreturn void process_exit(struct process *process);
/* A signal that another process has sent. */
void process_told(struct process *process, pid_t sender, int signal);
