/* SPDX-License-Identifier: MIT */
/*
 * Stretch: how many instructions the kernel takes with interrupts off, from an entry to the way out.
 *
 * The first stretch is the boot. Of all later ones the longest is kept, and by itself the longest
 * of those in which the closing audit runs: that walks all there is, when all has ended.
 */
#pragma once

#include "call_tree.h"
#include "instruction.h"
#include "stacks.h"

#include <stdio.h>

enum { STRETCH_TEXT_MAX = 512 };

struct stretch_record {
	uint64_t instructions;
	const char *entry; /* the function */
	int vector;        /* negative: not by a vector */
	char functions[STRETCH_TEXT_MAX];
};

struct stretch {
	uint64_t count; /* of the current one */
	bool active, audits;
	const struct instruction *entry;
	struct call_path path;
	struct stretch_record boot, longest, audit;
	bool booted;
	const struct function *audit_function; /* NULL: none */
};

void stretch_init(struct stretch *stretch, const struct function *audit_function);

/* An entry; what had begun before it, ends. */
void stretch_begin(struct stretch *stretch, const struct instruction *entry);
void stretch_end(struct stretch *stretch);

/* The path stands where the instruction is. */
void stretch_instruction(struct stretch *stretch);
void stretch_follow(struct stretch *stretch, const struct stack *stack, unsigned unchanged);

/* Lines `KIND COUNT ENTRY FUNCTIONS`; the kinds are boot, stretch and audit. */
void stretch_write(const struct stretch *stretch, FILE *out);
