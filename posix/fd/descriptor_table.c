/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>

#include <event/event_files.h>
#include <event/pipe.h>
#include <native.h>

#include "descriptor_table.h"

#ifndef O_PATH
#error "O_PATH needs _GNU_SOURCE"
#endif

/* Does it hold one end of a pipe open? */
static bool carries_pipe(const struct open_file *file)
{
	return pipe_here(file->node) && !(file->flags & O_PATH);
}

int open_file_create(struct node *node, int flags, struct open_file **out_file)
{
	struct open_file *file = native_heap_alloc(sizeof *file);

	if (!file)
		return -ENOMEM;
	*file = (struct open_file){
		.node = node,
		.flags = flags & (O_ACCMODE | O_PATH | O_APPEND | O_NONBLOCK | O_DIRECTORY),
		.references = 1,
	};
	if (carries_pipe(file)) {
		const int error = pipe_open(node, flags);
		if (error) {
			native_heap_free(file);
			return error;
		}
	}
	*out_file = file;
	return 0;
}

struct open_file *open_file_get(struct open_file *file)
{
	file->references++;
	return file;
}

void open_file_put(struct open_file *file)
{
	if (--file->references > 0)
		return;
	epoll_forget(file);
	if (carries_pipe(file))
		pipe_close(file->node, file->flags);
	node_put(file->node);
	native_heap_free(file);
}

bool open_file_readable(const struct open_file *file)
{
	return !(file->flags & O_PATH) && (file->flags & O_ACCMODE) != O_WRONLY;
}

bool open_file_writable(const struct open_file *file)
{
	return !(file->flags & O_PATH) && (file->flags & O_ACCMODE) != O_RDONLY;
}

static int put(struct descriptor_table *table, int number, struct open_file *file,
               bool close_on_exec)
{
	table->slots[number] = (struct descriptor){file, close_on_exec};
	if (table->end <= number)
		table->end = number + 1;
	return number;
}

int descriptor_add(struct descriptor_table *table, int from, struct open_file *file,
                   bool close_on_exec)
{
	for (int number = from; number < DESCRIPTORS_MAX; number++)
		if (!table->slots[number].file)
			return put(table, number, file, close_on_exec);
	return -EMFILE;
}

int descriptor_replace(struct descriptor_table *table, int number, struct open_file *file,
                       bool close_on_exec)
{
	if (number < 0 || number >= DESCRIPTORS_MAX)
		return -EBADF;
	if (table->slots[number].file)
		open_file_put(table->slots[number].file);
	return put(table, number, file, close_on_exec);
}

struct descriptor *descriptor_find(struct descriptor_table *table, int number)
{
	if (number < 0 || number >= DESCRIPTORS_MAX || !table->slots[number].file)
		return NULL;
	return &table->slots[number];
}

int descriptor_close(struct descriptor_table *table, int number)
{
	struct descriptor *descriptor = descriptor_find(table, number);

	if (!descriptor)
		return -EBADF;
	open_file_put(descriptor->file);
	*descriptor = (struct descriptor){0};
	return 0;
}

void descriptor_close_all(struct descriptor_table *table)
{
	for (int number = 0; number < table->end; number++)
		(void)descriptor_close(table, number); /* most are not open */
	table->end = 0;
}
