/* SPDX-License-Identifier: MIT */
/*
 * fork: a child process that goes on where its parent is.
 *
 * The child is a component like any that is spawned, with memory made beforehand: clones of all that
 * the program has mapped (the same memory, where it is shared), copies of its data and its stack. What the library itself keeps in memory
 * is not among it, so that nothing of the parent's, capabilities least of all, is known to the child by
 * accident. It starts like any process: its own sessions, mounts, and what it inherits by its birth.
 * Then it takes over the program's memory, and returns from fork with the registers that its parent
 * had; of the threads there is the one that called.
 *
 * What the parent has said so far is the child's, too: numbers of descriptors, mappings, actions,
 * the mask, the alternate stack. Timers, pending signals and locks of the library are not.
 */
#pragma once

#include <spawner/types.h>

struct process;

/* In the child: the program's memory is known again. A negated errno. */
int fork_restore(struct process *process, const struct birth_fork *fork);
/* In the child, when all else is ready: goes on in the program. */
_Noreturn void fork_continue(struct process *process, const struct birth_fork *fork);
