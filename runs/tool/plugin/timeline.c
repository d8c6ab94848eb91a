/* SPDX-License-Identifier: MIT */
#include "timeline.h"

enum { FUNCTIONS_SHOWN = 6 };

void timeline_init(struct timeline *timeline, FILE *out)
{
	*timeline = (struct timeline){.out = out};
}

static void write_functions(const struct timeline *timeline, const struct stack *stack,
                            unsigned base)
{
	unsigned shown = 0;

	for (unsigned i = stack->depth; i > base && shown < FUNCTIONS_SHOWN; i--, shown++)
		fprintf(timeline->out, "%s%s", shown ? ";" : "", stack->functions[i - 1]->name);
	fputc('\n', timeline->out);
}

static void write_slice(struct timeline *timeline, const struct instruction *last,
                        const struct stack *stack)
{
	const struct instruction *entry = timeline->entry;

	if (timeline->now == timeline->begin)
		return;
	if (timeline->count++ >= TIMELINE_SLICES_MAX)
		return;
	fprintf(timeline->out, "slice %s %lu %lu ", image_name(last->function->image),
	        (unsigned long)timeline->begin, (unsigned long)timeline->now);
	if (entry && entry->vector >= 0)
		fprintf(timeline->out, "vector-%d\n", entry->vector);
	else if (entry)
		fprintf(timeline->out, "%s\n", entry->function->name);
	else
		write_functions(timeline, stack, 0);
}

void timeline_step(struct timeline *timeline, const struct instruction *from,
                   const struct instruction *to, const struct stack *stack)
{
	const bool kernel = instruction_in_kernel(to);

	if (!timeline->out || (!to->enters && kernel == instruction_in_kernel(from)))
		return;
	write_slice(timeline, from, stack);
	timeline->begin = timeline->now;
	timeline->entry = kernel ? to : NULL;
}

void timeline_end(struct timeline *timeline, const struct instruction *last,
                  const struct stack *stack)
{
	if (!timeline->out)
		return;
	write_slice(timeline, last, stack);
	if (timeline->count > TIMELINE_SLICES_MAX)
		fprintf(timeline->out, "left-out %lu\n",
		        (unsigned long)timeline->count - TIMELINE_SLICES_MAX);
}
