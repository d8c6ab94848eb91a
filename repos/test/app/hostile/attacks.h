/* SPDX-License-Identifier: MIT */
/*
 * The attacks. Each fires a few shots and returns; none expects anything of the answers.
 */
#pragma once

#include "shot.h"

/* A method of a kernel object, with arguments that are nearly right. */
void attack_method(struct attacker *attacker);
/* How many of the kernel's methods have been accepted at least once. */
unsigned attack_reach(unsigned *out_of);
/* Any system call with any words. */
void attack_wild(struct attacker *attacker);
/* A message page full of something. */
void attack_page(struct attacker *attacker);
/* The parent: sessions, closes, upgrades, announcements. */
void attack_parent(struct attacker *attacker);
/* A session's own interface. */
void attack_session(struct attacker *attacker);
/* Rings with queues that make no sense. */
void attack_ring(struct attacker *attacker);
/* Answers nobody waits for, reply slots, notifications. */
void attack_reply(struct attacker *attacker);
/* Gives most of the hoard back, so that there is a budget for the next attacks. */
void attack_purge(struct attacker *attacker);
void attack_close_all(struct attacker *attacker);
/* Closes what sessions there may be, whoever has opened them. */
void attack_close_ever(struct attacker *attacker);

/* ---- realm.c: accounts with domains and threads in them that run bad code ---- */

enum { REALMS_MAX = 3 };

struct realm {
	cap_t account; /* null: none */
	cap_t domain, code, data, context, thread;
};

struct realms {
	struct realm items[REALMS_MAX];
	unsigned next;
	cap_t context; /* all of their contexts are split off this one */
};

/* Founds one; the oldest is destroyed with all it has. */
void realms_found(struct realms *realms, struct attacker *attacker);

/* ---- puppet.c: further threads of the attacker's own, which attack, too ---- */

enum { PUPPETS_MAX = 2 };

/* Starts them again, after whatever has become of them. */
void puppets_revive(struct attacker *attacker, cap_t context);

/* ---- server.c ---- */

/* Makes its endpoint, and perhaps announces it as the service Trap. */
enum status server_open(struct attacker *attacker, bool announced);
/* The pager that it claims to be. */
cap_t server_pager(void);
/* Calls it, from another thread. */
void server_call(struct attacker *attacker);
/* Receives, and answers badly. */
void server_attack(struct attacker *attacker);
