/* SPDX-License-Identifier: MIT */
/*
 * Into the kernel and out of it.
 *
 * In the kernel interrupts are off, GS points at the CPU's data, and the one
 * stack starts empty at each entry: nothing survives in it from one entry to
 * the next. There are two ways out: as from a system call (message words,
 * rax, rdi, rsi, rdx), and with all registers.
 */
#include "frame_offsets.h"

/* The message words, between the registers and a thread. */
.macro save_words thread
	mov %rbx, THREAD_WORDS + 0(\thread)
	mov %r8, THREAD_WORDS + 8(\thread)
	mov %r9, THREAD_WORDS + 16(\thread)
	mov %r10, THREAD_WORDS + 24(\thread)
	mov %r12, THREAD_WORDS + 32(\thread)
	mov %r13, THREAD_WORDS + 40(\thread)
	mov %r14, THREAD_WORDS + 48(\thread)
	mov %r15, THREAD_WORDS + 56(\thread)
.endm

.macro load_words thread
	mov THREAD_WORDS + 0(\thread), %rbx
	mov THREAD_WORDS + 8(\thread), %r8
	mov THREAD_WORDS + 16(\thread), %r9
	mov THREAD_WORDS + 24(\thread), %r10
	mov THREAD_WORDS + 32(\thread), %r12
	mov THREAD_WORDS + 40(\thread), %r13
	mov THREAD_WORDS + 48(\thread), %r14
	mov THREAD_WORDS + 56(\thread), %r15
.endm

	.text

/*
 * syscall: in rcx = rip, r11 = rflags, the rest as in abi/syscall.h.
 * The fast path (ipc_fast.c) gets rdi rsi rdx as they came, rcx = operation word, rbp = thread; it
 * leaves rbx r8 r9 r10 r12-r15 alone and ends in syscall_exit or, before it has changed anything,
 * in syscall_slow. All are jumps: nobody returns.
 */
	.globl syscall_entry
syscall_entry:
	swapgs
	mov %gs:CPU_THREAD, %rbp
	mov %rsp, THREAD_RSP(%rbp)
	mov %gs:CPU_STACK, %rsp
	mov %rcx, THREAD_RIP(%rbp)
	mov %r11, THREAD_RFLAGS(%rbp)
	mov %rax, THREAD_RAX(%rbp)
	mov %rdi, THREAD_RDI(%rbp)
	mov %rsi, THREAD_RSI(%rbp)
	mov %rdx, THREAD_RDX(%rbp)
	cmp $SYSCALL_RING, %rax
	je ring_enter_fast
	mov %rax, %rcx
	jmp ipc_fast

/* rbp = thread: the general path. */
	.globl syscall_slow
syscall_slow:
	mov %rbp, %rdi
	save_words %rdi
	xor %ebp, %ebp
	call syscall_general
	ud2

/* rbp = thread, rdi = its ring. */
	.globl syscall_enter_ring
syscall_enter_ring:
	mov %rdi, %rsi
	mov %rbp, %rdi
	mov %rbx, THREAD_WORDS + 0(%rdi) /* all it takes */
	mov %r8, THREAD_WORDS + 8(%rdi)
	xor %ebp, %ebp
	call syscall_ring_entered
	jmp syscall_leave

/* rbp = thread, rdi = notification, rsi = bits. */
	.globl syscall_wake
syscall_wake:
	save_words %rbp
	xor %ebp, %ebp
	call syscall_signal
	ud2

/* rbp = thread: nothing to say but OK; message words in place. */
	.globl syscall_done
syscall_done:
	xor %eax, %eax
	xor %edi, %edi
	xor %esi, %esi
	xor %edx, %edx
	swapgs
	wrgsbase %rdx
	mov THREAD_RFLAGS(%rbp), %r11
	mov THREAD_RSP(%rbp), %rsp
	mov THREAD_RIP(%rbp), %rcx
	xor %ebp, %ebp
	sysretq

/* rdi = thread: as from a system call. User's GS base becomes 0. */
	.globl resume_syscall
resume_syscall:
	mov %rdi, %rcx
	load_words %rcx
	mov THREAD_RAX(%rcx), %rax
	mov THREAD_RDI(%rcx), %rdi
	mov THREAD_RSI(%rcx), %rsi
	jmp 1f

/* rdi = thread, rsi = answer word, rdx = badge; message words in place, no capabilities. */
	.globl syscall_exit
