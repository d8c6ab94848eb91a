/* SPDX-License-Identifier: MIT */
/*
 * What the entries of a ring do, on the time of the thread that enters it.
 */
#pragma once

#include <stdbool.h>

struct ring;

/*
 * Goes on with the chains that are due, takes up to `count` submissions, and goes on with what became
 * due by them; returns how many it took. It ends early when the thread is stopped, or `unfinished`: an
 * entry has begun a long operation, and all goes on when that is over.
 */
unsigned ring_run(struct ring *ring, unsigned count);
