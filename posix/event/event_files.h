/* SPDX-License-Identifier: MIT */
/*
 * Files that stand for something to happen: a counter (eventfd), a timer (timerfd), signals
 * (signalfd), other files (epoll). Each maker hands out a node with a reference for the caller.
 */
#pragma once

#include <sys/epoll.h>
#include <time.h>

#include <vfs/file_system.h>

struct open_file;
struct process;
struct timer;

int eventfd_create(unsigned count, bool semaphore, struct node **out_node);

/* ENOSPC when there are no more timers. */
int timerfd_create_node(struct process *process, struct node **out_node);
/* The timer behind the node; NULL when it is no such node. */
struct timer *timerfd_timer(struct node *node);
/* Forgets what it has counted. */
void timerfd_reset(struct node *node);

int signalfd_create(struct process *process, uint64_t signals, struct node **out_node);
/* Another set of signals; EINVAL when it is no such node. */
int signalfd_change(struct node *node, uint64_t signals);
/* Signals were raised. */
void signalfd_changed(void);

int epoll_create_node(struct node **out_node);
bool epoll_node(const struct node *node);
/* As epoll_ctl; `number` is the descriptor of `file`. */
int epoll_change(struct node *node, int operation, int number, struct open_file *file,
                 const struct epoll_event *event);
/* What has happened, as far as `events` has room; answers how many. */
int epoll_collect(struct node *node, struct epoll_event *events, int room);
/* The file ends: whoever watches it does so no longer. */
void epoll_forget(struct open_file *file);
