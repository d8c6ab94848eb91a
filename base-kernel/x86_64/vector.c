/* SPDX-License-Identifier: MIT */
#include "vector.h"

#include "boot/panic.h"

#define CR0_MP         (1ul << 1)
#define CR0_EM         (1ul << 2)
#define CR4_OSFXSR     (1ul << 9)
#define CR4_OSXMMEXCPT (1ul << 10)
#define CR4_OSXSAVE    (1ul << 18)

enum { XCR0_X87_SSE = 3, XCR0_AVX = 4, MXCSR_DEFAULT = 0x1f80, FCW_DEFAULT = 0x37f };

_Alignas(64) uint8_t vector_initial[VECTOR_BYTES];
uint32_t vector_features;

static void write_xcr0(uint64_t value)
{
	asm volatile("xsetbv" : : "c"(0), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

void vector_init(void)
{
	uint32_t id[4];

	read_cpuid(1, 0, id);
	if (!(id[2] & 1u << 26))
		panic("this processor has no XSAVE");
	vector_features = XCR0_X87_SSE | (id[2] & 1u << 28 ? XCR0_AVX : 0);
	write_cr0((read_cr0() | CR0_MP) & ~(CR0_EM | CR0_TS));
	write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_OSXSAVE);
	write_xcr0(vector_features);
	*(uint16_t *)vector_initial = FCW_DEFAULT;
	*(uint32_t *)(vector_initial + 24) = MXCSR_DEFAULT;
	vector_reset();
	cpu.vector_closed = false;
	vector_close();
}

void vector_save(void *state)
{
	asm volatile("xsave64 (%0)" : : "r"(state), "a"(vector_features), "d"(0) : "memory");
}

void vector_open(void)
{
	if (!cpu.vector_closed)
		return;
	asm volatile("clts");
	cpu.vector_closed = false;
}

void vector_close(void)
{
	if (cpu.vector_closed)
		return;
	write_cr0(read_cr0() | CR0_TS);
	cpu.vector_closed = true;
}
