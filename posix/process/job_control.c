/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include <event/ready.h>
#include <fs/terminal.h>
#include <native_process.h>
#include <syscall/calls.h>
#include <terminal/line_discipline.h>

#include "job_control.h"
#include "process.h"

/* ---- the terminal ---------------------------------------------------------------------------- */

void job_signal(struct process *process, pid_t group, int signal)
{
	(void)family_kill(process, -group, signal); /* nobody may be left of it */
	if (group == process->group && !process->over && signals_fatal(process, signal))
		process_over(process, signal);
}

static int ask(struct open_file *file, unsigned long request, pid_t *out_id)
{
	*out_id = 0;
	return transfer_control(file, request, out_id, sizeof *out_id);
}

/* Is it the terminal of the process's session, and another group in the foreground? */
static bool in_background(const struct process *process, struct open_file *file)
{
	pid_t foreground;
	pid_t session;

	return file->node->terminal && ask(file, TIOCGPGRP, &foreground) == 0 &&
	       foreground != process->group && ask(file, TIOCGSID, &session) == 0 &&
	       session == process->session;
}

static bool kept_from(struct process *process, int signal)
{
	const struct thread *self = thread_current(&process->main);

	return process->signals.actions[signal - 1].handler == SIG_IGN ||
	       self->signals.blocked & signal_bit(signal);
}

static int signal_group(struct process *process, int signal)
{
	(void)family_kill(process, -process->group, signal);
	return -CALL_AGAIN;
}

int job_may_read(struct process *process, struct open_file *file)
{
	if (!in_background(process, file))
		return 0;
	/* nobody could make the first process go on */
	if (kept_from(process, SIGTTIN) || !native_spawned())
		return -EIO;
	return signal_group(process, SIGTTIN);
}

int job_may_write(struct process *process, struct open_file *file)
{
	struct line_settings settings;

	if (!in_background(process, file) || kept_from(process, SIGTTOU) || !native_spawned() ||
	    transfer_control(file, TCGETS, &settings, sizeof settings) != 0 ||
	    !(settings.local & TOSTOP))
		return 0;
	return signal_group(process, SIGTTOU);
}

/* Likewise before the terminal is changed. */
static int may_change(struct process *process, struct open_file *file)
{
	if (!in_background(process, file) || kept_from(process, SIGTTOU) || !native_spawned())
		return 0;
	return signal_group(process, SIGTTOU);
}

size_t job_control_size(unsigned long request)
{
	switch (request) {
	case TCGETS:
	case TCSETS:
	case TCSETSW:
	case TCSETSF: return sizeof(struct line_settings);
	case TIOCGWINSZ:
	case TIOCSWINSZ: return sizeof(struct winsize);
	case TIOCSCTTY: return sizeof(struct terminal_owner);
	case FIONREAD:
	case TIOCOUTQ:
	case TCSBRK:
	case TCFLSH:
	case TCXONC:
	case TIOCGPGRP:
	case TIOCSPGRP:
	case TIOCGSID: return sizeof(int);
	default: return 0;
	}
}

/* A group of the session: one that this process knows, since it is its own or a child's. */
static bool group_known(const struct process *process, pid_t group)
{
	if (group == process->group)
		return true;
	for (const struct child *child = process->family.children; child; child = child->next)
		if (child->group == group && child->session == process->session)
			return true;
	return native_spawned() && group > 0; /* a relative's: its spawner has no say in it */
}

static int set_foreground(struct process *process, struct open_file *file, pid_t group)
{
	pid_t session;

	if (ask(file, TIOCGSID, &session) != 0 || session != process->session)
		return -ENOTTY;
	if (group <= 0)
		return -EINVAL;
	if (!group_known(process, group))
		return -EPERM;
	const int error = may_change(process, file);
	return error ? error : transfer_control(file, TIOCSPGRP, &group, sizeof group);
}

