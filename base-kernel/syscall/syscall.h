/* SPDX-License-Identifier: MIT */
/*
 * The system calls, one file each. They take the calling thread, whose
 * registers hold what it asked for, and leave the answer there, or the thread
 * waiting.
 */
#pragma once

#include <abi/status.h>
#include <stdint.h>

#include "object/thread.h"

void syscall_call(struct thread *thread);
void syscall_reply_wait(struct thread *thread);
void syscall_ring_enter(struct thread *thread);
/* The same, once the ring is found; from entry.S as well, with two message words saved. */
void syscall_ring_entered(struct thread *thread, struct ring *ring);
/* The current thread waits in ring_enter and has chains to go on with: it does, then waits on or is answered. */
void syscall_ring_resume(struct thread *thread);
/* The current thread is unfinished: a bounded part of what it has to do before it leaves the kernel. */
void syscall_go_on(struct thread *thread);

/* The general path: from entry.S, with all message words saved. */
_Noreturn void syscall_general(struct thread *thread);
/* The current thread, with an answer, or who runs instead. */
_Noreturn void syscall_leave(void);
/* From entry.S: the current thread signals. */
_Noreturn void syscall_signal(struct notification *notification, uint64_t bits);
/* The fast path: from entry.S, with the message words in their registers, the thread in rbp. */
void ipc_fast(uint64_t target, uint64_t window, uint64_t deadline, uint64_t word);
void ring_enter_fast(uint64_t cap);
/*
 * Its ways out, none of which returns: the general path, a ring with something to do, a signal somebody waits for,
 * back with OK, or to a thread with its answer.
 */
void syscall_slow(void);
void syscall_enter_ring(struct ring *ring);
void syscall_wake(struct notification *notification, uint64_t bits);
void syscall_done(void);
void syscall_exit(struct thread *to, uint64_t word, uint64_t badge);

/* Ends the system call of a thread that goes on at once. */
static inline void syscall_answer(struct thread *thread, enum status status)
{
	thread_set_answer(thread, status, 0, 0);
}
