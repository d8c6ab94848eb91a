/* SPDX-License-Identifier: MIT */
/*
 * A system call that is a cancellation point.
 *
 * musl compares the interrupted program counter with __cp_begin and __cp_end to learn whether the
 * call had been made yet. A thread that waits inside a function call is never between the two, so
 * those two only have to exist. Instead whoever answers the call is told where the thread's
 * cancellation will be noted: it ends a wait with EINTR, whether the note comes before or during the
 * wait, and musl's own __syscall_cp_c then acts on it. __cp_cancel is where a thread goes that has
 * allowed its cancellation at any time.
 */
#include "pthread_impl.h"
#include "syscall.h"

hidden const char __cp_begin[1] = {0}, __cp_end[1] = {0};
hidden long __cancel(void);

/* For who links musl without such waits. */
weak long __capos_syscall_cancel(const volatile int *cancel, const long *call)
{
	return __capos_syscall(call[0], call[1], call[2], call[3], call[4], call[5], call[6]);
}

hidden void __cp_cancel(void)
{
	__cancel();
}

hidden long __syscall_cp_asm(volatile void *cancel, syscall_arg_t number, syscall_arg_t a,
                             syscall_arg_t b, syscall_arg_t c, syscall_arg_t d, syscall_arg_t e,
                             syscall_arg_t f)
{
	const long call[] = {number, a, b, c, d, e, f};

	if (*(volatile int *)cancel)
		return __cancel();
	return __capos_syscall_cancel(cancel, call);
}
