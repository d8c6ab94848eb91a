/* SPDX-License-Identifier: MIT */
/*
 * What the entries of a ring do, on the time of the thread that enters it.
 */
#pragma once

#include <stdint.h>

struct ring;

/*
 * Goes on with the chains that are due, takes up to `count` submissions, and goes on with what became
 * due by them; returns how many it took. It ends early when the thread is stopped, or `unfinished`: an
 * entry has begun a long operation, or so many have run that interrupts are to be let in before all goes on.
 */
unsigned ring_run(struct ring *ring, uint64_t count);
