/* SPDX-License-Identifier: MIT */
/*
 * Pipes, with and without a name.
 *
 * A FIFO is a node of any file system that can keep its name; what flows through it is kept here as
 * long as somebody has it open. A pipe without a name is the same on a node of its own. The buffer
 * begins with a page and grows up to PIPE_SIZE; where memory ends before, the pipe is full earlier.
 * What is written in at most PIPE_BUF bytes is never torn apart.
 */
#pragma once

#include <vfs/file_system.h>

enum { PIPE_SIZE = 64 * 1024 };

struct open_file;
struct thread;

/* Does what flows through the node flow here? */
static inline bool pipe_here(const struct node *node)
{
	return S_ISFIFO(node->mode) && !node->elsewhere;
}

/* The node of a new pipe without a name, with a reference for the caller; ENOMEM. */
int pipe_create(struct node **out_node);
/* Somebody opens and closes a FIFO for reading, writing or both. */
int pipe_open(struct node *node, int flags);
void pipe_close(struct node *node, int flags);
/* Waits for the other side to be opened, too. ENXIO; CALL_AGAIN. */
int pipe_await(struct thread *self, struct open_file *file);

/* EAGAIN when there is nothing, or no room. EPIPE when nobody reads. */
ssize_t pipe_read(struct node *node, void *buffer, size_t size);
ssize_t pipe_write(struct node *node, const void *buffer, size_t size);
int pipe_ready(const struct node *node, int flags);
/* How many bytes are in it. */
size_t pipe_used(const struct node *node);
