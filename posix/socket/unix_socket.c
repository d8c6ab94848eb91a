/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <event/ready.h>
#include <poll.h>
#include <string.h>

#include <native.h>

#include "unix_socket.h"

enum { BACKLOG_MAX = 128, PACKET_MAX = 16 * 1024 /* of a stream */ };

struct packet {
	struct packet *next;
	struct open_file *files[SOCKET_FILES_MAX];
	unsigned file_count;
	struct sockaddr_un from;
	socklen_t from_size;
	size_t size;
	size_t taken; /* of a stream: read already */
	uint8_t bytes[];
};

struct unix_socket {
	struct node node; /* first */
	struct wait_queue waiters;
	struct unix_socket *next; /* of all */
	int type;
	struct unix_socket *peer; /* NULL: none, or none any more */
	bool connected;           /* had one: reads end, writes are EPIPE when it has gone */
	bool read_ended;
	bool write_ended;
	struct packet *first;
	struct packet *last;
	size_t queued; /* bytes */

	bool bound;                 /* has its address, and is found by it */
	struct node *name;          /* that of the address; referenced, or NULL */
	struct sockaddr_un address; /* an accepted one has its listener's */
	socklen_t address_size;

	int backlog; /* of a listening one; else 0 */
	int waiting_count;
	struct unix_socket *waiting;      /* who has connected, referenced, oldest first */
	struct unix_socket *waiting_next; /* among those */
};

/* One process: names are looked up among all there are. */
static struct unix_socket *all;

static const struct file_system_ops ops;
static struct file_system sockets = {.ops = &ops};

struct unix_socket *unix_socket_of(struct node *node)
{
	return node->file_system == &sockets ? (struct unix_socket *)node : NULL;
}

static bool stream(const struct unix_socket *self)
{
	return self->type == SOCK_STREAM;
}

static void changed(struct unix_socket *self)
{
	node_changed(&self->node);
	if (self->peer)
		node_changed(&self->peer->node);
}

/* ---- life ----------------------------------------------------------------------------------- */

int unix_socket_create(int type, struct node **out_node)
{
	if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_SEQPACKET)
		return -EPROTOTYPE;
	struct unix_socket *self = native_heap_alloc(sizeof *self);
	if (!self)
		return -ENOMEM;
	*self = (struct unix_socket){
		.node = {.file_system = &sockets,
	                 .mode = S_IFSOCK | 0777,
	                 .stream = true,
	                 .references = 1,
	                 .waiters = &self->waiters},
		.next = all,
		.type = type,
	};
	all = self;
	*out_node = &self->node;
	return 0;
}

static void packet_free(struct packet *packet)
{
	for (unsigned i = 0; i < packet->file_count; i++)
		open_file_put(packet->files[i]);
	native_heap_free(packet);
}

static struct packet *packet_take(struct unix_socket *self)
{
	struct packet *packet = self->first;

	self->first = packet->next;
	if (!self->first)
		self->last = NULL;
	self->queued -= packet->size;
	return packet;
}

static struct unix_socket *waiting_take(struct unix_socket *self)
{
	struct unix_socket *taken = self->waiting;

	self->waiting = taken->waiting_next;
	self->waiting_count--;
	return taken;
}

static void release(struct node *node)
{
	struct unix_socket *self = (struct unix_socket *)node;
	struct unix_socket **at = &all;

	while (*at != self)
		at = &(*at)->next;
	*at = self->next;
	for (struct unix_socket *other = all; other; other = other->next)
		if (other->peer == self) {
			other->peer = NULL;
			node_changed(&other->node);
		}
	while (self->waiting)
		node_put(&waiting_take(self)->node);
	while (self->first)
		packet_free(packet_take(self));
	if (self->name) {
		self->name->special = NULL;
		node_put(self->name);
	}
	native_heap_free(self);
}

void unix_socket_pair(struct unix_socket *one, struct unix_socket *other)
{
	one->peer = other;
	other->peer = one;
	one->connected = other->connected = true;
}

/* ---- names ---------------------------------------------------------------------------------- */

static bool same_name(const struct unix_socket *socket, const struct sockaddr_un *address,
                      socklen_t size)
{
	return socket->bound && !socket->name && socket->address_size == size &&
	       memcmp(&socket->address, address, size) == 0;
}

