/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include <memory/pieces.h>
#include <native_process.h>
#include <syscall/calls.h>
#include <syscall/error.h>

#include "birth.h"
#include "fork.h"
#include "process.h"
#include "vfork.h"

long __capos_fork_begin(const struct vfork_registers *registers, long flags, long stack);

/*
 * The call `clone` as musl's fork makes it, whose flags and stack are its second and third argument. Who
 * comes back with 0 is another process.
 */
__asm__(".pushsection .text\n"
        ".globl direct_clone\n"
        "direct_clone:\n"
        "	lea 8(%rsp), %rax\n"
        "	mov (%rsp), %rcx\n"
        "	sub $72, %rsp\n"
        "	mov %rbx, 0(%rsp)\n"
        "	mov %rbp, 8(%rsp)\n"
        "	mov %r12, 16(%rsp)\n"
        "	mov %r13, 24(%rsp)\n"
        "	mov %r14, 32(%rsp)\n"
        "	mov %r15, 40(%rsp)\n"
        "	mov %rax, 48(%rsp)\n"
        "	mov %rcx, 56(%rsp)\n"
        "	mov %rsp, %rdi\n"
        "	call __capos_fork_begin\n"
        "	add $72, %rsp\n"
        "	ret\n"
        ".popsection\n");

/* ---- in the parent -------------------------------------------------------------------------- */

/* What the birth points at. */
struct fork_parts {
	struct birth_parts birth;
	struct birth_fork fork;
	struct birth_action actions[SIGNAL_COUNT];
	struct memory_pieces pieces;
	struct birth_piece *list; /* of the pieces */
};

static uint32_t put_actions(const struct process *process, struct birth_action *actions)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < SIGNAL_COUNT; i++) {
		const struct signal_action *action = &process->signals.actions[i];
		if (action->handler == SIG_DFL && !action->flags && !action->mask)
			continue;
		actions[count++] = (struct birth_action){.signal = i + 1,
		                                         .handler = (uintptr_t)action->handler,
		                                         .flags = action->flags,
		                                         .mask = action->mask};
	}
	return count;
}

static enum status put_pieces(struct process *process, struct fork_parts *parts)
{
	enum status status = native_pages_list(&parts->pieces);

	if (status == OK)
		status = areas_list(&process->areas, &parts->pieces);
	if (status != OK)
		return status;
	parts->list = native_heap_alloc((parts->pieces.count + 1) * sizeof *parts->list);
	if (!parts->list)
		return ERR_OUT_OF_RAM;
	for (uint32_t i = 0; i < parts->pieces.count; i++) {
		const struct memory_piece *piece = &parts->pieces.items[i];
		parts->list[i] = (struct birth_piece){.base = piece->base,
		                                      .size = piece->size,
		                                      .memory = piece->memory,
		                                      .offset = piece->offset,
		                                      .state = piece->state};
	}
	return OK;
}

static struct birth_fork fork_of(const struct process *process, const struct thread *self,
                                 const struct vfork_registers *registers, struct fork_parts *parts)
{
	uintptr_t descriptor;

	__asm__("mov %%fs:0, %0" : "=r"(descriptor)); /* musl's points at itself */
	return (struct birth_fork){
		.registers = (uintptr_t)registers,
		.thread = descriptor,
		.stack = (uintptr_t)self->signals.alternate.ss_sp,
		.stack_size = self->signals.alternate.ss_size,
		.stack_flags = (uint32_t)self->signals.alternate.ss_flags,
		.actions = {.items = parts->actions, .count = put_actions(process, parts->actions)},
		.memories = parts->pieces.memory_count,
		.pieces = {.items = parts->list, .count = parts->pieces.count},
	};
}

static int make_child(struct process *process, struct child *child, struct fork_parts *parts,
                      const struct vfork_registers *registers)
{
	enum { FIXED_SIZE = 128 };
	struct birth birth;
	void *message;
	uint32_t size;

	int error = birth_make(process, child, BIRTH_OF_FORK, &parts->birth, &birth);
	if (!error)
		error = error_of(put_pieces(process, parts));
	if (error)
		return error;
	parts->fork = fork_of(process, thread_current(&process->main), registers, parts);
	birth.fork.item = &parts->fork;
	error = birth_message(&birth,
	                      FIXED_SIZE + sizeof parts->actions +
	                              parts->pieces.count * sizeof *parts->list,
	                      &message, &size);
	if (error)
		return error;
	const struct native_fork fork = {
		.spawn = {.birth = message, .birth_size = size, .name = "", .child = child},
		.pieces = &parts->pieces,
		.stack = (void *)(uintptr_t)registers,
	};
	const enum status status = native_child_fork(&fork, &child->native);
	native_heap_free(message);
	return error_of(status);
}

