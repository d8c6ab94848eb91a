/* SPDX-License-Identifier: MIT */
/*
 * Exec: what a program's file and the state of a process become: a component of its own.
 */
#pragma once

struct child;
struct process;

/*
 * Makes `child` a running component out of the file at `path`, with the process's descriptors but
 * those that are closed on exec, directory, mask and ignored signals. Scripts run their interpreter.
 * 0 or a negated errno.
 */
int exec_child(struct process *process, struct child *child, const char *path,
               char *const *arguments, char *const *environment);
