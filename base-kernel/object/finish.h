/* SPDX-License-Identifier: MIT */
/*
 * Finishing: long operations, a bounded part at a time.
 *
 * Whoever makes a grant dying (destroy, revoke, the drop of an owner) takes it
 * apart in the steps of grant_revoke before its system call returns: a few of them, then
 * interrupts are let in and the most urgent thread has its turn, and so on. Nothing
 * is kept on the stack; where the work stands is in the objects, so that
 * any number of threads can work at the same end, and none has to finish it.
 * What turns up on the way (the owner entries of a dying domain) is doomed:
 * it stands in the list of the thread that has found it.
 *
 * What a thread leaves unfinished, because it dies or is stopped, the reaper inherits: a context
 * of the kernel's own, with the highest priority of those it has inherited from
 * since it was last idle. So it has the share of the CPU that they would have had, and nobody else pays.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "grant.h"

struct thread;

/* The thread is to finish the end of the grant, which is live or dying already, before it goes on. */
void finish_grant(struct thread *thread, uint32_t index);
/* Likewise the current thread, or the reaper if there is none, after what it has to finish already. */
void grant_doom(uint32_t index);
/* Some steps for the current thread. False: there is nothing to do. */
bool finish_steps(struct thread *thread);
/* The thread dies or is stopped: others go on with what it has begun. */
void finish_abandon(struct thread *thread);
