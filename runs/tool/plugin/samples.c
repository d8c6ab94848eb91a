/* SPDX-License-Identifier: MIT */
#include "samples.h"

#include "store.h"

#include <string.h>

void samples_init(struct samples *samples, FILE *out)
{
	*samples = (struct samples){.out = out};
}

void samples_begin(struct samples *samples, const struct stack *stack)
{
	if (samples->count == SAMPLES_MAX)
		return;
	if (!samples->taken[samples->count])
		samples->taken[samples->count] = store_new(sizeof(struct sample));

	struct sample *sample = samples->taken[samples->count];

	sample->counts = (struct operation_counts){0};
	call_path_init(&sample->path);
	line_set_clear(&samples->code);
	line_set_clear(&samples->data);
	samples->active = true;
	samples_follow(samples, stack, 0);
}

void samples_end(struct samples *samples)
{
	if (!samples->active)
		return;

	struct operation_counts *counts = &samples->taken[samples->count++]->counts;

	counts->code_lines = samples->code.count;
	counts->data_lines = samples->data.count;
	samples->active = false;
}

void samples_instruction(struct samples *samples, const struct instruction *instruction)
{
	struct sample *sample = samples->taken[samples->count];
	struct operation_counts *counts = &sample->counts;
	const unsigned operations = instruction->operations;

	counts->instructions++;
	counts->kernel += instruction_in_kernel(instruction);
	sample->path.current->count++;
	line_set_add(&samples->code, instruction->host_line);
	if (operations == 0)
		return;
	counts->cr0 += (operations & OPERATION_CR0) != 0;
	counts->cr3 += (operations & OPERATION_CR3) != 0;
	counts->msr += (operations & OPERATION_MSR) != 0;
	counts->base += (operations & OPERATION_BASE) != 0;
	counts->vector += (operations & OPERATION_VECTOR) != 0;
	counts->locked += (operations & OPERATION_LOCKED) != 0;
}

void samples_access(struct samples *samples, bool store, uint64_t physical_address)
{
	struct operation_counts *counts = &samples->taken[samples->count]->counts;

	counts->loads += !store;
	counts->stores += store;
	line_set_add(&samples->data, physical_address >> LINE_SHIFT);
}

void samples_follow(struct samples *samples, const struct stack *stack, unsigned unchanged)
{
	call_path_follow(&samples->taken[samples->count]->path, stack->functions, stack->depth,
	                 unchanged);
}

void samples_name(struct samples *samples, char letter)
{
	const size_t size = strlen(samples->text);

	if (size + 1 < sizeof samples->text)
		samples->text[size] = letter;
}

static int by_instructions(const void *a, const void *b)
{
	const struct sample *const *left = a, *const *right = b;
	const uint64_t x = (*left)->counts.instructions, y = (*right)->counts.instructions;

	return x < y ? -1 : x > y;
}

static void write_counts(const struct operation_counts *counts, FILE *out)
{
	const struct {
		const char *name;
		uint64_t count;
	} columns[] = {
		{"instructions", counts->instructions},
		{"kernel", counts->kernel},
		{"user", counts->instructions - counts->kernel},
		{"cr0", counts->cr0},
		{"cr3", counts->cr3},
		{"msr", counts->msr},
		{"base", counts->base},
		{"vector", counts->vector},
		{"locked", counts->locked},
		{"loads", counts->loads},
		{"stores", counts->stores},
		{"code_lines", counts->code_lines},
		{"data_lines", counts->data_lines},
	};

	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		fprintf(out, "count %s %lu\n", columns[i].name, (unsigned long)columns[i].count);
}

void samples_report(struct samples *samples)
{
	samples->active = false;
	if (samples->count > 0) {
		qsort(samples->taken, samples->count, sizeof samples->taken[0], by_instructions);
		const struct sample *median = samples->taken[samples->count / 2];
		fprintf(samples->out, "row %s\n", samples->text);
		write_counts(&median->counts, samples->out);
		call_path_write(&median->path, "stack", samples->out);
	}
	samples->count = 0;
	memset(samples->text, 0, sizeof samples->text);
}
