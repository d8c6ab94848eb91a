/* SPDX-License-Identifier: MIT */
/*
 * Samples: what is counted between marks that the guest executes (<bench/mark.h>).
 *
 * A begin and an end make a sample; all samples since the last report are one
 * row, which is given a name by the report. Of a row the sample with the
 * median of instructions is kept whole: its counts and its call tree.
 */
#pragma once

#include "call_tree.h"
#include "instruction.h"
#include "line_set.h"
#include "stacks.h"

#include <stdio.h>

enum { SAMPLES_MAX = 256, ROW_TEXT_MAX = 96 };

struct operation_counts {
	uint64_t instructions, kernel;
	uint64_t cr0, cr3, msr, base, vector, locked;
	uint64_t loads, stores;
	uint64_t code_lines, data_lines;
};

struct sample {
	struct operation_counts counts;
	struct call_path path;
};

struct samples {
	struct sample *taken[SAMPLES_MAX];
	unsigned count;
	bool active; /* the last one of them, not counted yet, has begun */
	struct line_set code, data;
	char text[ROW_TEXT_MAX]; /* the name, as it comes */
	FILE *out;
};

void samples_init(struct samples *samples, FILE *out);

void samples_begin(struct samples *samples, const struct stack *stack);
void samples_end(struct samples *samples);
void samples_name(struct samples *samples, char letter);
/* Writes the row out, and begins the next one. */
void samples_report(struct samples *samples);

/* While one is active. The path stands where the instruction is. */
void samples_instruction(struct samples *samples, const struct instruction *instruction);
void samples_access(struct samples *samples, bool store, uint64_t physical_address);
void samples_follow(struct samples *samples, const struct stack *stack, unsigned unchanged);