int unix_socket_find(const struct node *node, const struct sockaddr_un *address, socklen_t size,
                     struct unix_socket **out_socket)
{
	if (node) {
		*out_socket = S_ISSOCK(node->mode) ? node->special : NULL;
		return *out_socket ? 0 : -ECONNREFUSED;
	}
	for (struct unix_socket *socket = all; socket; socket = socket->next)
		if (same_name(socket, address, size)) {
			*out_socket = socket;
			return 0;
		}
	return -ECONNREFUSED;
}

int unix_socket_bind(struct unix_socket *self, struct node *node, const struct sockaddr_un *address,
                     socklen_t size)
{
	struct unix_socket *other;

	if (self->bound)
		return -EINVAL;
	if (!node && unix_socket_find(NULL, address, size, &other) == 0)
		return -EADDRINUSE;
	self->bound = true;
	self->name = node;
	self->address = *address;
	self->address_size = size;
	if (node)
		node->special = self;
	return 0;
}

socklen_t unix_socket_name(const struct unix_socket *self, struct sockaddr_un *out_address)
{
	*out_address = self->address;
	out_address->sun_family = AF_UNIX;
	return self->address_size ? self->address_size : (socklen_t)sizeof(sa_family_t);
}

/* ---- connections ---------------------------------------------------------------------------- */

int unix_socket_listen(struct unix_socket *self, int backlog)
{
	if (self->type == SOCK_DGRAM)
		return -EOPNOTSUPP;
	if (!self->bound || self->connected)
		return -EINVAL;
	self->backlog = backlog < 1 ? 1 : backlog > BACKLOG_MAX ? BACKLOG_MAX : backlog;
	return 0;
}

int unix_socket_connect(struct unix_socket *self, struct unix_socket *target)
{
	struct unix_socket **at = &target->waiting;
	struct node *node;

	if (target->type != self->type)
		return -EPROTOTYPE;
	if (self->type == SOCK_DGRAM) {
		self->peer = target;
		return 0;
	}
	if (self->connected)
		return -EISCONN;
	if (self->backlog)
		return -EINVAL;
	if (!target->backlog)
		return -ECONNREFUSED;
	if (target->waiting_count >= target->backlog)
		return -EAGAIN;
	const int error = unix_socket_create(self->type, &node);
	if (error)
		return error;
	struct unix_socket *served = (struct unix_socket *)node;
	served->address = target->address;
	served->address_size = target->address_size;
	unix_socket_pair(self, served);
	while (*at)
		at = &(*at)->waiting_next;
	*at = served;
	target->waiting_count++;
	changed(target);
	return 0;
}

int unix_socket_accept(struct unix_socket *self, struct node **out_node)
{
	if (!self->backlog)
		return -EINVAL;
	if (!self->waiting)
		return -EAGAIN;
	*out_node = &waiting_take(self)->node;
	changed(self);
	return 0;
}

int unix_socket_shutdown(struct unix_socket *self, int how)
{
	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return -EINVAL;
	if (!self->peer)
		return -ENOTCONN;
	if (how != SHUT_WR)
		self->read_ended = self->peer->write_ended = true;
	if (how != SHUT_RD)
		self->write_ended = self->peer->read_ended = true;
	changed(self);
	return 0;
}

/* ---- what flows ----------------------------------------------------------------------------- */

static bool room_for(const struct unix_socket *target, size_t size)
{
	return !target->first || target->queued + size <= SOCKET_QUEUE_MAX;
}

/* Who gets it; an errno where nobody can. */
static int target_of(const struct unix_socket *self, struct unix_socket **target)
{
	if (self->write_ended)
		return -EPIPE;
	if (!*target)
		*target = self->peer;
	if (*target)
		return (*target)->read_ended ? -EPIPE : 0;
	if (self->connected)
		return -EPIPE;
	return self->type == SOCK_DGRAM ? -EDESTADDRREQ : -ENOTCONN;
}

