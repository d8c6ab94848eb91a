/* SPDX-License-Identifier: MIT */
/*
 * Spending: where a child's budget is. What it has spent itself the kernel knows; what it has
 * donated, with its sessions, has left its account, so that is counted here. What is missing
 * then it has delegated, to accounts that it has made itself; that is not part of the peaks.
 *
 * The peaks are those of all its lives: with that much it could have lived. They never are too
 * low; where the most was donated at another time than the most was spent, they are too high.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct child;

struct spending_of {
	uint64_t used;                  /* when it was last looked at, or at its end */
	uint64_t donated, donated_most; /* now, and in this life */
	uint64_t delegated;
	uint64_t peak; /* of what was used and donated */
};

struct spending {
	struct spending_of ram, caps;
};

/* A life begins. */
void spending_begin(struct spending *spending);
/* It has donated; it has some of that back. */
void spending_donated(struct spending *spending, uint64_t ram, uint64_t caps);
void spending_returned(struct spending *spending, uint64_t ram, uint64_t caps);
/* Asks the kernel, as long as there is an account; whether anything has changed. */
bool spending_sample(struct child *child);
