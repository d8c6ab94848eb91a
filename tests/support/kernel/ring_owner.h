/* SPDX-License-Identifier: MIT */
/*
 * The owner's side of a ring: entries in, completions out, as its domain sees them.
 */
#pragma once

#include "object/ring.h"

enum { OWNER_ENTRIES = 8, OWNER_BUFFERS = 4 };

struct ring_owner {
	struct ring *ring;
	struct notification *completed;
};

/* A ring with a notification of its own at `address`. */
void ring_owner_init(struct ring_owner *owner, struct account *account, struct domain *domain,
                     vaddr_t address);
struct ring_header *ring_owner_header(const struct ring_owner *owner);
struct ring_submission *ring_owner_submission(const struct ring_owner *owner, uint32_t index);
struct message_page *ring_owner_buffer(const struct ring_owner *owner, unsigned index);
void ring_owner_put(const struct ring_owner *owner, struct ring_submission entry);
/* Runs what is due and takes what was put; returns how many. */
unsigned ring_owner_enter(const struct ring_owner *owner);
/* The oldest completion; asserts that there is one. */
struct ring_completion ring_owner_take(const struct ring_owner *owner);
/* The same, asserts of whom and with what status. */
struct ring_completion ring_owner_expect(const struct ring_owner *owner, uint64_t user_data,
                                         enum status status);
/* Asserts that there is no completion. */
void ring_owner_expect_none(const struct ring_owner *owner);
/* Every record is free, no credit is taken. */
bool ring_owner_idle(const struct ring_owner *owner);
