/* SPDX-License-Identifier: MIT */
/*
 * Operation: what an instruction of 64-bit mode is to those who count, told by its bytes.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum operation {
	OPERATION_CALL = 1 << 0,
	OPERATION_RETURN = 1 << 1,
	OPERATION_CR0 = 1 << 2,    /* writes it: mov, clts, lmsw */
	OPERATION_CR3 = 1 << 3,    /* writes it */
	OPERATION_MSR = 1 << 4,    /* wrmsr */
	OPERATION_BASE = 1 << 5,   /* wrfsbase, wrgsbase */
	OPERATION_VECTOR = 1 << 6, /* a variant of xsave, xrstor, fxsave, fxrstor */
	OPERATION_LOCKED = 1 << 7, /* lock prefix, or xchg with memory */
	OPERATION_STI = 1 << 8,
	OPERATION_CLI = 1 << 9,
	OPERATION_MARK = 1 << 10, /* the nop of <bench/mark.h> */
};

/* The set of what it is; 0: nothing that is counted apart. */
unsigned operation_of(const uint8_t *bytes, size_t size);

/* The mark's number, of an instruction that is OPERATION_MARK. */
uint32_t operation_mark(const uint8_t *bytes);
