/* SPDX-License-Identifier: MIT */
/*
 * Takes the place of musl's arch/x86_64/syscall_arch.h: a system call is a function call.
 *
 * Whoever links musl defines __capos_syscall (posix/ for programs, init has a small one of its
 * own). It answers as the Linux call would: a value, or a negated errno between -4095 and -1. No
 * VDSO_* macro: musl then has no vdso code.
 */
long __capos_syscall(long number, long a, long b, long c, long d, long e, long f);

#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)
#define IPC_64            0

static inline long __syscall0(long n)
{
	return __capos_syscall(n, 0, 0, 0, 0, 0, 0);
}

static inline long __syscall1(long n, long a)
{
	return __capos_syscall(n, a, 0, 0, 0, 0, 0);
}

static inline long __syscall2(long n, long a, long b)
{
	return __capos_syscall(n, a, b, 0, 0, 0, 0);
}

static inline long __syscall3(long n, long a, long b, long c)
{
	return __capos_syscall(n, a, b, c, 0, 0, 0);
}

static inline long __syscall4(long n, long a, long b, long c, long d)
{
	return __capos_syscall(n, a, b, c, d, 0, 0);
}

static inline long __syscall5(long n, long a, long b, long c, long d, long e)
{
	return __capos_syscall(n, a, b, c, d, e, 0);
}

static inline long __syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	return __capos_syscall(n, a, b, c, d, e, f);
}
