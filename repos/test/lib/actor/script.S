/* SPDX-License-Identifier: MIT */
/* See <test/actor.h>. The stack pointer is the script: it alone survives a system call. */
	.set SCRIPT, 0x500000
	.set MESSAGES, 0x600000
	.set LINES, 64
	.set WORD, 0
	.set TARGET, 8
	.set WINDOW, 16
	.set DEADLINE, 24
	.set WORDS, 32
	.set CAPS, 96
	.set ANSWER, 160
	.set VALUE, 168
	.set RECEIVED, 176
	.set RESULTS, 184
	.set GOT, 248
	.set SIZE, 312
	.set FIRST, 320
	.set GOT_SIZE, 328
	.set GOT_FIRST, 336
	.set BEGUN, 344
	.set LINE_BYTES, 352
	.set PAGE_CAPS, 64
	.set PAGE_SEGMENT, 128

	.section .rodata
	.balign 16
	.globl actor_code_begin
actor_code_begin:
	mov $SCRIPT, %esp
	lea LINES(%rsp), %rcx
	mov %rcx, (%rsp)
1:	mov (%rsp), %rcx
	movq $1, BEGUN(%rcx)
	mov WINDOW(%rcx), %rdi
	and $7 << 12, %edi
	add $MESSAGES, %rdi
	mov SIZE(%rcx), %eax
	mov %eax, (%rdi)
	mov FIRST(%rcx), %rax
	mov %rax, PAGE_SEGMENT(%rdi)
	add $PAGE_CAPS, %rdi
	lea CAPS(%rcx), %rsi
	mov %rcx, %rdx
	mov $8, %ecx
	cld
	rep movsq
	mov %rdx, %rcx
	mov WORDS(%rcx), %rbx
	mov WORDS + 8(%rcx), %r8
	mov WORDS + 16(%rcx), %r9
	mov WORDS + 24(%rcx), %r10
	mov WORDS + 32(%rcx), %r12
	mov WORDS + 40(%rcx), %r13
	mov WORDS + 48(%rcx), %r14
	mov WORDS + 56(%rcx), %r15
	mov WORD(%rcx), %rax
	mov TARGET(%rcx), %rdi
	mov WINDOW(%rcx), %rsi
	mov DEADLINE(%rcx), %rdx
	syscall
	mov (%rsp), %rcx
	mov %rdi, VALUE(%rcx)
	mov %rsi, RECEIVED(%rcx)
	mov %rbx, RESULTS(%rcx)
	mov %r8, RESULTS + 8(%rcx)
	mov %r9, RESULTS + 16(%rcx)
	mov %r10, RESULTS + 24(%rcx)
	mov %r12, RESULTS + 32(%rcx)
	mov %r13, RESULTS + 40(%rcx)
	mov %r14, RESULTS + 48(%rcx)
	mov %r15, RESULTS + 56(%rcx)
	mov WINDOW(%rcx), %rsi
	shr $15 - 12, %rsi
	and $7 << 12, %esi
	add $MESSAGES, %rsi
	mov (%rsi), %edx
	mov %rdx, GOT_SIZE(%rcx)
	mov PAGE_SEGMENT(%rsi), %rdx
	mov %rdx, GOT_FIRST(%rcx)
	add $PAGE_CAPS, %rsi
	lea GOT(%rcx), %rdi
	mov %rcx, %rdx
	mov $8, %ecx
	rep movsq
	mov %rdx, %rcx
	mov %rax, ANSWER(%rcx)
	movq $2, BEGUN(%rcx)
	add $LINE_BYTES, %rcx
	mov %rcx, (%rsp)
	jmp 1b
	.globl actor_code_end
actor_code_end:

	.section .note.GNU-stack, "", @progbits
