/* SPDX-License-Identifier: MIT */
/*
 * The system calls: one function per DONE line of syscalls.def, in the file of its family.
 *
 * Arguments come as musl passes them, six words of which a call reads its own. The answer is that
 * of the Linux call: a value, or a negated errno. Pointers are the program's own and are used as
 * they are: a bad one faults in the program's own protection domain instead of answering EFAULT.
 */
#pragma once

#include <stdint.h>

#include <process/process.h>

typedef long (*call_fn)(struct process *process, const long *arguments);

enum call_number {
#define DONE(name)            CALL_##name,
#define MISSING(name, reason) CALL_##name,
#include "syscalls.def"
#undef DONE
#undef MISSING
	CALL_COUNT
};

#define DONE(name) long sys_##name(struct process *process, const long *arguments);
#define MISSING(name, reason)
#include "syscalls.def"
#undef DONE
#undef MISSING

/* Makes `process` the one that __capos_syscall serves. */
void calls_serve(struct process *process);
/* What musl calls. */
long __capos_syscall(long number, long a, long b, long c, long d, long e, long f);

/* A pointer among the arguments. */
static inline void *call_pointer(long argument)
{
	return (void *)(uintptr_t)argument;
}

/*
 * The directory a relative path begins at: *at* argument of the …at calls. No reference; or an
 * errno.
 */
int call_directory(struct process *process, long descriptor, struct node **out_directory);
