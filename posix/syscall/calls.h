/* SPDX-License-Identifier: MIT */
/*
 * The system calls: one function per DONE and DIRECT line of syscalls.def, in the file of its family.
 * The first kind is called with the library's lock held, the second as musl calls it.
 *
 * Arguments come as musl passes them, six words of which a call reads its own. The answer is that
 * of the Linux call: a value, or a negated errno. Pointers are the program's own and are used as
 * they are: a bad one faults in the program's own protection domain instead of answering EFAULT.
 */
#pragma once

#include <stdint.h>
#include <time.h>

#include <process/process.h>

typedef long (*call_fn)(struct process *process, const long *arguments);
typedef long (*direct_fn)(long number, long a, long b, long c, long d, long e, long f);

enum call_number {
#define DONE(name)            CALL_##name,
#define DIRECT(name)          CALL_##name,
#define MISSING(name, reason) CALL_##name,
#include "syscalls.def"
#undef DONE
#undef DIRECT
#undef MISSING
	CALL_COUNT
};

#define DONE(name) long sys_##name(struct process *process, const long *arguments);
#define DIRECT(name) \
	long direct_##name(long number, long a, long b, long c, long d, long e, long f);
#define MISSING(name, reason)
#include "syscalls.def"
#undef DONE
#undef DIRECT
#undef MISSING

/* Makes `process` the one that __capos_syscall serves. */
void calls_serve(struct process *process);
struct process *calls_process(void);
/* Waits, under the lock, until the program may go on: no vfork's child runs, and it is not over. */
void calls_await_turn(struct process *process, struct thread *self);
/* What musl calls. */
long __capos_syscall(long number, long a, long b, long c, long d, long e, long f);
/* Likewise, where *cancel ends a wait with EINTR when it is set; `call` is the number and six words. */
long __capos_syscall_cancel(const volatile int *cancel, const long *call);
long __capos_clone(int (*function)(void *), void *stack, int flags, void *argument, int *parent_tid,
                   void *tls, volatile int *child_tid);
_Noreturn void __capos_unmap_self(void *base, size_t size);

/* A pointer among the arguments. */
static inline void *call_pointer(long argument)
{
	return (void *)(uintptr_t)argument;
}

/* The open file of a descriptor, or NULL. */
struct open_file *call_file(struct process *process, long descriptor);
off_t call_file_size(const struct open_file *file);
/* munmap of whole pages. */
int call_unmap(struct process *process, void *address, size_t size);
/*
 * For other processes: what can be done at once, else EAGAIN. An offset of -1 is the file's position;
 * `size` bytes of argument go both ways.
 */
long transfer_read(struct open_file *file, void *buffer, size_t size, off_t offset);
long transfer_write(struct open_file *file, const void *buffer, size_t size, off_t offset);
off_t transfer_seek(struct open_file *file, off_t offset, int whence);
int transfer_control(struct open_file *file, unsigned long request, void *argument, size_t size);
/* The lowest free descriptor for `node`, whose reference is taken over also on failure. */
int call_open(struct process *process, struct node *node, int flags);

/*
 * The directory a relative path begins at: *at* argument of the …at calls. No reference; or an
 * errno.
 */
int call_directory(struct process *process, long descriptor, struct node **out_directory);

/*
 * The node of a path, referenced. With AT_EMPTY_PATH an empty one is the descriptor's own; with
 * AT_SYMLINK_NOFOLLOW a symbolic link is not followed.
 */
int call_find(struct process *process, long descriptor, const char *path, long flags,
              struct node **out_node);

/*
 * When a time is reached, for thread_wait: of CLOCK_MONOTONIC if `absolute`, else from now on. Never 0;
 * a far one is as good as none. EINVAL.
 */
int time_deadline(const struct timespec *time, bool absolute, uint64_t *out_deadline);
/* Saturating; EINVAL. */
int time_to_ns(const struct timespec *time, uint64_t *out_ns);
struct timespec time_from_ns(uint64_t time_ns);

/* As timer_settime and timer_gettime. */
int timer_set(struct process *process, struct timer *timer, const struct itimerspec *wanted,
              bool absolute, struct itimerspec *old);
void timer_status(const struct timer *timer, struct itimerspec *out_status);
