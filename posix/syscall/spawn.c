/* SPDX-License-Identifier: MIT */
/*
 * Processes: exec, waiting for children, groups and sessions. vfork and posix_spawn come by calls of
 * their own (process/vfork.h).
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <native_process.h>
#include <process/exec.h>
#include <process/job_control.h>
#include <process/vfork.h>

#include "calls.h"

/* ---- exec ----------------------------------------------------------------------------------- */

/*
 * A process that is no vfork's child stays as the keeper of what it has become: the new program is a
 * component below it, with the same number, and what is told to it is passed on.
 */
static long exec_in_place(struct process *process, const long *arguments)
{
	struct child *heir = family_add(process, process->id);

	if (!heir)
		return -ENOMEM;
	heir->heir = true;
	const int error = exec_child(process, heir, call_pointer(arguments[0]),
	                             call_pointer(arguments[1]), call_pointer(arguments[2]));
	if (error) {
		family_remove(process, heir);
		return error;
	}
	process->over = true;
	descriptor_close_all(&process->descriptors);
	for (;;)
		thread_wait_closed(thread_current(&process->main), &process->gate);
}

long sys_execve(struct process *process, const long *arguments)
{
	struct thread *self = thread_current(&process->main);

	if (!vfork_child(process, self))
		return exec_in_place(process, arguments);
	const int error = exec_child(process, process->vfork->child, call_pointer(arguments[0]),
	                             call_pointer(arguments[1]), call_pointer(arguments[2]));
	if (error)
		return error;
	vfork_done(process);
}

/* ---- waiting -------------------------------------------------------------------------------- */

/* One that something has happened to, with what wait tells: 1; 0: to none, and nobody waits. Or an errno. */
static int await(struct process *process, pid_t which, long options, struct child **out_child,
                 int *out_status)
{
	bool any;

	for (;;) {
		*out_child = family_ended_child(process, which, &any);
		if (*out_child && options & WEXITED) {
			*out_status = (*out_child)->status;
			return 1;
		}
		*out_child = job_changed_child(process, which, (int)options, out_status);
		if (*out_child)
			return 1;
		if (!any)
			return -ECHILD;
		if (options & WNOHANG)
			return 0;
		const int error =
			thread_wait(thread_current(&process->main), &process->family.waiters, 0);
		if (error)
			return error == -EINTR ? -CALL_AGAIN : error;
	}
}

/* It has been waited for. */
static void told(struct process *process, struct child *child, int status)
{
	if (child->ended)
		family_forget(process, child);
	else
		job_child_told(child, status);
}

/* CPU time is not known. */
static void no_usage(long argument)
{
	struct rusage *usage = call_pointer(argument);

	if (usage)
		memset(usage, 0, sizeof *usage);
}

long sys_wait4(struct process *process, const long *arguments)
{
	enum { KNOWN = WNOHANG | WUNTRACED | WCONTINUED };
	int *out_status = call_pointer(arguments[1]);
	struct child *child;
	int status;

	if (arguments[2] & ~KNOWN)
		return -EINVAL;
	const int found =
		await(process, (pid_t)arguments[0], arguments[2] | WEXITED, &child, &status);
	if (found <= 0)
		return found;
	const pid_t id = child->id;
	if (out_status)
		*out_status = status;
	no_usage(arguments[3]);
	told(process, child, status);
	return id;
}

/* As waitpid has it; 0 for what is neither. */
static int which_of(long kind, long id, pid_t *out_which)
{
	switch (kind) {
	case P_ALL: *out_which = -1; return 0;
	case P_PID: *out_which = (pid_t)id; return id > 0 ? 0 : -EINVAL;
	case P_PGID: *out_which = (pid_t)-id; return id >= 0 ? 0 : -EINVAL;
	default: return -EINVAL;
	}
}

long sys_waitid(struct process *process, const long *arguments)
{
	enum { KNOWN = WNOHANG | WSTOPPED | WCONTINUED | WEXITED | WNOWAIT };
	siginfo_t *out_info = call_pointer(arguments[2]);
	const long options = arguments[3];
	struct child *child;
	pid_t which;
	int status;

	if (options & ~KNOWN || !(options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	int found = which_of(arguments[0], arguments[1], &which);
	if (!found)
		found = await(process, which, options, &child, &status);
	if (found < 0)
		return found;
	if (out_info)
		memset(out_info, 0, sizeof *out_info);
	no_usage(arguments[4]);
	if (!found)
		return 0;
	if (out_info)
		*out_info = child->ended ? family_end_info(child) : job_change_info(child, status);
	if (!(options & WNOWAIT))
		told(process, child, status);
	return 0;
}

/* ---- groups --------------------------------------------------------------------------------- */

/* The place of a process among groups and sessions; NULL: none that this one knows. */
static bool place_of(struct process *process, pid_t id, pid_t *out_group, pid_t *out_session)
{
	const struct child *child = family_find(process, id);

	if (id != 0 && id != process->id && !child)
		return false;
	*out_group = child ? child->group : process->group;
	*out_session = child ? child->session : process->session;
	return true;
}

long sys_getpgid(struct process *process, const long *arguments)
{
	pid_t group;
	pid_t session;

	return place_of(process, (pid_t)arguments[0], &group, &session) ? group : -ESRCH;
}

long sys_getsid(struct process *process, const long *arguments)
{
	pid_t group;
	pid_t session;

	return place_of(process, (pid_t)arguments[0], &group, &session) ? session : -ESRCH;
}

static void join(struct process *process, pid_t group, pid_t session)
{
	process->group = group;
	process->session = session;
	if (native_spawned() && !process->vfork)
		spawner_join(group, session);
}

long sys_setpgid(struct process *process, const long *arguments)
{
	const pid_t id = arguments[0] ? (pid_t)arguments[0] : process->id;
	const pid_t group = arguments[1] ? (pid_t)arguments[1] : id;

	if (group < 0)
		return -EINVAL;
	if (id != process->id)
		return family_find(process, id) ? -EACCES : -ESRCH; /* it has done its exec */
	if (process->session == process->id)
		return -EPERM;
	join(process, group, process->session);
	return 0;
}

long sys_setsid(struct process *process, const long *arguments)
{
	(void)arguments;
	if (process->group == process->id)
		return -EPERM;
	join(process, process->id, process->id);
	return process->id;
}
