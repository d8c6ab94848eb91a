/* SPDX-License-Identifier: MIT */
/*
 * Family: the processes that this one has spawned, and what it does for them.
 *
 * A child process knows its spawner alone. What it has inherited it asks for here: open files, each
 * under a number of its own table (*exports*), and the names below directories it was given. Who
 * owns a file is the process that opened it, and its position, its pipe, its terminal stay there, so
 * that all who share it see the same. Calls go up only, and are answered at once: what can't be done
 * yet is EAGAIN, the export is *watched*, and the child hears of the change by its news. Nobody
 * waits for a child.
 *
 * A child is running, then ended, and is forgotten when it has been waited for. What it asks is
 * hostile until checked: numbers are looked up in its own table, names are single ones, and of a
 * tree it sees one file system, never what is above or mounted below it.
 *
 * All functions here are called with the lock held; those with a `struct child` first by the
 * service thread, for that child.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <process/spawner.h>
#include <process/thread.h>

struct native_child;
struct node;
struct open_file;
struct process;

/* A status as wait tells it, of who exits with a code. */
static inline int status_exited(int code)
{
	return (code & 0xff) << 8;
}

enum { EXPORTS_MAX = 4096, CHILD_NEWS_MAX = 64 };

struct export
{
	struct node *node;      /* referenced; NULL: free */
	struct open_file *file; /* referenced; NULL: what a name leads to */
	bool root;              /* of a tree, with nothing above it */
	bool watched;
};

struct child {
	struct child *next;
	struct process *process;     /* the spawner */
	struct native_child *native; /* NULL: it is over */
	pid_t id;
	pid_t group;
	pid_t session;
	bool ended;
	bool waited;          /* somebody has waited for it; it serves children of its own still */
	int change;           /* stopped or gone on, as wait tells, if it has not yet; else 0 */
	bool heir;            /* it is what this process has become by exec */
	int status;           /* as wait tells, once ended */
	struct node *program; /* the file it runs, which it maps; referenced */
	struct export *exports;
	uint32_t export_count; /* places */
	struct spawner_news news[CHILD_NEWS_MAX];
	unsigned news_first;
	unsigned news_count;
	bool changed; /* a watched file has */
};

struct family {
	struct child *children;
	struct wait_queue waiters; /* for one of them to end */
	pid_t ids;                 /* given out, by the process that has no spawner */
};

/* ---- for the process itself ------------------------------------------------------------------ */

/* A number for a new process; EAGAIN. */
pid_t family_identify(struct process *process);
/* A child that does not run yet; NULL: no memory. */
struct child *family_add(struct process *process, pid_t id);
/* Takes it out, with all it holds. */
void family_remove(struct process *process, struct child *child);
/*
 * One that has ended, among those `which` stands for as in waitpid; NULL: none has, and *out_any
 * tells whether there are any.
 */
struct child *family_ended_child(struct process *process, pid_t which, bool *out_any);
/* Is it one of those `which` stands for? */
bool family_child_fits(const struct process *process, const struct child *child, pid_t which);
/* What a signal or waitid tells of its end. */
siginfo_t family_end_info(const struct child *child);
/* One that has not ended, or NULL. */
struct child *family_find(const struct process *process, pid_t id);
/* It has been waited for. */
void family_forget(struct process *process, struct child *child);
/* Has it components of children still? */
bool family_running(const struct process *process);
/* Gives the child a number for an open file, or for a directory with what is below; ENOMEM. */
long family_export_file(struct child *child, struct open_file *file);
long family_export_tree(struct child *child, struct node *directory);
/* Takes back all it was given. */
void family_close_all(struct child *child);
/* A node of some file system here has changed. */
void family_node_changed(struct process *process, struct node *node);
/*
 * A signal for a process or, negative, a group, among this process, its children and those above.
 * ESRCH, EPERM.
 */
int family_kill(struct process *process, pid_t target, int signal);
/* What the spawner has to say. */
void family_hear(struct process *process);
/* A signal for a process that has become its child by exec. */
void family_tell_heir(struct process *process, pid_t sender, int signal);
/* Ends all children at once. */
void family_fini(struct process *process);

/* ---- for a child ----------------------------------------------------------------------------- */

/* It has ended, by itself or with a fault; `status` as wait tells. `stays`: its component lives on. */
void family_ended(struct child *child, int status, bool stays);
void family_news(struct child *child, struct spawner_news *out_news);
int family_kill_from(struct child *child, pid_t target, int signal);
void family_join(struct child *child, pid_t group, pid_t session);

ssize_t family_read(struct child *child, uint32_t file, void *buffer, size_t size, off_t offset);
ssize_t family_write(struct child *child, uint32_t file, const void *buffer, size_t size,
                     off_t offset);
off_t family_seek(struct child *child, uint32_t file, off_t offset, int whence);
int family_ready(struct child *child, uint32_t file);
int family_status(struct child *child, uint32_t file, struct spawner_status *out_status);
int family_control(struct child *child, uint32_t file, unsigned long request, void *argument,
                   size_t size);
int family_truncate(struct child *child, uint32_t file, off_t size);
int family_set_mode(struct child *child, uint32_t file, mode_t mode);
int family_set_time(struct child *child, uint32_t file, uint64_t modified_ns);
void family_close(struct child *child, uint32_t file);

long family_lookup(struct child *child, uint32_t directory, const char *name,
                   struct spawner_status *out_status);
int family_create(struct child *child, uint32_t directory, const char *name, mode_t mode);
int family_link(struct child *child, uint32_t directory, const char *name, const char *target);
/* A string that lives as long as the link. */
int family_target(struct child *child, uint32_t file, const char **out_target);
int family_delete(struct child *child, uint32_t directory, const char *name, bool folder);
int family_rename(struct child *child, uint32_t directory, const char *name, uint32_t to,
                  const char *new_name);
int family_list(struct child *child, uint32_t directory, uint64_t *cookie,
                struct directory_entry *out_entry);
