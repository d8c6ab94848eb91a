/* SPDX-License-Identifier: MIT */
/*
 * What the entries of a ring do, on the time of the thread that enters it.
 */
#pragma once

#include <stdbool.h>

struct ring;

/*
 * Goes on with the chains that are due, takes up to `count` submissions, and goes on with what became
 * due by them. False: an entry has destroyed the ring, and perhaps the current thread.
 */
bool ring_run(struct ring *ring, unsigned count, unsigned *out_taken);
