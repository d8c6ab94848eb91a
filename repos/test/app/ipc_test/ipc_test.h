/* SPDX-License-Identifier: MIT */
#pragma once

#include <kernel/client.h>
#include <test/actor.h>

enum { INTERFACE = 0x7e57, METHOD = 3, BADGE = 4711, REPLY_SLOTS = 4 };

/* An endpoint and what clients hold of it; `account` pays, and takes it along when it ends. */
struct service {
	cap_t endpoint, client;
};

struct service_request {
	cap_t account;
	bool passive;
	uint16_t in_flight;
};

struct service service_make(struct theatre *theatre, struct service_request request);
void service_drop(struct theatre *theatre, struct service service);
/* A call to the service with one word. */
struct actor_line *call_service(struct actor *actor, struct service service, uint64_t word);
uint64_t now(struct theatre *theatre);

void check_ends(struct theatre *theatre);
void check_chains(struct theatre *theatre);
void check_passive_chain(struct theatre *theatre);
void check_stranded(struct theatre *theatre);
void check_kept(struct theatre *theatre);
void check_carried(struct theatre *theatre);