/* The child's number, or a negated errno. */
static long begin(struct process *process, const struct vfork_registers *registers)
{
	const struct thread *self = thread_current(&process->main);

	if (process->vfork)
		return -EAGAIN;
	/* a handler returns to the library, which knows such a thread no more in the child */
	if (self != &process->main && self->signals.handlers)
		return -ENOSYS;
	const pid_t id = family_identify(process);
	if (id < 0)
		return id;
	struct fork_parts *parts = native_heap_alloc(sizeof *parts);
	struct child *child = family_add(process, id);
	const int error = parts && child ? make_child(process, child, parts, registers) : -ENOMEM;
	if (parts) {
		pieces_fini(&parts->pieces);
		native_heap_free(parts->list);
	}
	native_heap_free(parts);
	if (error && child)
		family_remove(process, child);
	return error ? error : id;
}

long __capos_fork_begin(const struct vfork_registers *registers, long flags, long stack)
{
	struct process *process = calls_process();
	struct thread *self = thread_current(&process->main);

	if (flags != SIGCHLD || stack)
		return -ENOSYS;
	native_lock(self->native);
	calls_await_turn(process, self);
	const long id = begin(process, registers);
	native_unlock(self->native);
	return id;
}

/* ---- in the child --------------------------------------------------------------------------- */

static enum status get_pieces(const struct birth_fork *fork, struct memory_pieces *pieces)
{
	struct birth_piece piece;
	uint32_t number;
	enum status status = OK;

	for (uint32_t i = 0; i < fork->memories && status == OK; i++)
		status = pieces_number(pieces, 0, 0, &number);
	for (uint32_t i = 0; i < birth_piece_list_size(&fork->pieces) && status == OK; i++) {
		status = birth_piece_list_get(&fork->pieces, i, &piece);
		if (status != OK || piece.memory > fork->memories)
			return ERR_BAD_ARG;
		const uint64_t end = piece.offset + piece.size;
		if (piece.memory && pieces->memories[piece.memory - 1].size < end)
			pieces->memories[piece.memory - 1].size = end;
		status = pieces_add(pieces, &(struct memory_piece){.base = piece.base,
		                                                   .size = piece.size,
		                                                   .memory = piece.memory,
		                                                   .state = piece.state,
		                                                   .offset = piece.offset});
	}
	return status;
}

static int get_actions(struct process *process, const struct birth_fork *fork)
{
	struct birth_action from;

	for (uint32_t i = 0; i < birth_action_list_size(&fork->actions); i++) {
		if (birth_action_list_get(&fork->actions, i, &from) != OK || from.signal < 1 ||
		    from.signal > SIGNAL_COUNT)
			return -EINVAL;
		process->signals.actions[from.signal - 1] =
			(struct signal_action){.handler = (void (*)(int))(uintptr_t)from.handler,
		                               .flags = from.flags,
		                               .mask = from.mask};
	}
	return 0;
}

int fork_restore(struct process *process, const struct birth_fork *fork)
{
	struct memory_pieces pieces = {0};

	enum status status = get_pieces(fork, &pieces);
	if (status == OK)
		status = native_fork_restore(&pieces);
	if (status == OK)
		status = areas_restore(&process->areas, &pieces);
	pieces_fini(&pieces);
	process->main.signals.alternate = (stack_t){.ss_sp = (void *)(uintptr_t)fork->stack,
	                                            .ss_size = fork->stack_size,
	                                            .ss_flags = (int)fork->stack_flags};
	return status == OK ? get_actions(process, fork) : error_of(status);
}

_Noreturn void fork_continue(struct process *process, const struct birth_fork *fork)
{
	__asm__ volatile("wrfsbase %0" : : "r"(fork->thread) : "memory");
	thread_slot_set(&process->main);
	__capos_vfork_return((const struct vfork_registers *)(uintptr_t)fork->registers, 0);
}
