/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include <check.h>

#include "boot/core_start.h"
#include "sched/sched.h"

void pair_init(struct pair *pair)
{
	pair->client_account = world_account(&root_account, 128 * PAGE_SIZE, 60);
	pair->server_account = world_account(&root_account, 128 * PAGE_SIZE, 60);
	pair->client_domain = world_domain(pair->client_account);
	pair->server_domain = world_domain(pair->server_account);
	pair->client_context = world_context(pair->client_account, PAIR_PRIORITY);
	pair->server_context = world_context(pair->server_account, PAIR_PRIORITY);
	pair->client =
		world_thread(pair->client_account, pair->client_domain, pair->client_context);
	pair->server =
		world_thread(pair->server_account, pair->server_domain, pair->server_context);
	pair->endpoint = world_endpoint(pair->server_account, PAIR_REPLY_SLOTS);
	pair->facet = world_derive(pair->server_account, pair->endpoint->object.grant,
	                           PAIR_INTERFACE, PAIR_BADGE);
	pair->endpoint_cap = world_owner(pair->server_domain, &pair->endpoint->object);
	pair->client_cap = world_cap(pair->client_domain, pair->facet, 0);
}

void pair_start(struct pair *pair)
{
	thread_start(pair->server);
	ck_assert_ptr_eq(world_schedule(), pair->server);
	ck_assert_ptr_null(pair_receive(pair));
	thread_start(pair->client);
	ck_assert_ptr_eq(world_schedule(), pair->client);
}

struct thread *pair_call(struct pair *pair, uint16_t method)
{
	world_prepare_call(pair->client, pair->client_cap, PAIR_INTERFACE, method, IPC_WORDS_MAX);
	return world_syscall(pair->client);
}

struct thread *pair_receive(struct pair *pair)
{
	world_prepare_receive(pair->server, pair->endpoint_cap);
	return world_syscall(pair->server);
}

struct thread *pair_reply(struct pair *pair, enum status status)
{
	world_prepare_reply(pair->server, pair->endpoint_cap, status, IPC_WORDS_MAX);
	return world_syscall(pair->server);
}
