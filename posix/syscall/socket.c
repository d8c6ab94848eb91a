/* SPDX-License-Identifier: MIT */
/*
 * Sockets: of the family AF_UNIX, between parts of one program.
 */
#include <errno.h>
#include <event/ready.h>
#include <fcntl.h>
#include <socket/unix_socket.h>
#include <string.h>
#include <sys/uio.h>

#include <native.h>

#include "calls.h"

/* The socket behind a descriptor; ENOTSOCK. */
static int socket_behind(struct process *process, long descriptor, struct open_file **out_file,
                         struct unix_socket **out_socket)
{
	*out_file = call_file(process, descriptor);
	if (!*out_file)
		return -EBADF;
	*out_socket = unix_socket_of((*out_file)->node);
	return *out_socket ? 0 : -ENOTSOCK;
}

/* ---- making --------------------------------------------------------------------------------- */

enum { TYPE_FLAGS = SOCK_CLOEXEC | SOCK_NONBLOCK };

static int create(const long *arguments, struct node **out_node)
{
	if (arguments[0] != AF_UNIX)
		return -EAFNOSUPPORT;
	if (arguments[2] != 0 && arguments[2] != AF_UNIX)
		return -EPROTONOSUPPORT;
	return unix_socket_create((int)arguments[1] & ~TYPE_FLAGS, out_node);
}

long sys_socket(struct process *process, const long *arguments)
{
	struct node *node;

	const int error = create(arguments, &node);
	return error ? error : call_open(process, node, O_RDWR | ((int)arguments[1] & TYPE_FLAGS));
}

long sys_socketpair(struct process *process, const long *arguments)
{
	const int flags = O_RDWR | ((int)arguments[1] & TYPE_FLAGS);
	int *numbers = call_pointer(arguments[3]);
	struct node *first;
	struct node *second;

	int error = create(arguments, &first);
	if (error)
		return error;
	error = create(arguments, &second);
	if (error) {
		node_put(first);
		return error;
	}
	unix_socket_pair(unix_socket_of(first), unix_socket_of(second));
	const int one = call_open(process, first, flags);
	if (one < 0) {
		node_put(second);
		return one;
	}
	const int other = call_open(process, second, flags);
	if (other < 0) {
		(void)descriptor_close(&process->descriptors, one); /* it is open */
		return other;
	}
	numbers[0] = one;
	numbers[1] = other;
	return 0;
}

/* ---- addresses ------------------------------------------------------------------------------ */

/* A copy of it, and of its path, with a zero behind; an abstract name has none: "". */
static int address_get(long pointer, long size, struct sockaddr_un *out_address, char *out_path)
{
	enum { HEADER = offsetof(struct sockaddr_un, sun_path) };

	if (size <= HEADER || size > (long)sizeof *out_address)
		return -EINVAL;
	*out_address = (struct sockaddr_un){0};
	memcpy(out_address, call_pointer(pointer), (size_t)size);
	if (out_address->sun_family != AF_UNIX)
		return -EAFNOSUPPORT;
	memcpy(out_path, out_address->sun_path, sizeof out_address->sun_path);
	out_path[(size_t)size - HEADER] = '\0';
	return 0;
}

enum { PATH_SIZE = sizeof((struct sockaddr_un *)NULL)->sun_path + 1 };

static void address_put(const struct sockaddr_un *address, socklen_t size, long pointer,
                        long size_pointer)
{
	socklen_t *room = call_pointer(size_pointer);

	if (!pointer)
		return;
	memcpy(call_pointer(pointer), address, size < *room ? size : *room);
	*room = size;
}

/* Who has this address. */
static int target_find(struct process *process, long pointer, long size,
                       struct unix_socket **out_socket)
{
	struct sockaddr_un address;
	struct node *node = NULL;
	char path[PATH_SIZE];

	int error = address_get(pointer, size, &address, path);
	if (!error && path[0])
		error = vfs_find(&process->vfs, process->directory, path, &node);
	if (!error)
		error = unix_socket_find(node, &address, (socklen_t)size, out_socket);
	node_put(node);
	return error;
}

long sys_bind(struct process *process, const long *arguments)
{
	struct sockaddr_un address;
	struct unix_socket *socket;
	struct open_file *file;
	struct node *node = NULL;
	char path[PATH_SIZE];

	int error = socket_behind(process, arguments[0], &file, &socket);
	if (!error)
		error = address_get(arguments[1], arguments[2], &address, path);
	if (error)
		return error;
	if (path[0]) {
		error = vfs_make(&process->vfs, process->directory, path,
		                 S_IFSOCK | (0777 & ~process->umask));
		if (!error)
			error = vfs_find(&process->vfs, process->directory, path, &node);
	}
	if (error)
		return error == -EEXIST ? -EADDRINUSE : error;
	error = unix_socket_bind(socket, node, &address, (socklen_t)arguments[2]);
	if (error)
		node_put(node);
	return error;
}

