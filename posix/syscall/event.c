/* SPDX-License-Identifier: MIT */
/*
 * Pipes, the files of posix/event, and waiting for several files.
 */
#include <errno.h>
#include <event/event_files.h>
#include <event/pipe.h>
#include <event/ready.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <native.h>

#include "calls.h"

enum { SET_SIZE = 8 };

/* ---- files that are made without a name ----------------------------------------------------- */

long sys_pipe2(struct process *process, const long *arguments)
{
	int *numbers = call_pointer(arguments[0]);
	const int flags = (int)arguments[1];
	struct node *node;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	int error = pipe_create(&node);
	if (error)
		return error;
	node_get(node); /* one for each end */
	const int reader = call_open(process, node, flags | O_RDONLY);
	if (reader < 0) {
		node_put(node);
		return reader;
	}
	const int writer = call_open(process, node, flags | O_WRONLY);
	if (writer < 0) {
		(void)descriptor_close(&process->descriptors, reader); /* it is open */
		return writer;
	}
	numbers[0] = reader;
	numbers[1] = writer;
	return 0;
}

long sys_eventfd2(struct process *process, const long *arguments)
{
	const int flags = (int)arguments[1];
	struct node *node;

	if (flags & ~(EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK))
		return -EINVAL;
	const int error = eventfd_create((unsigned)arguments[0], flags & EFD_SEMAPHORE, &node);
	return error ? error
	             : call_open(process, node, (flags & (EFD_CLOEXEC | EFD_NONBLOCK)) | O_RDWR);
}

long sys_signalfd4(struct process *process, const long *arguments)
{
	const uint64_t signals = *(const uint64_t *)call_pointer(arguments[1]);
	const int flags = (int)arguments[3];
	struct node *node;

	if (arguments[2] != SET_SIZE || flags & ~(SFD_CLOEXEC | SFD_NONBLOCK))
		return -EINVAL;
	if ((int)arguments[0] != -1) {
		const struct open_file *file = call_file(process, arguments[0]);
		if (!file)
			return -EBADF;
		const int error = signalfd_change(file->node, signals);
		return error ? error : arguments[0];
	}
	const int error = signalfd_create(process, signals, &node);
	return error ? error : call_open(process, node, flags | O_RDONLY);
}

/* ---- timers --------------------------------------------------------------------------------- */

long sys_timerfd_create(struct process *process, const long *arguments)
{
	const int flags = (int)arguments[1];
	struct node *node;

	if ((arguments[0] != CLOCK_REALTIME && arguments[0] != CLOCK_MONOTONIC &&
	     arguments[0] != CLOCK_BOOTTIME) ||
	    flags & ~(TFD_CLOEXEC | TFD_NONBLOCK))
		return -EINVAL;
	const int error = timerfd_create_node(process, &node);
	return error ? error : call_open(process, node, flags | O_RDWR);
}

/* The timer behind a descriptor, and its node; EBADF, EINVAL. */
static int timer_behind(struct process *process, long descriptor, struct node **out_node,
                        struct timer **out_timer)
{
	const struct open_file *file = call_file(process, descriptor);

	if (!file)
		return -EBADF;
	*out_node = file->node;
	*out_timer = timerfd_timer(file->node);
	return *out_timer ? 0 : -EINVAL;
}

long sys_timerfd_settime(struct process *process, const long *arguments)
{
	const struct itimerspec *wanted = call_pointer(arguments[2]);
	struct itimerspec *old = call_pointer(arguments[3]);
	struct timer *timer;
	struct node *node;

	int error = timer_behind(process, arguments[0], &node, &timer);
	if (!error)
		error = timer_set(process, timer, wanted, arguments[1] & TFD_TIMER_ABSTIME, old);
	if (!error)
		timerfd_reset(node);
	return error;
}

long sys_timerfd_gettime(struct process *process, const long *arguments)
{
	struct timer *timer;
	struct node *node;

	const int error = timer_behind(process, arguments[0], &node, &timer);
	if (!error)
		timer_status(timer, call_pointer(arguments[1]));
	return error;
}

/* ---- waiting for several -------------------------------------------------------------------- */

/* A deadline out of a timeout: NULL is none; zero is one that has passed. */
static int deadline_of(const struct timespec *timeout, uint64_t *out_deadline)
{
	*out_deadline = 0;
	return timeout ? time_deadline(timeout, false, out_deadline) : 0;
}

static void mask_for_call(struct thread *self, const uint64_t *mask)
{
	if (mask)
		signals_block_for_call(self, *mask);
}

static int poll_once(struct process *process, struct pollfd *files, size_t count)
{
	int found = 0;

	for (size_t i = 0; i < count; i++) {
		files[i].revents = 0;
		if (files[i].fd < 0)
			continue;
		const struct open_file *file = call_file(process, files[i].fd);
		const int always = POLLERR | POLLHUP | POLLNVAL;
		files[i].revents =
			(short)((file ? file_ready(file) : POLLNVAL) & (files[i].events | always));
		found += files[i].revents != 0;
	}
	return found;
}

