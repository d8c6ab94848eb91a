/* SPDX-License-Identifier: MIT */
/*
 * Ring chain: entries of which each starts when the one before has completed OK.
 *
 * Every entry of a chain holds a work record from its submission to the end of
 * the chain: until then it waits, runs, or keeps the capabilities it received,
 * which later entries can name. A chain ends when its last entry completes.
 * The owner may submit a chain in pieces; what is open is remembered here.
 */
#pragma once

#include <abi/cap.h>
#include <abi/ring.h>
#include <abi/status.h>
#include <stdbool.h>

struct ring;
struct ring_work;

/* What the next submission is linked to. */
struct ring_chain {
	bool open; /* the last submission had RING_LINK */
	struct ring_work
		*last; /* its record; NULL: it never had one, the chain has failed with `broken` */
	enum status broken;
};

/* Adds an entry that is linked to its neighbours. False: it has something to wait for, or the chain has failed. */
bool ring_chain_add(struct ring_work *work);
/* The entry of a chain has completed: the next one is due, or the chain at its end. */
void ring_chain_completed(struct ring_work *work);
/*
 * The capability that a RING_RESULT names, seen from `work` (NULL: not in a chain). ERR_BAD_ARG: there is
 * no such entry before it; ERR_BAD_CAP: that one received no such capability.
 */
enum status ring_chain_result(const struct ring_work *work, uint64_t result, cap_t *out_cap);
