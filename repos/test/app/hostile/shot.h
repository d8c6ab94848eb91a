/* SPDX-License-Identifier: MIT */
/*
 * Shot: one system call, with whatever in it.
 *
 * shot_fire is the one door through which all of them go. It takes the edge off the few that
 * would end the attacker itself: exits, waits without a deadline, its own code unmapped.
 */
#pragma once

#include <abi/syscall.h>
#include <base/env.h>

#include "hoard.h"

/* Where it maps things; all below is its own code, stack and message pages. */
#define PLAYGROUND       0x20000000ul
#define PLAYGROUND_PAGES 256u

struct attacker {
	struct env *env;
	struct hoard *hoard;
	struct random random;
	struct message_page *pages; /* of its thread */
	unsigned page_count;
	uint64_t now;      /* as of a few shots ago */
	uint64_t fired;    /* shots so far */
	uint64_t answered; /* of them, with OK */
	uint64_t *total;   /* of all its threads */
	uint32_t own_ids;  /* its sessions up to this one are not closed */
	uint32_t named;    /* interface of the capability that was last put into a word */
	bool expendable;   /* the thread may end */
};

struct shot {
	uint64_t word;
	cap_t target;
	uint64_t window;
	uint64_t deadline;
	uint64_t words[IPC_WORDS_MAX];
	uint64_t out[2]; /* badge or bits, capabilities received */
};

/* Sends it; capabilities that come back are hoarded. Returns the answer's status. */
enum status shot_fire(struct attacker *attacker, struct shot *shot);

/* A call in the plain form, its capabilities (at most 8) put into the send page, a window opened. */
enum status shot_call(struct attacker *attacker, cap_t target, uint32_t interface, uint16_t method,
                      const uint64_t *words, unsigned word_count, const cap_t *caps,
                      unsigned cap_count, struct shot *out_shot);
/* Would its being accepted say something of the method? */
bool shot_counts(const struct attacker *attacker, const struct shot *shot);
/* Hoards a capability that is in the table, whatever it may be. */
void shot_adopt(struct attacker *attacker, cap_t cap);
/* The first capability that came with the answer to a shot, or null. */
cap_t shot_result(const struct attacker *attacker, const struct shot *shot);

/* Threads that may be started: those that do not run the attacker's own code by accident. */
void shot_allow_start(cap_t thread);
cap_t shot_some_startable(struct random *random);
