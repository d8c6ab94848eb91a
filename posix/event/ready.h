/* SPDX-License-Identifier: MIT */
/*
 * Readiness: who waits for a file to become readable or writable, and how he learns of it.
 *
 * A read or write that has to wait stands in the queue of its node. Who waits for several files
 * (poll, select, epoll) stands in one queue for all, and looks at his files anew whenever any of them
 * has changed. Events are POLLIN, POLLOUT, POLLHUP, POLLERR.
 */
#pragma once

#include <fd/descriptor_table.h>
#include <process/thread.h>

/* The node has changed: data came, room came, the other side went. */
void node_changed(struct node *node);
/* Likewise for what is not one node's affair. */
void waiters_changed(struct wait_queue *waiters);
/* Waits for any change; as thread_wait. */
int ready_wait(struct thread *self, uint64_t deadline_ns);
/* Which events hold for who has the file open. */
int file_ready(const struct open_file *file);
/*
 * Waits until the file has changed: 0; CALL_AGAIN when a signal came, EBADF when the file was closed
 * meanwhile.
 */
int file_wait(struct thread *self, struct open_file *file);
