/* SPDX-License-Identifier: MIT */
#include "process.h"

int process_init(struct process *process)
{
	*process = (struct process){.umask = 022};
	thread_init_main(&process->main, process);

	const int error = vfs_init(&process->vfs);
	if (error)
		return error;
	process->directory = node_get(process->vfs.points[0].node);
	return 0;
}

void process_fini(struct process *process)
{
	descriptor_close_all(&process->descriptors);
	node_put(process->directory);
	process->directory = NULL;
	vfs_fini(&process->vfs);
	pending_signals_clear(&process->signals.pending, UINT64_MAX);
	for (struct thread *thread = process->threads; thread; thread = thread->next)
		pending_signals_clear(&thread->signals.pending, UINT64_MAX);
}
