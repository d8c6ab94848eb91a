/* SPDX-License-Identifier: MIT */
/*
 * The attacks. Each fires a few shots and returns; none expects anything of the answers.
 */
#pragma once

#include "shot.h"

/* A method of any interface, with arguments that are nearly right. */
void attack_method(struct attacker *attacker);
/* The same, to be carried out in some other way. */
struct shot methods_make(struct attacker *attacker, unsigned *out_method);
/* A method of what this is; answers the first capability that it has brought, or null. */
cap_t attack_capability(struct attacker *attacker, cap_t cap);
/* Wakes whoever waits for the futex that was last waited for. */
void attack_wake(struct attacker *attacker);
/* Any system call with any words. */
void attack_wild(struct attacker *attacker);
/* A message page full of something. */
void attack_page(struct attacker *attacker);
/* Rings with queues that make no sense. */
void attack_ring(struct attacker *attacker);
/* Answers nobody waits for, reply slots, notifications. */
void attack_reply(struct attacker *attacker);
/* Gives most of the hoard back, so that there is a budget for the next attacks. */
void attack_purge(struct attacker *attacker);

/* ---- rings.c ---- */

/* Makes the one that is there from now on. */
enum status rings_open(struct attacker *attacker);
/* Writes to its queues, from another thread. */
void rings_rewrite(struct attacker *attacker);

/* ---- sessions.c ---- */

/* Opens one, with arguments that decode. */
void sessions_open(struct attacker *attacker);
/* What the shot has opened, if it has. */
void sessions_note(uint32_t id);
void sessions_close(struct attacker *attacker);
/* Closes what sessions there may be, whoever has opened them. */
void sessions_close_ever(struct attacker *attacker);
/* A session's id, a service's name, a label: nearly right ones. */
uint32_t sessions_some(struct random *random);
const char *sessions_some_service(struct random *random);
const char *sessions_some_label(struct random *random);

/* ---- files.c ---- */

/* Opens a File_system session to be attacked; it remains open. */
enum status files_open(struct attacker *attacker);
/* Packets for the file server that make no sense. */
void attack_files(struct attacker *attacker);

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
