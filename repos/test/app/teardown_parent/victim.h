/* SPDX-License-Identifier: MIT */
/*
 * Victim: a child that is killed, whatever it is doing.
 *
 * Its requests are passed on to the parent's own parent and paid by the victim. Its end is that of
 * its account; then its sessions are closed.
 */
#pragma once

#include <base/child_component.h>

enum { VICTIM_RAM = 256 * 1024, VICTIM_CAPS = 60 };

struct victim {
	struct child_component child;
	uint64_t ram; /* what it is given */
	uint32_t caps;

	uint32_t requests_left; /* it dies in the request behind the last of these */
	void (*ended)(struct victim *victim);
};

/* On failure there is nothing left of it. */
enum status victim_start(struct victim *victim, struct entrypoint *entrypoint, const char *binary);
/* Harmless for one that is dead. */
void victim_kill(struct victim *victim);
