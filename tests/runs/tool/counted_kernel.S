/* SPDX-License-Identifier: MIT */
/*
 * A machine that does something known between two marks, and ends with the status that tells
 * how many instructions that was by the time-stamp counter, twice that number and one.
 */
#include <bench/mark.h>

#define DEBUG_EXIT 0xf4
#define SYSENTER_CS 0x174

	.section .note.pvh, "a", @note
	.long 4, 8, 18
	.asciz "Xen"
	.quad entry

	.code32
	.text
	.globl entry
entry:
	mov $stack_end, %esp
	mov $0, %ebp
	rdtsc
	mov %eax, %esi
	nopl MARK_BEGIN(%eax)
	call work
	nopl MARK_END(%eax)
	rdtsc
	sub %esi, %eax
	sub $4, %eax /* the first rdtsc, mov, both marks */
	mov %eax, %ebx
.irp letter, 0x6b, 0x6e, 0x6f, 0x77, 0x6e, 0x20, 0x31 /* "known 1" */
	mov $letters + \letter, %ecx
	nopl MARK_LETTER(%eax)
	mov (%ecx), %al
.endr
	nopl MARK_REPORT(%eax)
	mov %ebx, %eax
	out %al, $DEBUG_EXIT
1:	hlt
	jmp 1b

	.globl work
work:
	lock incl counter
	xchg %eax, counter
	mov counter, %edx
	mov %edx, counter + 64
	xchg %eax, %edx
	mov %cr0, %eax
	mov %eax, %cr0
	mov %cr3, %eax
	mov %eax, %cr3
	xor %eax, %eax
	xor %edx, %edx
	mov $SYSENTER_CS, %ecx
	wrmsr
	mov $buffer, %edi
	mov $10, %ecx
	rep stosl
	call leaf
	jmp tail

	.globl leaf
leaf:
	nop
	ret

	.globl tail
tail:
	clts
	ret

	.data
	.balign 4096 /* a program is known by the pages of its code */
counter:
	.skip 128
	.balign 256
letters:
	.skip 256

	.bss
	.balign 64
buffer:
	.skip 64
	.balign 4096
	.skip 4096
stack_end:

	.section .note.GNU-stack, "", @progbits
