/* SPDX-License-Identifier: MIT */
/*
 * What the two files about sockets share.
 */
#pragma once

#include <socket/unix_socket.h>

#include "calls.h"

/* The socket behind a descriptor; ENOTSOCK. */
int socket_behind(struct process *process, long descriptor, struct open_file **out_file,
                  struct unix_socket **out_socket);
/* Who has the address at `pointer`. */
int socket_target(struct process *process, long pointer, long size,
                  struct unix_socket **out_socket);
/* To where a program wants it, as far as there is room; unless `pointer` is NULL. */
void socket_address_put(const struct sockaddr_un *address, socklen_t size, long pointer,
                        long size_pointer);
