/* SPDX-License-Identifier: MIT */
/*
 * The assembler of src/thread, src/signal and src/process as plain calls. Whoever links musl
 * defines the __capos_* functions; the weak ones here answer for one who has none: not implemented.
 */
#include "libc.h"
#include "pthread_impl.h"
#include "syscall.h"
#include "thread_slot.h"
#include <stdarg.h>
#include <stddef.h>

_Static_assert(offsetof(struct pthread, sysinfo) == THREAD_SLOT_OFFSET, "see thread_slot.h");

/*
 * Starts function(argument) on a new stack. The child gets `tls` and clears *child_tid at its end.
 */
weak long __capos_clone(int (*function)(void *), void *stack, int flags, void *argument,
                        int *parent_tid, void *tls, volatile int *child_tid)
{
	return -ENOSYS;
}

/* Unmaps the caller's own stack and ends the thread; without clone no thread can get here. */
weak _Noreturn void __capos_unmap_self(void *base, size_t size)
{
	for (;;)
		a_crash();
}

/* Returns from a signal handler; none is ever entered where none can be delivered. */
weak _Noreturn void __capos_signal_return(void)
{
	for (;;)
		a_crash();
}

/*
 * The first call of every process, made before thread-local storage exists. The kernel lets user
 * level do it.
 */
hidden int __set_thread_area(void *pointer)
{
	__asm__ volatile("wrfsbase %0" : : "r"(pointer) : "memory");
	return 0;
}

hidden int __clone(int (*function)(void *), void *stack, int flags, void *argument, ...)
{
	va_list rest;
	va_start(rest, argument);
	int *parent_tid = va_arg(rest, int *);
	void *tls = va_arg(rest, void *);
	volatile int *child_tid = va_arg(rest, volatile int *);
	va_end(rest);
	return __capos_clone(function, stack, flags, argument, parent_tid, tls, child_tid);
}

void __unmapself(void *base, size_t size)
{
	__capos_unmap_self(base, size);
}

hidden void __restore(void)
{
	__capos_signal_return();
}

hidden void __restore_rt(void)
{
	__capos_signal_return();
}

/*
 * Returns twice, the second time from its caller's stack as it is then: so it has no frame of its
 * own. `failed` makes errno of a refusal.
 */
weak long __capos_vfork(long (*failed)(unsigned long error))
{
	return failed(-ENOSYS);
}

__asm__(".globl vfork\n"
        "vfork:\n"
        "	lea __syscall_ret(%rip), %rdi\n"
        "	jmp __capos_vfork\n");