long sys_ppoll(struct process *process, const long *arguments)
{
	struct thread *self = thread_current(&process->main);
	struct pollfd *files = call_pointer(arguments[0]);
	const size_t count = (size_t)arguments[1];
	uint64_t deadline_ns;

	if (count > DESCRIPTORS_MAX)
		return -EINVAL;
	int error = deadline_of(call_pointer(arguments[2]), &deadline_ns);
	if (error)
		return error;
	mask_for_call(self, call_pointer(arguments[3]));
	for (;;) {
		const int found = poll_once(process, files, count);
		if (found || error == -ETIMEDOUT)
			return found;
		error = ready_wait(self, deadline_ns);
		if (error == -EINTR)
			return error;
	}
}

/* One set of select: those of `wanted` for which `events` hold. */
static int select_set(struct process *process, int count, const fd_set *wanted, int events,
                      fd_set *out_found)
{
	int found = 0;

	FD_ZERO(out_found);
	for (int number = 0; wanted && number < count; number++) {
		if (!FD_ISSET(number, wanted))
			continue;
		const struct open_file *file = call_file(process, number);
		if (!file)
			return -EBADF;
		if (file_ready(file) & events) {
			FD_SET(number, out_found);
			found++;
		}
	}
	return found;
}

/* What the program gave; the answer goes to the same places. */
struct selection {
	int count;
	fd_set *sets[3];
};

/* Copies only as many words as the program has to have. */
static void put_set(const struct selection *selection, int which, const fd_set *found)
{
	enum { WORD_BITS = 8 * sizeof(unsigned long) };

	if (selection->sets[which])
		memcpy(selection->sets[which], found,
		       (size_t)(selection->count + WORD_BITS - 1) / WORD_BITS *
		               sizeof(unsigned long));
}

static int select_once(struct process *process, const struct selection *selection, bool last)
{
	static const int events[] = {POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR, POLLPRI};
	fd_set found[3];
	int total = 0;

	for (int i = 0; i < 3; i++) {
		const int part = select_set(process, selection->count, selection->sets[i],
		                            events[i], &found[i]);
		if (part < 0)
			return part;
		total += part;
	}
	for (int i = 0; (total || last) && i < 3; i++)
		put_set(selection, i, &found[i]);
	return total;
}

long sys_pselect6(struct process *process, const long *arguments)
{
	struct thread *self = thread_current(&process->main);
	const struct selection selection = {
		.count = arguments[0] > DESCRIPTORS_MAX ? DESCRIPTORS_MAX : (int)arguments[0],
		.sets = {call_pointer(arguments[1]), call_pointer(arguments[2]),
	                 call_pointer(arguments[3])},
	};
	const long *mask = call_pointer(arguments[5]);
	uint64_t deadline_ns;

	if (arguments[0] < 0)
		return -EINVAL;
	int error = deadline_of(call_pointer(arguments[4]), &deadline_ns);
	if (error)
		return error;
	mask_for_call(self, mask ? call_pointer(mask[0]) : NULL);
	for (;;) {
		const int found = select_once(process, &selection, error == -ETIMEDOUT);
		if (found || error == -ETIMEDOUT)
			return found;
		error = ready_wait(self, deadline_ns);
		if (error == -EINTR)
			return error;
	}
}

/* ---- epoll ---------------------------------------------------------------------------------- */

long sys_epoll_create1(struct process *process, const long *arguments)
{
	struct node *node;

	if (arguments[0] & ~EPOLL_CLOEXEC)
		return -EINVAL;
	const int error = epoll_create_node(&node);
	return error ? error : call_open(process, node, (int)arguments[0] | O_RDWR);
}

long sys_epoll_ctl(struct process *process, const long *arguments)
{
	const struct open_file *set = call_file(process, arguments[0]);
	struct open_file *file = call_file(process, arguments[2]);

	if (!set || !file)
		return -EBADF;
	if (!epoll_node(set->node))
		return -EINVAL;
	return epoll_change(set->node, (int)arguments[1], (int)arguments[2], file,
	                    call_pointer(arguments[3]));
}

long sys_epoll_pwait(struct process *process, const long *arguments)
{
	enum { MILLISECOND_NS = 1000000 };
	struct thread *self = thread_current(&process->main);
	const struct open_file *set = call_file(process, arguments[0]);
	const int timeout_ms = (int)arguments[3];
	int error = 0;

	if (!set)
		return -EBADF;
	if (!epoll_node(set->node) || (int)arguments[2] <= 0)
		return -EINVAL;
	const uint64_t deadline_ns =
		timeout_ms < 0 ? 0 : native_time_ns() + (uint64_t)timeout_ms * MILLISECOND_NS;
	mask_for_call(self, call_pointer(arguments[4]));
	for (;;) {
		set = call_file(process, arguments[0]);
		if (!set || !epoll_node(set->node))
			return -EBADF; /* closed while we waited */
		const int found =
			epoll_collect(set->node, call_pointer(arguments[1]), (int)arguments[2]);
		if (found || error == -ETIMEDOUT || timeout_ms == 0)
			return found;
		error = ready_wait(self, deadline_ns);
		if (error == -EINTR)
			return error;
	}
}
