/* SPDX-License-Identifier: MIT */
#include "stretch.h"

void stretch_init(struct stretch *stretch)
{
	*stretch = (struct stretch){0};
	call_path_init(&stretch->path);
}

void stretch_begin(struct stretch *stretch, const struct instruction *entry)
{
	stretch_end(stretch);
	call_path_init(&stretch->path);
	stretch->active = true;
	stretch->entry = entry;
	stretch->count = 0;
}

void stretch_end(struct stretch *stretch)
{
	struct stretch_record *record = stretch->booted ? &stretch->longest : &stretch->boot;

	if (!stretch->active)
		return;
	stretch->active = false;
	stretch->booted = true;
	if (stretch->count <= record->instructions)
		return;
	record->instructions = stretch->count;
	record->entry = stretch->entry->function->name;
	record->vector = stretch->entry->enters ? stretch->entry->vector : -1;
	call_path_heaviest(&stretch->path, record->functions, sizeof record->functions);
}

void stretch_instruction(struct stretch *stretch)
{
	stretch->count++;
	stretch->path.current->count++;
}

void stretch_follow(struct stretch *stretch, const struct stack *stack, unsigned unchanged)
{
	const unsigned base = stack->user_depth;

	call_path_follow(&stretch->path, stack->functions + base, stack->depth - base,
	                 unchanged > base ? unchanged - base : 0);
}

static void write_record(const struct stretch_record *record, const char *name, FILE *out)
{
	if (record->instructions == 0)
		return;
	fprintf(out, "%s %lu ", name, (unsigned long)record->instructions);
	if (record->vector >= 0)
		fprintf(out, "vector-%d", record->vector);
	else
		fprintf(out, "%s", record->entry);
	fprintf(out, " %s\n", record->functions);
}

void stretch_write(const struct stretch *stretch, FILE *out)
{
	write_record(&stretch->boot, "boot", out);
	write_record(&stretch->longest, "stretch", out);
}
