/* SPDX-License-Identifier: MIT */
/*
 * Actor: a thread in a domain and an account of its own, that carries out a
 * script of system calls, line by line, and notes what each comes back with.
 *
 * The script is shared with the director, who writes the lines before and reads the
 * results afterwards or in between. Nothing of the framework is in the actor's domain:
 * it can be killed at any line, and its account is all there is to clear away.
 */
#pragma once

#include <abi/syscall.h>
#include <base/env.h>
#include <test/check.h>

/* The futex word in the script that an actor pauses at; it is always 0. */
enum { ACTOR_GATE = 8 };

enum { ACTOR_LINES = 22, ACTOR_PAGES = 4, ACTOR_SLOTS = 64, ACTOR_FIRST_SLOT = 16 };

/* Offsets are known in script.S. */
struct actor_line {
	/* to be done */
	uint64_t word, target, window, deadline;
	uint64_t words[IPC_WORDS_MAX];
	uint64_t caps[IPC_CAPS_MAX]; /* into the send page */
	/* what came back */
	uint64_t answer, value, received;
	uint64_t results[IPC_WORDS_MAX];
	uint64_t got[IPC_CAPS_MAX]; /* from the receive page */
	/* the send page's size and first word; afterwards the receive page's */
	uint64_t size, first;
	uint64_t got_size, got_first;
	uint64_t begun;
};

struct actor_script {
	uint64_t reserved[8];
	struct actor_line lines[ACTOR_LINES];
};

/* What all actors of a test share. */
struct theatre {
	struct check check;
	cap_t context, code;
	uint8_t priority; /* of the director and of all actors */
	unsigned actors;  /* made so far: each has its place in the director's address space */
};

struct actor {
	struct theatre *theatre;
	cap_t account, context, domain, thread, memory; /* owned by the director */
	struct actor_script *script;
	unsigned lines, installed;
};

enum status theatre_init(struct theatre *theatre, struct env *env);
void theatre_fini(struct theatre *theatre);

enum status actor_init(struct actor *actor, struct theatre *theatre);
/* Its account is destroyed, if it is still there, and what the director has of it dropped. */
void actor_fini(struct actor *actor);
/* Destroys the account: whatever the actor is doing. */
void actor_kill(struct actor *actor);
/* A copy of the director's capability; returns its id there. */
cap_t actor_give(struct actor *actor, cap_t cap);
void actor_start(struct actor *actor);
/* Everybody who can run runs until all wait. */
void theatre_settle(struct theatre *theatre);

/* ---- lines ---- */

/* Each returns the line, so that more can be said. */
struct actor_line *actor_call(struct actor *actor, cap_t target, uint32_t interface,
                              unsigned method, uint64_t word);
/* Waits at the endpoint without answering anything. */
struct actor_line *actor_receive(struct actor *actor, cap_t endpoint);
/* Answers with one word, does not wait. */
struct actor_line *actor_answer(struct actor *actor, enum status status, uint64_t word);
/* Answers with one word and waits for the next call; the line comes back with that. */
struct actor_line *actor_answer_receive(struct actor *actor, cap_t endpoint, enum status status,
                                        uint64_t word);
/* Answers the kept call in the slot of the endpoint, does not wait. */
struct actor_line *actor_answer_kept(struct actor *actor, cap_t endpoint, unsigned slot,
                                     uint64_t word);
/* Waits until the director says so; whoever it serves goes on waiting. */
struct actor_line *actor_pause(struct actor *actor, cap_t memory);
void theatre_go_on(struct theatre *theatre, const struct actor *actor);
/* The actor has no home from its next wait on. */
struct actor_line *actor_detach(struct actor *actor);
struct actor_line *actor_keep(struct actor *actor, cap_t endpoint, unsigned slot);

/* What the line sends: `caps` capabilities, of which `moves` are moved. */
void line_send(struct actor_line *line, const cap_t *caps, unsigned count, unsigned moves);
/* Opens `count` slots from `first` on. */
void line_open(struct actor_line *line, unsigned first, unsigned count);
void line_pages(struct actor_line *line, unsigned send, unsigned receive);

/* Whether the line has come back. */
bool line_done(const struct actor_line *line);
void check_line(struct theatre *theatre, const char *what, const struct actor_line *line,
                enum status status);
void check_waits(struct theatre *theatre, const char *what, const struct actor_line *line);
