/* SPDX-License-Identifier: MIT */
/* See protection.h. All of them go on until they fault. */
	.set TARGET, 0
	.set COUNT, 8
	.set VALUE, 16

	.section .rodata
	.balign 16
	.globl toucher_begin, toucher_reads, toucher_writes, toucher_runs, toucher_end
toucher_begin:
toucher_reads:
	mov TARGET(%rdi), %rsi
1:	mov (%rsi), %rax
	mov %rax, VALUE(%rdi)
	incq COUNT(%rdi)
	jmp 1b

toucher_writes:
	mov TARGET(%rdi), %rsi
1:	mov COUNT(%rdi), %rax
	mov %rax, (%rsi)
	incq COUNT(%rdi)
	jmp 1b

/* What it runs is a loop in itself, if it runs at all. */
toucher_runs:
	jmp *TARGET(%rdi)
toucher_end:

	.section .note.GNU-stack, "", @progbits
