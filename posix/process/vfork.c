/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include <native_process.h>
#include <syscall/calls.h>

#include "process.h"
#include "vfork.h"

long __capos_vfork_begin(const struct vfork_registers *registers);
_Noreturn void __capos_vfork_exit(int code);

/*
 * __capos_vfork(failed): returns 0, and once more through __capos_vfork_return. The child may
 * overwrite its caller's stack below the return address, so all that is needed again is kept.
 * __capos_vfork_on(function, argument, stack) likewise.
 */
__asm__(".pushsection .text\n"
        ".macro save_registers\n"
        "	lea 8(%rsp), %rax\n"
        "	mov (%rsp), %rcx\n"
        "	sub $88, %rsp\n"
        "	mov %rbx, 0(%rsp)\n"
        "	mov %rbp, 8(%rsp)\n"
        "	mov %r12, 16(%rsp)\n"
        "	mov %r13, 24(%rsp)\n"
        "	mov %r14, 32(%rsp)\n"
        "	mov %r15, 40(%rsp)\n"
        "	mov %rax, 48(%rsp)\n"
        "	mov %rcx, 56(%rsp)\n"
        ".endm\n"
        ".globl __capos_vfork\n"
        "__capos_vfork:\n"
        "	save_registers\n"
        "	mov %rdi, 64(%rsp)\n"
        "	mov %rsp, %rdi\n"
        "	call __capos_vfork_begin\n"
        "	mov 64(%rsp), %rdx\n"
        "	add $88, %rsp\n"
        "	test %rax, %rax\n"
        "	js 1f\n"
        "	ret\n"
        "1:	mov %rax, %rdi\n"
        "	jmp *%rdx\n"
        ".globl __capos_vfork_on\n"
        "__capos_vfork_on:\n"
        "	save_registers\n"
        "	mov %rdi, %r12\n"
        "	mov %rsi, %r13\n"
        "	mov %rdx, %r14\n"
        "	mov %rsp, %rdi\n"
        "	call __capos_vfork_begin\n"
        "	test %rax, %rax\n"
        "	js 2f\n"
        "	mov %r14, %rsp\n"
        "	xor %ebp, %ebp\n"
        "	mov %r13, %rdi\n"
        "	call *%r12\n"
        "	mov %eax, %edi\n"
        "	call __capos_vfork_exit\n"
        "2:	mov 16(%rsp), %r12\n"
        "	mov 24(%rsp), %r13\n"
        "	mov 32(%rsp), %r14\n"
        "	add $88, %rsp\n"
        "	ret\n"
        ".globl __capos_vfork_return\n"
        "__capos_vfork_return:\n"
        "	mov %rsi, %rax\n"
        "	mov 0(%rdi), %rbx\n"
        "	mov 8(%rdi), %rbp\n"
        "	mov 16(%rdi), %r12\n"
        "	mov 24(%rdi), %r13\n"
        "	mov 32(%rdi), %r14\n"
        "	mov 40(%rdi), %r15\n"
        "	mov 48(%rdi), %rsp\n"
        "	jmp *56(%rdi)\n"
        ".popsection\n");

bool vfork_child(const struct process *process, const struct thread *self)
{
	return process->vfork && process->vfork->thread == self;
}

/* The child's descriptors are its own, the open files are the parent's, too. */
static void share_files(struct descriptor_table *table)
{
	for (int i = 0; i < table->end; i++)
		if (table->slots[i].file)
			(void)open_file_get(table->slots[i].file);
}

static int begin(struct process *process, struct thread *self, const struct vfork_registers *at)
{
	if (process->vfork)
		return -EAGAIN;
	const pid_t id = family_identify(process);
	if (id < 0)
		return id;
	struct vfork *vfork = native_heap_alloc(sizeof *vfork);
	struct child *child = family_add(process, id);
	if (!vfork || !child) {
		if (child)
			family_remove(process, child);
		native_heap_free(vfork);
		return -ENOMEM;
	}
	*vfork = (struct vfork){
		.thread = self,
		.child = child,
		.registers = *at,
		.id = process->id,
		.parent = process->parent,
		.group = process->group,
		.session = process->session,
		.descriptors = process->descriptors,
		.directory = process->directory,
		.umask = process->umask,
		.blocked = self->signals.blocked,
	};
	memcpy(vfork->actions, process->signals.actions, sizeof vfork->actions);
	share_files(&process->descriptors);
	(void)node_get(process->directory);
	process->parent = process->id;
	process->id = id;
	process->vfork = vfork;
	return 0;
}

long __capos_vfork_begin(const struct vfork_registers *registers)
{
	struct process *process = calls_process();
	struct thread *self = thread_current(&process->main);

	native_lock(self->native);
	const int error = begin(process, self, registers);
	native_unlock(self->native);
	return error;
}

/* The parent is itself again; answers where it is to go on, and with what. */
static struct vfork_registers restore(struct process *process, pid_t *out_id)
{
	struct vfork *vfork = process->vfork;
	const struct vfork_registers registers = vfork->registers;

	*out_id = vfork->child->id;
	family_join(vfork->child, process->group, process->session);
	descriptor_close_all(&process->descriptors);
	node_put(process->directory);
	process->id = vfork->id;
	process->parent = vfork->parent;
	process->group = vfork->group;
	process->session = vfork->session;
	process->descriptors = vfork->descriptors;
	process->directory = vfork->directory;
	process->umask = vfork->umask;
	memcpy(process->signals.actions, vfork->actions, sizeof vfork->actions);
	vfork->thread->signals.mask_changed = false;
	signals_block(vfork->thread, vfork->blocked);
	process->vfork = NULL;
	native_heap_free(vfork);
	wait_queue_wake_all(&process->gate);
	return registers;
}

_Noreturn void vfork_done(struct process *process)
{
	struct thread *self = process->vfork->thread;
	pid_t id;

	const struct vfork_registers registers = restore(process, &id);
	native_unlock(self->native);
	__capos_vfork_return(&registers, id);
}

_Noreturn void vfork_exit(struct process *process, int status)
{
	struct thread *self = process->vfork->thread;
	struct child *child = process->vfork->child;
	pid_t id;

	const struct vfork_registers registers = restore(process, &id);
	family_ended(child, status, false);
	native_unlock(self->native);
	__capos_vfork_return(&registers, id);
}

/* The function of __capos_vfork_on has returned. */
_Noreturn void __capos_vfork_exit(int code)
{
	struct process *process = calls_process();

	native_lock(process->vfork->thread->native);
	vfork_exit(process, status_exited(code));
}
