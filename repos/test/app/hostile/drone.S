/* SPDX-License-Identifier: MIT */
/* See drone.h. Nothing here has a stack: the stack pointer is the data page. */
	.set DRONE_DATA, 0x500000
	.set DRONE_WORDS, 64
	.set FLAG_TRAP, 1 << 8
	.set FLAG_DIRECTION, 1 << 10
	.set FLAG_NESTED, 1 << 14
	.set FLAG_ALIGNMENT, 1 << 18
	.set FLAG_IDENTIFY, 1 << 21

	.section .rodata
	.balign 16
	.globl drone_begin
drone_begin:

/* rax = next random number; rcx is lost */
.macro next_random
	movabs $0x5851f42d4c957f2d, %rcx
	mov DRONE_DATA, %rax
	imul %rcx, %rax
	add $0x14057b7, %rax
	mov %rax, DRONE_DATA
.endm

entry_calls:
	mov $DRONE_DATA + 4096, %esp
1:	next_random
	mov %rax, %rbx
	mov %rax, %r8
	ror $13, %r8
	mov %rax, %r9
	ror $29, %r9
	mov %rax, %r10
	shr $33, %r10
	and $15, %r10d
	bts $32, %r10
	mov %r10, %r12
	mov %rax, %r13
	shr $52, %r13
	mov %rax, %r14
	mov $1, %r15d
	mov %r10, %rdi
	mov %rax, %rsi
	shr $40, %rsi
	and $0x3c0003, %esi
	bts $37, %rsi
	mov %rax, %rdx
	shr $30, %rdx
	shr $22, %rax
	and $DRONE_WORDS - 1, %eax
	mov DRONE_DATA + 64(, %rax, 8), %rax
	syscall
	jmp 1b

.macro with_flag name, flag
\name:
	mov $DRONE_DATA + 4096, %esp
	pushf
	orq $\flag, (%rsp)
	popf
	mov $0x50, %eax
	xor %edi, %edi
	syscall
	jmp entry_calls
.endm

	with_flag entry_trap, FLAG_TRAP
	with_flag entry_direction, FLAG_DIRECTION
	with_flag entry_nested, FLAG_NESTED
	with_flag entry_alignment, FLAG_ALIGNMENT
	with_flag entry_identify, FLAG_IDENTIFY

/* A trap flag that takes effect right behind the system call or behind a stack segment's load. */
entry_trap_stack:
	mov $DRONE_DATA + 4096, %esp
	mov %ss, %ebx
	pushf
	orq $FLAG_TRAP, (%rsp)
	popf
	mov %ebx, %ss
	syscall
	jmp entry_calls

entry_segments:
	xor %eax, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %fs
	mov %eax, %gs
	mov $0x1b, %eax
	mov %eax, %gs
	jmp entry_calls

entry_bases:
	mov $0x7fffffffe000, %rax
	wrgsbase %rax
	wrfsbase %rax
	syscall
	movabs $0xffff800000000000, %rax
	wrgsbase %rax
	syscall
	mov %rsp, %rax
	swapgs
	jmp entry_calls

entry_stack_nowhere:
	movabs $0x8000000000000000, %rsp
	xor %eax, %eax
	syscall
	movabs $0xffffffff80000000, %rsp
	syscall
	push %rax
	jmp entry_calls

/* Without a stack to fault on, until the clock interrupts. */
entry_spin_nowhere:
	movabs $0x7123456789abcdef, %rsp
1:	dec %rbx
	jnz 1b
	jmp entry_calls

entry_x87:
	mov $DRONE_DATA + 4096, %esp
	fninit
	pushq $0
	fldcw (%rsp)
	fld1
	fldz
	fdivrp %st, %st(1)
	mov $1, %eax
	syscall
	fwait
	jmp entry_calls

entry_sse:
	mov $DRONE_DATA + 4096, %esp
	pushq $0
	ldmxcsr (%rsp)
	pxor %xmm0, %xmm0
	divss %xmm0, %xmm0
	syscall
	jmp entry_calls

entry_mxcsr:
	mov $DRONE_DATA + 4096, %esp
	pushq $-1
	ldmxcsr (%rsp)
	jmp entry_calls

entry_breakpoint:
	int3
	jmp entry_calls
entry_debug:
	.byte 0xf1
	jmp entry_calls
entry_interrupts:
	int $0x0e
	jmp entry_calls
entry_interrupt_timer:
	int $0x30
	jmp entry_calls
entry_double_fault:
	int $0x08
	jmp entry_calls
entry_sysenter:
	sysenter
entry_undefined:
	ud2
entry_halt:
	hlt
entry_interrupts_off:
	cli
entry_ports:
	in $0x64, %al
entry_control:
	mov %cr3, %rax
entry_msr:
	rdmsr
entry_descriptors:
	mov $DRONE_DATA, %esp
	lgdt (%rsp)
entry_far:
	mov $DRONE_DATA + 4096, %esp
	pushq $0x08
	pushq $DRONE_DATA
	lretq
entry_far_compatible:
	mov $DRONE_DATA + 4096, %esp
	pushq $0x13
	pushq $0x400000
	lretq
entry_return:
	mov $DRONE_DATA + 4096, %esp
	pushq $0
	pushq $-1
	pushq $-1
	pushq $0x23
	pushq $-1
	iretq
entry_jump_kernel:
	movabs $0xffffffff80100000, %rax
	jmp *%rax
entry_jump_nowhere:
	movabs $0x8000000000000000, %rax
	jmp *%rax
entry_jump_end:
	movabs $0x7ffffffff000, %rax
	jmp *%rax
entry_divide:
	xor %ecx, %ecx
	div %ecx
entry_read_kernel:
	mov 0xffffffff80100000, %rax
entry_write_code:
	movb $0, 0x400000
entry_run_data:
	mov $DRONE_DATA, %eax
	jmp *%rax

	.globl drone_end
drone_end:

	.balign 4
	.globl drone_entries
drone_entries:
	.irp name, calls, calls, calls, calls, trap, direction, nested, alignment, identify, trap_stack, \
		segments, bases, stack_nowhere, spin_nowhere, x87, sse, mxcsr, breakpoint, debug, interrupts, \
		interrupt_timer, double_fault, sysenter, undefined, halt, interrupts_off, ports, control, msr, \
		descriptors, far, far_compatible, return, jump_kernel, jump_nowhere, jump_end, divide, read_kernel, \
		write_code, run_data
	.short entry_\name - drone_begin
	.endr
drone_entries_end:
	.balign 4
	.globl drone_entry_count
drone_entry_count:
	.long (drone_entries_end - drone_entries) / 2

	.section .note.GNU-stack, "", @progbits
