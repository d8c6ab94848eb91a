/* SPDX-License-Identifier: MIT */
/*
 * Victim: a child that is killed, whatever it is doing.
 *
 * It has an account of its own, a domain, a thread, and what it asks for:
 * its requests are passed on to the parent's own parent and paid by the
 * victim. Its end is that of its account; then its sessions are closed.
 */
#pragma once

#include <base/child.h>
#include <base/entrypoint.h>

enum { VICTIM_SESSIONS_MAX = 24, VICTIM_RAM = 256 * 1024, VICTIM_CAPS = 60 };

/* Opened on its behalf, before its birth or by its wish. */
struct victim_session {
	struct session session;
	uint64_t ram; /* what it has donated; 0: the parent has */
	uint32_t caps;
	bool open;
};

struct victim {
	struct entrypoint *entrypoint;
	struct served parent; /* what it knows as its parent */
	uint64_t ram;         /* what it is given */
	uint32_t caps;
	cap_t account, charge;
	cap_t domain, space, context, binary;
	uint64_t binary_size;
	struct child_image image;
	struct victim_session sessions[VICTIM_SESSIONS_MAX];
	bool alive;

	uint32_t requests_left; /* it dies in the request behind the last of these */
	void (*ended)(struct victim *victim);
};

/* On failure there is nothing left of it. */
enum status victim_start(struct victim *victim, struct entrypoint *entrypoint, const char *binary);
/* Harmless for one that is dead. */
void victim_kill(struct victim *victim);
