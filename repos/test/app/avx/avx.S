/* SPDX-License-Identifier: MIT */
/* See avx.h. */
	.set STATE_ST0, 512
	.set STATE_MXCSR, 520
	.set STATE_FCW, 524
	.set STATE_BYTES, 528
	.set RUN_SPINS, 2 * STATE_BYTES
	.set RUN_TOUCH, RUN_SPINS + 8
	.set RUN_WORD, RUN_SPINS + 16
	.set RUN_TARGET, RUN_SPINS + 24
	.set RUN_WINDOW, RUN_SPINS + 32
	.set RUN_ANSWER, RUN_SPINS + 40
	.set RUN_VALUE, RUN_SPINS + 48

.macro each_register f
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\f \n
	.endr
.endm

.macro load_ymm n
	vmovups 32 * \n(%rdi), %ymm\n
.endm

.macro store_ymm n
	vmovups %ymm\n, STATE_BYTES + 32 * \n(%rdi)
.endm

/* rdi = run */
.macro load_state
	each_register load_ymm
	fldl STATE_ST0(%rdi)
	ldmxcsr STATE_MXCSR(%rdi)
	fldcw STATE_FCW(%rdi)
.endm

.macro store_state
	each_register store_ymm
	stmxcsr STATE_BYTES + STATE_MXCSR(%rdi)
	movl $0, STATE_BYTES + STATE_FCW(%rdi)
	fnstcw STATE_BYTES + STATE_FCW(%rdi)
.endm

.macro hold
	load_state
	mov RUN_TOUCH(%rdi), %rax
	test %rax, %rax
	jz 2f
	mov (%rax), %rax
2:	mov RUN_SPINS(%rdi), %rcx
3:	dec %rcx
	jns 3b
	fstpl STATE_BYTES + STATE_ST0(%rdi)
	store_state
.endm

/* The run is kept on the stack, with the stack pointer alone surviving. */
.macro exchange
	push %rdi
	load_state
	mov RUN_WORD(%rdi), %rax
	mov RUN_WINDOW(%rdi), %rsi
	mov RUN_TARGET(%rdi), %rdi
	xor %edx, %edx
	syscall
	mov %rdi, %rcx
	pop %rdi
	mov %rax, RUN_ANSWER(%rdi)
	mov %rcx, RUN_VALUE(%rdi)
	store_state
.endm

.macro back_to_default
	push $0x1f80
	ldmxcsr (%rsp)
	add $8, %rsp
	fninit
	vzeroall
.endm

	.text
	.globl avx_hold
avx_hold:
	hold
	back_to_default
	ret

	.globl avx_exchange
avx_exchange:
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	exchange
	back_to_default
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret

/* rdi = the first of two runs, whose page has room for a stack at its end */
	.section .rodata
	.balign 16
	.globl avx_program_begin
avx_program_begin:
	lea 0x2000(%rdi), %rsp
	hold
	fninit
	add $RUN_VALUE + 8, %rdi
	exchange
	int3
	.globl avx_program_end
avx_program_end:

	.section .note.GNU-stack, "", @progbits
