/* SPDX-License-Identifier: MIT */
#include "stacks.h"

#include <string.h>

static bool same(const struct function *a, const struct function *b)
{
	return a == b || (a->image == b->image && strcmp(a->name, b->name) == 0);
}

static void push(struct stack *stack, const struct function *function)
{
	if (stack->depth < STACK_MAX)
		stack->functions[stack->depth++] = function;
}

void stacks_init(struct stacks *stacks, const struct instruction *first)
{
	*stacks = (struct stacks){.current = &stacks->list[0], .clock = 1};
	push(stacks->current, first->function);
}

static unsigned base_of(const struct stack *stack, const struct instruction *at)
{
	return instruction_in_kernel(at) ? stack->user_depth : 0;
}

/* Has the innermost function be `to`'s without a call: a jump to it is a call that never returns. */
static unsigned replace(struct stack *stack, const struct instruction *to)
{
	if (stack->depth > base_of(stack, to)) {
		if (same(stack->functions[stack->depth - 1], to->function))
			return stack->depth;
		stack->depth--;
	}
	push(stack, to->function);
	return stack->depth - 1;
}

/* Down to the function returned to. If it is none of those below, its caller is not known. */
static unsigned unwind(struct stack *stack, const struct instruction *to)
{
	const unsigned base = base_of(stack, to);

	if (stack->depth > base)
		stack->depth--;
	for (unsigned depth = stack->depth; depth > base; depth--) {
		if (!same(stack->functions[depth - 1], to->function))
			continue;
		stack->depth = depth;
		return depth;
	}
	return replace(stack, to);
}

static unsigned enter_kernel(struct stacks *stacks, const struct instruction *from,
                             const struct instruction *to)
{
	struct stack *stack = stacks->current;

	if (!instruction_in_kernel(from)) {
		stack->user_depth = stack->depth;
		stack->image = from->function->image;
		stack->at = from->address;
		stack->behind = from->address + from->size;
		stack->left = ++stacks->clock;
	}
	stack->depth = stack->user_depth; /* the kernel's own stack is empty at each entry */
	push(stack, to->function);
	return stack->user_depth;
}

static struct stack *find_waiting(struct stacks *stacks, const struct instruction *to)
{
	struct stack *found = NULL;

	for (unsigned i = 0; i < STACKS_MAX; i++) {
		struct stack *stack = &stacks->list[i];
		if (stack->left == 0 || stack->image != to->function->image ||
		    (stack->at != to->address && stack->behind != to->address))
			continue;
		if (!found || stack->left > found->left)
			found = stack;
	}
	return found;
}

/* One that is free, or has been waiting for longest. */
static struct stack *new_stack(struct stacks *stacks)
{
	struct stack *oldest = &stacks->list[0];

	for (unsigned i = 1; i < STACKS_MAX; i++)
		if (stacks->list[i].left < oldest->left)
			oldest = &stacks->list[i];
	oldest->depth = oldest->user_depth = 0;
	return oldest;
}

static void leave_kernel(struct stacks *stacks, const struct instruction *to)
{
	struct stack *stack = find_waiting(stacks, to);

	stacks->current->depth = stacks->current->user_depth;
	if (!stack)
		stack = new_stack(stacks);
	stack->user_depth = 0;
	stacks->current = stack;
	stack->left = ++stacks->clock; /* runs: it is not the one to be given up */
	(void)replace(stack, to);
}

unsigned stacks_step(struct stacks *stacks, const struct instruction *from,
                     const struct instruction *to)
{
	struct stack *stack = stacks->current;

	if (to->enters || (instruction_in_kernel(to) && !instruction_in_kernel(from)))
		return enter_kernel(stacks, from, to);
	if (instruction_in_kernel(from) && !instruction_in_kernel(to)) {
		leave_kernel(stacks, to);
		return 0;
	}
	if (from->operations & OPERATION_CALL) {
		push(stack, to->function);
		return stack->depth - 1;
	}
	if (from->operations & OPERATION_RETURN)
		return unwind(stack, to);
	return from->function == to->function ? stack->depth : replace(stack, to);
}
