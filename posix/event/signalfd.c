/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>

#include <native.h>
#include <process/process.h>

#include "event_files.h"
#include "ready.h"

struct signalfd {
	struct node node; /* first */
	struct process *process;
	uint64_t signals;
};

/* All signalfds are readable by the same thing happening: one process, one queue. */
static struct wait_queue waiters;

static struct signalfd_siginfo record_of(const siginfo_t *info)
{
	return (struct signalfd_siginfo){
		.ssi_signo = (uint32_t)info->si_signo,
		.ssi_code = info->si_code,
		.ssi_pid = (uint32_t)info->si_pid,
		.ssi_uid = info->si_uid,
		.ssi_int = info->si_value.sival_int,
		.ssi_ptr = (uintptr_t)info->si_value.sival_ptr,
	};
}

static ssize_t read_signals(struct node *node, void *buffer, size_t size, off_t offset)
{
	const struct signalfd *file = (const struct signalfd *)node;
	struct thread *self = thread_current(&file->process->main);
	uint8_t *to = buffer;
	size_t done = 0;
	siginfo_t info;

	(void)offset;
	if (size < sizeof(struct signalfd_siginfo))
		return -EINVAL;
	while (size - done >= sizeof(struct signalfd_siginfo) &&
	       signals_take(file->process, self, file->signals, &info)) {
		const struct signalfd_siginfo record = record_of(&info);
		memcpy(to + done, &record, sizeof record);
		done += sizeof record;
	}
	return done ? (ssize_t)done : -EAGAIN;
}

static int ready(struct node *node, int flags)
{
	const struct signalfd *file = (const struct signalfd *)node;
	const struct thread *self = thread_current(&file->process->main);

	(void)flags;
	return (file->process->signals.pending.set | self->signals.pending.set) & file->signals
	               ? POLLIN
	               : 0;
}

static void release(struct node *node)
{
	native_heap_free(node);
}

static const struct file_system_ops ops = {
	.read = read_signals, .ready = ready, .release = release};
static struct file_system signalfds = {.ops = &ops};

int signalfd_create(struct process *process, uint64_t signals, struct node **out_node)
{
	struct signalfd *file = native_heap_alloc(sizeof *file);

	if (!file)
		return -ENOMEM;
	*file = (struct signalfd){
		.node = {.file_system = &signalfds,
	                 .mode = 0600,
	                 .stream = true,
	                 .references = 1,
	                 .waiters = &waiters},
		.process = process,
		.signals = signals,
	};
	*out_node = &file->node;
	return 0;
}

int signalfd_change(struct node *node, uint64_t signals)
{
	if (node->file_system != &signalfds)
		return -EINVAL;
	((struct signalfd *)node)->signals = signals;
	return 0;
}

void signalfd_changed(void)
{
	waiters_changed(&waiters);
}