ssize_t unix_socket_send(struct unix_socket *self, struct unix_socket *target, const void *bytes,
                         size_t size, struct socket_message *message)
{
	const int error = target_of(self, &target);

	if (error)
		return error;
	if (stream(self) && size == 0)
		return 0;
	if (stream(self) && size > PACKET_MAX)
		size = PACKET_MAX;
	if (size > SOCKET_QUEUE_MAX)
		return -EMSGSIZE;
	if (!room_for(target, size))
		return -EAGAIN;
	struct packet *packet = native_heap_alloc(sizeof *packet + size);
	if (!packet)
		return -ENOMEM;
	*packet = (struct packet){.size = size, .file_count = message->file_count};
	memcpy(packet->bytes, bytes, size);
	memcpy(packet->files, message->files, sizeof packet->files);
	packet->from_size = self->address_size;
	packet->from = self->address;
	message->file_count = 0;
	if (target->last)
		target->last->next = packet;
	else
		target->first = packet;
	target->last = packet;
	target->queued += size;
	node_changed(&target->node);
	return (ssize_t)size;
}

/* Copies of the files for who only looks; else they are handed over. */
static void take_files(struct packet *packet, struct socket_message *message)
{
	memcpy(message->files, packet->files, sizeof message->files);
	message->file_count = packet->file_count;
	if (message->flags & MSG_PEEK)
		for (unsigned i = 0; i < packet->file_count; i++)
			open_file_get(packet->files[i]);
	else
		packet->file_count = 0;
}

ssize_t unix_socket_receive(struct unix_socket *self, void *buffer, size_t size,
                            struct socket_message *message)
{
	const bool peek = message->flags & MSG_PEEK;
	struct packet *packet = self->first;
	uint8_t *to = buffer;
	size_t done = 0;

	message->file_count = 0;
	message->flags &= ~MSG_TRUNC;
	if (!packet) {
		message->address_size = 0;
		if (self->read_ended || (self->connected && !self->peer))
			return 0;
		return self->type == SOCK_DGRAM || self->connected ? -EAGAIN : -ENOTCONN;
	}
	message->address = packet->from;
	message->address_size = packet->from_size;
	take_files(packet, message);
	do {
		const size_t left = packet->size - packet->taken;
		const size_t part = size - done < left ? size - done : left;
		struct packet *next = packet->next;
		memcpy(to + done, packet->bytes + packet->taken, part);
		done += part;
		if (!stream(self) && part < left)
			message->flags |= MSG_TRUNC;
		if (!peek && stream(self))
			packet->taken += part;
		if (!peek && (!stream(self) || packet->taken == packet->size))
			packet_free(packet_take(self));
		packet = next;
	} while (stream(self) && packet && done < size && !packet->file_count &&
	         !message->file_count);
	if (!peek)
		changed(self);
	return (ssize_t)done;
}

/* ---- as a file ------------------------------------------------------------------------------ */

static ssize_t read_bytes(struct node *node, void *buffer, size_t size, off_t offset)
{
	struct socket_message message = {0};

	(void)offset;
	const ssize_t done =
		unix_socket_receive((struct unix_socket *)node, buffer, size, &message);
	for (unsigned i = 0; i < message.file_count; i++)
		open_file_put(message.files[i]); /* who does not ask for them does not get them */
	return done;
}

static ssize_t write_bytes(struct node *node, const void *buffer, size_t size, off_t offset)
{
	struct socket_message message = {0};

	(void)offset;
	return unix_socket_send((struct unix_socket *)node, NULL, buffer, size, &message);
}

static int ready(struct node *node, int flags)
{
	const struct unix_socket *self = (const struct unix_socket *)node;
	const bool gone = self->connected && !self->peer;
	int events = 0;

	(void)flags;
	if (self->first || self->waiting || self->read_ended || gone)
		events |= POLLIN;
	if (gone || (self->type != SOCK_DGRAM && !self->connected && !self->backlog))
		events |= POLLHUP;
	if (self->write_ended || gone || (self->peer ? room_for(self->peer, 1) : !self->backlog))
		events |= POLLOUT;
	return events;
}

static const struct file_system_ops ops = {
	.read = read_bytes, .write = write_bytes, .ready = ready, .release = release};

int unix_socket_type(const struct unix_socket *self)
{
	return self->type;
}

bool unix_socket_listening(const struct unix_socket *self)
{
	return self->backlog;
}

struct unix_socket *unix_socket_peer(const struct unix_socket *self)
{
	return self->peer;
}
