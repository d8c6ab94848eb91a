/* SPDX-License-Identifier: MIT */
#include "descriptor.h"

#include <stdbool.h>

#include "boot/panic.h"
#include "cpu.h"
#include "frame_offsets.h"
#include "resume.h"

#define MSR_EFER    0xc0000080u
#define MSR_STAR    0xc0000081u
#define MSR_LSTAR   0xc0000082u
#define MSR_FMASK   0xc0000084u
#define MSR_GS_BASE 0xc0000101u

#define CR4_PGE      (1ul << 7)
#define CR4_UMIP     (1ul << 11)
#define CR4_FSGSBASE (1ul << 16)
#define CR4_SMEP     (1ul << 20)
#define CR4_SMAP     (1ul << 21)

enum { TRAP_STUBS = 64, TRAP_STUB_BYTES = 16, IST_FAULT = 1 };
enum { TRAP_NMI = 2, TRAP_BREAKPOINT = 3, TRAP_DOUBLE_FAULT = 8, TRAP_MACHINE_CHECK = 18 };

extern char kernel_stack_top[], fault_stack_top[], trap_stubs[], syscall_entry[];

static struct __attribute__((packed)) {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_map;
} task;

static uint64_t segments[7] = {
	0,
	0x00af9a000000ffff, /* kernel code */
	0x00cf92000000ffff, /* kernel data */
	0x00cff2000000ffff, /* user data */
	0x00affa000000ffff, /* user code */
};

static struct {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t stack;
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
} traps[256];

struct __attribute__((packed)) table_pointer {
	uint16_t limit;
	const void *base;
};

static void init_segments(void)
{
	const uint64_t base = (uint64_t)&task;
	const struct table_pointer pointer = {sizeof(segments) - 1, segments};

	task.rsp[0] = (uint64_t)kernel_stack_top;
	task.ist[IST_FAULT - 1] = (uint64_t)fault_stack_top;
	task.io_map = sizeof(task);
	segments[5] = (sizeof(task) - 1) | (base & 0xffffff) << 16 | 0x89ul << 40 |
	              (base >> 24 & 0xff) << 56;
	segments[6] = base >> 32;
	asm volatile("lgdt %0\n\t"
	             "pushq %1\n\t"
	             "leaq 1f(%%rip), %%rax\n\t"
	             "pushq %%rax\n\t"
	             "lretq\n"
	             "1:\tmov %2, %%ds\n\t"
	             "mov %2, %%es\n\t"
	             "mov %2, %%ss\n\t"
	             "ltr %w3"
	             :
	             : "m"(pointer), "i"(SELECTOR_KERNEL_CODE), "r"(SELECTOR_KERNEL_DATA),
	               "r"(SELECTOR_TSS)
	             : "rax", "memory");
}

static void init_traps(void)
{
	const struct table_pointer pointer = {sizeof(traps) - 1, traps};

	for (unsigned i = 0; i < TRAP_STUBS; i++) {
		const uint64_t stub = (uint64_t)trap_stubs + i * TRAP_STUB_BYTES;
		const bool fatal =
			i == TRAP_NMI || i == TRAP_DOUBLE_FAULT || i == TRAP_MACHINE_CHECK;

		traps[i].offset_low = (uint16_t)stub;
		traps[i].offset_middle = (uint16_t)(stub >> 16);
		traps[i].offset_high = (uint32_t)(stub >> 32);
		traps[i].selector = SELECTOR_KERNEL_CODE;
		traps[i].stack = fatal ? IST_FAULT : 0;
		traps[i].type = i == TRAP_BREAKPOINT ? 0xee : 0x8e;
	}
	asm volatile("lidt %0" : : "m"(pointer));
}

static void init_syscall(void)
{
	/* sysret takes user data and code from the two selectors behind this one */
	write_msr(MSR_STAR, (uint64_t)SELECTOR_KERNEL_CODE << 32 |
	                            (uint64_t)(SELECTOR_KERNEL_DATA | 3) << 48);
	write_msr(MSR_LSTAR, (uint64_t)syscall_entry);
	write_msr(MSR_FMASK, ~2u & 0x3f7fd7u);
	write_msr(MSR_EFER, read_msr(MSR_EFER) | 1);
}

static void init_protection(void)
{
	enum { FSGSBASE = 1 << 0, SMEP = 1 << 7, SMAP = 1 << 20 };
	uint32_t id[4];

	read_cpuid(7, 0, id);
	if ((id[1] & (FSGSBASE | SMEP | SMAP)) != (FSGSBASE | SMEP | SMAP))
		panic("this processor lacks FSGSBASE, SMEP or SMAP");

	uint64_t cr4 = read_cr4() | CR4_PGE | CR4_FSGSBASE | CR4_SMEP | CR4_SMAP;

	if (id[2] & 1 << 2)
		cr4 |= CR4_UMIP;
	write_cr4(cr4);
}

void descriptors_init(void)
{
	init_segments();
	init_traps();
	init_syscall();
	init_protection();
	cpu.stack = (unsigned long)kernel_stack_top;
	write_msr(MSR_GS_BASE, (uint64_t)&cpu);
}
