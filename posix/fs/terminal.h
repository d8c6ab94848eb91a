/* SPDX-License-Identifier: MIT */
/*
 * terminal: a Terminal session as a character device, with a line discipline, a window and a session
 * of processes that it controls.
 *
 * Keys are taken in by the service thread as they come, so that those that stand for signals work
 * whether or not anybody reads. The terminal is its mounter's; children see it as they see other
 * inherited files. Which processes may read, write and change it is looked at where they ask
 * (process/job_control.h), since a process knows best which group it is in.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct file_system;
struct process;

/*
 * A character device as the root. It controls the process's session, if the process leads one.
 * ENOENT: there is no such session, or somebody else has it.
 */
int terminal_file_system_create(struct process *process, const char *label,
                                struct file_system **out_file_system);

/* For the service thread: something has happened at a terminal, or it is as late as was asked for. */
void terminals_changed(struct process *process);
/* The argument of TIOCSCTTY, made of who asks. */
struct terminal_owner {
	pid_t session;
	pid_t group;
	int by_force;
};
