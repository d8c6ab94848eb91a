/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "calls.h"

/* musl's calls carry no context: one process per component, so one pointer. */
static struct process *served;

static const call_fn calls[CALL_COUNT] = {
#define DONE(name) [CALL_##name] = sys_##name,
#define MISSING(name, reason)
#include "syscalls.def"
#undef DONE
#undef MISSING
};

void calls_serve(struct process *process)
{
	served = process;
}

long __capos_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	const long arguments[] = {a, b, c, d, e, f};

	if (number < 0 || number >= CALL_COUNT || !calls[number])
		return -ENOSYS;
	return calls[number](served, arguments);
}
