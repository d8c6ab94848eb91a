/* SPDX-License-Identifier: MIT */
/*
 * Sockets: of the family AF_UNIX, between parts of one program.
 */
#include <errno.h>
#include <event/ready.h>
#include <fcntl.h>
#include <socket/unix_socket.h>
#include <string.h>

#include "calls.h"
#include "socket.h"

int socket_behind(struct process *process, long descriptor, struct open_file **out_file,
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

void socket_address_put(const struct sockaddr_un *address, socklen_t size, long pointer,
                        long size_pointer)
{
	socklen_t *room = call_pointer(size_pointer);

	if (!pointer)
		return;
	memcpy(call_pointer(pointer), address, size < *room ? size : *room);
	*room = size;
}

int socket_target(struct process *process, long pointer, long size, struct unix_socket **out_socket)
{
	struct sockaddr_un address;
	struct node *node = NULL;
	char path[PATH_SIZE];

	int error = address_get(pointer, size, &address, path);
	if (!error && path[0])
		error = vfs_find(&process->vfs, process->directory, path, false, &node);
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
			error = vfs_find(&process->vfs, process->directory, path, false, &node);
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
	socket_address_put(&address, size, arguments[1], arguments[2]);
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
	socket_address_put(&address, size, arguments[1], arguments[2]);
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
			error = socket_target(process, arguments[1], arguments[2], &target);
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
		socket_address_put(&address, size, arguments[1], arguments[2]);
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
