/* SPDX-License-Identifier: MIT */
/*
 * A ring used in batches, without the framework. No buffers: messages are words alone.
 */
#pragma once

#include <abi/ring.h>
#include <base/env.h>

enum { BENCH_BATCH = 16, BENCH_RING_ENTRIES = 2 * BENCH_BATCH };

struct bench_ring {
	cap_t cap;
	uint32_t submitted, completed;
};

/* One per component: it has a fixed address. */
enum status bench_ring_init(struct bench_ring *ring, struct env *env);
/* The next entry to be filled in; what the last user of it wrote is still there. */
struct ring_submission *bench_ring_next(struct bench_ring *ring);
/* Submits all that was filled in and waits until there are `wait` completions. */
void bench_ring_enter(struct bench_ring *ring, unsigned wait);
/* The next completion, which must be there. It is valid until the next enter. */
const struct ring_completion *bench_ring_take(struct bench_ring *ring);
