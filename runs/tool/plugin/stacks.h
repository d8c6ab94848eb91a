/* SPDX-License-Identifier: MIT */
/*
 * Stacks: which functions are being executed, followed from one instruction to the next.
 *
 * Each thread has a stack of its own. The kernel's functions stand on that of the thread that has
 * entered it. Registers can't be read, so a thread that goes on is known by the
 * instruction at which it had entered the kernel: among those that wait at the
 * same one, it is taken to be the one that did so last.
 */
#pragma once

#include "call_tree.h"
#include "instruction.h"

enum { STACKS_MAX = 256 };

struct stack {
	const struct function *functions[STACK_MAX];
	unsigned depth;
	unsigned user_depth;       /* in the kernel: without its functions */
	const struct image *image; /* of the instruction at which it entered the kernel */
	uint64_t at, behind;       /* that instruction, and the next one */
	uint64_t left;             /* when; 0: free */
};

struct stacks {
	struct stack list[STACKS_MAX];
	struct stack *current;
	uint64_t clock;
};

/* There is one stack, with the function of the first instruction. */
void stacks_init(struct stacks *stacks, const struct instruction *first);

/* From one instruction to the next. Answers down to which depth the stack is still the same. */
unsigned stacks_step(struct stacks *stacks, const struct instruction *from,
                     const struct instruction *to);