static int own(struct process *process, struct open_file *file, int by_force)
{
	struct terminal_owner owner = {
		.session = process->session, .group = process->group, .by_force = by_force};

	if (process->session != process->id)
		return -EPERM;
	return transfer_control(file, TIOCSCTTY, &owner, sizeof owner);
}

/* Waits until all has been sent. */
static int drain(struct open_file *file)
{
	for (;;) {
		int nothing = 0;
		int error = transfer_control(file, TCSBRK, &nothing, sizeof nothing);
		if (error == -EAGAIN)
			error = file_wait(thread_current(&calls_process()->main), file);
		else
			return error;
		if (error)
			return error;
	}
}

int job_control(struct process *process, struct open_file *file, unsigned long request,
                long argument)
{
	void *at = call_pointer(argument);
	int value = (int)argument;
	int error = 0;

	switch (request) {
	case TIOCSPGRP: return set_foreground(process, file, *(pid_t *)at);
	case TIOCSCTTY: return own(process, file, value == 1);
	case TCSBRK: return drain(file);
	case TCSETS:
	case TCSETSW:
	case TCSETSF: error = may_change(process, file); break;
	case TCFLSH:
	case TCXONC:
		error = may_change(process, file);
		at = &value;
		break;
	default: break;
	}
	return error ? error : transfer_control(file, request, at, job_control_size(request));
}

void job_opened(struct process *process, struct open_file *file, int flags)
{
	pid_t session;

	if (file->node->terminal && !(flags & (O_NOCTTY | O_PATH)) &&
	    process->session == process->id && ask(file, TIOCGSID, &session) == 0 && session == 0)
		(void)own(process, file, 0); /* somebody else was faster */
}

/* ---- stopping -------------------------------------------------------------------------------- */

bool job_stops(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

void job_wait(struct process *process, struct thread *self)
{
	while (process->stopped && !process->over)
		thread_wait_closed(self, &process->gate);
}

void job_stop(struct process *process, struct thread *self, int signal)
{
	if (!native_spawned())
		return;
	process->stopped = true;
	spawner_stop(signal);
	job_wait(process, self);
}

void job_continue(struct process *process)
{
	if (!process->stopped)
		return;
	process->stopped = false;
	spawner_stop(0);
	wait_queue_wake_all(&process->gate);
}

siginfo_t job_change_info(const struct child *child, int status)
{
	const bool stopped = WIFSTOPPED(status);
	siginfo_t info = {.si_signo = SIGCHLD, .si_code = stopped ? CLD_STOPPED : CLD_CONTINUED};

	info.si_pid = child->id;
	info.si_status = stopped ? WSTOPSIG(status) : SIGCONT;
	return info;
}

void job_child_stopped(struct child *child, int signal)
{
	enum { STOPPED = 0x7f, CONTINUED = 0xffff }; /* as wait has it */
	struct process *process = child->process;

	if (child->ended)
		return;
	if (child->heir) {
		spawner_stop(signal); /* this process is what it was */
		return;
	}
	child->change = signal ? (signal << 8) | STOPPED : CONTINUED;
	const siginfo_t info = job_change_info(child, child->change);
	if (!(process->signals.actions[SIGCHLD - 1].flags & SA_NOCLDSTOP))
		(void)signals_raise(process, NULL, &info); /* who waits learns of it anyway */
	wait_queue_wake_all(&process->family.waiters);
}

struct child *job_changed_child(struct process *process, pid_t which, int what, int *out_status)
{
	for (struct child *child = process->family.children; child; child = child->next) {
		if (!family_child_fits(process, child, which) || child->ended || !child->change)
			continue;
		if (what & (WIFSTOPPED(child->change) ? WUNTRACED : WCONTINUED)) {
			*out_status = child->change;
			return child;
		}
	}
	return NULL;
}

void job_child_told(struct child *child, int status)
{
	if (child->change == status)
		child->change = 0;
}
