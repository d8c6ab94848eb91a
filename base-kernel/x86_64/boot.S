/* SPDX-License-Identifier: MIT */
/*
 * From the loader to C.
 *
 * GRUB (multiboot2) and QEMU (PVH) both enter in 32-bit protected mode without
 * paging: eax and ebx say who it was and where its information lies. The
 * first gigabyte is mapped three times: one to one (for this code alone), at
 * the direct map, and at the kernel's link address.
 */
#include "frame_offsets.h"

#define MULTIBOOT2_MAGIC 0xe85250d6
#define LOADER_PVH       0x50564800

	.section .boot.headers, "a"
	.align 8
multiboot2_header:
	.long MULTIBOOT2_MAGIC
	.long 0 /* i386 protected mode */
	.long multiboot2_end - multiboot2_header
	.long -(MULTIBOOT2_MAGIC + (multiboot2_end - multiboot2_header))
	.word 6, 0 /* modules on page boundaries */
	.long 8
	.word 0, 0 /* end */
	.long 8
multiboot2_end:

	.section .note.pvh, "a", @note
	.align 4
	.long 4, 8, 18 /* XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz "Xen"
	.quad boot_pvh

	.section .boot.text, "ax"
	.code32
	.globl boot_pvh
boot_pvh:
	mov $LOADER_PVH, %eax
	.globl boot_multiboot2
boot_multiboot2:
	cli
	cld
	mov %eax, %edi
	mov %ebx, %esi
	rdtsc
	mov %eax, boot_entry_tsc
	mov %edx, boot_entry_tsc + 4
	mov $boot_stack_end, %esp

	/* the tables: two entries of the top, then 512 pages of 2 MiB */
	mov $boot_pd, %ebx
	mov $0x83, %eax
	xor %ecx, %ecx
1:	mov %eax, (%ebx, %ecx, 8)
	movl $0, 4(%ebx, %ecx, 8)
	add $0x200000, %eax
	inc %ecx
	cmp $512, %ecx
	jne 1b
	movl $boot_pd + 3, boot_pdpt_low
	movl $boot_pd + 3, boot_pdpt_high + 510 * 8
	movl $boot_pdpt_low + 3, boot_pml4
	movl $boot_pdpt_low + 3, boot_pml4 + 256 * 8
	movl $boot_pdpt_high + 3, boot_pml4 + 511 * 8

	mov $boot_pml4, %eax
	mov %eax, %cr3
	mov %cr4, %eax
	or $0x20, %eax /* PAE */
	mov %eax, %cr4
	mov $0xc0000080, %ecx /* EFER: LME, NXE, SCE */
	rdmsr
	or $0x901, %eax
	wrmsr
	mov %cr0, %eax
	or $0x80010001, %eax /* PG, WP, PE */
	and $0xfffffff3, %eax /* no EM, no TS */
	mov %eax, %cr0
	lgdt boot_gdt_pointer
	ljmp $0x08, $boot_long

	.code64
boot_long:
	xor %eax, %eax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	mov %ax, %fs
	mov %ax, %gs
	movabs $kernel_stack_top, %rsp
	xor %ebp, %ebp
	mov %edi, %edi
	mov %esi, %esi
	movabs $kernel_start, %rax
	push $0
	jmp *%rax

	.section .boot.data, "aw"
	.align 8
	.globl boot_entry_tsc
boot_entry_tsc:
	.quad 0
boot_gdt:
	.quad 0
	.quad 0x00af9a000000ffff
boot_gdt_pointer:
	.word boot_gdt_pointer - boot_gdt - 1
	.long boot_gdt

	.section .boot.bss, "aw", @nobits
	.align 4096
	.globl boot_pml4
boot_pml4:
	.skip 4096
boot_pdpt_low:
	.skip 4096
boot_pdpt_high:
	.skip 4096
boot_pd:
	.skip 4096
	.skip 64
boot_stack_end:

	.section .bss
	.align 4096
	.globl kernel_stack_bottom, kernel_stack_top
kernel_stack_bottom:
	.skip 16384
kernel_stack_top:
	.globl fault_stack_top
	.skip 4096
fault_stack_top:

	.section .note.GNU-stack, "", @progbits
