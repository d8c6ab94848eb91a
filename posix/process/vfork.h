/* SPDX-License-Identifier: MIT */
/*
 * vfork: a child process that runs in its parent's place until it execs or exits.
 *
 * It uses the parent's memory and the thread that called vfork. What a process has of its own (its
 * number, descriptors, current directory, signal actions, mask) is the child's meanwhile, a copy
 * that starts out as the parent's; the parent's is kept aside and put back at the end. The parent's
 * other threads wait at their next system call, and signals for the parent until then. When the
 * child execs it becomes a component (exec.c), when it exits it is one that has ended: in both cases
 * vfork returns again, in the parent, with the registers it was called with.
 *
 * Such a child cannot vfork in turn: EAGAIN.
 */
#pragma once

#include <fd/descriptor_table.h>
#include <process/signals.h>

struct child;
struct process;
struct thread;

/* What a function call preserves, and where it returns to; known to the assembler in vfork.c. */
struct vfork_registers {
	uint64_t rbx;
	uint64_t rbp;
	uint64_t r12;
	uint64_t r13;
	uint64_t r14;
	uint64_t r15;
	uint64_t rsp;
	uint64_t rip;
};

struct vfork {
	struct thread *thread;
	struct child *child;
	struct vfork_registers registers;
	/* the parent's */
	pid_t id;
	pid_t parent;
	pid_t group;
	pid_t session;
	struct descriptor_table descriptors;
	struct node *directory;
	mode_t umask;
	struct signal_action actions[SIGNAL_COUNT];
	uint64_t blocked;
};

/* Does the calling thread act for such a child? */
bool vfork_child(const struct process *process, const struct thread *self);
/* The child has become a component of its own: the parent goes on. The lock is held, and given up. */
_Noreturn void vfork_done(struct process *process);
/* Likewise, it has ended. */
_Noreturn void vfork_exit(struct process *process, int status);

/* Returns `result` to where the registers were kept. */
_Noreturn void __capos_vfork_return(const struct vfork_registers *registers, long result);

/* As vfork, called by musl's; `failed` is called with a negated errno instead of returning. */
long __capos_vfork(long (*failed)(long error));
/* Runs function(argument) as such a child, on a stack of its own. */
long __capos_vfork_on(int (*function)(void *argument), void *argument, void *stack);