syscall_exit:
	mov %rdi, %rcx
	mov %rsi, %rax
	mov %rdx, %rdi
	xor %esi, %esi
1:	xor %edx, %edx
	swapgs
	wrgsbase %rdx
	xor %ebp, %ebp
	mov THREAD_RFLAGS(%rcx), %r11
	mov THREAD_RSP(%rcx), %rsp
	mov THREAD_RIP(%rcx), %rcx
	sysretq

/* rdi = thread: with all registers. */
	.globl resume_full
resume_full:
	mov %rdi, %rcx
	pushq $SELECTOR_USER_DATA
	pushq THREAD_RSP(%rcx)
	pushq THREAD_RFLAGS(%rcx)
	pushq $SELECTOR_USER_CODE
	pushq THREAD_RIP(%rcx)
	load_words %rcx
	mov THREAD_RDI(%rcx), %rdi
	mov THREAD_RSI(%rcx), %rsi
	mov THREAD_RDX(%rcx), %rdx
	mov THREAD_RBP(%rcx), %rbp
	swapgs
	xor %eax, %eax
	wrgsbase %rax
	mov THREAD_RAX(%rcx), %rax
	mov THREAD_R11(%rcx), %r11
	mov THREAD_RCX(%rcx), %rcx
	iretq

/* Waits for an interrupt; the handler never comes back here. */
	.globl idle_wait
idle_wait:
	mov $kernel_stack_top, %rsp
	sti
1:	hlt
	jmp 1b

/*
 * Traps. Each stub pushes an error code where the CPU does not, then the
 * vector. On the stack: vector, error, rip, cs, rflags, rsp, ss.
 */
.macro trap_stub vector
	.align 16
	.if !(\vector == TRAP_NO_VECTOR || \vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17 || \vector == 21)
	pushq $0
	.endif
	.if \vector == TRAP_NO_VECTOR
	jmp trap_no_vector
	.endif
	pushq $\vector
	jmp trap_common
.endm

	.globl trap_stubs
	.align 16
trap_stubs:
	.set vector, 0
	.rept 64
	trap_stub vector
	.set vector, vector + 1
	.endr

/* The first vector instruction since the door was closed: it is opened (vector.h). */
trap_no_vector:
	testb $3, 8(%rsp)
	jz 1f
	swapgs
	push %rax
	mov %gs:CPU_THREAD, %rax
	movb $1, THREAD_VECTOR_OPEN(%rax)
	movb $0, %gs:CPU_VECTOR_CLOSED
	clts
	pop %rax
	swapgs
	iretq
1:	pushq $0
	pushq $TRAP_NO_VECTOR

trap_common:
	testb $3, 24(%rsp)
	jz trap_in_kernel
	swapgs
	mov %rcx, %gs:CPU_SCRATCH
	mov %gs:CPU_THREAD, %rcx
	mov %rax, THREAD_RAX(%rcx)
	mov %rdi, THREAD_RDI(%rcx)
	mov %rsi, THREAD_RSI(%rcx)
	mov %rdx, THREAD_RDX(%rcx)
	save_words %rcx
	mov %rbp, THREAD_RBP(%rcx)
	mov %r11, THREAD_R11(%rcx)
	mov %gs:CPU_SCRATCH, %rax
	mov %rax, THREAD_RCX(%rcx)
	mov 16(%rsp), %rax
	mov %rax, THREAD_RIP(%rcx)
	mov 32(%rsp), %rax
	mov %rax, THREAD_RFLAGS(%rcx)
	mov 40(%rsp), %rax
	mov %rax, THREAD_RSP(%rcx)
	mov %rcx, %rdi
	mov 0(%rsp), %rsi
	mov 8(%rsp), %rdx
	mov %gs:CPU_STACK, %rsp
	xor %ebp, %ebp
	cld
	clac
	call trap_from_user
	ud2

/* Takes an interrupt that is pending: the handler never comes back here. */
	.globl interrupt_window
interrupt_window:
	sti
	nop
	cli
	ret

/* An interrupt in the idle loop or the window, which leaves nothing on the stack; or a bug. */
trap_in_kernel:
	cld
	mov %rbp, %rcx
	mov 0(%rsp), %rdi
	mov 8(%rsp), %rsi
	lea 16(%rsp), %rdx
	cmp $VECTOR_LINES, %rdi
	cmovae %gs:CPU_STACK, %rsp
	call trap_from_kernel
	ud2

	.section .note.GNU-stack, "", @progbits
