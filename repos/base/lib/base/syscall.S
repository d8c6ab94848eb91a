/* SPDX-License-Identifier: MIT */
/* System calls out of C: nothing but rsp survives one. */
	.text

/* The message words, between their registers and memory at rcx. */
.macro load_words
	mov 0(%rcx), %rbx
	mov 8(%rcx), %r8
	mov 16(%rcx), %r9
	mov 24(%rcx), %r10
	mov 32(%rcx), %r12
	mov 40(%rcx), %r13
	mov 48(%rcx), %r14
	mov 56(%rcx), %r15
.endm

.macro store_words
	mov %rbx, 0(%rcx)
	mov %r8, 8(%rcx)
	mov %r9, 16(%rcx)
	mov %r10, 24(%rcx)
	mov %r12, 32(%rcx)
	mov %r13, 40(%rcx)
	mov %r14, 48(%rcx)
	mov %r15, 56(%rcx)
.endm

/* What the caller keeps and no system call does. */
.macro push_kept
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
.endm

.macro pop_kept
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
.endm

/*
 * uint64_t ipc_syscall(word, target, window, deadline, uint64_t words[8], uint64_t out[2])
 *
 * One system call. Returns the answer word; out[0] is the badge or the notification
 * bits, out[1] the number of capabilities received.
 */
	.globl ipc_syscall
ipc_syscall:
	push_kept
	push %r9
	push %r8
	mov %rdi, %rax
	mov %rsi, %rdi
	mov %rdx, %rsi
	mov %rcx, %rdx
	mov %r8, %rcx
	load_words
	syscall
	pop %rcx
	store_words
	pop %rcx
	mov %rdi, 0(%rcx)
	mov %rsi, 8(%rcx)
	pop_kept
	ret

/*
 * enum status ipc_call_words(struct ipc *ipc, cap_t target, uint64_t name, struct message *message)
 *
 * A call of words alone (base/message.h). struct ipc: deadline at 16; struct message: words at 0,
 * form at 128, segment (which keeps the ipc meanwhile) at 136.
 */
	.globl ipc_call_words
ipc_call_words:
	push_kept
	push %rcx
	mov %rdi, 136(%rcx)
	mov %rdx, %rax
	mov 16(%rdi), %rdx
	mov %rsi, %rdi
	xor %esi, %esi
	test $0xf00, %eax
	jz 1f
	load_words
	syscall
	jmp 2f
1:	xor %ebx, %ebx
	xor %r8d, %r8d
	xor %r9d, %r9d
	xor %r10d, %r10d
	xor %r12d, %r12d
	xor %r13d, %r13d
	xor %r14d, %r14d
	xor %r15d, %r15d
	syscall
2:	pop %rcx
	test $0x1f00, %eax
	jnz 4f
	movl $0, 128(%rcx)
3:	movzbl %al, %eax
	pop_kept
	ret
4:	test $0x1000, %eax
	jnz 5f
	store_words
	mov %eax, %edx
	shr $8, %edx
	and $0xf, %edx
	mov %edx, 128(%rcx)
	jmp 3b
5:	mov 136(%rcx), %rdi
	mov %rax, %rsi
	mov %rcx, %rdx
	pop_kept
	jmp ipc_call_paged

/* The first instruction of a component: rdi = argument, rsi = message pages, rdx = their number. */
	.globl _start
	.weak _start
_start:
	xor %ebp, %ebp
	and $-16, %rsp
	call component_start
	ud2

	.section .note.GNU-stack, "", @progbits
