/* SPDX-License-Identifier: MIT */
/*
 * Job control: who may use the terminal, and processes that are stopped.
 *
 * A process asks the terminal itself which group is in the foreground, each time it reads, and sends
 * the signal to its own group if it is another's. That keeps jobs apart that a person runs; it protects
 * nobody from a process that was given the terminal and does not ask.
 *
 * A stopped process makes no system call and ends none. One that computes goes on until it makes its next:
 * signals do not interrupt code here. The spawner is told that it has stopped, and goes on, and remembers
 * one of each kind for wait. A process that no other has spawned has nobody to make it go on, and is
 * not stopped.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct child;
struct open_file;
struct process;
struct thread;

/* ---- the terminal ---------------------------------------------------------------------------- */

/* A signal for a group, from a key. */
void job_signal(struct process *process, pid_t group, int signal);
/* Before a read or write: 0 go on; EIO, or CALL_AGAIN once the signal is sent. */
int job_may_read(struct process *process, struct open_file *file);
int job_may_write(struct process *process, struct open_file *file);
/* How much the argument of a terminal's request takes. */
size_t job_control_size(unsigned long request);
/* An ioctl of a terminal, with the argument as the program gave it. */
int job_control(struct process *process, struct open_file *file, unsigned long request,
                long argument);
/* A leader of a session without a terminal gets one by opening it. */
void job_opened(struct process *process, struct open_file *file, int flags);

/* ---- stopping -------------------------------------------------------------------------------- */

bool job_stops(int signal);
/* Stops the process, and its thread `self`, until it is continued. */
void job_stop(struct process *process, struct thread *self, int signal);
void job_continue(struct process *process);
/* Waits while the process is stopped. */
void job_wait(struct process *process, struct thread *self);

/* A child says that a signal has stopped it; 0: that it goes on. */
void job_child_stopped(struct child *child, int signal);
/*
 * One of those `which` stands for that has stopped, or goes on, since it was last asked after; `what`
 * is WUNTRACED and WCONTINUED or one of them. *out_status is as wait has it.
 */
struct child *job_changed_child(struct process *process, pid_t which, int what, int *out_status);
/* What a signal or waitid tells of that. */
siginfo_t job_change_info(const struct child *child, int status);
/* It has been told of, with that status. */
void job_child_told(struct child *child, int status);
