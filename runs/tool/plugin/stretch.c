/* SPDX-License-Identifier: MIT */
#include "stretch.h"

void stretch_init(struct stretch *stretch, const struct function *audit_function)
{
	*stretch = (struct stretch){.audit_function = audit_function};
	call_path_init(&stretch->path);
}

void stretch_begin(struct stretch *stretch, const struct instruction *entry)
{
	stretch_end(stretch);
	call_path_init(&stretch->path);
	stretch->active = true;
	stretch->audits = false;
	stretch->entry = entry;
	stretch->count = 0;
}

static struct stretch_record *record_of(struct stretch *stretch)
{
	if (!stretch->booted)
		return &stretch->boot;
	return stretch->audits ? &stretch->audit : &stretch->longest;
}

void stretch_end(struct stretch *stretch)
{
	struct stretch_record *record = record_of(stretch);

	if (!stretch->active)
		return;
	stretch->active = false;
	stretch->booted = true;
	if (stretch->count <= record->instructions)
		return;
	record->instructions = stretch->count;
	record->entry = stretch->entry->function->name;
	record->vector = stretch->entry->vector;
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

	for (unsigned i = unchanged > base ? unchanged : base; i < stack->depth; i++)
		stretch->audits |= stack->functions[i] == stretch->audit_function;
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
	write_record(&stretch->audit, "audit", out);
}
