/* SPDX-License-Identifier: MIT */
/*
 * Sending and receiving by sockets.
 */
#include <errno.h>
#include <event/ready.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/uio.h>

#include <native.h>

#include "calls.h"
#include "socket.h"

/* ---- sending -------------------------------------------------------------------------------- */

static void files_put(struct socket_message *message)
{
	for (unsigned i = 0; i < message->file_count; i++)
		open_file_put(message->files[i]);
	message->file_count = 0;
}

/* The open files of the control messages, referenced. */
static int files_get(struct process *process, struct msghdr *header, struct socket_message *message)
{
	message->file_count = 0;
	for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control;
	     control = CMSG_NXTHDR(header, control)) {
		if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS ||
		    control->cmsg_len < CMSG_LEN(0)) {
			files_put(message);
			return -EINVAL;
		}
		const int *numbers = (const int *)(void *)CMSG_DATA(control);
		const size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof *numbers;
		for (size_t i = 0; i < count; i++) {
			struct open_file *file = call_file(process, numbers[i]);
			if (!file || message->file_count == SOCKET_FILES_MAX) {
				files_put(message);
				return file ? -EINVAL : -EBADF;
			}
			message->files[message->file_count++] = open_file_get(file);
		}
	}
	return 0;
}

/* One buffer, whole if it is a stream's and may wait. */
static long send_bytes(struct process *process, const long *arguments, const void *bytes,
                       size_t size, struct socket_message *message)
{
	const bool patient = !(message->flags & MSG_DONTWAIT);
	const long address = arguments[4];
	struct unix_socket *target = NULL;
	struct unix_socket *socket;
	struct open_file *file;
	size_t done = 0;

	for (;;) {
		long part = socket_behind(process, arguments[0], &file, &socket);
		if (!part && address)
			part = socket_target(process, address, arguments[5], &target);
		if (!part && address && unix_socket_type(socket) != SOCK_DGRAM)
			part = -EISCONN;
		if (!part)
			part = unix_socket_send(socket, target, (const uint8_t *)bytes + done,
			                        size - done, message);
		if (part >= 0)
			done += (size_t)part;
		if (part >= 0 && (done == size || unix_socket_type(socket) != SOCK_STREAM))
			return (long)done;
		if (part == -EPIPE && !done && !(message->flags & MSG_NOSIGNAL)) {
			const siginfo_t info = {.si_signo = SIGPIPE, .si_code = SI_USER};
			(void)signals_raise(process, thread_current(&process->main),
			                    &info); /* the error is told in any case */
		}
		if (part < 0 && (part != -EAGAIN || !patient || file->flags & O_NONBLOCK))
			return done ? (long)done : part;
		if (part >= 0)
			continue;
		/* of a datagram's receiver nobody knows but all */
		const int error = ready_wait(thread_current(&process->main), 0);
		if (error)
			return done ? (long)done : -CALL_AGAIN;
	}
}

long sys_sendto(struct process *process, const long *arguments)
{
	struct socket_message message = {.flags = (int)arguments[3]};

	return send_bytes(process, arguments, call_pointer(arguments[1]), (size_t)arguments[2],
	                  &message);
}

/* All parts as one, on the library's heap: a packet is sent whole. */
static int gather(const struct msghdr *header, uint8_t **out_bytes, size_t *out_size)
{
	const size_t count = (size_t)header->msg_iovlen;
	size_t size = 0;

	if (count > IOV_MAX)
		return -EMSGSIZE;
	for (size_t i = 0; i < count; i++) {
		if (header->msg_iov[i].iov_len > SSIZE_MAX - size)
			return -EINVAL;
		size += header->msg_iov[i].iov_len;
	}
	uint8_t *bytes = native_heap_alloc(size + 1);
	if (!bytes)
		return -ENOMEM;
	*out_bytes = bytes;
	*out_size = size;
	for (size_t i = 0; i < count; i++) {
		memcpy(bytes, header->msg_iov[i].iov_base, header->msg_iov[i].iov_len);
		bytes += header->msg_iov[i].iov_len;
	}
	return 0;
}

long sys_sendmsg(struct process *process, const long *arguments)
{
	struct msghdr *header = call_pointer(arguments[1]);
	struct socket_message message = {.flags = (int)arguments[2]};
	const long call[] = {arguments[0],       0, 0, 0, (long)(uintptr_t)header->msg_name,
	                     header->msg_namelen};
	uint8_t *bytes;
	size_t size;

	int error = files_get(process, header, &message);
	if (error)
		return error;
	error = gather(header, &bytes, &size);
	if (error) {
		files_put(&message);
		return error;
	}
	const long done = send_bytes(process, call, bytes, size, &message);
	native_heap_free(bytes);
	files_put(&message); /* those that have not gone */
	return done;
}

