/* SPDX-License-Identifier: MIT */
/*
 * Identity, limits, the end. There is one user, 0.
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <native.h>
#include <process/vfork.h>
#include <syscall/error.h>

#include "calls.h"

long sys_exit_group(struct process *process, const long *arguments)
{
	struct thread *self = thread_current(&process->main);
	const int status = status_exited((int)arguments[0]);

	if (vfork_child(process, self))
		vfork_exit(process, status);
	process_end(process, self, status);
}

long direct_getpid(long number, long a, long b, long c, long d, long e, long f)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return calls_process()->id;
}

long direct_getppid(long number, long a, long b, long c, long d, long e, long f)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return calls_process()->parent;
}

long direct_getuid(long number, long a, long b, long c, long d, long e, long f)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return 0;
}

long direct_geteuid(long number, long a, long b, long c, long d, long e, long f)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return 0;
}

long direct_getgid(long number, long a, long b, long c, long d, long e, long f)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return 0;
}

long direct_getegid(long number, long a, long b, long c, long d, long e, long f)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return 0;
}

long sys_getresuid(struct process *process, const long *arguments)
{
	(void)process;
	for (int i = 0; i < 3; i++)
		*(uid_t *)call_pointer(arguments[i]) = 0;
	return 0;
}

long sys_getresgid(struct process *process, const long *arguments)
{
	return sys_getresuid(process, arguments);
}

/* No supplementary groups. */
long sys_getgroups(struct process *process, const long *arguments)
{
	(void)process;
	return arguments[0] < 0 ? -EINVAL : 0;
}

long sys_uname(struct process *process, const long *arguments)
{
	struct utsname *name = call_pointer(arguments[0]);

	(void)process;
	*name = (struct utsname){.sysname = "capOS",
	                         .nodename = "capos",
	                         .release = "1.0",
	                         .version = "capOS",
	                         .machine = "x86_64"};
	return 0;
}

long sys_getrandom(struct process *process, const long *arguments)
{
	enum { PART_MAX = 256, FLAGS = 7 };
	const size_t size = (size_t)arguments[1] > PART_MAX ? PART_MAX : (size_t)arguments[1];

	(void)process;
	if (arguments[2] & ~FLAGS)
		return -EINVAL;
	const int error = error_of(native_random(call_pointer(arguments[0]), size));
	return error ? error : (long)size;
}

/* The limits that exist are fixed: how many descriptors, and no core files. */
long sys_prlimit64(struct process *process, const long *arguments)
{
	const struct rlimit *new_limit = call_pointer(arguments[2]);
	struct rlimit *old_limit = call_pointer(arguments[3]);
	rlim_t limit;

	if (arguments[0] != 0 && arguments[0] != process->id)
		return -ESRCH;
	switch (arguments[1]) {
	case RLIMIT_NOFILE: limit = DESCRIPTORS_MAX; break;
	case RLIMIT_CORE: limit = 0; break;
	default: return -EINVAL;
	}
	if (new_limit && (new_limit->rlim_cur != limit || new_limit->rlim_max != limit))
		return -EPERM;
	if (old_limit)
		*old_limit = (struct rlimit){.rlim_cur = limit, .rlim_max = limit};
	return 0;
}
