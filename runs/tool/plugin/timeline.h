/* SPDX-License-Identifier: MIT */
/*
 * Timeline: which program runs when, and what for. A slice is the time from one switch between a program and the
 * kernel to the next; time is the number of instructions executed before.
 */
#pragma once

#include "instruction.h"
#include "stacks.h"

#include <stdio.h>

enum { TIMELINE_SLICES_MAX = 1 << 20 }; /* what is beyond is left out, and said */

struct timeline {
	FILE *out; /* NULL: nobody wants one */
	uint64_t now, begin;
	uint64_t count;
	const struct instruction *entry; /* of the kernel's slice; NULL: a program's */
};

void timeline_init(struct timeline *timeline, FILE *out);

static inline void timeline_instruction(struct timeline *timeline)
{
	timeline->now++;
}

/*
 * Before the stack is moved on from one instruction to the next: if that is a switch, the slice ends with a
 * line `slice IMAGE BEGIN END WHAT`: the functions, innermost first, or what the kernel was entered for.
 */
void timeline_step(struct timeline *timeline, const struct instruction *from,
                   const struct instruction *to, const struct stack *stack);
/* The last slice. */
void timeline_end(struct timeline *timeline, const struct instruction *last,
                  const struct stack *stack);