/* ---- receiving ------------------------------------------------------------------------------ */

static long receive(struct process *process, long descriptor, void *buffer, size_t size,
                    struct socket_message *message)
{
	const bool patient = !(message->flags & MSG_DONTWAIT);
	struct unix_socket *socket;
	struct open_file *file;

	for (;;) {
		const int error = socket_behind(process, descriptor, &file, &socket);
		if (error)
			return error;
		const long done = unix_socket_receive(socket, buffer, size, message);
		if (done != -EAGAIN || !patient || file->flags & O_NONBLOCK)
			return done;
		const int waited = file_wait(thread_current(&process->main), file);
		if (waited)
			return waited;
	}
}

long sys_recvfrom(struct process *process, const long *arguments)
{
	struct socket_message message = {.flags = (int)arguments[3]};

	const long done = receive(process, arguments[0], call_pointer(arguments[1]),
	                          (size_t)arguments[2], &message);
	if (done < 0)
		return done;
	files_put(&message); /* there is no place for them */
	if (arguments[4])
		socket_address_put(&message.address, message.address_size, arguments[4],
		                   arguments[5]);
	return done;
}

/* Gives the files descriptors and tells of them, as far as there is room for both. */
static void files_deliver(struct process *process, struct msghdr *header,
                          struct socket_message *message, bool close_on_exec)
{
	struct cmsghdr *control = header->msg_control;
	const size_t room = header->msg_controllen;
	unsigned count = 0;

	header->msg_controllen = 0;
	if (!message->file_count)
		return;
	int *numbers = control ? (int *)(void *)CMSG_DATA(control) : NULL;
	while (numbers && count < message->file_count &&
	       CMSG_LEN((count + 1) * sizeof *numbers) <= room) {
		const int number = descriptor_add(&process->descriptors, 0, message->files[count],
		                                  close_on_exec);
		if (number < 0)
			break;
		numbers[count++] = number;
	}
	if (count < message->file_count)
		header->msg_flags |= MSG_CTRUNC;
	for (unsigned i = count; i < message->file_count; i++)
		open_file_put(message->files[i]);
	if (count) {
		control->cmsg_level = SOL_SOCKET;
		control->cmsg_type = SCM_RIGHTS;
		control->cmsg_len = (socklen_t)CMSG_LEN(count * sizeof *numbers);
		header->msg_controllen = (socklen_t)CMSG_SPACE(count * sizeof *numbers);
		if (header->msg_controllen > room)
			header->msg_controllen = (socklen_t)room;
	}
}

static void scatter(const struct msghdr *header, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < (size_t)header->msg_iovlen && size > 0; i++) {
		const size_t room = header->msg_iov[i].iov_len;
		const size_t part = size < room ? size : room;
		memcpy(header->msg_iov[i].iov_base, bytes, part);
		bytes += part;
		size -= part;
	}
}

long sys_recvmsg(struct process *process, const long *arguments)
{
	struct msghdr *header = call_pointer(arguments[1]);
	struct socket_message message = {.flags = (int)arguments[2]};
	const size_t count = (size_t)header->msg_iovlen;
	size_t size = 0;

	if (count > IOV_MAX)
		return -EMSGSIZE;
	for (size_t i = 0; i < count; i++)
		size += header->msg_iov[i].iov_len;
	if (size > SOCKET_QUEUE_MAX)
		size = SOCKET_QUEUE_MAX;
	uint8_t *bytes = native_heap_alloc(size + 1);
	if (!bytes)
		return -ENOMEM;
	const long done = receive(process, arguments[0], bytes, size, &message);
	if (done >= 0) {
		scatter(header, bytes, (size_t)done);
		header->msg_flags = message.flags & MSG_TRUNC;
		files_deliver(process, header, &message, arguments[2] & MSG_CMSG_CLOEXEC);
		if (header->msg_name) {
			memcpy(header->msg_name, &message.address,
			       message.address_size < header->msg_namelen ? message.address_size
			                                                  : header->msg_namelen);
			header->msg_namelen = message.address_size;
		}
	}
	native_heap_free(bytes);
	return done;
}