long sys_getsockname(struct process *process, const long *arguments)
{
	struct sockaddr_un address;
	struct unix_socket *socket;
	struct open_file *file;

	const int error = socket_behind(process, arguments[0], &file, &socket);
	if (error)
		return error;
	const socklen_t size = unix_socket_name(socket, &address);
	address_put(&address, size, arguments[1], arguments[2]);
	return 0;
}

long sys_getpeername(struct process *process, const long *arguments)
{
	struct sockaddr_un address;
	struct unix_socket *socket;
	struct open_file *file;

	const int error = socket_behind(process, arguments[0], &file, &socket);
	if (error)
		return error;
	if (!unix_socket_peer(socket))
		return -ENOTCONN;
	const socklen_t size = unix_socket_name(unix_socket_peer(socket), &address);
	address_put(&address, size, arguments[1], arguments[2]);
	return 0;
}

/* ---- connections ---------------------------------------------------------------------------- */

long sys_listen(struct process *process, const long *arguments)
{
	struct unix_socket *socket;
	struct open_file *file;

	const int error = socket_behind(process, arguments[0], &file, &socket);
	return error ? error : unix_socket_listen(socket, (int)arguments[1]);
}

long sys_connect(struct process *process, const long *arguments)
{
	struct unix_socket *target;
	struct unix_socket *socket;
	struct open_file *file;

	for (;;) {
		int error = socket_behind(process, arguments[0], &file, &socket);
		if (!error)
			error = target_find(process, arguments[1], arguments[2], &target);
		if (!error)
			error = unix_socket_connect(socket, target);
		if (error != -EAGAIN || file->flags & O_NONBLOCK)
			return error;
		error = ready_wait(thread_current(&process->main), 0); /* for an accept */
		if (error)
			return -CALL_AGAIN;
	}
}

static long accept_next(struct process *process, const long *arguments, int flags)
{
	struct sockaddr_un address;
	struct unix_socket *socket;
	struct open_file *file;
	struct node *node;

	if (flags & ~TYPE_FLAGS)
		return -EINVAL;
	for (;;) {
		int error = socket_behind(process, arguments[0], &file, &socket);
		if (!error)
			error = unix_socket_accept(socket, &node);
		if (!error)
			break;
		if (error != -EAGAIN || file->flags & O_NONBLOCK)
			return error;
		error = file_wait(thread_current(&process->main), file);
		if (error)
			return error;
	}
	const struct unix_socket *peer = unix_socket_peer(unix_socket_of(node));
	const socklen_t size = peer ? unix_socket_name(peer, &address) : 0;
	const int number = call_open(process, node, O_RDWR | flags);
	if (number >= 0)
		address_put(&address, size, arguments[1], arguments[2]);
	return number;
}

long sys_accept(struct process *process, const long *arguments)
{
	return accept_next(process, arguments, 0);
}

long sys_accept4(struct process *process, const long *arguments)
{
	return accept_next(process, arguments, (int)arguments[3]);
}

long sys_shutdown(struct process *process, const long *arguments)
{
	struct unix_socket *socket;
	struct open_file *file;

	const int error = socket_behind(process, arguments[0], &file, &socket);
	return error ? error : unix_socket_shutdown(socket, (int)arguments[1]);
}

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
			part = target_find(process, address, arguments[5], &target);
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
		address_put(&message.address, message.address_size, arguments[4], arguments[5]);
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

/* ---- options -------------------------------------------------------------------------------- */

long sys_getsockopt(struct process *process, const long *arguments)
{
	socklen_t *size = call_pointer(arguments[4]);
	struct unix_socket *socket;
	struct open_file *file;
	int value;

	const int error = socket_behind(process, arguments[0], &file, &socket);
	if (error)
		return error;
	if (arguments[1] != SOL_SOCKET)
		return -ENOPROTOOPT;
	switch (arguments[2]) {
	case SO_TYPE: value = unix_socket_type(socket); break;
	case SO_DOMAIN: value = AF_UNIX; break;
	case SO_PROTOCOL:
	case SO_ERROR: value = 0; break;
	case SO_ACCEPTCONN: value = unix_socket_listening(socket); break;
	case SO_SNDBUF:
	case SO_RCVBUF: value = SOCKET_QUEUE_MAX; break;
	default: return -ENOPROTOOPT;
	}
	if (*size > sizeof value)
		*size = sizeof value;
	memcpy(call_pointer(arguments[3]), &value, *size);
	return 0;
}

/* Those that change nothing for sockets of this family are taken. */
long sys_setsockopt(struct process *process, const long *arguments)
{
	struct unix_socket *socket;
	struct open_file *file;

	const int error = socket_behind(process, arguments[0], &file, &socket);
	if (error)
		return error;
	if (arguments[1] != SOL_SOCKET)
		return -ENOPROTOOPT;
	switch (arguments[2]) {
	case SO_REUSEADDR:
	case SO_KEEPALIVE:
	case SO_BROADCAST: return 0;
	default: return -ENOPROTOOPT;
	}
}
