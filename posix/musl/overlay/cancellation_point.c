/* SPDX-License-Identifier: MIT */
/*
 * A system call that is a cancellation point.
 *
 * musl compares the interrupted program counter with __cp_begin and __cp_end to learn whether the
 * call had been made yet. A thread that waits inside a function call is never between the two, so
 * the symbols only have to exist: a cancelled thread is woken with EINTR, and musl's own
 * __syscall_cp_c then acts on the cancellation.
 */
#include "pthread_impl.h"
#include "syscall.h"

hidden const char __cp_begin[1] = {0}, __cp_end[1] = {0}, __cp_cancel[1] = {0};
hidden long __cancel(void);

hidden long __syscall_cp_asm(volatile void *cancel, syscall_arg_t number, syscall_arg_t a,
                             syscall_arg_t b, syscall_arg_t c, syscall_arg_t d, syscall_arg_t e,
                             syscall_arg_t f)
{
	if (*(volatile int *)cancel)
		return __cancel();
	return __capos_syscall(number, a, b, c, d, e, f);
}
