/* SPDX-License-Identifier: MIT */
/*
 * What holds of calls, loans and queues whenever the kernel has been left, whatever has happened before.
 */
#pragma once

#include <stdbool.h>

struct endpoint;
struct thread;

/* All there are of either; NULL: no longer there. */
struct call_world {
	struct thread *const *threads;
	unsigned thread_count;
	struct endpoint *const *endpoints;
	unsigned endpoint_count;
};

/* NULL: all is well. Else what is not. */
const char *call_invariants_broken(const struct call_world *world);
