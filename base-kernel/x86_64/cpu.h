/* SPDX-License-Identifier: MIT */
/*
 * Single instructions that C has no word for.
 */
#pragma once

#include <stdint.h>

/* outN and inN: a port of N bits. */
#define PORT_ACCESS(bits, suffix) \
	static inline void out##bits(uint16_t port, uint##bits##_t value) \
	{ \
		asm volatile("out" suffix " %0, %1" : : "a"(value), "Nd"(port)); \
	} \
	static inline uint##bits##_t in##bits(uint16_t port) \
	{ \
		uint##bits##_t value; \
\
		asm volatile("in" suffix " %1, %0" : "=a"(value) : "Nd"(port)); \
		return value; \
	}

PORT_ACCESS(8, "b")
PORT_ACCESS(16, "w")
PORT_ACCESS(32, "l")

static inline uint64_t read_tsc(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static inline uint64_t read_msr(uint32_t msr)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void write_msr(uint32_t msr, uint64_t value)
{
	asm volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

static inline uint64_t read_cr0(void)
{
	uint64_t value;

	asm volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static inline void write_cr0(uint64_t value)
{
	asm volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static inline uint64_t read_cr2(void)
{
	uint64_t value;

	asm volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline void write_cr3(uint64_t value)
{
	asm volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline uint64_t read_cr4(void)
{
	uint64_t value;

	asm volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void write_cr4(uint64_t value)
{
	asm volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline void invalidate_page(uint64_t address)
{
	asm volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline uint64_t read_fs_base(void)
{
	uint64_t value;

	asm volatile("rdfsbase %0" : "=r"(value));
	return value;
}

static inline void write_fs_base(uint64_t value)
{
	asm volatile("wrfsbase %0" : : "r"(value));
}

static inline void read_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4])
{
	asm volatile("cpuid"
	             : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
	             : "a"(leaf), "c"(subleaf));
}
