/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include <native.h>
#include <syscall/error.h>

#include "birth.h"
#include "process.h"

static uint64_t ignored_signals(const struct process *process)
{
	uint64_t ignored = 0;

	for (int signal = 1; signal <= SIGNAL_COUNT; signal++)
		if (process->signals.actions[signal - 1].handler == SIG_IGN)
			ignored |= signal_bit(signal);
	return ignored;
}

/* All descriptors that stay open. */
static int put_files(struct process *process, struct child *child, bool exec,
                     struct birth_file *files, uint32_t *out_count)
{
	uint32_t count = 0;

	for (int i = 0; i < process->descriptors.end; i++) {
		const struct descriptor *descriptor = &process->descriptors.slots[i];
		if (!descriptor->file || (exec && descriptor->close_on_exec))
			continue;
		const long number = family_export_file(child, descriptor->file);
		if (number < 0)
			return (int)number;
		files[count++] = (struct birth_file){.number = (uint32_t)i,
		                                     .file = (uint32_t)number,
		                                     .flags = (uint32_t)descriptor->file->flags,
		                                     .close_on_exec = descriptor->close_on_exec};
	}
	*out_count = count;
	return 0;
}

/* The file systems that exist here only. */
static int put_trees(const struct process *process, struct child *child, struct birth_tree *trees)
{
	for (uint32_t i = 0; i < process->kept_count; i++) {
		const long number = family_export_tree(child, process->kept[i].root);
		if (number < 0)
			return (int)number;
		trees[i] = (struct birth_tree){.mount = process->kept[i].mount,
		                               .node = (uint32_t)number};
	}
	return 0;
}

int birth_make(struct process *process, struct child *child, enum birth_kind kind,
               struct birth_parts *parts, struct birth *out_birth)
{
	const bool exec = kind == BIRTH_OF_EXEC;
	struct birth birth = {
		.process = exec && process->vfork ? process->id : child->id,
		.parent = exec ? process->parent : process->id,
		.group = process->group,
		.session = process->session,
		.umask = process->umask,
		.blocked = thread_current(&process->main)->signals.blocked,
		.ignored = ignored_signals(process),
		.files.items = parts->files,
		.trees = {.items = parts->trees, .count = process->kept_count},
	};
	int error = vfs_path(&process->vfs, process->directory, parts->directory, PATH_MAX);
	if (error == -ENOENT)
		error = 0; /* it was removed: the child begins at the root */
	else
		birth.directory = capnp_text_of(parts->directory);
	if (!error)
		error = put_files(process, child, exec, parts->files, &birth.files.count);
	if (!error)
		error = put_trees(process, child, parts->trees);
	if (!error)
		*out_birth = birth;
	return error;
}

int birth_message(const struct birth *birth, size_t more, void **out_message, uint32_t *out_size)
{
	enum { FIXED_SIZE = 1024, FILE_SIZE = 32, TREE_SIZE = 32 };
	const size_t room = FIXED_SIZE + more + birth->files.count * FILE_SIZE +
	                    birth->trees.count * TREE_SIZE + PATH_MAX;
	void *message = native_heap_alloc(room);

	if (!message)
		return -ENOMEM;
	const enum status status = birth_encode(birth, message, (uint32_t)room, out_size);
	if (status != OK) {
		native_heap_free(message);
		return error_of(status);
	}
	*out_message = message;
	return 0;
}
