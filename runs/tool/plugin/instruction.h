/* SPDX-License-Identifier: MIT */
/*
 * Instruction: one of the guest's, as it was found at its translation.
 */
#pragma once

#include "image.h"
#include "operation.h"

#include <stdbool.h>
#include <stdint.h>

struct instruction {
	uint64_t address;
	uint64_t
		host_line; /* of 64 bytes, the host's address of it: the same for all who share it */
	const struct function *function;
	unsigned operations; /* enum operation */
	uint32_t mark;       /* of OPERATION_MARK */
	uint8_t size;
	bool executed;
	bool plain;    /* nothing that is more than an instruction of its function */
	bool enters;   /* the kernel's first one, of a system call or behind a vector */
	int8_t vector; /* that one; negative: none */
};

static inline bool instruction_in_kernel(const struct instruction *instruction)
{
	return instruction->address >> 63;
}
