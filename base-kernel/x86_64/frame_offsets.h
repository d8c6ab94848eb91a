/* SPDX-License-Identifier: MIT */
/*
 * Where the entry code finds things in a thread. resume.c asserts that
 * the C structures agree.
 */
#pragma once

#define THREAD_REGISTERS   32
#define THREAD_RAX         (THREAD_REGISTERS + 0)
#define THREAD_RDI         (THREAD_REGISTERS + 8)
#define THREAD_RSI         (THREAD_REGISTERS + 16)
#define THREAD_RDX         (THREAD_REGISTERS + 24)
#define THREAD_WORDS       (THREAD_REGISTERS + 32)
#define THREAD_RBP         (THREAD_REGISTERS + 96)
#define THREAD_RCX         (THREAD_REGISTERS + 104)
#define THREAD_R11         (THREAD_REGISTERS + 112)
#define THREAD_RIP         (THREAD_REGISTERS + 120)
#define THREAD_RFLAGS      (THREAD_REGISTERS + 128)
#define THREAD_RSP         (THREAD_REGISTERS + 136)
#define THREAD_VECTOR_OPEN (THREAD_REGISTERS + 160)

/* Per-CPU data, behind the GS base while in the kernel. */
#define CPU_SCRATCH       0
#define CPU_STACK         8
#define CPU_THREAD        16
#define CPU_VECTOR_CLOSED 32

#define SYSCALL_RING 2 /* ring_enter, with no flags */

#define TRAP_NO_VECTOR 7 /* the door to the vector registers is closed */

#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA   0x1b
#define SELECTOR_USER_CODE   0x23
#define SELECTOR_TSS         0x28

#define VECTOR_LINES 32 /* vector of interrupt line 0 */

#define RFLAGS_USER 0x202ul /* interrupts on */
