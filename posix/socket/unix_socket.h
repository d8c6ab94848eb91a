/* SPDX-License-Identifier: MIT */
/*
 * Unix sockets within the process: streams, datagrams, and sequences of packets.
 *
 * What is sent becomes a packet in the receiver's queue, with the open files that travel with it. A
 * stream is read across packets, but never beyond one with files. A connected socket and its peer
 * know each other until either ends; then the other reads what is left, and after that the end. A
 * name is a node of a file system that keeps names, or an abstract one, known to this process alone.
 */
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <vfs/file_system.h>

enum { SOCKET_FILES_MAX = 16, SOCKET_QUEUE_MAX = 64 * 1024 };

struct open_file;
struct unix_socket;

/* What is sent or received beside the bytes. */
struct socket_message {
	struct open_file *files[SOCKET_FILES_MAX]; /* referenced */
	unsigned file_count;
	struct sockaddr_un address; /* whose it is, or to whom */
	socklen_t address_size;     /* 0: of none */
	int flags;                  /* MSG_PEEK in; MSG_TRUNC out */
};

/* A node with a reference for the caller; EPROTONOSUPPORT, EPROTOTYPE, ENOMEM. */
int unix_socket_create(int type, struct node **out_node);
/* NULL: it is no socket. */
struct unix_socket *unix_socket_of(struct node *node);
/* Makes two new ones each other's peer. */
void unix_socket_pair(struct unix_socket *one, struct unix_socket *other);

/* The name `node` (with a reference that is taken over) or, if NULL, the abstract one in `address`. */
int unix_socket_bind(struct unix_socket *self, struct node *node, const struct sockaddr_un *address,
                     socklen_t size);
/* Who is bound to the node or abstract name; ECONNREFUSED. */
int unix_socket_find(const struct node *node, const struct sockaddr_un *address, socklen_t size,
                     struct unix_socket **out_socket);
int unix_socket_listen(struct unix_socket *self, int backlog);
/* EAGAIN: as many wait as may. */
int unix_socket_connect(struct unix_socket *self, struct unix_socket *target);
/* The node of who came first, with a reference for the caller; EAGAIN: nobody. */
int unix_socket_accept(struct unix_socket *self, struct node **out_node);
int unix_socket_shutdown(struct unix_socket *self, int how);

/* EAGAIN, EPIPE, EMSGSIZE, ENOTCONN. On success the files are taken over. `target` NULL: the peer. */
ssize_t unix_socket_send(struct unix_socket *self, struct unix_socket *target, const void *bytes,
                         size_t size, struct socket_message *message);
/* The files are the caller's then. 0 at the end. */
ssize_t unix_socket_receive(struct unix_socket *self, void *buffer, size_t size,
                            struct socket_message *message);

int unix_socket_type(const struct unix_socket *self);
bool unix_socket_listening(const struct unix_socket *self);
struct unix_socket *unix_socket_peer(const struct unix_socket *self);
/* Its name; the size of the family alone when it has none. */
socklen_t unix_socket_name(const struct unix_socket *self, struct sockaddr_un *out_address);
