/* SPDX-License-Identifier: MIT */
/* See <bench/raw.h>. struct raw_call: word, target, window, words[8], begin, answer;
 * struct raw_service: endpoint, window, step. */

#include <bench/mark.h>

	.text

	.set CALL_WORDS, 24
	.set CALL_BEGIN, 88
	.set CALL_ANSWER, 96
	.set CALL_SIZE, 104

/* Reads the counter into rax; rdx is lost. */
.macro read_counter
	rdtsc
	shl $32, %rdx
	or %rdx, %rax
.endm

/* rdi = call; rcx = call from here on. `mark` is the last instruction before what is measured. */
.macro measure_begin mark:vararg
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	push %rdi
	mov %rdi, %rcx
	read_counter
	mov %rax, CALL_BEGIN(%rcx)
	\mark
.endm

/* Behind what is measured: its answer to rbp, the counter to rax. */
.macro stamp mark:vararg
	\mark
	mov %rax, %rbp
	read_counter
.endm

/* rbp = answer, rax = the counter */
.macro measure_return
	pop %rcx
	mov %rbp, CALL_ANSWER(%rcx)
	sub CALL_BEGIN(%rcx), %rax
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret
.endm

/* rcx = call */
.macro load_word index, register
	mov CALL_WORDS + 8 * \index(%rcx), %\register
.endm

.macro measured_call name, words
	.globl \name
\name:
	measure_begin nopl MARK_BEGIN(%rax)
	mov 0(%rcx), %rax
	mov 8(%rcx), %rdi
	mov 16(%rcx), %rsi
	xor %edx, %edx
	.if \words > 0
	load_word 0, rbx
	load_word 1, r8
	.endif
	.if \words > 2
	load_word 2, r9
	load_word 3, r10
	.endif
	.if \words > 4
	load_word 4, r12
	load_word 5, r13
	load_word 6, r14
	load_word 7, r15
	.endif
	syscall
	stamp nopl MARK_END(%rax)
	measure_return
.endm

	measured_call raw_measure0, 0
	measured_call raw_measure2, 2
	measured_call raw_measure4, 4
	measured_call raw_measure8, 8

	.globl raw_measure_none
raw_measure_none:
	measure_begin nop
	stamp nop
	mov CALL_ANSWER(%rcx), %rbp
	measure_return

/* rdi = ring, rsi = entries to submit, rdx = completions to wait for; returns the answer word */
	.globl raw_ring_enter
raw_ring_enter:
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	mov $2, %eax
	mov %rsi, %rbx
	mov %rdx, %r8
	xor %esi, %esi
	xor %edx, %edx
	syscall
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret

	.set REPLY_WAIT, 1
	.set OP_WORDS, 0xf00
	.set OP_NO_REPLY, 1 << 13

/* rdi = service. Nothing but the stack pointer survives a system call. */
.macro serve name, work:vararg
	.globl \name
\name:
	pushq 16(%rdi)
	pushq 8(%rdi)
	pushq 0(%rdi)
	mov $OP_NO_REPLY, %eax
1:	or $REPLY_WAIT, %eax
	mov 0(%rsp), %rdi
	mov 8(%rsp), %rsi
	xor %edx, %edx
	syscall
	mov 16(%rsp), %rcx
	add %rcx, 8(%rsp)
	and $OP_WORDS, %eax
	\work
	jmp 1b
.endm

	serve raw_serve
	serve raw_serve_vector, pxor %xmm0, %xmm0

/* rdi = stamp */
	.globl raw_stamp
raw_stamp:
	push %rdi
1:	mov $REPLY_WAIT | OP_NO_REPLY, %eax
	xor %edi, %edi
	xor %esi, %esi
	xor %edx, %edx
	syscall
	stamp nopl MARK_END(%rax)
	mov 0(%rsp), %rcx
	mov %rax, (%rcx)
	jmp 1b

/* rdi = stamp */
	.globl raw_spin
raw_spin:
	rdtsc
	mov %eax, (%rdi)
	nopl MARK_BEGIN(%rax)
	jmp raw_spin

	.globl raw_wait
raw_wait:
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	mov $REPLY_WAIT | OP_NO_REPLY, %eax
	xor %edi, %edi
	xor %esi, %esi
	xor %edx, %edx
	syscall
	stamp nopl MARK_END(%rax)
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret

/* rdi = the first of two calls */
	.globl raw_call_twice
raw_call_twice:
	push %rdi
	mov %rdi, %rcx
	mov 0(%rcx), %rax
	mov 8(%rcx), %rdi
	mov 16(%rcx), %rsi
	xor %edx, %edx
	load_word 0, rbx
	syscall
	pop %rcx
	add $CALL_SIZE, %rcx
	mov 0(%rcx), %rax
	mov 8(%rcx), %rdi
	mov 16(%rcx), %rsi
	xor %edx, %edx
	load_word 0, rbx
	syscall
	ud2

	.section .note.GNU-stack, "", @progbits
