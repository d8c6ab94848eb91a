/* SPDX-License-Identifier: MIT */
/*
 * Entry of the fake kernel, by PVH (ebx: start info) or multiboot2 (ebx: information).
 * Both leave the CPU in 32-bit protected mode with flat segments.
 */
	.section .note.pvh, "a", @note
	.long 4, 4, 18
	.asciz "Xen"
	.long pvh_entry

	.section .multiboot, "a"
	.align 8
header:
	.long 0xe85250d6, 0, header_end - header, -(0xe85250d6 + header_end - header)
	.align 8
	.short 3, 0
	.long 12, multiboot_entry
	.align 8
	.short 0, 0
	.long 8
header_end:

	.text
	.globl pvh_entry
pvh_entry:
	mov $stack_end, %esp
	push %ebx
	call main_pvh
multiboot_entry:
	mov $stack_end, %esp
	push %ebx
	call main_multiboot

	.bss
	.align 16
	.skip 16384
stack_end:

	.section .note.GNU-stack, "", @progbits
