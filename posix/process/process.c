/* SPDX-License-Identifier: MIT */
#include <sys/wait.h>

#include <native_process.h>

#include "process.h"

int process_init(struct process *process)
{
	process->id = PROCESS_ID;
	process->group = PROCESS_ID;
	process->session = PROCESS_ID;
	process->umask = 022;
	process->family.ids = PROCESS_ID;
	thread_init_main(&process->main, process);

	const int error = vfs_init(&process->vfs);
	if (error)
		return error;
	process->directory = node_get(process->vfs.points[0].node);
	return 0;
}

void process_fini(struct process *process)
{
	family_fini(process);
	descriptor_close_all(&process->descriptors);
	node_put(process->directory);
	process->directory = NULL;
	while (process->kept_count)
		node_put(process->kept[--process->kept_count].root);
	vfs_fini(&process->vfs);
	pending_signals_clear(&process->signals.pending, UINT64_MAX);
	for (struct thread *thread = process->threads; thread; thread = thread->next)
		pending_signals_clear(&thread->signals.pending, UINT64_MAX);
}

/* ---- the end -------------------------------------------------------------------------------- */

_Noreturn void process_exit(struct process *process)
{
	enum { EXIT_BY_SIGNAL = 128 }; /* as shells report it */
	const int status = process->status;

	process_fini(process);
	native_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_BY_SIGNAL + WTERMSIG(status));
}

void process_over(struct process *process, int status)
{
	const bool stays = family_running(process);

	process->over = true;
	process->status = status;
	descriptor_close_all(&process->descriptors);
	if (native_spawned())
		spawner_end(status, stays);
	if (!stays)
		process_exit(process);
}

_Noreturn void process_end(struct process *process, struct thread *self, int status)
{
	process_over(process, status);
	for (;;)
		thread_wait_closed(self, &process->gate);
}

void process_told(struct process *process, pid_t sender, int signal)
{
	siginfo_t info = {.si_signo = signal, .si_code = SI_USER};

	if (process->over) {
		family_tell_heir(process, sender, signal);
		return;
	}
	if (signals_fatal(process, signal))
		process_over(process, signal);
	info.si_pid = sender;
	(void)signals_raise(process, NULL, &info); /* what can't be queued is lost */
}
